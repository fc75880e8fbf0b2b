#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/portal/library.hpp"
#include "sim/portal/session.hpp"

namespace azlab::walk {

/// A label as the text has it and in canonical English.
struct Wanted {
  std::string text{};
  std::string en{};
};

/// How closely a control bears a label; smaller is closer. `kNoMatch`: not at all.
inline constexpr int kNoMatch = 99;
int closeness(const portal::Control& control, const Wanted& wanted);
/// Case, spaces, punctuation and a leading '+' folded away; Latin letters lower-cased.
std::string fold(std::string_view text);
/// Whether a text is a name with an ellipsis ("rg-dp100-...").
bool is_pattern(std::string_view text);
/// Whether a name fits a text: the same, or beginning and end of a pattern.
bool fits_name(std::string_view wanted, std::string_view name);

using Accept = std::function<bool(const portal::Control&)>;

struct Found {
  const portal::Control* control = nullptr;
  int closeness = kNoMatch;
  bool in_context = false;
};

/// The control that a reader takes for `wanted`: the closest one, preferring those inside a part of the page
/// that `contexts` name, enabled ones, and the order on the page.
Found find_label(const std::vector<portal::Control>& controls, const Wanted& wanted, const std::vector<Wanted>& contexts, const Accept& accept);
/// All controls, depth first.
void each_control(const std::vector<portal::Control>& controls, const std::function<void(const portal::Control&)>& visit);

/// Whether a screen definition shows a label somewhere, in any step, with the dictionary of `library`.
bool defines_label(const Json& screen, const portal::Library& library, const Wanted& wanted, std::string_view language);
/// Visible labels of the page, for "there is: …".
std::string labels_there(const std::vector<portal::Control>& controls, std::size_t most = 12);

}  // namespace azlab::walk
