#include "harness/door/client_door.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "sim/arm/subscription.hpp"
#include "sim/core/fixtures.hpp"
#include "sim/core/text.hpp"

namespace azlab::door {
namespace {

// What a caller's shell may hold that would lead a client to the real Azure, to real credentials or around the proxy.
constexpr std::string_view kForeign[] = {"AZURE_*", "ARM_*", "MSI_*", "IDENTITY_*", "IMDS_ENDPOINT", "NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy", "AZUREML_*", "MLFLOW_TRACKING_*", "OBO_ENDPOINT"};

// The application "lab-pipeline" of fixtures/entra/directory.json; the secret is the one that strict sign-in wants, too.
constexpr const char* kClientId = "5b0c6b1e-7f42-4d93-a8e6-2c1d9f3b4a51";
constexpr const char* kClientSecret = "lab-secret";

bool is_foreign(std::string_view name) {
  return std::any_of(std::begin(kForeign), std::end(kForeign), [&](std::string_view pattern) { return glob_match(pattern, name); });
}

}  // namespace

std::vector<std::string> foreign_variables() { return {std::begin(kForeign), std::end(kForeign)}; }

Result<std::unique_ptr<ClientDoor>> ClientDoor::open(Simulator& simulator, ClockRoom& room, const Options& options) {
  std::unique_ptr<ClientDoor> door(new ClientDoor());
  door->directory_ = options.directory;
  auto authority = net::CertificateAuthority::make();
  if (!authority) return fail(authority.error());
  door->authority_ = std::move(*authority);
  std::error_code why;
  for (const char* made : {"/home", "/azure", "/python"}) std::filesystem::create_directories(options.directory + made, why);
  std::ofstream(options.directory + "/python/sitecustomize.py") << fixtures::get("fixtures/clients/sitecustomize.py");
  std::ofstream file(door->certificate_file());
  file << door->authority_->certificate();
  file.close();
  if (!file || why) return fail(500, "FileError", "cannot write to " + options.directory + "; set TMPDIR to a place with room");
  ClientDoor& self = *door;
  self.handlers_ = {.handle = [&simulator](const Request& request) { return simulator.handle(request); },
                    .serves = [&simulator](const std::string& host) { return simulator.serves(host); },
                    .refused =
                        [&self](const std::string& host) {
                          const std::lock_guard lock(self.mutex_);
                          ++self.refused_[host];
                        },
                    .allowed =
                        [allow = options.allow](const std::string& host) {
                          return std::any_of(allow.begin(), allow.end(), [&](const std::string& pattern) { return glob_match(pattern, host); });
                        },
                    .clock = {.enter = [&room](int pid) { return room.enter(pid); },
                              .leave = [&room](int process) { room.leave(process); },
                              .sleep = [&room](int process, Duration duration) { return room.sleep(process, duration); },
                              .now = [&simulator] { return simulator.now(); }}};
  if (!options.loopback) return door;
  auto listener = net::Listener::open(options.port, *door->authority_, self.handlers_, options.directory + "/body");
  if (!listener) return fail(listener.error());
  door->listener_ = std::move(*listener);
  return door;
}

Result<std::unique_ptr<net::Listener>> ClientDoor::serve_sandbox(const std::string& hand_out) {
  int number = 0;
  {
    const std::lock_guard lock(mutex_);
    number = ++sandboxes_;
  }
  return net::Listener::open_for_sandbox(hand_out, *authority_, handlers_, directory_ + "/body-" + std::to_string(number) + "-");
}

std::map<std::string, int> ClientDoor::refused() const {
  const std::lock_guard lock(mutex_);
  return refused_;
}

std::vector<std::pair<std::string, std::string>> proxy_settings(const Places& places) {
  const std::string address = "127.0.0.1:" + std::to_string(places.port);
  std::vector<std::pair<std::string, std::string>> out;
  for (const char* name : {"HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy"}) out.emplace_back(name, "http://" + address);
  for (const char* name : {"REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "GIT_SSL_CAINFO"}) out.emplace_back(name, places.certificate);
  out.insert(out.end(), {// Python's time.sleep waits in simulated time: its start-up file stands first on the path.
                         {"PYTHONPATH", places.python},
                         {"AZLAB_CLOCK", address},
                         {"NODE_USE_ENV_PROXY", "1"},  // Node's own fetch looks at the proxy only when told to
                         // Measuring programs is their makers' business, not ours; and it would only be refused.
                         {"AZURE_CORE_COLLECT_TELEMETRY", "no"},
                         {"AZURE_CORE_SURVEY_MESSAGE", "no"},
                         {"AZUREML_SDKV2_TELEMETRY_OPTOUT", "1"},
                         {"MLFLOW_DISABLE_TELEMETRY", "true"},
                         {"DO_NOT_TRACK", "1"}});
  return out;
}

std::vector<std::pair<std::string, std::string>> ClientDoor::settings() const {
  const char* python_path = std::getenv("PYTHONPATH");
  const bool has_path = python_path != nullptr && *python_path != '\0';
  const Caller caller;
  auto out = proxy_settings({.port = port(), .certificate = certificate_file(), .python = python_folder() + (has_path ? ":" + std::string(python_path) : "")});
  out.insert(out.end(), {{"HOME", directory_ + "/home"},
                         {"AZURE_CONFIG_DIR", directory_ + "/azure"},
                         {"AZURE_TENANT_ID", caller.tenant_id},
                         {"AZURE_CLIENT_ID", kClientId},
                         {"AZURE_CLIENT_SECRET", kClientSecret},
                         {"AZURE_SUBSCRIPTION_ID", arm::default_subscription().id}});
  return out;
}

std::vector<std::string> ClientDoor::environment(const std::vector<std::string>& base) const {
  std::vector<std::string> out;
  const auto ours = settings();
  for (const auto& entry : base) {
    const std::string_view name = std::string_view(entry).substr(0, entry.find('='));
    const bool set = std::any_of(ours.begin(), ours.end(), [&](const auto& setting) { return setting.first == name; });
    if (!set && !is_foreign(name)) out.push_back(entry);
  }
  for (const auto& [name, value] : ours) out.push_back(name + "=" + value);
  return out;
}

}  // namespace azlab::door
