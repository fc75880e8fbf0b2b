#include <charconv>
#include <iostream>
#include <nlohmann/json.hpp>

#include "harness/az/extensions.hpp"
#include "harness/az/wire.hpp"
#include "sim/core/fixtures.hpp"
#include "sim/core/text.hpp"

namespace azlab::az {
namespace {

constexpr const char* kExtensionsFixture = "fixtures/az/extensions.json";

Json extension_catalogue() {
  auto catalogue = parse_jsonc(fixtures::get(kExtensionsFixture));
  return catalogue ? *catalogue : Json::object();
}

std::vector<int> version_numbers(const std::string& version) {
  std::vector<int> numbers;
  for (const std::string& part : split(version, '.')) {
    int number = 0;
    std::from_chars(part.data(), part.data() + part.size(), number);
    numbers.push_back(number);
  }
  return numbers;
}

bool older(const std::string& a, const std::string& b) {
  return version_numbers(a) < version_numbers(b);
}

/// The row of that version, or the newest that this core takes.
Json version_row(const Json& extension, const std::string& version) {
  Json best = nullptr;
  for (const Json& row : extension.value("versions", Json::array())) {
    const std::string number = string_at(row, "version");
    if (!version.empty() && number != version) continue;
    if (older(core_version(), string_at(row, "min_core", "0"))) continue;
    if (best.is_null() || older(string_at(best, "version"), number)) best = row;
  }
  return best;
}

Json listed(Invocation& az, const std::string& name, const std::string& version) {
  const Json known = known_extension(name);
  return {{"experimental", known.is_object() && known.value("experimental", false)},
          {"extensionType", "whl"},
          {"name", name},
          {"path", az.config.directory() + "/cliextensions/" + name},
          {"preview", known.is_object() && known.value("preview", false)},
          {"version", version}};
}

tl::unexpected<Error> not_installed(const std::string& name) {
  return cli_error("The extension " + name + " is not installed. Please install the extension via `az extension add -n " + name + "`.");
}

Result<Json> extension_add(Invocation& az) {
  const std::string name = az.value("name");
  if (name.empty()) return cli_error("usage error: --name NAME | --source SOURCE");
  const auto installed = az.config.extensions();
  if (const auto found = installed.find(name); found != installed.end() && !az.has("upgrade") && !az.has("version")) {
    az.warn("Extension '" + name + "' " + found->second + " is already installed.");
    return Json(nullptr);
  }
  const bool there = installed.contains(name);
  auto done = install_extension(az, name, az.value("version"));
  if (!done) return tl::make_unexpected(done.error());
  if (!there && known_extension(name).value("preview", false)) {
    az.warn("The installed extension '" + name + "' is in preview.");
  }
  return Json(nullptr);
}

Result<Json> extension_remove(Invocation& az) {
  for (const std::string& name : az.all("name")) {
    if (!az.config.extensions().contains(name)) return not_installed(name);
    az.config.remove_directory("cliextensions/" + name);
  }
  return Json(nullptr);
}

Result<Json> extension_list(Invocation& az) {
  Json list = Json::array();
  for (const auto& [name, version] : az.config.extensions()) list.push_back(listed(az, name, version));
  return list;
}

Result<Json> extension_show(Invocation& az) {
  const std::string name = az.value("name");
  const auto installed = az.config.extensions();
  const auto found = installed.find(name);
  if (found == installed.end()) return not_installed(name);
  Json shown = listed(az, name, found->second);
  shown["metadata"] = {{"name", name},
                       {"version", found->second},
                       {"azext.minCliCoreVersion", string_at(installed_extension(az, name), "min_core")}};
  return shown;
}

Result<Json> extension_update(Invocation& az) {
  const std::string name = az.value("name");
  const auto installed = az.config.extensions();
  const auto found = installed.find(name);
  if (found == installed.end()) return not_installed(name);
  const Json newest = version_row(known_extension(name), az.value("version"));
  if (newest.is_null() || (!older(found->second, string_at(newest, "version")) && !az.has("version"))) {
    return cli_error("No updates available for '" + name + "'. Use --debug for more information.");
  }
  auto done = install_extension(az, name, string_at(newest, "version"));
  return done ? Result<Json>(Json(nullptr)) : tl::make_unexpected(done.error());
}

Result<Json> extension_list_available(Invocation& az) {
  Json list = Json::array();
  const auto installed = az.config.extensions();
  const Json catalogue = extension_catalogue();
  for (const auto& [name, known] : catalogue.at("extensions").items()) {
    const Json newest = version_row(known, "");
    if (newest.is_null()) continue;
    list.push_back({{"experimental", known.value("experimental", false)},
                    {"installed", installed.contains(name)},
                    {"name", name},
                    {"preview", known.value("preview", false)},
                    {"summary", string_at(known, "summary")},
                    {"version", string_at(newest, "version")}});
  }
  return list;
}

Result<Json> extension_list_versions(Invocation& az) {
  const std::string name = az.value("name");
  const Json known = known_extension(name);
  if (known.is_null()) return cli_error("No extension found with name '" + name + "'");
  Json list = Json::array();
  const std::string newest = string_at(version_row(known, ""), "version");
  for (const Json& row : known.value("versions", Json::array())) {
    const std::string number = string_at(row, "version");
    list.push_back({{"compatible", !older(core_version(), string_at(row, "min_core", "0"))},
                    {"name", name},
                    {"preview", known.value("preview", false)},
                    {"version", number + (number == newest ? " (max compatible version)" : "")}});
  }
  return list;
}

Result<Json> version(Invocation& az) {
  Json extensions = Json::object();
  for (const auto& [name, number] : az.config.extensions()) extensions[name] = number;
  const std::string core = core_version();
  return Json{
      {"azure-cli", core}, {"azure-cli-core", core}, {"azure-cli-telemetry", "1.1.0"}, {"extensions", extensions}};
}

}  // namespace

std::string core_version() {
  static const std::string version_number = string_at(extension_catalogue(), "core_version");
  return version_number;
}

Json known_extension(const std::string& name) {
  const Json catalogue = extension_catalogue();
  const Json* known = find_path(catalogue, "extensions");
  return known && known->contains(name) ? (*known)[name] : Json(nullptr);
}

Json installed_extension(Invocation& az, const std::string& name) {
  const auto installed = az.config.extensions();
  const auto found = installed.find(name);
  return found == installed.end() ? Json(nullptr) : version_row(known_extension(name), found->second);
}

Result<void> install_extension(Invocation& az, const std::string& name, const std::string& wanted) {
  const Json known = known_extension(name);
  if (known.is_null()) return cli_error("No extension found with name '" + name + "'");
  const Json row = version_row(known, wanted);
  if (row.is_null()) {
    return cli_error(wanted.empty() ? "No suitable extension found for '" + name + "'"
                                    : "Version '" + wanted + "' not found for extension '" + name + "'");
  }
  const Json metadata = {{"name", name}, {"version", string_at(row, "version")}};
  if (!az.config.write_file("cliextensions/" + name + "/metadata.json", dump_pretty(metadata) + "\n")) {
    return cli_error("[Errno 13] Permission denied: '" + az.config.directory() + "/cliextensions/" + name + "'");
  }
  return {};
}

Result<bool> offer_extension(Invocation& az, const std::string& words) {
  const std::string name = extension_of(words);
  if (name.empty() || az.config.extensions().contains(name)) return false;
  // Real az asks by default once it has fetched the index of extension commands; that host answers 404 here
  // (wire.md 2.7), so only an explicit setting leads to an installation.
  const std::string setting = az.config.find("extension", "use_dynamic_install").value_or("no");
  if (setting != "yes_prompt" && setting != "yes_without_prompt") return false;
  if (setting == "yes_without_prompt") {
    az.warn("The command requires the extension " + name + ". It will be installed first.");
  } else {
    auto sure = az.confirm(
        "The command requires the extension " + name +
            ". Do you want to install it now? The command will continue to run after the extension is installed.",
        true);
    if (!sure) {
      return usage_error(
          "The command requires the extension " + name +
          ". Unable to prompt for extension install confirmation as no tty available. Run 'az config set "
          "extension.use_dynamic_install=yes_without_prompt' to allow installing extensions without prompt.");
    }
    if (!*sure) {
      return usage_error("The command requires the latest version of extension " + name +
                         ". To install, run 'az extension add --upgrade -n " + name + "'.");
    }
    az.warn(
        "Run 'az config set extension.use_dynamic_install=yes_without_prompt' to allow installing extensions without "
        "prompt.");
  }
  auto done = install_extension(az, name, "");
  return done ? Result<bool>(true) : tl::make_unexpected(done.error());
}

std::string version_text(Invocation& az) {
  const std::string core = core_version();
  const auto row = [](const std::string& name, const std::string& number) {
    return name + std::string(name.size() < 34 ? 34 - name.size() : 1, ' ') + number + "\n";
  };
  std::string text = row("azure-cli", core) + "\n" + row("core", core) + row("telemetry", "1.1.0") + "\n";
  const auto installed = az.config.extensions();
  if (!installed.empty()) text += "Extensions:\n";
  for (const auto& [name, number] : installed) text += row(name, number);
  return text + (installed.empty() ? "" : "\n") + "This is azlab's built-in az, which imitates that version.\n";
}

Rows extension_commands() {
  static constexpr CommandRow kRows[] = {
      {"extension add", extension_add, "name yes upgrade version system allow-preview"},
      {"extension remove", extension_remove, "name"},
      {"extension list", extension_list},
      {"extension show", extension_show, "name"},
      {"extension update", extension_update, "name allow-preview"},
      {"extension list-available", extension_list_available, "show-details"},
      {"extension list-versions", extension_list_versions, "name"},
      {"version", version},
  };
  return kRows;
}

}  // namespace azlab::az
