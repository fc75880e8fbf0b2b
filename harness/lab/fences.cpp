#include <algorithm>
#include <array>

#include "harness/lab/document.hpp"
#include "harness/lab/labels.hpp"
#include "harness/lab/settings.hpp"
#include "sim/core/text.hpp"

namespace azlab::lab {
namespace {

template <std::size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& list) {
  return std::any_of(list.begin(), list.end(), [&](std::string_view w) { return equals_ignore_case(w, word); });
}

std::string_view first_word(std::string_view info) {
  const std::size_t end = info.find_first_of(" \t,{");
  return info.substr(0, end);
}

bool has_kind(const std::vector<Op>& ops, std::string_view kind) {
  return std::any_of(ops.begin(), ops.end(), [&](const Op& op) { return op.kind == kind; });
}

/// Before a command block only what is done elsewhere stays of the prose: the rest of it says what the commands do.
bool survives_before_command(const Op& op) {
  static constexpr std::array<std::string_view, 18> kKept{"cond", "effect", "nav.page", "nav.url", "shell.open", "shell.type", "verify", "wait",
                                                          "ui.refresh", "ui.dismiss", "ctx.switch", "nb.open", "nb.kernel", "nb.runall", "tolerate", "ui.close", "key.press", "ui.save"};
  if (op.kind == "nav.page" && op.args.empty()) return false;
  if (is_one_of(op.kind, kKept)) return true;
  if (op.kind != "ui.click" || op.args.empty()) return false;
  return !looks_like_file(op.args[0]);
}

/// Whether an op of the caption is what puts the code where it belongs.
bool puts_code(const Op& op) {
  if (op.kind == "file.paste" || op.kind == "ui.paste") return true;
  if (op.conditional) return false;
  return (op.kind == "ui.fill" || op.kind == "ui.form" || (op.kind == "res.create" && op.entity != "cell")) && op.args.empty() && op.label.empty();
}

/// A first word that only a shell knows.
bool looks_like_command(std::string_view code) {
  static constexpr std::array<std::string_view, 64> kCommands{
      "az", "azd", "git", "cd", "python", "python3", "pip", "pip3", "rm", "mkdir", "code", "npm", "npx", "node", "dotnet", "curl", "wget", "echo", "ls", "cat", "export", "sudo",
      "docker", "kubectl", "func", "cls", "clear", "conda", "bash", "sh", "chmod", "nano", "vi", "java", "mvn", "terraform", "bicep", "jupyter", "streamlit", "uvicorn",
      "flask", "pytest", "tar", "unzip", "source", "history", "whoami", "touch", "cp", "mv", "set", "setx", "pwsh", "powershell", "start", "gh", "make", "ssh", "scp", "helm",
      "apt", "apt-get", "databricks", "sqlcmd"};
  const std::size_t begin = code.find_first_not_of(" \t\n$>#");
  if (begin == std::string_view::npos) return false;
  const std::string_view line = code.substr(begin, code.find('\n', begin) - begin);
  if (line.starts_with("./") || line.starts_with(".\\") || line.starts_with("&& ")) return true;
  const std::string_view word = line.substr(0, line.find_first_of(" \t;"));
  static constexpr std::array<std::string_view, 10> kCmdlets{"Get-", "Set-", "New-", "Connect-", "Invoke-", "Install-", "Remove-", "Import-", "Start-", "Test-"};
  if (std::any_of(kCmdlets.begin(), kCmdlets.end(), [&](std::string_view c) { return starts_with_ignore_case(word, c); })) return true;
  // A variable: NAME=value.
  if (const std::size_t sign = word.find('='); sign != std::string_view::npos && sign > 0) return true;
  return is_one_of(word, kCommands);
}

/// A text that is no command although no language, or a shell's, is named: what is pasted before something is pressed, or prose that
/// the caption has put into a box.
bool goes_elsewhere(const Block& fence, const std::vector<Op>& caption_ops) {
  const auto puts = std::find_if(caption_ops.begin(), caption_ops.end(), puts_code);
  if (puts == caption_ops.end()) return false;
  const bool pressed = std::any_of(puts, caption_ops.end(), [](const Op& o) { return (o.kind == "ui.click" && !o.args.empty()) || o.kind == "nb.runcell" || o.kind == "ui.run"; });
  if (pressed && (puts->kind == "file.paste" || puts->kind == "ui.paste")) return true;
  const bool commanded = has_kind(caption_ops, "shell.run") || has_kind(caption_ops, "shell.open");
  return fence.info.empty() && !commanded && !looks_like_command(fence.text);
}

}  // namespace

bool is_shell_language(std::string_view info) {
  static constexpr std::array<std::string_view, 14> kShell{"azurecli", "azurecli-interactive", "bash", "sh", "shell", "console", "zsh",
                                                           "powershell", "pwsh", "azurepowershell", "cmd", "bat", "terminal", "shell-session"};
  return info.empty() || is_one_of(first_word(info), kShell);
}

Op read_fence_op(const Block& fence, std::vector<Op>& caption_ops, std::string_view caption_file) {
  Op op{.kind = "shell.block", .code = fence.text, .fence_language = fence.info};
  static constexpr std::array<std::string_view, 4> kOutput{"output", "text", "txt", "log"};
  const bool pastes = has_kind(caption_ops, "file.paste");
  const bool opens_file = has_kind(caption_ops, "file.open");
  const bool script = fence.text.starts_with("#!");
  if (!caption_file.empty() && (pastes || (script && opens_file) || (script && !has_kind(caption_ops, "shell.run")))) {
    op.kind = "file.content";
    op.args = op.en = {std::string(caption_file)};
    std::erase_if(caption_ops, [](const Op& o) { return o.kind == "unknown" || o.kind == "shell.run"; });
    if (!pastes) caption_ops.push_back(Op{.kind = "file.paste"});
    for (Op& caption : caption_ops) {
      if (caption.kind == "file.paste") caption.args = caption.en = op.args;
    }
    return op;
  }
  if (is_one_of(first_word(fence.info), kOutput) && std::none_of(caption_ops.begin(), caption_ops.end(), puts_code)) {
    op.kind = "info";  // its text stays: a directive may call it what a command prints
    return op;
  }
  const bool into_open_file = std::any_of(caption_ops.begin(), caption_ops.end(), [](const Op& o) { return o.kind == "file.paste" && o.entity == "file"; });
  if (into_open_file) {
    op.kind = "file.content";
    return op;
  }
  if (!is_shell_language(fence.info) || goes_elsewhere(fence, caption_ops)) {
    op.kind = "ui.paste_cell";
    return op;
  }
  std::erase_if(caption_ops, [](const Op& o) { return !survives_before_command(o); });
  caption_ops.push_back(Op{.kind = "shell.run"});
  return op;
}

namespace {

/// "Enter the following code and select **Run**:" does the second behind the code.
void move_behind(std::vector<Op>& caption_ops, std::vector<Op>& ops) {
  const auto puts = std::find_if(caption_ops.begin(), caption_ops.end(), puts_code);
  if (puts != caption_ops.end()) {
    for (auto op = puts + 1; op != caption_ops.end(); ++op) {
      if (op->kind != "shell.run" && !puts_code(*op) && !says_nothing(*op)) ops.push_back(*op);
    }
    caption_ops.erase(puts, caption_ops.end());
  }
  std::erase_if(caption_ops, [](const Op& o) { return o.kind == "shell.run" || (o.kind != "res.delete" && says_nothing(o)); });
}

}  // namespace

void add_fence_ops(std::vector<Op>& ops, const Block& fence, std::vector<Op>& caption_ops, std::string_view caption_file) {
  ops.push_back(read_fence_op(fence, caption_ops, caption_file));
  if (ops.back().kind == "ui.paste_cell") move_behind(caption_ops, ops);
  if (ops.back().kind != "file.content") return;
  // "Paste this into the file and save it:" saves what the fence gives.
  const auto paste = std::find_if(caption_ops.begin(), caption_ops.end(), [](const Op& o) { return o.kind == "file.paste"; });
  const auto save = std::find_if(paste, caption_ops.end(), [](const Op& o) { return o.kind == "ui.save"; });
  if (save == caption_ops.end()) return;
  ops.push_back(*save);
  caption_ops.erase(save);
}

}  // namespace azlab::lab
