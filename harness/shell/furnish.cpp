#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <mutex>
#include <vector>

#include "harness/shell/clones.hpp"
#include "harness/shell/files.hpp"
#include "harness/shell/sandbox.hpp"
#include "sim/core/fixtures.hpp"
#include "sim/core/text.hpp"

namespace azlab::shell {
namespace {

namespace fs = std::filesystem;

/// A script of fixtures/machines/shims with the places of this session filled in.
Result<std::string> shim_text(const std::string& name, const InsideNames& inside) {
  const auto text = fixtures::find("fixtures/machines/shims/" + name + ".bash");
  if (!text) return fail(500, "BadMachine", "no shim '" + name + "' in fixtures/machines/shims");
  std::string filled = replace_all(std::string(*text), "@RUN@", inside.run);
  filled = replace_all(filled, "@GIT@", find_on_computer("git"));
  return replace_all(filled, "@PYTHON@", find_on_computer("python3"));
}

/// Why a command cannot be run, in words, and the session's file that hears of it when somebody tries.
struct Lack {
  const char* why;
  const char* note;
};
constexpr Lack kLacks{"the machine has it, but this computer lacks it", "missing"};
constexpr Lack kNoBinary{"no azlab binary was given to this session", "missing"};
constexpr Lack kNotSimulated{"the machine has it, but azlab does not simulate it", "not-simulated"};

Result<void> write_stand_in(const std::string& name, const Lack& lack, const SessionPaths& paths, const InsideNames& inside) {
  const Result<std::string> text = shim_text("missing", inside);
  if (!text) return fail(text.error());
  const std::string filled = replace_all(replace_all(replace_all(*text, "@NAME@", name), "@WHY@", lack.why), "@NOTE@", lack.note);
  if (write_whole(paths.bin + "/" + name, filled, true)) return {};
  return fail(500, "NoSession", "cannot write " + paths.bin);
}

/// What a shim needs of this computer to work at all.
std::string needed_by_shim(const std::string& name) {
  if (name == "git") return "git";
  if (name == "python" || name == "python3") return "python3";
  return "bash";
}

Result<void> write_shims(const HostOptions& host, const Machine& machine, const SessionPaths& paths, const InsideNames& inside) {
  for (const std::string& name : machine.shims) {
    if (find_on_computer(needed_by_shim(name)).empty()) {
      if (auto done = write_stand_in(name, kLacks, paths, inside); !done) return done;
      continue;
    }
    const Result<std::string> text = shim_text(name == "python3" ? "python" : name, inside);
    if (!text) return fail(text.error());
    if (!write_whole(paths.bin + "/" + name, *text, true)) return fail(500, "NoSession", "cannot write " + paths.bin);
  }
  const auto tools = tools_on_computer(machine);
  for (const auto& [name, candidates] : machine.from_computer) {
    const auto tool = tools.find(name);
    if (tool == tools.end()) {
      if (auto done = write_stand_in(name, kLacks, paths, inside); !done) return done;
    } else if (!host.sandbox && symlink(tool->second.c_str(), (paths.tools + "/" + name).c_str()) != 0) {
      return fail(500, "NoSession", "cannot write " + paths.tools);
    }
  }
  for (const std::string& name : machine.not_simulated) {
    auto done = write_stand_in(name, kNotSimulated, paths, inside);
    if (!done) return done;
  }
  return {};
}

Result<void> link_binary(const HostOptions& host, const Machine& machine, const SessionPaths& paths,
                         const InsideNames& inside) {
  const std::string target = host.sandbox ? "/usr/local/azlab/azlab" : host.azlab_binary;
  for (const std::string& name : machine.azlab) {
    if (const auto script = host.scripts.find(name); script != host.scripts.end()) {
      if (!write_whole(paths.bin + "/" + name, script->second, true)) return fail(500, "NoSession", "cannot write " + paths.bin);
    } else if (host.azlab_binary.empty()) {
      auto done = write_stand_in(name, kNoBinary, paths, inside);
      if (!done) return done;
    } else if (symlink(target.c_str(), (paths.bin + "/" + name).c_str()) != 0) {
      return fail(500, "NoSession", "cannot write " + paths.bin);
    }
  }
  return {};
}

void write_etc(const Machine& machine, const SessionPaths& paths) {
  const std::string& user = machine.user;
  write_whole(paths.etc + "/passwd", "root:x:0:0:root:/root:/bin/bash\n" + user + ":x:1000:1000:" + user + ":" +
                                         machine.home + ":/bin/bash\nnobody:x:65534:65534:nobody:/:/bin/false\n");
  write_whole(paths.etc + "/group", "root:x:0:\n" + user + ":x:1000:\nnogroup:x:65534:\n");
  write_whole(paths.etc + "/hostname", machine.hostname + "\n");
  write_whole(paths.etc + "/hosts", "127.0.0.1 localhost " + machine.hostname + "\n::1 localhost\n");
  write_whole(paths.etc + "/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n");
  write_whole(paths.etc + "/os-release", machine.os_release);
}

/// All commands of a machine that are not this computer's own.
Result<void> write_programs(const HostOptions& host, const Machine& machine, const SessionPaths& paths, const InsideNames& inside) {
  for (const char* name : {"child", "sh"}) {
    const Result<std::string> text = shim_text(name, inside);
    if (!text) return fail(text.error());
    const std::string file = std::string_view(name) == "child" ? "/.child" : "/sh";
    if (!write_whole(paths.bin + file, *text, true)) return fail(500, "NoSession", "cannot write " + paths.bin);
  }
  if (auto done = write_shims(host, machine, paths, inside); !done) return done;
  return link_binary(host, machine, paths, inside);
}

/// Folders of programs that this process has made; they go with it.
class MadePrograms {
 public:
  ~MadePrograms() {
    std::error_code ignored;
    if (!root_.empty()) fs::remove_all(root_, ignored);
  }

  Result<std::string> of(const HostOptions& host, const Machine& machine, const InsideNames& inside) {
    std::string key = machine.name + "\n" + (host.azlab_binary.empty() ? "" : "azlab");
    for (const auto& [name, text] : host.scripts) key += "\n" + name + "\n" + text;
    const std::lock_guard lock(mutex_);
    if (const auto made = folders_.find(key); made != folders_.end()) return made->second;
    if (root_.empty()) {
      std::string pattern = fs::temp_directory_path().string() + "/azlab-programs-XXXXXX";
      if (::mkdtemp(pattern.data()) == nullptr) return fail(500, "NoSession", "cannot make a directory in " + fs::temp_directory_path().string() + "; set TMPDIR to a place with room");
      root_ = pattern;
    }
    SessionPaths paths;
    paths.bin = root_ + "/" + std::to_string(folders_.size());
    std::error_code error;
    fs::create_directories(paths.bin, error);
    if (const auto written = write_programs(host, machine, paths, inside); !written) return fail(written.error());
    return folders_[key] = paths.bin;
  }

 private:
  std::mutex mutex_{};  ///< guards what follows
  std::string root_{};
  std::map<std::string, std::string> folders_{};
};

}  // namespace

Result<std::string> shared_programs(const HostOptions& host, const Machine& machine, const InsideNames& inside) {
  static MadePrograms made;
  return made.of(host, machine, inside);
}

Result<void> furnish(const HostOptions& host, const Machine& machine, const SessionPaths& paths,
                     const InsideNames& inside) {
  std::error_code error;
  // Links and shims name this computer's files, so they are made anew; what the session itself knows stays.
  std::vector<std::string> folders = {paths.run, paths.etc, paths.tmp, paths.home};
  if (!host.sandbox) {
    fs::remove_all(paths.bin, error);
    fs::remove_all(paths.tools, error);
    folders.insert(folders.end(), {paths.bin, paths.tools});
  }
  for (const std::string& folder : folders) {
    fs::create_directories(folder, error);
    if (error) return fail(500, "NoSession", "cannot make " + folder + ": " + error.message());
  }
  for (const char* name : {"uuid", "now", "random"}) {
    if (!fs::exists(paths.run + "/" + name)) write_whole(paths.run + "/" + name, "");
  }
  write_etc(machine, paths);
  if (!host.sandbox) {
    if (auto done = write_programs(host, machine, paths, inside); !done) return done;
  }
  return prepare_clones(host, paths, inside);
}

}  // namespace azlab::shell
