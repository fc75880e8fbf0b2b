#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/lab/blocks.hpp"
#include "harness/lab/inline_text.hpp"
#include "harness/lab/lab.hpp"
#include "harness/lab/lexicon.hpp"

namespace azlab::lab {

/// A form field from a bullet `**Label**: value` (fields.cpp); nothing where the text is no such bullet.
std::optional<Op> read_field(const InlineText& text, const Language* language);

/// The same for a bullet without emphasis, `Label: value`; the caller knows that settings are listed.
std::optional<Op> read_plain_field(const InlineText& text, const Language* language);

/// What a fence is (fences.cpp): changes the ops of the prose that introduces it and returns the fence's own.
Op read_fence_op(const Block& fence, std::vector<Op>& caption_ops, std::string_view caption_file);
/// Adds them to a fence's unit, with what the prose orders to do after it.
void add_fence_ops(std::vector<Op>& ops, const Block& fence, std::vector<Op>& caption_ops, std::string_view caption_file);
/// Whether an info string names a language that is typed into a terminal.
bool is_shell_language(std::string_view info);

/// A `<details>` block before it is known to which step it belongs.
struct PendingAlternative {
  Alternative alternative{};
  std::string guard{};             ///< summary and introduction: what they say went wrong
  std::size_t containing_step = 0; ///< index in Lab::steps of the item it stands in or after
  bool has_container = false;
};
/// Gives each alternative to the nearest preceding step of its section whose failure it describes
/// (alternatives.cpp). One that describes no failure becomes optional steps where it stands.
void attach_alternatives(Lab& lab, std::vector<PendingAlternative> pending, const Language* language);

/// Findings from the text (findings.cpp).
void check_prose(const Unit& unit, const InlineText& text, const Language* language, std::vector<Finding>& out);
void check_fence(const Block& fence, const Op& op, std::vector<Finding>& out);
void check_tolerances(const Lab& lab, std::vector<Finding>& out);
/// Findings about ways around a step that lack what later steps need (fallbacks.cpp).
void check_fallbacks(const Lab& lab, std::vector<Finding>& out);

}  // namespace azlab::lab
