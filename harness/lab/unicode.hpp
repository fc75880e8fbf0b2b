#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace azlab::lab {

/// One code point of a UTF-8 text; `length` is 0 where the bytes are not UTF-8 or the text ends.
struct CodePoint {
  char32_t value = 0;
  std::size_t length = 0;
};

CodePoint code_point_at(std::string_view text, std::size_t at);
void append_utf8(std::string& out, char32_t value);
/// Offset of the first byte that is not UTF-8 (overlong forms and surrogates included), if any.
std::optional<std::size_t> first_invalid_byte(std::string_view text);

/// The form in which words are compared: lower case, one kind of space, apostrophe and hyphen, full-width forms
/// narrowed, invisible characters gone. Runs of white space become one space.
std::string fold(std::string_view text);
/// The same without lowering case: how a label or literal is kept once its odd spaces and dashes are evened out.
std::string even_out(std::string_view text);
/// As written, but with one kind of space and without invisible characters: how text of the page is shown.
std::string even_spaces(std::string_view text);

bool is_letter_or_digit(char32_t value);
/// No-break spaces: the ones that break a literal when it is pasted.
bool is_no_break_space(char32_t value);

}  // namespace azlab::lab
