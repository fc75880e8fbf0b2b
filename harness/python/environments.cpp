#include <nlohmann/json.hpp>

#include "harness/python/python.hpp"
#include "sim/core/fixtures.hpp"
#include "sim/core/json.hpp"
#include "sim/core/text.hpp"

namespace azlab::python {

Result<std::vector<Environment>> environments() {
  const auto described = parse_jsonc(fixtures::get("fixtures/python/environments.json"));
  if (!described) return fail(described.error());
  std::vector<Environment> out;
  for (const Json& one : *described) {
    Environment environment;
    environment.name = string_at(one, "name");
    environment.purpose = string_at(one, "purpose");
    environment.source = string_at(one, "source") == "debian" ? Source::debian : Source::index;
    environment.stands_in_for = string_at(one, "standsInFor");
    const std::string lock = "fixtures/python/" + string_at(one, "lock");
    const auto text = fixtures::find(lock);
    if (!text) return fail(500, "BadEnvironment", "Python environment '" + environment.name + "' names " + lock + ", which is not there");
    environment.lock = std::string(*text);
    for (const Json& version : one.value("pythons", Json::array())) environment.pythons.push_back(version.get<std::string>());
    environment.download_mb = one.value("downloadMb", 0);
    environment.installed_mb = one.value("installedMb", 0);
    environment.only_by_name = one.value("onlyByName", false);
    out.push_back(std::move(environment));
  }
  return out;
}

Result<Environment> find_environment(std::string_view name) {
  auto all = environments();
  if (!all) return fail(all.error());
  std::vector<std::string> names;
  for (Environment& one : *all) {
    if (one.name == name) return std::move(one);
    names.push_back(one.name);
  }
  return fail(404, "WrongUse", "there is no Python environment '" + std::string(name) + "'; there is " + join(names, ", "));
}

}  // namespace azlab::python
