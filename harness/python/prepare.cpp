#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "harness/python/python.hpp"
#include "harness/shell/files.hpp"
#include "harness/shell/process.hpp"
#include "harness/shell/sandbox.hpp"
#include "sim/core/draw.hpp"
#include "sim/core/text.hpp"

namespace azlab::python {
namespace {

namespace fs = std::filesystem;

constexpr double kMakeVenvLimitS = 120;
constexpr double kInstallLimitS = 1800;
constexpr std::size_t kOutputBytesMax = 1U << 20U;
constexpr const char* kMark = "/azlab-prepared";  // its last file: without it a directory is what a killed process left

tl::unexpected<Error> no_environment(const Environment& environment, const std::string& why) {
  return fail(500, "NoPythonEnvironment", "cannot prepare the Python environment '" + environment.name + "': " + why);
}

/// This process's environment, without what would lead Python astray; pip's own settings stay (index, proxy).
std::vector<std::string> environment_for_pip() {
  std::vector<std::string> out;
  for (char** entry = ::environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    if (!text.starts_with("PYTHON") && !text.starts_with("VIRTUAL_ENV=") && !text.starts_with("PIP_TARGET=") && !text.starts_with("PIP_REQUIRE_VIRTUALENV=")) out.emplace_back(text);
  }
  return out;
}

std::string last_line(const std::string& output, std::string_view beginning = "") {
  std::string found;
  for (const auto& line : split(output, '\n')) {
    if (!trim(line).empty() && line.starts_with(beginning)) found = std::string(trim(line));
  }
  return found;
}

/// An exclusive lock on a file beside the environment, while it lives.
class Lock {
 public:
  explicit Lock(const std::string& path) : file_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)) {
    while (file_ >= 0 && ::flock(file_, LOCK_EX) != 0 && errno == EINTR) {
    }
  }
  ~Lock() {
    if (file_ >= 0) ::close(file_);
  }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;
  bool held() const { return file_ >= 0; }

 private:
  int file_;
};

std::string why_pip_failed(const shell::ProcessResult& ran) {
  if (!ran.failure.empty()) return ran.failure;
  if (ran.timed_out) return "pip did not come to an end in time";
  const std::string& output = ran.output;
  for (const char* sign : {"NewConnectionError", "Failed to establish a new connection", "Temporary failure in name resolution", "ProxyError", "ConnectTimeout", "Connection refused"}) {
    if (output.find(sign) != std::string::npos) return "the Python package index is out of reach";
  }
  if (output.find("No space left on device") != std::string::npos) return "there is no room left; AZLAB_PYTHON_CACHE says where it is kept";
  const std::string error = last_line(output, "ERROR:");
  return "pip says: " + (error.empty() ? last_line(output) : error);
}

std::size_t count_packages(const std::string& lock) {
  std::size_t count = 0;
  for (const auto& line : split(lock, '\n')) {
    if (line.find("==") != std::string::npos && !line.starts_with("#")) ++count;
  }
  return count;
}

Result<void> install(const Environment& environment, const std::string& python, const std::string& directory, const PrepareOptions& options) {
  const auto say = [&](const std::string& line, bool progress) {
    if (options.say) options.say(line, progress);
  };
  say(fmt::format("preparing the Python environment '{}' ({}): about {} MB to download, {} MB on disk, in {}", environment.name, environment.purpose,
                  environment.download_mb, environment.installed_mb, directory), false);
  std::error_code why;
  fs::remove_all(directory, why);
  const auto variables = environment_for_pip();
  const auto made = shell::run_process({.argv = {python, "-m", "venv", directory}, .environment = variables}, kMakeVenvLimitS, kOutputBytesMax);
  if (made.exit_status != 0) {
    const bool no_venv = made.output.find("ensurepip") != std::string::npos;
    return no_environment(environment, no_venv ? "this computer's python3 cannot make environments; install the package python3-venv" : "python3 -m venv says: " + last_line(made.output));
  }
  const std::string lock = directory + "/azlab-lock.txt";
  if (!shell::write_whole(lock, environment.lock)) return no_environment(environment, "cannot write to " + directory);
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
  if (ran.exit_status != 0) return no_environment(environment, why_pip_failed(ran));
  if (!shell::write_whole(directory + kMark, environment.name + "\n")) return no_environment(environment, "cannot write to " + directory);
  say(fmt::format("the Python environment '{}' is ready", environment.name), false);
  return {};
}

}  // namespace

Result<std::string> cache_directory() {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value == nullptr ? "" : value);
  };
  if (const auto own = variable("AZLAB_PYTHON_CACHE"); !own.empty()) return fs::absolute(own).string();
  if (const auto cache = variable("XDG_CACHE_HOME"); cache.starts_with('/')) return cache + "/azlab/python";
  if (const auto home = variable("HOME"); home.starts_with('/')) return home + "/.cache/azlab/python";
  return fail(500, "NoCache", "there is no HOME to keep Python environments in; set AZLAB_PYTHON_CACHE");
}

Result<Prepared> prepare(const Environment& environment, const PrepareOptions& options) {
  const std::string python = shell::find_on_computer("python3");
  if (python.empty()) return no_environment(environment, "this computer has no python3");
  const auto asked = shell::run_process({.argv = {python, "-I", "-c", "import platform; print(platform.python_version())"}}, kMakeVenvLimitS, kOutputBytesMax);
  const std::string version(trim(asked.output));
  const std::string minor = version.substr(0, version.find('.', version.find('.') + 1));
  if (asked.exit_status != 0 || minor.empty()) return no_environment(environment, "python3 does not say its version: " + last_line(asked.output));
  if (std::find(environment.pythons.begin(), environment.pythons.end(), minor) == environment.pythons.end()) {
    return no_environment(environment, "this computer has Python " + minor + "; its packages are pinned for " + join(environment.pythons, ", "));
  }
  const auto cache = cache_directory();
  if (!cache) return fail(cache.error());
  utsname machine{};
  ::uname(&machine);
  const std::string digest = Draw(0).hex(12, "python environment", environment.lock + "\n" + minor + " " + machine.machine);
  Prepared out{.name = environment.name, .directory = *cache + "/" + environment.name + "-" + digest, .python_version = version};
  std::error_code why;
  if (fs::exists(out.directory + kMark, why)) return out;
  if (!options.install) return no_environment(environment, "it is not there yet; azlab prepare " + environment.name + " makes it");
  fs::create_directories(*cache, why);
  const Lock lock(out.directory + ".lock");
  if (why || !lock.held()) return no_environment(environment, "cannot write to " + *cache + "; set AZLAB_PYTHON_CACHE");
  if (fs::exists(out.directory + kMark, why)) return out;  // another process made it meanwhile
  if (const auto done = install(environment, python, out.directory, options); !done) {
    fs::remove_all(out.directory, why);
    return fail(done.error());
  }
  return out;
}

}  // namespace azlab::python
