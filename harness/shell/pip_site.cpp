#include "harness/shell/pip_site.hpp"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "harness/shell/files.hpp"
#include "harness/shell/version.hpp"
#include "sim/core/fixtures.hpp"
#include "sim/core/json.hpp"

namespace azlab::shell {
namespace {

Result<Json> read_pip_json(const std::string& path) {
  const auto text = fixtures::find(path);
  if (!text) return fail(500, "NoFixture", path + " is missing");
  return parse_jsonc(*text);
}

std::vector<std::string> texts(const Json& array) {
  std::vector<std::string> list;
  for (const Json& one : array) list.push_back(one.get<std::string>());
  return list;
}

IndexedPackage indexed_package(const std::string& name, const Json& value) {
  IndexedPackage package;
  package.name = name;
  if (const Json* versions = find_path(value, "versions")) package.versions = texts(*versions);
  if (const Json* needs = find_path(value, "requires")) {
    for (const auto& [version, list] : needs->items()) package.needs[version] = texts(list);
  }
  package.summary = string_at(value, "summary");
  package.home_page = string_at(value, "homePage");
  package.author = string_at(value, "author");
  package.author_email = string_at(value, "authorEmail");
  package.license = string_at(value, "license");
  return package;
}

void read_installed(const Json& packages, std::map<std::string, InstalledPackage>& installed) {
  for (const auto& [name, version] : packages.items()) {
    installed[normalised_name(name)] = {.name = name, .version = version.get<std::string>()};
  }
}

}  // namespace

std::vector<std::string> IndexedPackage::needs_of(const std::string& version) const {
  // Older versions than any listed one are taken to need what the oldest listed one needs.
  std::string best;
  for (const auto& [from, requirements] : needs) {
    const bool older = compare_versions(from, version) <= 0;
    const bool best_older = !best.empty() && compare_versions(best, version) <= 0;
    const bool newer_than_best = best.empty() || compare_versions(from, best) > 0;
    if (best.empty() || (older && (!best_older || newer_than_best)) || (!older && !best_older && !newer_than_best)) {
      best = from;
    }
  }
  return best.empty() ? std::vector<std::string>{} : needs.at(best);
}

std::string IndexedPackage::newest(const std::vector<std::string>& specifiers, bool prereleases) const {
  std::string any;
  for (auto version = versions.rbegin(); version != versions.rend(); ++version) {
    if (!accepts(specifiers, *version)) continue;
    if (prereleases || !is_prerelease(*version)) return *version;
    if (any.empty()) any = *version;
  }
  return any;
}

const IndexedPackage* PipSite::find(const std::string& key) const {
  const auto at = index.find(key);
  return at == index.end() ? nullptr : &at->second;
}

Result<void> PipSite::save() const {
  Json packages = Json::object();
  for (const auto& [key, package] : installed) packages[package.name] = package.version;
  if (write_whole(state_file, dump_pretty(Json{{"packages", packages}}))) return {};
  return fail(500, "NoSite", "cannot write " + state_file);
}

Result<PipSite> load_pip_site(const std::string& site_directory, const std::string& machine) {
  PipSite site;
  const Result<Json> index = read_pip_json("fixtures/machines/packages.json");
  if (!index) return fail(index.error());
  if (const Json* packages = find_path(*index, "packages")) {
    for (const auto& [name, value] : packages->items()) {
      site.index[normalised_name(name)] = indexed_package(name, value);
    }
  }
  const Result<Json> described = read_pip_json("fixtures/machines/" + machine + ".json");
  if (!described) return fail(described.error());
  site.python = string_at(*described, "python.version");
  site.location = string_at(*described, "python.site");
  site.state_file = site_directory + "/installed.json";
  std::error_code error;
  std::filesystem::create_directories(site_directory, error);
  if (!std::filesystem::exists(site.state_file)) {
    if (const Json* packages = find_path(*described, "packages")) read_installed(*packages, site.installed);
    return site;
  }
  const Result<Json> state = parse_json(read_whole(site.state_file));
  if (!state) return fail(500, "BadSite", site.state_file + ": " + state.error().message);
  if (const Json* packages = find_path(*state, "packages")) read_installed(*packages, site.installed);
  return site;
}

std::string packages_as_json(const std::vector<InstalledPackage>& packages) {
  Json list = Json::array();
  for (const InstalledPackage& one : packages) list.push_back({{"name", one.name}, {"version", one.version}});
  return dump(list);
}

}  // namespace azlab::shell
