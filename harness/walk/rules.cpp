#include "harness/walk/rules.hpp"

namespace azlab::walk {

namespace {

constexpr Rule kRules[] = {
    {"ui/label-not-on-screen", "error", "the text names a control that the page does not have"},
    {"ui/option-not-offered", "error", "the text names a value that the field does not offer"},
    {"ui/older-dialog", "warning", "the text describes an older form of a dialog than today's"},
    {"ui/forgotten-commit", "warning", "the text never says to press the button that carries a form out"},
    {"ui/missing-next", "warning", "the text goes on with a later step of a wizard without saying how to get there"},
    {"ui/page-not-named", "note", "the control stands on another page than the one the text last opened"},
    {"resource/not-found", "error", "no resource has the name that the text gives"},
    {"resource/ambiguous", "error", "several resources fit the name that the text gives"},
    {"fs/folder-not-found", "error", "the text checks for a folder that nothing created"},
    {"fs/file-not-found", "error", "the text names a file that does not exist"},
    {"wait/stated-time", "warning", "waiting takes clearly longer than the text says"},
    {"form/stays-off", "error", "a setting that the text wants off is on"},
};

}  // namespace

std::span<const Rule> rules() { return kRules; }

lab::Finding finding(std::string_view id, int line, std::string message, std::string suggestion) {
  for (const auto& rule : kRules) {
    if (rule.id == id) return {std::string(id), std::string(rule.severity), line, std::move(message), std::move(suggestion)};
  }
  return {std::string(id), "error", line, std::move(message), std::move(suggestion)};
}

}  // namespace azlab::walk
