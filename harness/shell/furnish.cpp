#include <unistd.h>

#include <filesystem>

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

}  // namespace

Result<void> furnish(const HostOptions& host, const Machine& machine, const SessionPaths& paths,
                     const InsideNames& inside) {
  std::error_code error;
  // Links and shims name this computer's files, so they are made anew; what the session itself knows stays.
  fs::remove_all(paths.bin, error);
  fs::remove_all(paths.tools, error);
  for (const std::string& folder : {paths.run, paths.bin, paths.tools, paths.etc, paths.tmp, paths.home}) {
    fs::create_directories(folder, error);
    if (error) return fail(500, "NoSession", "cannot make " + folder + ": " + error.message());
  }
  for (const char* name : {"child", "sh"}) {
    const Result<std::string> text = shim_text(name, inside);
    if (!text) return fail(text.error());
    const std::string file = std::string_view(name) == "child" ? "/.child" : "/sh";
    if (!write_whole(paths.bin + file, *text, true)) return fail(500, "NoSession", "cannot write " + paths.bin);
  }
  for (const char* name : {"uuid", "now", "random"}) {
    if (!fs::exists(paths.run + "/" + name)) write_whole(paths.run + "/" + name, "");
  }
  write_etc(machine, paths);
  if (auto done = write_shims(host, machine, paths, inside); !done) return done;
  if (auto done = link_binary(host, machine, paths, inside); !done) return done;
  return prepare_clones(host, paths, inside);
}

}  // namespace azlab::shell
