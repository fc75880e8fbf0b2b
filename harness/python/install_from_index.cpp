#include "harness/python/install.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "harness/shell/files.hpp"
#include "harness/shell/process.hpp"
#include "sim/core/text.hpp"

namespace azlab::python {
namespace {

constexpr double kMakeVenvLimitS = 120;
constexpr double kInstallLimitS = 1800;
constexpr std::size_t kOutputBytesMax = 1U << 20U;

/// This process's environment, without what would lead Python astray; pip's own settings stay (index, proxy).
std::vector<std::string> environment_for_pip() {
  std::vector<std::string> out;
  for (char** entry = ::environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    if (!text.starts_with("PYTHON") && !text.starts_with("VIRTUAL_ENV=") && !text.starts_with("PIP_TARGET=") && !text.starts_with("PIP_REQUIRE_VIRTUALENV=")) out.emplace_back(text);
  }
  return out;
}

/// True when pip's output says that it could not reach the index.
bool out_of_reach(const std::string& output) {
  constexpr std::array kSigns = {"NewConnectionError", "Failed to establish a new connection", "Temporary failure in name resolution", "ProxyError", "ConnectTimeout", "Connection refused"};
  return std::any_of(kSigns.begin(), kSigns.end(), [&](const char* sign) { return output.find(sign) != std::string::npos; });
}

tl::unexpected<Error> pip_failed(const Environment& environment, const shell::ProcessResult& ran) {
  if (!ran.failure.empty()) return cannot_prepare(environment, ran.failure);
  if (ran.timed_out) return cannot_prepare(environment, "pip did not come to an end in time");
  if (out_of_reach(ran.output)) return cannot_prepare(environment, "the Python package index is out of reach", kIndexOutOfReach);
  if (ran.output.find("No space left on device") != std::string::npos) return cannot_prepare(environment, "there is no room left; AZLAB_PYTHON_CACHE says where it is kept");
  const std::string error = last_line(ran.output, "ERROR:");
  return cannot_prepare(environment, "pip says: " + (error.empty() ? last_line(ran.output) : error));
}

std::size_t count_packages(const std::string& lock) {
  std::size_t count = 0;
  for (const auto& line : split(lock, '\n')) {
    if (line.find("==") != std::string::npos && !line.starts_with("#")) ++count;
  }
  return count;
}

}  // namespace

Result<void> install_from_index(const InstallTask& task) {
  const auto& [environment, python, directory, say] = task;
  const auto variables = environment_for_pip();
  const auto made = shell::run_process({.argv = {python, "-m", "venv", directory}, .environment = variables}, kMakeVenvLimitS, kOutputBytesMax);
  if (made.exit_status != 0) {
    const bool no_venv = made.output.find("ensurepip") != std::string::npos;
    return cannot_prepare(environment, no_venv ? "this computer's python3 cannot make environments; install the package python3-venv" : "python3 -m venv says: " + last_line(made.output));
  }
  const std::string lock = directory + "/azlab-lock.txt";
  if (!shell::write_whole(lock, environment.lock)) return cannot_prepare(environment, "cannot write to " + directory);
  const std::size_t total = count_packages(environment.lock);
  std::size_t seen = 0;
  const auto count = [&](std::string_view piece) {
    for (std::size_t at = piece.find("Collecting "); at != std::string_view::npos; at = piece.find("Collecting ", at + 1)) ++seen;
    say(fmt::format("{}: {}", environment.name, seen < total ? fmt::format("{} of {} packages", seen, total) : "installing"), true);
  };
  const auto ran = shell::run_process({.argv = {directory + "/bin/python", "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--progress-bar=off", "--retries=2",
                                                "--timeout=30", "--no-deps", "--only-binary=:all:", "--require-hashes", "-r", lock},
                                       .environment = variables},
                                      {.time_limit_s = kInstallLimitS, .output_bytes_max = kOutputBytesMax, .on_output = count});
  if (ran.exit_status != 0) return pip_failed(environment, ran);
  return {};
}

}  // namespace azlab::python
