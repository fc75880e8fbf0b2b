#pragma once

#include <string>
#include <string_view>

namespace azlab::lab {

/// Whether a character is drawn as an icon button (arrows, circled operators, triangles, burger).
bool is_glyph(char32_t c);
bool is_all_glyphs(std::string_view text);

/// A web address, a path or a page: what a link leads to, as opposed to a label's translation in parentheses.
bool is_address(std::string_view text);

/// How long the icon of Cloud Shell is that a text begins with, "[>_]" with any of its signs escaped; 0 where it is none.
std::size_t shell_icon_length(std::string_view text);

/// HTML elements that may stand in running text; others are text.
bool is_known_element(std::string_view name);

/// The web address that a text begins with, without the punctuation of the sentence behind it; empty where there is none.
std::string_view leading_address(std::string_view text);

/// The character that `&name;` stands for, from the name alone; 0 where it is none.
char32_t entity_value(std::string_view name);

/// The text of a label without tags and entities that a translator left inside its quotes or brackets.
std::string without_markup(std::string_view text);

/// The text without backslashes that escape punctuation.
std::string without_escapes(std::string_view text);

/// The same, and without asterisks but the escaped ones.
std::string without_emphasis(std::string_view text);

}  // namespace azlab::lab
