#include "harness/walk/picture.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

namespace azlab::walk {
namespace {

// A picture is looked at by people: what does not fit on two screens is not looked at.
constexpr std::size_t kLinesMax = 80;
constexpr std::size_t kOptionsMax = 8;

std::string options_of(const portal::Control& control) {
  std::string out;
  for (std::size_t i = 0; i < std::min(control.options.size(), kOptionsMax); ++i) out += (i == 0 ? "" : " | ") + control.options[i];
  if (control.options.size() > kOptionsMax) out += " | … " + std::to_string(control.options.size() - kOptionsMax) + " more";
  return out;
}

std::string drawn(const portal::Control& control) {
  const std::string& kind = control.kind;
  std::string out = control.label;
  if (kind == "button" || kind == "menu" || kind == "icon") out = "[ " + control.label + " ]";
  if (kind == "link") out = "<" + control.label + ">";
  if (kind == "tab") out = "/ " + control.label + " \\";
  if (kind == "row") out = "- " + control.label;
  if (kind == "toggle") out = (control.value == "on" ? "[x] " : "[ ] ") + control.label;
  if (kind == "option") out = (control.value == "on" ? "(x) " : "( ) ") + control.label;
  if (kind == "field") out = control.label + (control.required ? " *: " : ": ") + (control.value.empty() ? "____" : control.value);
  if (kind == "status" || kind == "text") out = control.label + (control.label.empty() || control.value.empty() ? "" : ": ") + control.value;
  if (kind == "component") out = "{" + (control.format.empty() ? control.label : control.format) + "}";
  if (kind == "field" && !control.options.empty()) out += "  (" + options_of(control) + ")";
  if (!control.enabled) out += control.busy ? "  (disabled until what is under way has ended)" : "  (disabled)";
  if (!control.error.empty()) out += "  ! " + control.error;
  return out;
}

void draw_all(const std::vector<portal::Control>& controls, std::size_t depth, std::vector<std::string>& lines) {
  for (const auto& control : controls) {
    lines.push_back(std::string(2 * depth, ' ') + drawn(control));
    draw_all(control.children, depth + 1, lines);
  }
}

}  // namespace

std::string picture(const portal::View& view) {
  std::string out = view.app + ": " + view.title + (view.dialog ? "  (dialog)" : "") + "\n" + view.address + "\n";
  if (view.absent) out += "(this page is not simulated)\n";
  for (const auto& notice : view.notices) out += "! " + notice + "\n";
  std::vector<std::string> lines;
  draw_all(view.controls, 1, lines);
  for (std::size_t i = 0; i < std::min(lines.size(), kLinesMax); ++i) out += lines[i] + "\n";
  if (lines.size() > kLinesMax) out += "  … " + std::to_string(lines.size() - kLinesMax) + " more\n";
  return out;
}

}  // namespace azlab::walk
