#include "sim/portal/format.hpp"

#include <re2/re2.h>

#include <cctype>
#include <nlohmann/json.hpp>
#include <set>
#include <optional>

#include "sim/core/draw.hpp"
#include "sim/core/resource_id.hpp"
#include "sim/core/text.hpp"
#include "sim/core/time.hpp"
#include "sim/portal/evaluate.hpp"

namespace azlab::portal {

std::string evaluate_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.is_null() ? std::string() : dump(value);
}

namespace {

/// What the create form does with the workspace's name: lower-case letters and digits, then ten digits; 24 at most.
std::string proposed_name(const FormatInput& in, std::string_view purpose) {
  std::string name;
  for (const char c : evaluate_text(in.value)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 128 && std::isalnum(byte) != 0) name += static_cast<char>(std::tolower(byte));
  }
  if (name.empty()) return name;
  const auto bits = Draw(in.seed).bits(purpose, name, in.serial);
  auto digits = std::to_string(1'000'000'000 + bits % 9'000'000'000U);
  return name.substr(0, 14) + digits;
}

Json format_base64(const FormatInput& in) { return base64_encode(evaluate_text(in.value)); }
Json format_lower(const FormatInput& in) { return to_lower(evaluate_text(in.value)); }
Json format_last_segment(const FormatInput& in) {
  const auto text = evaluate_text(in.value);
  return text.substr(text.rfind('/') + 1);
}
Json format_directory(const FormatInput& in) {
  const auto text = evaluate_text(in.value);
  const auto slash = text.rfind('/');
  return slash == std::string::npos ? std::string() : text.substr(0, slash);
}
Json format_proposed(const FormatInput& in) {
  const auto name = proposed_name(in, "portal.proposal");
  return name.empty() ? Json() : Json(name);
}
Json format_digits(const FormatInput& in) {
  const auto bits = Draw(in.seed).bits("portal.digits", evaluate_text(in.value), in.serial);
  return std::to_string(1'000'000'000'000'000 + bits % 9'000'000'000'000'000U);
}
/// A daily schedule as the compute service stores it: minute and hour of a cron expression.
Json format_cron_daily(const FormatInput& in) {
  const auto time = normal_time(evaluate_text(in.value));
  if (time.size() != 5) return Json();
  return std::to_string(std::stoi(time.substr(3))) + " " + std::to_string(std::stoi(time.substr(0, 2))) + " * * *";
}
/// The object id of a user of the directory, which knows everybody.
Json format_user_id(const FormatInput& in) {
  const auto name = to_lower(evaluate_text(in.value));
  return name.empty() ? Json() : Json(Draw(in.seed).guid("portal.user", name));
}
Json format_integer(const FormatInput& in) {
  int number = 0;
  return RE2::FullMatch(evaluate_text(in.value), "(\\d{1,6})", &number) ? Json(number) : Json();
}

/// A moment of Azure's (ISO text, or MLflow's milliseconds).
std::optional<Time> moment_of(const Json& value) {
  if (value.is_number()) return Time(Duration(value.get<std::int64_t>()));
  return parse_iso8601(evaluate_text(value));
}
/// "2026-11-23 09:00:00", UTC.
Json format_time(const FormatInput& in) {
  const auto time = moment_of(in.value);
  if (!time) return Json();
  auto text = to_iso8601_seconds(*time);
  text[10] = ' ';
  text.pop_back();
  return text;
}
/// "1 min 30 s" of an ISO duration, or of a list of two moments.
Json format_duration(const FormatInput& in) {
  if (in.value.is_array()) {
    if (in.value.size() != 2) return Json();
    const auto from = moment_of(in.value[0]);
    const auto to = moment_of(in.value[1]);
    return from && to ? Json(to_words(*to - *from)) : Json();
  }
  const auto duration = parse_iso8601_duration(evaluate_text(in.value));
  return duration ? Json(to_words(*duration)) : Json();
}
/// "Code: message" of an Azure error and of each error within it; the activity log has errors as texts.
Json format_error(const FormatInput& in) {
  if (in.value.is_string()) {
    const auto told = parse_json(in.value.get<std::string>());
    if (!told || !told->is_object()) return in.value;
    return format_error({told->value("error", *told), in.seed, in.serial});
  }
  if (!in.value.is_object()) return Json();
  auto text = string_at(in.value, "code");
  if (const auto message = string_at(in.value, "message"); !message.empty()) text += (text.empty() ? "" : ": ") + message;
  const auto* details = find_path(in.value, "details");
  if (details == nullptr || !details->is_array()) return text;
  for (const auto& detail : *details) {
    const auto inner = format_error({detail, in.seed, in.serial});
    if (inner.is_string() && !inner.get_ref<const std::string&>().empty()) text += "; " + inner.get<std::string>();
  }
  return text;
}
Json format_json(const FormatInput& in) { return dump_pretty(in.value); }
/// Of events, newest first, the first of each operation.
Json format_newest_of_each_operation(const FormatInput& in) {
  Json out = Json::array();
  std::set<std::string> seen;
  for (const auto& event : in.value.is_array() ? in.value : Json::array()) {
    if (seen.insert(string_at(event, "operationId")).second) out.push_back(event);
  }
  return out;
}
/// A map as rows: JMESPath has its keys and its values, but not both together.
Json format_entries(const FormatInput& in) {
  Json out = Json::array();
  if (!in.value.is_object()) return out;
  for (const auto& [key, value] : in.value.items()) out.push_back({{"key", key}, {"value", value}});
  return out;
}
/// [key, value] as a map of that one entry, for a body whose key is not known before.
Json format_entry(const FormatInput& in) {
  if (!in.value.is_array() || in.value.size() != 2) return Json();
  return {{evaluate_text(in.value[0]), in.value[1]}};
}
/// "churn:1" of an asset's id, in each of the forms that services write.
Json format_asset(const FormatInput& in) {
  static const RE2 kVersioned("/([^/]+)/(?:versions|labels)/([^/]+)$");
  const auto text = evaluate_text(in.value);
  std::string name;
  std::string version;
  if (RE2::PartialMatch(text, kVersioned, &name, &version)) return name + ":" + version;
  return text.starts_with("azureml:") ? Json(text.substr(8)) : Json(text);
}
Json format_resource_type(const FormatInput& in) {
  const auto id = ResourceId::parse(evaluate_text(in.value));
  return id ? Json(id->type()) : Json();
}
/// The type below its provider: "storageAccounts".
Json format_resource_kind(const FormatInput& in) {
  const auto id = ResourceId::parse(evaluate_text(in.value));
  return id && !id->provider.empty() ? Json(id->type().substr(id->provider.size() + 1)) : Json();
}
Json format_resource_provider(const FormatInput& in) {
  const auto id = ResourceId::parse(evaluate_text(in.value));
  return id && !id->provider.empty() ? Json(id->provider) : Json();
}
Json format_resource_group(const FormatInput& in) {
  const auto id = ResourceId::parse(evaluate_text(in.value));
  return id && !id->resource_group.empty() ? Json(id->resource_group) : Json();
}
/// A word of a shell's command line, in quotes where it needs them.
std::string shell_word(const std::string& text) {
  static const RE2 kPlain("[A-Za-z0-9_./~+@:-]+");
  return RE2::FullMatch(text, kPlain) ? text : "'" + replace_all(text, "'", "'\\''") + "'";
}
/// What a terminal of an instance types to run a script of the share, given by its path, in its own folder.
Json format_run_script(const FormatInput& in) {
  const auto path = evaluate_text(in.value);
  const auto slash = path.rfind('/');
  const auto folder = slash == std::string::npos ? std::string() : "/" + path.substr(0, slash);
  const auto name = path.substr(slash == std::string::npos ? 0 : slash + 1);
  return "cd " + shell_word("/home/azureuser/cloudfiles/code" + folder) + "\n" + (name.ends_with(".sh") ? "bash " : "python ") + shell_word(name.starts_with("-") ? "./" + name : name) + "\n";
}
constexpr Formatter kFormatters[] = {
    {"base64", format_base64},         {"lower", format_lower},
    {"last-segment", format_last_segment}, {"directory", format_directory},
    {"proposed-name", format_proposed}, {"digits", format_digits},
    {"cron-daily", format_cron_daily}, {"integer", format_integer},
    {"user-id", format_user_id},       {"time", format_time},
    {"duration", format_duration},     {"json", format_json},             {"error", format_error},
    {"newest-of-each-operation", format_newest_of_each_operation},
    {"entries", format_entries},       {"resource-type", format_resource_type},
    {"entry", format_entry},           {"asset", format_asset},
    {"resource-kind", format_resource_kind}, {"resource-provider", format_resource_provider}, {"resource-group", format_resource_group},
    {"run-script", format_run_script},
};

}  // namespace

const Formatter* find_formatter(std::string_view name) {
  for (const auto& formatter : kFormatters) {
    if (formatter.name == name) return &formatter;
  }
  return nullptr;
}

}  // namespace azlab::portal
