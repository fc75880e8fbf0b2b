#include "sim/mlflow/filter_lexer.hpp"

#include <array>

#include "sim/mlflow/error.hpp"

namespace azlab::mlflow {
namespace {

bool is_space_char(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_digit_char(char c) { return c >= '0' && c <= '9'; }
bool is_word_char(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit_char(c) || c == '_' || (static_cast<unsigned char>(c) & 0x80U) != 0; }

/// How many characters at the front are a number: digits, a fraction, an exponent; 0 when none is.
std::size_t number_length(std::string_view text) {
  std::size_t at = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  std::size_t digits = 0;
  for (; at < text.size() && is_digit_char(text[at]); ++at) ++digits;
  if (at < text.size() && text[at] == '.') {
    ++at;
    for (; at < text.size() && is_digit_char(text[at]); ++at) ++digits;
  }
  if (digits == 0) return 0;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    std::size_t exponent = at + 1;
    if (exponent < text.size() && (text[exponent] == '-' || text[exponent] == '+')) ++exponent;
    if (exponent < text.size() && is_digit_char(text[exponent])) {
      while (exponent < text.size() && is_digit_char(text[exponent])) ++exponent;
      at = exponent;
    }
  }
  return at < text.size() && is_word_char(text[at]) ? 0 : at;
}

/// The next lexeme, which is not quoted, at the front of `text`.
FilterLexeme plain_lexeme(std::string_view text, bool after_dot) {
  constexpr std::array<std::string_view, 7> kComparators = {">=", "<=", "!=", "<>", "=", ">", "<"};
  for (const auto sign : kComparators) {
    if (text.starts_with(sign)) return {FilterToken::comparator, std::string(sign), std::string(sign)};
  }
  const char c = text[0];
  const std::string one(1, c);
  if (c == '(') return {FilterToken::open, one, one};
  if (c == ')') return {FilterToken::close, one, one};
  if (c == ',') return {FilterToken::comma, one, one};
  // After a dot a name goes on, whatever it begins with: "metrics.0.5" is the metric "0.5".
  if (!after_dot) {
    if (const std::size_t length = number_length(text); length > 0) return {FilterToken::number, std::string(text.substr(0, length)), std::string(text.substr(0, length))};
  }
  if (c == '.') return {FilterToken::dot, one, one};
  std::size_t length = 0;
  while (length < text.size() && is_word_char(text[length])) ++length;
  if (length > 0) return {FilterToken::word, std::string(text.substr(0, length)), std::string(text.substr(0, length))};
  return {FilterToken::other, one, one};
}

}  // namespace

Result<std::vector<FilterLexeme>> lex_filter(std::string_view text) {
  std::vector<FilterLexeme> out;
  std::size_t at = 0;
  bool after_space = false;
  while (at < text.size()) {
    const char c = text[at];
    if (is_space_char(c)) {
      after_space = true;
      ++at;
      continue;
    }
    FilterLexeme lexeme;
    if (c == '\'' || c == '"' || c == '`') {
      const auto end = text.find(c, at + 1);
      if (end == std::string_view::npos) return invalid_parameter("Invalid clause(s) in filter string: " + std::string(text.substr(at)));
      const auto kind = c == '\'' ? FilterToken::text : FilterToken::quoted_name;
      lexeme = {kind, std::string(text.substr(at + 1, end - at - 1)), std::string(text.substr(at, end + 1 - at))};
    } else {
      const bool after_dot = !out.empty() && out.back().kind == FilterToken::dot && !after_space;
      lexeme = plain_lexeme(text.substr(at), after_dot);
    }
    at += lexeme.written.size();
    lexeme.after_space = after_space;
    after_space = false;
    out.push_back(std::move(lexeme));
  }
  out.push_back({.kind = FilterToken::end, .after_space = after_space});
  return out;
}

}  // namespace azlab::mlflow
