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

#include "harness/python/install.hpp"
#include "harness/python/python.hpp"
#include "harness/shell/files.hpp"
#include "harness/shell/process.hpp"
#include "harness/shell/sandbox.hpp"
#include "sim/core/draw.hpp"
#include "sim/core/text.hpp"

namespace azlab::python {
namespace {

namespace fs = std::filesystem;

constexpr double kAskLimitS = 120;
constexpr std::size_t kVersionBytesMax = 1U << 16U;
constexpr const char* kDebiansPython = "/usr/bin/python3";
constexpr const char* kDebiansLibraries = "lib/debian";
constexpr const char* kMark = "/azlab-prepared";  // its last file: without it a directory is what a killed process left

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

/// Empty where there is none.
std::string find_python(const Environment& environment) {
  std::error_code why;
  if (environment.source != Source::debian) return shell::find_on_computer("python3");
  return fs::exists(kDebiansPython, why) ? kDebiansPython : "";
}

Result<void> install(const Environment& environment, const std::string& python, const std::string& directory, const PrepareOptions& options) {
  const auto say = [&](const std::string& line, bool progress) {
    if (options.say) options.say(line, progress);
  };
  say(fmt::format("preparing the Python environment '{}' ({}): about {} MB to download, {} MB on disk, in {}", environment.name, environment.purpose,
                  environment.download_mb, environment.installed_mb, directory), false);
  std::error_code why;
  fs::remove_all(directory, why);
  const InstallTask task{.environment = environment, .python = python, .directory = directory, .say = say};
  if (const auto done = environment.source == Source::debian ? install_from_debian(task) : install_from_index(task); !done) return done;
  if (!shell::write_whole(directory + kMark, environment.name + "\n")) return cannot_prepare(environment, "cannot write to " + directory);
  say(fmt::format("the Python environment '{}' is ready", environment.name), false);
  return {};
}

}  // namespace

tl::unexpected<Error> cannot_prepare(const Environment& environment, const std::string& why, std::string_view code) {
  return fail(500, std::string(code), "cannot prepare the Python environment '" + environment.name + "': " + why);
}

std::string last_line(const std::string& output, std::string_view beginning) {
  std::string found;
  for (const auto& line : split(output, '\n')) {
    if (!trim(line).empty() && line.starts_with(beginning)) found = std::string(trim(line));
  }
  return found;
}

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

Result<Prepared> place_of(const Environment& environment) {
  const bool debian = environment.source == Source::debian;
  const std::string python = find_python(environment);
  if (python.empty()) return cannot_prepare(environment, "this computer has no python3");
  const auto asked = shell::run_process({.argv = {python, "-I", "-c", "import platform; print(platform.python_version())"}}, kAskLimitS, kVersionBytesMax);
  const std::string version(trim(asked.output));
  const std::string minor = version.substr(0, version.find('.', version.find('.') + 1));
  if (asked.exit_status != 0 || minor.empty()) return cannot_prepare(environment, "python3 does not say its version: " + last_line(asked.output));
  if (std::find(environment.pythons.begin(), environment.pythons.end(), minor) == environment.pythons.end()) {
    return cannot_prepare(environment, "this computer has Python " + minor + "; its packages are pinned for " + join(environment.pythons, ", "));
  }
  const auto cache = cache_directory();
  if (!cache) return fail(cache.error());
  utsname machine{};
  ::uname(&machine);
  const std::string recipe = environment.lock + (debian ? debian_recipe() : "");
  const std::string digest = Draw(0).hex(12, "python environment", recipe + "\n" + minor + " " + machine.machine);
  return Prepared{.name = environment.name, .directory = *cache + "/" + environment.name + "-" + digest, .python_version = version,
                  .libraries = debian ? kDebiansLibraries : "", .stands_in_for = environment.stands_in_for};
}

Result<Prepared> prepare(const Environment& environment, const PrepareOptions& options) {
  auto place = place_of(environment);
  if (!place) return place;
  const Prepared& out = *place;
  const std::string cache = fs::path(out.directory).parent_path().string();
  std::error_code why;
  if (fs::exists(out.directory + kMark, why)) return out;
  if (!options.install) return cannot_prepare(environment, "it is not there yet; azlab prepare " + environment.name + " makes it");
  fs::create_directories(cache, why);
  const Lock lock(out.directory + ".lock");
  if (why || !lock.held()) return cannot_prepare(environment, "cannot write to " + cache + "; set AZLAB_PYTHON_CACHE");
  if (fs::exists(out.directory + kMark, why)) return out;  // another process made it meanwhile
  if (const auto done = install(environment, find_python(environment), out.directory, options); !done) {
    fs::remove_all(out.directory, why);
    return fail(done.error());
  }
  return out;
}

Result<Prepared> prepare_or_stand_in(const Environment& environment, const PrepareOptions& options) {
  auto prepared = prepare(environment, options);
  if (prepared || (options.install && prepared.error().code != kIndexOutOfReach)) return prepared;
  const auto all = environments();
  if (!all) return prepared;
  const auto other = std::find_if(all->begin(), all->end(), [&](const Environment& one) { return one.stands_in_for == environment.name; });
  if (other == all->end()) return prepared;
  if (options.install && options.say) options.say(prepared.error().message + "; trying " + other->purpose, false);
  const auto instead = prepare(*other, options);
  if (instead) return instead;
  // Without leave to install there is one thing to be done, and that is not the stand-in.
  return options.install ? fail(500, prepared.error().code, prepared.error().message + "; nor " + instead.error().message) : prepared;
}

const Result<Prepared>& PreparedOnce::get(std::string_view name, const PrepareOptions& options) {
  const std::lock_guard lock(mutex_);
  if (const auto found = known_.find(name); found != known_.end()) return found->second;
  const auto environment = find_environment(name);
  return known_.emplace(name, environment ? prepare_or_stand_in(*environment, options) : Result<Prepared>(fail(environment.error()))).first->second;
}

}  // namespace azlab::python
