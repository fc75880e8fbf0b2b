// What programs of simulated machines find of the world: Azure behind a proxy, and Python.
#include <filesystem>

#include "harness/run/machines.hpp"
#include "sim/core/fixtures.hpp"

namespace azlab::run {
namespace {

namespace fs = std::filesystem;

constexpr const char* kShareMount = "/home/azureuser/cloudfiles/code";
// Inside a sandbox; its loopback is its own, so any port below the ephemeral ones is free.
constexpr int kProxyPort = 20080;
constexpr const char* kPythonMount = "/opt/azlab/python";
constexpr const char* kDoorMount = "/usr/local/azlab/door";
constexpr const char* kHandOutMount = "/run/azlab/hand-out";
constexpr const char* kBinary = "/usr/local/azlab/azlab";

}  // namespace

std::string Machines::on_machine(const std::string& path) const { return std::string(kShareMount) + "/" + path; }

const Result<python::Prepared>& Machines::python() {
  static const Result<python::Prepared> kNone = fail(500, "NoPythonEnvironment", "this run uses no Python environments");
  if (options_.python == PythonUse::none) return kNone;
  return options_.prepared->get(kPythonEnvironment, {.install = options_.python == PythonUse::install, .say = options_.say});
}

Result<void> Machines::python_at_hand() const {
  const auto environment = python::find_environment(kPythonEnvironment);
  if (!environment) return fail(environment.error());
  const auto there = python::prepare_or_stand_in(*environment, {.install = false});
  if (!there) return fail(there.error());
  return {};
}

std::string Machines::add_python(shell::Program& program, const python::Prepared& prepared, const python::Site& site) const {
  const std::string root = host_.sandbox ? kPythonMount : prepared.directory;
  if (host_.sandbox) program.mounts.push_back({.here = prepared.directory, .inside = root});
  program.path.insert(program.path.begin(), root + "/" + site.relative + "/bin");
  if (!prepared.libraries.empty()) program.variables["LD_LIBRARY_PATH"] = root + "/" + prepared.libraries;
  return root;
}

Result<void> Machines::place_config(shell::Program& program, const InstancePlace& instance, const std::string& config) const {
  // Without a sandbox the nearest folder that is ours and above the share.
  const std::string share = directory_.share(instance.share);
  const std::string file = share.substr(0, share.rfind('/')) + "/config.json";
  if (const auto written = write_file(file, config); !written) return written;
  if (host_.sandbox) program.mounts.push_back({.here = file, .inside = "/config.json"});
  return {};
}

door::Places Machines::proxy_places() const {
  if (!host_.sandbox) return {.port = door_->port(), .certificate = door_->certificate_file(), .python = door_->python_folder()};
  return {.port = kProxyPort, .certificate = std::string(kDoorMount) + "/ca.pem", .python = std::string(kDoorMount) + "/python"};
}

Result<std::unique_ptr<net::Listener>> Machines::open_way(shell::Program& program) {
  if (!host_.sandbox) return std::unique_ptr<net::Listener>();
  const door::Places places = proxy_places();
  const std::string hand_out = directory_.path() + "/door/out" + std::to_string(++connected_);
  auto listener = door_->serve_sandbox(hand_out);
  if (!listener) return fail(listener.error());
  program.mounts.push_back({.here = door_->certificate_file(), .inside = places.certificate});
  program.mounts.push_back({.here = door_->python_folder(), .inside = places.python});
  program.mounts.push_back({.here = hand_out, .inside = kHandOutMount});
  program.mounts.insert(program.mounts.end(), real_az_mounts_.begin(), real_az_mounts_.end());
  std::vector<std::string> argv = {kBinary, "sandbox-init", kHandOutMount, std::to_string(kProxyPort), "--"};
  argv.insert(argv.end(), program.argv.begin(), program.argv.end());
  program.argv = std::move(argv);
  return listener;
}

Result<std::unique_ptr<net::Listener>> Machines::connect(shell::Program& program, const shell::Session& session) {
  if (const auto opened = open_channel(); !opened) return fail(opened.error());
  if (const auto opened = open_door(); !opened) return fail(opened.error());
  // Python's pip is the machine's, wherever a Python comes from.
  std::error_code why;
  fs::create_directories(door_->python_folder() + "/pip", why);
  for (const char* file : {"__init__.py", "__main__.py"}) {
    const std::string target = door_->python_folder() + "/pip/" + file;
    if (!fs::exists(target, why)) {
      const auto written = write_file(target, std::string(fixtures::get(std::string("fixtures/python/pip/") + file)));
      if (!written) return fail(written.error());
    }
  }
  auto listener = open_way(program);
  if (!listener) return listener;
  for (const auto& [name, value] : door::proxy_settings(proxy_places())) program.variables.emplace(name, value);
  program.variables.emplace("AZLAB_PIP", session.shims() + "/pip");
  return listener;
}

}  // namespace azlab::run
