#include <filesystem>

#include "harness/python/install.hpp"
#include "harness/shell/files.hpp"
#include "harness/shell/process.hpp"
#include "harness/shell/sandbox.hpp"
#include "sim/core/fixtures.hpp"
#include "sim/core/text.hpp"

namespace azlab::python {
namespace {

namespace fs = std::filesystem;

constexpr double kDownloadLimitS = 1800;
constexpr double kUnpackLimitS = 600;
constexpr std::size_t kLogBytesMax = 1U << 20U;
constexpr const char* kFixtures = "fixtures/python/debian/";
constexpr const char* kRelease = "VERSION_CODENAME=bookworm";

std::vector<std::string> names_of_packages(const std::string& lock) {
  std::vector<std::string> out;
  for (const auto& line : split(lock, '\n')) {
    if (!trim(line).empty() && !line.starts_with("#")) out.emplace_back(trim(line));
  }
  return out;
}

/// unpack.py, needs.json and the stand-ins, as files of a folder.
bool lay_out_recipe(const std::string& folder) {
  std::error_code why;
  for (const auto& path : fixtures::list(kFixtures)) {
    const std::string inside = path.substr(std::string_view(kFixtures).size());
    const std::string target = folder + "/" + (inside.find('/') == std::string::npos ? inside : "stand_in/" + inside);
    fs::create_directories(fs::path(target).parent_path(), why);
    if (!shell::write_whole(target, fixtures::get(path))) return false;
  }
  return true;
}

Result<void> download(const InstallTask& task, const std::string& folder) {
  std::vector<std::string> argv = {shell::find_on_computer("apt-get"), "-qq", "download"};
  const auto names = names_of_packages(task.environment.lock);
  argv.insert(argv.end(), names.begin(), names.end());
  task.say(task.environment.name + ": " + std::to_string(names.size()) + " packages", true);
  const auto ran = shell::run_process({.argv = argv, .environment = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8"}, .directory = folder}, kDownloadLimitS, kLogBytesMax);
  if (ran.exit_status == 0) return {};
  const std::string error = last_line(ran.output, "E:");
  const bool no_lists = error.find("Unable to locate package") != std::string::npos || error.find("No candidate") != std::string::npos || error.find("Can't find a source") != std::string::npos;
  return cannot_prepare(task.environment, no_lists ? "apt-get knows no such packages; apt-get update fetches its lists" : "apt-get says: " + (error.empty() ? last_line(ran.output) : error));
}

}  // namespace

std::string debian_recipe() {
  std::string out;
  for (const auto& path : fixtures::list(kFixtures)) out += path + "\n" + std::string(fixtures::get(path));
  return out;
}

Result<void> install_from_debian(const InstallTask& task) {
  const Environment& environment = task.environment;
  if (shell::read_whole("/etc/os-release").find(kRelease) == std::string::npos) return cannot_prepare(environment, "only Debian 12 has these packages");
  if (shell::find_on_computer("apt-get").empty() || shell::find_on_computer("dpkg-deb").empty()) return cannot_prepare(environment, "this computer has no apt-get or no dpkg-deb");
  const std::string folder = task.directory + "/packages";
  std::error_code why;
  fs::create_directories(folder, why);
  if (why || !lay_out_recipe(folder)) return cannot_prepare(environment, "cannot write to " + task.directory);
  if (const auto done = download(task, folder); !done) return done;
  const auto made = shell::run_process({.argv = {task.python, "-m", "venv", "--without-pip", task.directory}}, kUnpackLimitS, kLogBytesMax);
  if (made.exit_status != 0) return cannot_prepare(environment, "python3 -m venv says: " + last_line(made.output));
  task.say(environment.name + ": unpacking", true);
  const auto ran = shell::run_process({.argv = {task.directory + "/bin/python", "-I", folder + "/unpack.py", folder, task.directory}, .environment = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin"}},
                                      kUnpackLimitS, kLogBytesMax);
  if (ran.exit_status != 0) return cannot_prepare(environment, "its packages could not be unpacked: " + (ran.failure.empty() ? last_line(ran.output) : ran.failure));
  fs::remove_all(folder, why);
  return {};
}

}  // namespace azlab::python
