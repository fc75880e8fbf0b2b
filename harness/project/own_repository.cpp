#include "harness/project/own_repository.hpp"

#include <re2/re2.h>
#include <unistd.h>

#include <set>

#include "harness/shell/process.hpp"
#include "harness/shell/sandbox.hpp"
#include "sim/core/text.hpp"

namespace azlab::project {
namespace {

constexpr double kGitLimit_s = 60;
constexpr std::size_t kGitBytesMax = 1U << 20U;

/// What git prints, or nothing where it fails.
std::string ask_git(const std::string& directory, const std::vector<std::string>& arguments) {
  // In a container the files are often somebody else's, and git would not answer. What is asked of it here runs nothing of the
  // repository's, whose monitor is switched off.
  std::vector<std::string> argv = {shell::find_on_computer("git"), "-c", "safe.directory=*", "-c", "core.fsmonitor=false", "-C", directory};
  if (argv.front().empty()) return {};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  std::vector<std::string> variables;
  for (char** entry = ::environ; entry != nullptr && *entry != nullptr; ++entry) {
    // A hook's GIT_DIR would lead to another repository than the directory's.
    if (!std::string_view(*entry).starts_with("GIT_")) variables.emplace_back(*entry);
  }
  const auto ran = shell::run_process({.argv = argv, .environment = variables}, kGitLimit_s, kGitBytesMax);
  return ran.exit_status == 0 ? std::string(trim(ran.output)) : std::string();
}

}  // namespace

std::string web_address(const std::string& remote) {
  static const RE2 kForm(R"((?:(?:https?|ssh|git)://(?:[^@/]+@)?([^/:]+)(?::\d+)?/|(?:[\w.-]+@)([^/:]+):/?)(.+?)(?:\.git)?/*)");
  std::string host;
  std::string other_host;
  std::string path;
  if (!RE2::FullMatch(remote, kForm, &host, &other_host, &path)) return {};
  return "https://" + (host.empty() ? other_host : host) + "/" + path;
}

std::string working_tree(const std::string& directory) { return ask_git(directory, {"rev-parse", "--show-toplevel"}); }

std::vector<std::pair<std::string, std::string>> own_addresses(const std::string& directory) {
  std::vector<std::pair<std::string, std::string>> out;
  const std::string tree = working_tree(directory);
  if (tree.empty()) return out;
  std::set<std::string> seen;
  for (const auto& line : split(ask_git(tree, {"config", "--get-regexp", R"(^remote\..*\.url$)"}), '\n')) {
    const auto space = line.find(' ');
    if (space == std::string::npos) continue;
    const std::string web = web_address(line.substr(space + 1));
    if (web.empty() || !seen.insert(web).second) continue;
    out.emplace_back(web, tree);
    const std::string rest = web.substr(std::string_view("https://").size());
    out.emplace_back("git@" + rest.substr(0, rest.find('/')) + ":" + rest.substr(rest.find('/') + 1), tree);
  }
  return out;
}

}  // namespace azlab::project
