#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "harness/az/wire.hpp"
#include "sim/core/text.hpp"

namespace azlab::az {
namespace {

Json entry_of(Invocation& az, const std::string& name, const std::string& value) {
  return {{"name", name}, {"source", az.config.path()}, {"value", value}};
}

/// "section.name" of a config key; az insists on both parts.
Result<std::pair<std::string, std::string>> split_key(const std::string& key) {
  const auto dot = key.find('.');
  if (dot == std::string::npos || dot == 0 || dot + 1 == key.size()) {
    return cli_error("Usage error: [section].[name]=[value] ..., ie: core.output=json");
  }
  return std::pair{key.substr(0, dot), to_lower(key.substr(dot + 1))};
}

Result<Json> configure(Invocation& az) {
  if (az.has("list-defaults")) {
    Json list = Json::array();
    const auto sections = az.config.sections();
    if (const auto defaults = sections.find("defaults"); defaults != sections.end()) {
      for (const auto& [name, value] : defaults->second) list.push_back(entry_of(az, name, value));
    }
    return list;
  }
  if (!az.has("defaults")) return not_simulated("az configure without --defaults (interactive)");
  for (const std::string& word : az.all("defaults")) {
    const auto equals = word.find('=');
    if (equals == std::string::npos) return cli_error("usage error: --defaults STRING=STRING STRING=STRING ...");
    if (!az.config.set("defaults", to_lower(word.substr(0, equals)), word.substr(equals + 1))) {
      return cli_error("[Errno 13] Permission denied: '" + az.config.path() + "'");
    }
  }
  return Json(nullptr);
}

Result<Json> config_set(Invocation& az) {
  az.warn(
      "Command group 'config' is experimental and under development. Reference and support levels: "
      "https://aka.ms/CLI_refstatus");
  for (const std::string& word : az.all("key_value")) {
    const auto equals = word.find('=');
    if (equals == std::string::npos) return cli_error("usage error: [section].[name]=[value] ...");
    auto key = split_key(word.substr(0, equals));
    if (!key) return tl::make_unexpected(key.error());
    if (!az.config.set(key->first, key->second, word.substr(equals + 1))) {
      return cli_error("[Errno 13] Permission denied: '" + az.config.path() + "'");
    }
  }
  return Json(nullptr);
}

Result<Json> config_get(Invocation& az) {
  az.warn(
      "Command group 'config' is experimental and under development. Reference and support levels: "
      "https://aka.ms/CLI_refstatus");
  const auto sections = az.config.sections();
  const std::string key = az.value("key");
  const auto list_of = [&](const std::map<std::string, std::string>& entries) {
    Json list = Json::array();
    for (const auto& [name, value] : entries) list.push_back(entry_of(az, name, value));
    return list;
  };
  if (key.empty()) {
    Json all = Json::object();
    for (const auto& [section, entries] : sections) all[section] = list_of(entries);
    return all;
  }
  const auto dot = key.find('.');
  const auto section = sections.find(key.substr(0, dot));
  if (dot == std::string::npos) {
    return section == sections.end() ? Json::array() : list_of(section->second);
  }
  const std::string name = to_lower(key.substr(dot + 1));
  if (section != sections.end()) {
    if (const auto entry = section->second.find(name); entry != section->second.end())
      return entry_of(az, name, entry->second);
  }
  return cli_error("Configuration '" + key + "' is not set.");
}

Result<Json> config_unset(Invocation& az) {
  az.warn(
      "Command group 'config' is experimental and under development. Reference and support levels: "
      "https://aka.ms/CLI_refstatus");
  for (const std::string& word : az.all("key")) {
    auto key = split_key(word);
    if (!key) return tl::make_unexpected(key.error());
    az.config.set(key->first, key->second, "");
  }
  return Json(nullptr);
}

}  // namespace

Rows configure_commands() {
  static constexpr CommandRow kRows[] = {
      {"configure", configure, "defaults list-defaults"},
      {"config set", config_set, "key_value"},
      {"config get", config_get, "key"},
      {"config unset", config_unset, "key"},
  };
  return kRows;
}

}  // namespace azlab::az
