// The real az on simulated machines (`azlab validate --az real`).
#include <filesystem>

#include "harness/run/machines.hpp"
#include "sim/core/fixtures.hpp"
#include "sim/core/text.hpp"

namespace azlab::run {
namespace {

namespace fs = std::filesystem;

constexpr const char* kAzEnvironment = "az";
constexpr const char* kAzMount = "/opt/azlab/az";
constexpr const char* kAzStartMount = "/opt/azlab/az-start";
constexpr const char* kSdkMount = "/opt/azlab/az-packages";
constexpr const char* kBinaryInside = "/usr/local/azlab/azlab";

/// "3.11.2" -> "lib/python3.11/site-packages"
std::string packages_below(const std::string& python_version) { return "lib/python" + python_version.substr(0, python_version.rfind('.')) + "/site-packages"; }

}  // namespace

Result<void> Machines::use_real_az() {
  if (options_.python == PythonUse::none) return fail(400, "WrongUse", "--az real: this run uses no Python environments");
  const auto environment = python::find_environment(kAzEnvironment);
  if (!environment) return fail(environment.error());
  const auto prepared = python::prepare(*environment, {.install = options_.python == PythonUse::install, .say = options_.say});
  if (!prepared) return fail(400, "WrongUse", "--az real: " + prepared.error().message);
  const bool extension = !simulator_.options().extension_wheels.empty();
  std::string packages;
  const std::string start = directory_.path() + "/door/az-start";
  const auto place = [&](const std::string& here, const char* inside) {
    real_az_mounts_.push_back({.here = here, .inside = inside});
    return host_.sandbox ? std::string(inside) : here;
  };
  // Python's start-up file alone: az's pip is its own, not the machine's.
  std::error_code why;
  fs::create_directories(start, why);
  if (const auto written = write_file(start + "/sitecustomize.py", std::string(fixtures::get("fixtures/clients/sitecustomize.py"))); !written) return written;
  const std::string python = place(prepared->directory, kAzMount) + "/bin/python";
  door::Places places = proxy_places();
  places.python = place(start, kAzStartMount);
  if (extension) {
    const auto& sdk = this->python();
    if (!sdk) return fail(400, "WrongUse", "--extension-wheel: " + sdk.error().message);
    packages = place(sdk->directory, kSdkMount) + "/" + packages_below(sdk->python_version);
    stand_ins_.push_back({"the packages that extensions of az need", "those of the Python environment '" + sdk->name + "'"});
  } else {
    stand_ins_.push_back({"the extension ml of az (az ml, az extension)", "azlab's own; --extension-wheel FILE gives az the genuine one"});
  }
  std::vector<std::string> settings;
  for (const auto& [name, value] : door::proxy_settings(places)) settings.push_back("export " + name + "='" + value + "'");
  std::string script(fixtures::get("fixtures/machines/shims/az.bash"));
  script = replace_all(script, "@WHEEL@", extension ? "yes" : "no");
  script = replace_all(script, "@AZLAB@", host_.sandbox ? kBinaryInside : host_.azlab_binary);
  script = replace_all(script, "@SETTINGS@", join(settings, "\n"));
  script = replace_all(script, "@PYTHON@", python);
  script = replace_all(script, "@PACKAGES@", packages);
  host_.scripts["az"] = script;
  host_.equip = [this](shell::Program& program) -> Result<std::shared_ptr<void>> {
    auto way = open_way(program);
    if (!way) return fail(way.error());
    return std::shared_ptr<net::Listener>(std::move(*way));
  };
  return {};
}

}  // namespace azlab::run
