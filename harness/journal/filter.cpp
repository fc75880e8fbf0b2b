#include "harness/journal/filter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "sim/core/text.hpp"

namespace azlab::journal {
namespace {

constexpr std::size_t kLimitMax = 100'000;

Result<std::uint64_t> number_of(const std::string& name, const std::string& value, std::uint64_t most) {
  const bool digits = !value.empty() && value.size() <= 18 && value.find_first_not_of("0123456789") == std::string::npos;
  const std::uint64_t number = digits ? std::stoull(value) : 0;
  if (!digits || number > most) return fail(400, "InvalidRequest", fmt::format("{}: '{}' is not a whole number from 0 to {}", name, value, most));
  return number;
}

Result<void> set_time(std::optional<Time>& to, const std::string& name, const std::string& value) {
  to = parse_iso8601(value);
  if (!to) return fail(400, "InvalidRequest", fmt::format("{}: '{}' is not a time; write it as 2026-11-23T09:00:00Z", name, value));
  return {};
}

Result<void> set_status(std::string& to, const std::string& value) {
  const bool number = value.size() == 3 && value.find_first_not_of("0123456789") == std::string::npos;
  const bool hundred = value.size() == 3 && value[0] >= '1' && value[0] <= '5' && to_lower(value).ends_with("xx");
  if (!number && !hundred && value != "error") return fail(400, "InvalidRequest", fmt::format("status: '{}' is none; write 404, 4xx or error", value));
  to = to_lower(value);
  return {};
}

bool status_fits(const std::string& wanted, int status) {
  if (wanted.empty()) return true;
  if (wanted == "error") return status >= 400;
  if (wanted.ends_with("xx")) return status / 100 == wanted[0] - '0';
  return std::to_string(status) == wanted;
}

bool contains(const std::string& text, const std::string& part) { return to_lower(text).find(to_lower(part)) != std::string::npos; }

bool caller_fits(const std::string& pattern, const Record& record) {
  if (pattern.empty()) return true;
  const std::string* names[] = {&record.origin, &record.principal, &record.user, &record.app, &record.client};
  return std::any_of(std::begin(names), std::end(names), [&](const std::string* name) { return !name->empty() && glob_match(pattern, *name); });
}

constexpr std::pair<const char*, const char*> kNames[] = {{"after", "entries with greater numbers"},
                                                         {"since", "simulated time, included: 2026-11-23T09:00:00Z"},
                                                         {"until", "simulated time, included"},
                                                         {"operation", "pattern with * and ?; - for what nothing serves"},
                                                         {"host", "pattern"},
                                                         {"caller", "pattern over origin, principal, user, application and client"},
                                                         {"status", "404, 4xx, or error for all from 400"},
                                                         {"fault", "pattern over the fault that struck"},
                                                         {"text", "occurs in URL or error code"},
                                                         {"clients", "true: without what services ask each other"},
                                                         {"limit", "at most so many"}};

}  // namespace

const std::vector<std::string>& filter_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> out;
    for (const auto& [name, help] : kNames) out.emplace_back(name);
    return out;
  }();
  return names;
}

const char* help_on_filter(const std::string& name) {
  const auto found = std::find_if(std::begin(kNames), std::end(kNames), [&](const auto& known) { return name == known.first; });
  return found == std::end(kNames) ? "" : found->second;
}

Result<void> set_filter(Filter& filter, const std::string& name, const std::string& value) {
  if (name == "since") return set_time(filter.since, name, value);
  if (name == "until") return set_time(filter.until, name, value);
  if (name == "status") return set_status(filter.status, value);
  if (name == "after" || name == "limit") {
    const auto number = number_of(name, value, name == "after" ? 999'999'999'999'999'999ULL : kLimitMax);
    if (!number) return fail(number.error());
    (name == "after" ? filter.after : filter.limit) = *number;
    return {};
  }
  if (name == "clients") {
    if (value != "true" && value != "false") return fail(400, "InvalidRequest", fmt::format("clients: '{}' is neither true nor false", value));
    filter.clients_only = value == "true";
    return {};
  }
  for (const auto& [known, to] : {std::pair{"operation", &filter.operation}, {"host", &filter.host}, {"caller", &filter.caller}, {"fault", &filter.fault}, {"text", &filter.text}}) {
    if (name != known) continue;
    *to = value;
    return {};
  }
  return fail(400, "InvalidRequest", fmt::format("there is no filter '{}'; there are {}", name, join(filter_names(), ", ")));
}

bool fits(const Filter& filter, const Record& record) {
  if (record.number <= filter.after) return false;
  if (filter.clients_only && !record.is_of_a_client()) return false;
  if ((filter.since && record.at < *filter.since) || (filter.until && record.at > *filter.until)) return false;
  if (!filter.operation.empty() && !(filter.operation == "-" ? record.operation.empty() : !record.operation.empty() && glob_match(filter.operation, record.operation))) return false;
  if (!filter.host.empty() && !glob_match(filter.host, record.host())) return false;
  if (!filter.fault.empty() && (record.fault.empty() || !glob_match(filter.fault, record.fault))) return false;
  if (!filter.text.empty() && !contains(record.url, filter.text) && !contains(record.error_code, filter.text)) return false;
  return status_fits(filter.status, record.status) && caller_fits(filter.caller, record);
}

}  // namespace azlab::journal
