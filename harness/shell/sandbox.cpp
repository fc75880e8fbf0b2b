#include "harness/shell/sandbox.hpp"

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <mutex>

#include "harness/shell/clones.hpp"
#include "harness/shell/files.hpp"

namespace azlab::shell {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kInsidePrefix = "/usr/local/azlab";

void add(std::vector<std::string>& argv, std::initializer_list<std::string> words) {
  argv.insert(argv.end(), words);
}

/// The host's own /usr without /usr/local, so that nothing installed by hand leaks in, and the top-level links.
void add_system(std::vector<std::string>& argv) {
  std::error_code error;
  std::vector<fs::path> entries;
  for (const auto& entry : fs::directory_iterator("/usr", error)) entries.push_back(entry.path());
  for (const char* name : {"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"}) entries.emplace_back(name);
  for (const fs::path& path : entries) {
    if (path == "/usr/local") continue;
    if (fs::is_symlink(path, error)) {
      add(argv, {"--symlink", fs::read_symlink(path, error).string(), path.string()});
    } else if (fs::is_directory(path, error)) {
      add(argv, {"--ro-bind", path.string(), path.string()});
    }
  }
  for (const char* path : {"/etc/alternatives", "/etc/ssl", "/etc/ld.so.cache"}) {
    add(argv, {"--ro-bind-try", path, path});
  }
}

/// What makes `sh` bash, where this computer's sh is something else.
void add_shell_over_sh(std::vector<std::string>& argv, const SessionPaths& paths) {
  std::error_code error;
  const fs::path sh = fs::canonical("/bin/sh", error);
  if (!error && sh_can_be_replaced()) add(argv, {"--ro-bind", paths.bin + "/sh", sh.string()});
}

void add_isolation(std::vector<std::string>& argv, const Machine& machine, bool root) {
  add(argv, {"--die-with-parent", "--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts",
             "--unshare-net", "--unshare-cgroup-try", "--hostname", machine.hostname});
  const std::string id = root ? "0" : "1000";
  add(argv, {"--uid", id, "--gid", id});
}

std::map<std::string, std::string> session_variables(const HostOptions& host, const Machine& machine,
                                                     const InsideNames& inside, const SandboxCommand& command) {
  std::map<std::string, std::string> all = machine.variables;
  for (const auto& folder : command.path) all["PATH"] += folder + ":";
  all["PATH"] += inside.bin + ":" + inside.tools;
  all["HOME"] = command.root && host.sandbox ? "/root" : inside.home;
  all["USER"] = command.root ? "root" : machine.user;
  all["LOGNAME"] = all["USER"];
  all["SHELL"] = "/bin/bash";
  all["LANG"] = "C.UTF-8";
  all["TZ"] = "UTC";
  if (command.terminal) all["TERM"] = "xterm-256color";
  all["AZURE_CONFIG_DIR"] = inside.home + "/.azure";
  all["AZLAB_RUN"] = inside.run;
  all["AZLAB_MACHINE"] = machine.name;
  all["AZLAB_SITE"] = inside.home + "/.azlab";
  all["BASH_ENV"] = inside.bin + "/.child";
  if (!inside.channel.empty()) all["AZLAB_CHANNEL"] = inside.channel;
  for (const auto& [name, value] : command.variables) all[name] = value;
  return all;
}

ExecPlan plan_plain(const InsideNames& inside, const SandboxCommand& command, ExecPlan plan) {
  plan.argv = command.argv;
  plan.directory = command.directory.empty() ? inside.home : command.directory;
  return plan;
}

}  // namespace

bool sh_can_be_replaced() {
  std::error_code error;
  return fs::canonical("/bin/sh", error).filename() != "bash" && !error;
}

std::string find_on_computer(const std::string& name) {
  for (const char* folder : {"/usr/bin/", "/usr/sbin/", "/bin/", "/sbin/", "/usr/games/"}) {
    const std::string path = folder + name;
    if (access(path.c_str(), X_OK) == 0) return path;
  }
  return {};
}

std::map<std::string, std::string> tools_on_computer(const Machine& machine) {
  // Asked for every command of every session; what is installed does not change while azlab runs.
  static std::mutex mutex;
  static std::map<std::string, std::map<std::string, std::string>> found;
  const std::lock_guard lock(mutex);
  const auto known = found.find(machine.name);
  if (known != found.end() && !machine.name.empty()) return known->second;
  std::map<std::string, std::string>& out = found[machine.name];
  out.clear();
  for (const auto& [name, candidates] : machine.from_computer) {
    for (const std::string& candidate : candidates) {
      const std::string real = find_on_computer(candidate);
      if (!real.empty() && out.emplace(name, real).second) break;
    }
  }
  return out;
}

SessionPaths session_paths(const HostOptions& host, const std::string& name) {
  SessionPaths paths;
  paths.session = host.directory + "/sessions/" + name;
  paths.run = paths.session + "/run";
  paths.bin = paths.session + "/bin";
  paths.tools = paths.session + "/tools";
  paths.etc = paths.session + "/etc";
  paths.tmp = paths.session + "/tmp";
  paths.home = host.directory + "/homes/" + name;
  paths.clones = host.directory + "/clones";
  return paths;
}

InsideNames inside_names(const HostOptions& host, const Machine& machine, const SessionPaths& paths,
                         const std::string& share_directory) {
  InsideNames inside;
  const bool share = !share_directory.empty() && !machine.share_mount.empty();
  if (!host.sandbox) {
    inside = {.run = paths.run, .bin = paths.bin, .tools = paths.tools, .home = paths.home, .clones = paths.clones,
              .channel = host.channel_socket, .share = share ? share_directory : ""};
    return inside;
  }
  const std::string prefix(kInsidePrefix);
  inside = {.run = "/run/azlab", .bin = prefix + "/bin", .tools = prefix + "/tools", .home = machine.home,
            .clones = "/srv/azlab/git", .channel = host.channel_socket.empty() ? "" : "/run/azlab/channel",
            .share = share ? machine.share_mount : ""};
  return inside;
}

ExecPlan plan_execution(const HostOptions& host, const Machine& machine, const SessionPaths& paths,
                        const InsideNames& inside, const std::string& share_directory,
                        const SandboxCommand& command) {
  ExecPlan plan;
  for (const auto& [name, value] : session_variables(host, machine, inside, command)) {
    plan.environment.push_back(name + "=" + value);
  }
  if (!host.sandbox) {
    plan.environment.push_back("GIT_CONFIG_SYSTEM=" + paths.etc + "/gitconfig");
    return plan_plain(inside, command, std::move(plan));
  }
  plan.in_sandbox = true;
  std::vector<std::string>& argv = plan.argv;
  argv.push_back(find_on_computer("bwrap"));
  add_isolation(argv, machine, command.root);
  add_system(argv);
  add(argv, {"--proc", "/proc", "--dev", "/dev", "--tmpfs", "/root", "--dir", "/var/tmp"});
  add(argv, {"--ro-bind", paths.run + "/uuid", "/proc/sys/kernel/random/uuid"});
  add(argv, {"--bind", paths.tmp, "/tmp", "--ro-bind", paths.bin, inside.bin, "--dir", inside.tools});
  // Links of the sandbox's own cost nothing; on the disk they are more than all other files of a session.
  for (const auto& [name, real] : tools_on_computer(machine)) add(argv, {"--symlink", real, inside.tools + "/" + name});
  add_shell_over_sh(argv, paths);
  for (const char* name : {"passwd", "group", "hostname", "hosts", "gitconfig", "nsswitch.conf", "os-release"}) {
    add(argv, {"--ro-bind", paths.etc + "/" + name, std::string("/etc/") + name});
  }
  if (!host.azlab_binary.empty()) {
    add(argv, {"--ro-bind", host.azlab_binary, std::string(kInsidePrefix) + "/azlab"});
  }
  if (fs::exists(paths.clones)) add(argv, {"--ro-bind", paths.clones, inside.clones});
  for (const auto& ready : ready_repositories(host)) add(argv, {"--ro-bind", ready.here, inside.clones + ready.name});
  add(argv, {"--bind", paths.home, machine.home, "--bind", paths.run, inside.run});
  if (!inside.channel.empty()) add(argv, {"--bind", host.channel_socket, inside.channel});
  if (!inside.share.empty()) add(argv, {"--bind", share_directory, inside.share});
  for (const Mount& mount : command.mounts) add(argv, {mount.writable ? "--bind" : "--ro-bind", mount.here, mount.inside});
  add(argv, {"--remount-ro", "/", "--chdir", command.directory.empty() ? machine.home : command.directory, "--"});
  argv.insert(argv.end(), command.argv.begin(), command.argv.end());
  return plan;
}

Result<void> check_sandbox() {
  static std::atomic<bool> works = false;
  if (works) return {};
  const std::string bwrap = find_on_computer("bwrap");
  if (bwrap.empty()) return fail(500, "NoSandbox", "bubblewrap (bwrap) is not installed");
  ExecPlan plan;
  plan.argv = {bwrap};
  Machine machine;
  machine.hostname = "azlab";
  add_isolation(plan.argv, machine, false);
  add_system(plan.argv);
  add(plan.argv, {"--proc", "/proc", "--ro-bind", "/dev/null", "/proc/sys/kernel/random/uuid", "--dev", "/dev", "--",
                  "/usr/bin/bash", "-c", "exit 42"});
  const ProcessResult result = run_process(plan, 20, 4096);
  works = result.exit_status == 42;
  if (works) return {};
  if (!result.failure.empty()) return fail(500, "NoSandbox", result.failure);
  return fail(500, "NoSandbox", "bubblewrap does not work here: " + result.output);
}

}  // namespace azlab::shell
