#include <algorithm>
#include <array>

#include "harness/lab/document.hpp"
#include "harness/lab/labels.hpp"
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
  static constexpr std::array<std::string_view, 16> kKept{"cond", "effect", "nav.page", "nav.url", "shell.open", "shell.type", "verify", "wait",
                                                          "ui.refresh", "ui.dismiss", "ctx.switch", "nb.open", "nb.kernel", "nb.runall", "tolerate", "ui.close"};
  if (is_one_of(op.kind, kKept)) return true;
  if (op.kind != "ui.click" || op.args.empty()) return false;
  return !looks_like_file(op.args[0]);
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
  if (is_one_of(first_word(fence.info), kOutput)) {
    op.kind = "info";  // its text stays: a directive may call it what a command prints
    return op;
  }
  const bool into_open_file = std::any_of(caption_ops.begin(), caption_ops.end(), [](const Op& o) { return o.kind == "file.paste" && o.entity == "file"; });
  if (into_open_file) {
    op.kind = "file.content";
    return op;
  }
  if (!is_shell_language(fence.info)) {
    op.kind = "ui.paste_cell";
    std::erase_if(caption_ops, [](const Op& o) { return o.kind == "unknown" || o.kind == "file.paste" || o.kind == "shell.run"; });
    return op;
  }
  std::erase_if(caption_ops, [](const Op& o) { return !survives_before_command(o); });
  caption_ops.push_back(Op{.kind = "shell.run"});
  return op;
}

void add_fence_ops(std::vector<Op>& ops, const Block& fence, std::vector<Op>& caption_ops, std::string_view caption_file) {
  ops.push_back(read_fence_op(fence, caption_ops, caption_file));
  if (ops.back().kind != "file.content") return;
  // "Paste this into the file and save it:" saves what the fence gives.
  const auto paste = std::find_if(caption_ops.begin(), caption_ops.end(), [](const Op& o) { return o.kind == "file.paste"; });
  const auto save = std::find_if(paste, caption_ops.end(), [](const Op& o) { return o.kind == "ui.save"; });
  if (save == caption_ops.end()) return;
  ops.push_back(*save);
  caption_ops.erase(save);
}

}  // namespace azlab::lab
