#include <fmt/format.h>

#include <charconv>
#include <cctype>
#include <nlohmann/json.hpp>
#include <utility>

#include "sim/arm/template/expression.hpp"
#include "sim/core/text.hpp"

namespace azlab::arm_template {
namespace {

constexpr std::size_t kExpressionLengthMax = 24576;  // Azure's limit on one expression

class ExpressionParser {
 public:
  explicit ExpressionParser(std::string_view text) : text_(text) {}

  Result<ExpressionPointer> run() {
    if (text_.size() > kExpressionLengthMax) {
      return template_error(fmt::format("The language expression length limit exceeded. Limit: '{}' and actual: '{}'.", kExpressionLengthMax, text_.size()));
    }
    if (Result<void> first = advance(); !first) return fail(first.error());
    Result<ExpressionPointer> root = operand(0);
    if (root && kind_ != Token::kEnd) return expected("EndOfData");
    return root;
  }

 private:
  enum class Token : std::uint8_t { kEnd, kIdentifier, kText, kInteger, kLeftParen, kRightParen, kLeftBracket, kRightBracket, kComma, kDot };

  static std::string_view token_name(Token token) {
    constexpr std::string_view kNames[] = {"EndOfData", "Identifier", "Literal", "Integer", "LeftParenthesis", "RightParenthesis",
                                           "LeftSquareBracket", "RightSquareBracket", "Comma", "Dot"};
    return kNames[static_cast<std::size_t>(token)];
  }

  tl::unexpected<Error> expected(std::string_view what) const {
    return template_error(fmt::format("Unable to parse language expression '{}': expected token '{}' and actual '{}'.", text_, what, token_name(kind_)));
  }
  tl::unexpected<Error> unexpected_character() const {
    return template_error(fmt::format("The language expression '{}' is not valid: the string character '{}' at position '{}' is not expected.", text_,
                                      text_[at_], at_));
  }

  static bool is_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$' || c == '#' || c == '-'; }

  Result<void> advance() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
    if (at_ >= text_.size()) {
      kind_ = Token::kEnd;
      return {};
    }
    const char c = text_[at_];
    constexpr std::string_view kMarks = "()[],.";
    constexpr Token kMarkKinds[] = {Token::kLeftParen, Token::kRightParen, Token::kLeftBracket, Token::kRightBracket, Token::kComma, Token::kDot};
    if (const auto mark = kMarks.find(c); mark != std::string_view::npos) {
      kind_ = kMarkKinds[mark];
      ++at_;
      return {};
    }
    if (c == '\'') return read_text();
    if (std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '+') return read_integer();
    if (std::isalpha(static_cast<unsigned char>(c)) == 0 && c != '_' && c != '$') return unexpected_character();
    const std::size_t start = at_;
    while (at_ < text_.size() && is_name(text_[at_])) ++at_;
    kind_ = Token::kIdentifier;
    word_ = std::string(text_.substr(start, at_ - start));
    return {};
  }

  Result<void> read_text() {
    const std::size_t start = at_;
    word_.clear();
    for (++at_;; ++at_) {
      if (at_ >= text_.size()) {
        return template_error(fmt::format("The language expression '{}' is not valid: the string literal at position '{}' has no end.", text_, start));
      }
      if (text_[at_] == '\'') {
        if (at_ + 1 >= text_.size() || text_[at_ + 1] != '\'') break;
        ++at_;
      }
      word_ += text_[at_];
    }
    ++at_;
    kind_ = Token::kText;
    return {};
  }

  Result<void> read_integer() {
    std::size_t end = at_ + 1;
    while (end < text_.size() && std::isdigit(static_cast<unsigned char>(text_[end])) != 0) ++end;
    const std::size_t start = text_[at_] == '+' ? at_ + 1 : at_;
    const auto [parsed, status] = std::from_chars(text_.data() + start, text_.data() + end, number_);
    if (status != std::errc{} || parsed != text_.data() + end) return unexpected_character();
    at_ = end;
    kind_ = Token::kInteger;
    return {};
  }

  Result<ExpressionPointer> operand(std::size_t depth) {
    if (depth > kDepthMax) {
      return template_error(fmt::format("The language expression '{}' nests deeper than '{}' levels.", text_.substr(0, 80), kDepthMax));
    }
    Expression found;
    if (kind_ == Token::kText) {
      found.text = word_;
    } else if (kind_ == Token::kInteger) {
      found.kind = Expression::Kind::kInteger;
      found.number = number_;
    } else if (kind_ == Token::kIdentifier) {
      return call(depth);
    } else {
      return expected("Identifier");
    }
    if (Result<void> next = advance(); !next) return fail(next.error());
    return std::make_shared<const Expression>(std::move(found));
  }

  Result<ExpressionPointer> call(std::size_t depth) {
    Expression found{.kind = Expression::Kind::kCall, .text = word_};
    if (Result<void> next = advance(); !next) return fail(next.error());
    if (kind_ == Token::kDot) {  // one of the template's own functions
      if (Result<void> next = advance(); !next) return fail(next.error());
      if (kind_ != Token::kIdentifier) return expected("Identifier");
      found.text += "." + word_;
      if (Result<void> next = advance(); !next) return fail(next.error());
    }
    if (kind_ != Token::kLeftParen) return expected("LeftParenthesis");
    if (Result<void> next = advance(); !next) return fail(next.error());
    while (kind_ != Token::kRightParen) {
      Result<ExpressionPointer> argument = operand(depth + 1);
      if (!argument) return argument;
      found.children.push_back(std::move(*argument));
      if (kind_ == Token::kRightParen) break;
      if (kind_ != Token::kComma) return expected("RightParenthesis");
      if (Result<void> next = advance(); !next) return fail(next.error());
      if (kind_ == Token::kRightParen) return expected("Identifier");
    }
    if (Result<void> next = advance(); !next) return fail(next.error());
    const bool own = found.text.find('.') != std::string::npos;
    found.special = own ? nullptr : find_special(found.text);
    found.function = own || found.special != nullptr ? nullptr : find_function(found.text);
    if (!own && found.special == nullptr && found.function == nullptr) {
      return template_error(fmt::format("The template function '{}' is not valid. Please see https://aka.ms/arm-functions for usage details.", found.text));
    }
    return parts_of(std::make_shared<const Expression>(std::move(found)), depth);
  }

  /// `.property` and `[index]` after a call.
  Result<ExpressionPointer> parts_of(ExpressionPointer whole, std::size_t depth) {
    while (kind_ == Token::kDot || kind_ == Token::kLeftBracket) {
      if (++depth > kDepthMax) return operand(depth);
      Expression part{.kind = Expression::Kind::kProperty, .children = {whole}};
      const bool index = kind_ == Token::kLeftBracket;
      if (Result<void> next = advance(); !next) return fail(next.error());
      if (index) {
        part.kind = Expression::Kind::kIndex;
        Result<ExpressionPointer> inside = operand(depth);
        if (!inside) return inside;
        part.children.push_back(std::move(*inside));
        if (kind_ != Token::kRightBracket) return expected("RightSquareBracket");
      } else {
        if (kind_ != Token::kIdentifier) return expected("Identifier");
        part.text = word_;
      }
      if (Result<void> next = advance(); !next) return fail(next.error());
      whole = std::make_shared<const Expression>(std::move(part));
    }
    return whole;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Token kind_ = Token::kEnd;
  std::string word_;
  std::int64_t number_ = 0;
};

}  // namespace

bool is_expression(std::string_view text) { return text.size() >= 2 && text.front() == '[' && text.back() == ']' && text[1] != '['; }

Result<Json> read_json(std::string_view text) {
  Result<Json> strict = parse_json(text);
  return strict ? strict : parse_deployment_body(text);
}

Result<ExpressionPointer> parse_expression(std::string_view inside) { return ExpressionParser(inside).run(); }

}  // namespace azlab::arm_template
