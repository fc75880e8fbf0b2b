#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/lab/sentence.hpp"

namespace azlab::lab {

using MarkAt = Sentence::MarkAt;

bool is_url(std::string_view text);
std::string url_of(const MarkAt& mark);
bool has_entity(const Action& action, std::string_view name);
/// The thing an action is about where no label names it; place words do not count.
std::string thing_of(const Action& action);
/// What a pictogram is called where no label stands beside it.
std::string glyph_name(std::string_view glyph);
void add_label(Op& op, const MarkAt& mark);
void add_places(Op& op, const Action& action);
/// Labels that count: a translation in parentheses and stray italics beside real labels do not.
std::vector<const MarkAt*> labels_of(const Action& action);
Op unknown_op(const Action& action);
/// "Download it with the **Download** button": the label is what is pressed, whatever for.
bool is_button(const Action& action, const Sentence& sentence);
/// Whether the text between two marks joins them as alternatives ("**18:00** or **6:00 PM**").
bool joined_by_or(const Sentence& sentence, const MarkAt& a, const MarkAt& b);
/// "**Terminal** > **New Terminal**": a menu, whatever else a label of that name is.
bool heads_path(const Sentence& sentence, const MarkAt& mark);
/// The icon of Cloud Shell, however it is typed.
bool is_shell_icon(std::string_view text);

}  // namespace azlab::lab
