#include "harness/shell/clones.hpp"

#include <algorithm>
#include <filesystem>

#include "harness/shell/files.hpp"
#include "sim/core/text.hpp"

namespace azlab::shell {
namespace {

namespace fs = std::filesystem;

Result<std::string> run_git(const std::string& repository, const std::string& tree,
                            const std::vector<std::string>& arguments) {
  ExecPlan plan;
  plan.argv = {find_on_computer("git")};
  if (plan.argv[0].empty()) return fail(500, "NoGit", "git is not installed on this computer");
  plan.argv.insert(plan.argv.end(), arguments.begin(), arguments.end());
  plan.environment = {"PATH=/usr/bin:/bin",
                      "HOME=/nonexistent",
                      "LANG=C.UTF-8",
                      "GIT_CONFIG_NOSYSTEM=1",
                      "GIT_CONFIG_GLOBAL=/dev/null",
                      "GIT_DIR=" + repository,
                      "GIT_AUTHOR_NAME=course author",
                      "GIT_AUTHOR_EMAIL=course@example.com",
                      "GIT_COMMITTER_NAME=course author",
                      "GIT_COMMITTER_EMAIL=course@example.com",
                      "GIT_AUTHOR_DATE=2026-01-05T09:00:00Z",
                      "GIT_COMMITTER_DATE=2026-01-05T09:00:00Z"};
  if (!tree.empty()) {
    plan.environment.push_back("GIT_WORK_TREE=" + tree);
    plan.directory = tree;  // "." means all of it, wherever azlab was started
  }
  const ProcessResult result = run_process(plan, 300, 1U << 20U);
  if (result.exit_status != 0 || !result.failure.empty()) {
    return fail(500, "CloneFailed", "no repository for '" + tree + "': git: " + result.failure + result.output);
  }
  return std::string(trim(result.output));
}

/// Addresses of the same directory share its repository.
std::string repository_name(const HostOptions& host, const std::string& tree) {
  const auto first = std::find_if(host.clone_map.begin(), host.clone_map.end(), [&](const auto& one) { return one.second == tree; });
  return "/" + std::to_string(first - host.clone_map.begin()) + ".git";
}

Result<std::string> ready_repository(const HostOptions& host, const std::string& tree) {
  if (!host.sandbox || !host.repository_of) return std::string();
  return host.repository_of(tree);
}

/// Made beside its place and renamed, because two sessions may start at once.
Result<void> make_for_session(const std::string& place, const std::string& tree, const std::string& session) {
  if (fs::exists(place)) return {};
  const std::string repository = place + ".made-for-" + session;
  if (const auto made = make_repository(repository, tree); !made) return made;
  std::error_code error;
  fs::rename(repository, place, error);
  if (!error) return {};
  const std::string reason = error.message();
  fs::remove_all(repository, error);
  return fs::exists(place) ? Result<void>{} : fail(500, "CloneFailed", "cannot make " + place + ": " + reason);
}

}  // namespace

Result<void> make_repository(const std::string& repository, const std::string& tree) {
  if (!fs::is_directory(tree)) return fail(404, "NoSuchDirectory", "'" + tree + "' is no directory to clone");
  std::error_code error;
  fs::remove_all(repository, error);
  fs::create_directories(repository, error);
  // -c core.fileMode: the executable bits of scripts are what a lab's ./setup.sh lives on.
  // A working tree of a repository holds what its author commits; other folders are taken as they are.
  const bool repository_of_its_own = fs::exists(tree + "/.git");
  std::vector<std::string> add = {"-c", "core.fileMode=true", "-c", "core.autocrlf=false", "-c", "core.bare=false", "add", "-A"};
  if (!repository_of_its_own) add.emplace_back("-f");
  add.emplace_back(".");
  const std::vector<std::vector<std::string>> steps = {
      {"-c", "init.defaultBranch=main", "init", "-q", "--bare"},
      add,
      {"-c", "core.bare=false", "commit", "-q", "--allow-empty", "--no-gpg-sign", "-m", "Course files"}};
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Result<std::string> ran = run_git(repository, i == 0 ? "" : tree, steps[i]);
    if (!ran) return fail(ran.error());
  }
  fs::remove(repository + "/index", error);
  return {};
}

std::vector<ReadyRepository> ready_repositories(const HostOptions& host) {
  std::vector<ReadyRepository> out;
  for (const auto& [address, tree] : host.clone_map) {
    const auto ready = ready_repository(host, tree);
    if (ready && !ready->empty()) out.push_back({*ready, repository_name(host, tree)});
  }
  return out;
}

Result<void> prepare_clones(const HostOptions& host, const SessionPaths& paths, const InsideNames& inside) {
  std::string config = "[safe]\n\tdirectory = *\n[core]\n\tfileMode = true\n[init]\n\tdefaultBranch = main\n";
  std::string mapped;
  for (const auto& [address, tree] : host.clone_map) {
    const std::string name = repository_name(host, tree);
    const auto ready = ready_repository(host, tree);
    if (!ready) return fail(ready.error());
    if (ready->empty()) {
      const Result<void> made = make_for_session(paths.clones + name, fs::absolute(tree).string(),
                                                 fs::path(paths.session).filename().string());
      if (!made) return made;
    } else {
      std::error_code error;
      fs::create_directories(paths.clones + name, error);  // where the sandbox is shown the one that is there
    }
    std::string plain = address;
    while (plain.ends_with('/')) plain.pop_back();
    if (plain.ends_with(".git")) plain.resize(plain.size() - 4);
    config += "[url \"" + inside.clones + name + "\"]\n";
    for (const char* ending : {"", ".git", "/"}) config += "\tinsteadOf = " + plain + ending + "\n";
    mapped += plain + "\t" + inside.clones + name + "\n";
  }
  if (write_whole(paths.etc + "/gitconfig", config) && write_whole(paths.run + "/mapped", mapped)) return {};
  return fail(500, "NoSession", "cannot write below " + paths.session);
}

}  // namespace azlab::shell
