#include "harness/lint/shellcheck.hpp"

#include <fmt/format.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "harness/shell/files.hpp"
#include "harness/shell/process.hpp"
#include "harness/shell/sandbox.hpp"
#include "sim/core/json.hpp"
#include "sim/core/text.hpp"

namespace azlab::lint {
namespace {

namespace fs = std::filesystem;

constexpr double kLimit_s = 120;
constexpr std::size_t kAnswerBytesMax = 8U << 20U;
constexpr const char* kUnreadable = "shellcheck/sc1073";

/// A folder for the fences, which shellcheck reads from files.
class FenceFolder {
 public:
  FenceFolder() {
    const char* base = std::getenv("TMPDIR");
    path_ = std::string(base != nullptr && *base != '\0' ? base : "/tmp") + "/azlab-lint-XXXXXX";
    made_ = ::mkdtemp(path_.data()) != nullptr;
  }
  ~FenceFolder() {
    std::error_code ignored;
    if (made_) fs::remove_all(path_, ignored);
  }
  FenceFolder(const FenceFolder&) = delete;
  FenceFolder& operator=(const FenceFolder&) = delete;
  bool made() const { return made_; }
  const std::string& path() const { return path_; }

 private:
  std::string path_{};
  bool made_ = false;
};

struct Fence {
  int first_line = 0;  ///< of its text in the document
  std::string text{};
};

bool is_bash(const lab::Op& op) {
  if (op.kind == "file.content") return op.code.starts_with("#!") && op.code.substr(0, op.code.find('\n')).find("sh") != std::string::npos;
  static constexpr std::array<std::string_view, 7> kLanguages = {"", "azurecli", "azurecli-interactive", "bash", "sh", "shell", "terminal"};
  const std::string language = to_lower(op.fence_language.substr(0, op.fence_language.find_first_of(" \t,{")));
  return op.kind == "shell.block" && std::find(kLanguages.begin(), kLanguages.end(), language) != kLanguages.end();
}

std::vector<Fence> fences_of(const lab::Lab& lab) {
  std::vector<Fence> out;
  for (const auto& unit : lab.units) {
    if (unit.kind != "C") continue;
    for (const auto& op : unit.ops) {
      if (is_bash(op)) out.push_back({unit.line + 1, op.code});
    }
  }
  return out;
}

/// One line of the lab, one finding: the most telling of what shellcheck says about it.
std::vector<lab::Finding> findings_in(const std::vector<Fence>& fences, const Json& answer) {
  std::map<int, std::vector<lab::Finding>> by_line;
  const Json* comments = find_path(answer, "comments");
  for (const Json& comment : comments != nullptr && comments->is_array() ? *comments : Json::array()) {
    const std::string rule = "shellcheck/sc" + std::to_string(comment.value("code", 0));
    if (rules::find_rule(rule) == nullptr) continue;
    const auto fence = static_cast<std::size_t>(std::atoi(fs::path(string_at(comment, "file")).stem().c_str()));
    if (fence >= fences.size()) continue;
    const int line = fences[fence].first_line + comment.value("line", 1) - 1;
    by_line[line].push_back(rules::finding(rule, line, "shellcheck SC" + std::to_string(comment.value("code", 0)) + ": " + string_at(comment, "message"), rules::find_rule(rule)->repair));
  }
  std::vector<lab::Finding> out;
  for (auto& [line, found] : by_line) {
    const bool telling = std::any_of(found.begin(), found.end(), [](const auto& one) { return one.rule != kUnreadable; });
    std::set<std::string> seen;
    for (auto& one : found) {
      if ((telling && one.rule == kUnreadable) || !seen.insert(one.rule).second) continue;
      out.push_back(std::move(one));
    }
  }
  return out;
}

}  // namespace

Result<std::vector<lab::Finding>> check_shell(const lab::Lab& lab) {
  const auto fences = fences_of(lab);
  if (fences.empty()) return std::vector<lab::Finding>{};
  const std::string program = shell::find_on_computer("shellcheck");
  if (program.empty()) return fail(500, "NoShellcheck", "this computer has no shellcheck; its package has that name");
  const FenceFolder folder;
  std::vector<std::string> argv = {program, "--norc", "--shell=bash", "--format=json1"};
  for (std::size_t i = 0; i < fences.size(); ++i) {
    argv.push_back(folder.path() + "/" + std::to_string(i) + ".sh");
    if (!folder.made() || !shell::write_whole(argv.back(), fences[i].text)) return fail(500, "NoRoom", "cannot write to " + folder.path() + "; set TMPDIR to a place with room");
  }
  const auto ran = shell::run_process({.argv = argv, .environment = {"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8"}}, kLimit_s, kAnswerBytesMax);
  // 1: there are remarks.
  if (ran.exit_status > 1 || !ran.failure.empty()) return fail(500, "ShellcheckFailed", "shellcheck did not come to an end: " + ran.failure + ran.output.substr(0, 200));
  const auto answer = parse_json(ran.output);
  if (!answer) return fail(500, "ShellcheckFailed", "shellcheck's answer cannot be read: " + answer.error().message);
  return findings_in(fences, *answer);
}

}  // namespace azlab::lint
