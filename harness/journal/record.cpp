#include "harness/journal/record.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/http/message.hpp"

namespace azlab::journal {

std::string Record::host() const {
  const std::string from_host = url.substr(std::min(url.find("://") + 3, url.size()));
  return from_host.substr(0, from_host.find_first_of("/?"));
}

std::string Record::place() const {
  const std::string from_host = url.substr(std::min(url.find("://") + 3, url.size()));
  return from_host.substr(0, from_host.find('?'));
}

Record record_of(const JournalEntry& entry) {
  return {.number = entry.number,
          .parent = entry.parent,
          .at = entry.at,
          .waited = entry.waited,
          .operation = std::string(entry.operation),
          .method = std::string(entry.method),
          .url = entry.url,
          .origin = entry.origin,
          .principal = std::string(entry.principal),
          .user = std::string(entry.user),
          .app = std::string(entry.app),
          .client = std::string(entry.client),
          .status = entry.status,
          .error_code = entry.error_code,
          .fault = entry.fault};
}

Json to_json(const Record& record) {
  return {{"number", record.number},
          {"parent", record.parent},
          {"at", to_iso8601(record.at)},
          {"waitedSeconds", to_seconds(record.waited)},
          {"operation", record.operation},
          {"method", record.method},
          {"url", record.url},
          {"caller", {{"origin", record.origin}, {"principal", record.principal}, {"user", record.user}, {"app", record.app}, {"client", record.client}}},
          {"status", record.status},
          {"errorCode", record.error_code},
          {"fault", record.fault}};
}

Result<Record> record_from(const Json& json) {
  const auto number_at = [&](const char* name) -> std::uint64_t {
    const Json* value = find_path(json, name);
    return value != nullptr && value->is_number_unsigned() ? value->get<std::uint64_t>() : 0;
  };
  const auto at = parse_iso8601(string_at(json, "at"));
  if (!at) return fail(400, "Journal", "an entry's \"at\" is no time");
  const Json* waited = find_path(json, "waitedSeconds");
  const Json* status = find_path(json, "status");
  Record out{.number = number_at("number"),
             .parent = number_at("parent"),
             .at = *at,
             .waited = seconds(waited != nullptr && waited->is_number() ? waited->get<double>() : 0),
             .operation = string_at(json, "operation"),
             .method = string_at(json, "method"),
             .url = string_at(json, "url"),
             .origin = string_at(json, "caller.origin"),
             .principal = string_at(json, "caller.principal"),
             .user = string_at(json, "caller.user"),
             .app = string_at(json, "caller.app"),
             .client = string_at(json, "caller.client"),
             .status = status != nullptr && status->is_number_integer() ? status->get<int>() : 0,
             .error_code = string_at(json, "errorCode"),
             .fault = string_at(json, "fault")};
  if (out.number == 0) return fail(400, "Journal", "an entry has no number");
  if (!parse_method(out.method)) return fail(400, "Journal", "an entry's method is '" + out.method + "'");
  if (out.url.find("://") == std::string::npos) return fail(400, "Journal", "an entry's URL is '" + out.url + "'");
  return out;
}

}  // namespace azlab::journal
