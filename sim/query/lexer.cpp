#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

#include "sim/core/text.hpp"
#include "sim/query/ast.hpp"

namespace azlab::jmespath {
namespace {

bool starts_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

struct Spelling {
  std::string_view text;
  TokenKind kind;
};
/// Longer spellings first: "[]" before "[".
constexpr Spelling kSpellings[] = {
    {"[]", TokenKind::kFlatten},      {"[?", TokenKind::kFilter},     {"||", TokenKind::kOr},
    {"&&", TokenKind::kAnd},          {"==", TokenKind::kEqual},      {"!=", TokenKind::kNotEqual},
    {"<=", TokenKind::kLessEqual},    {">=", TokenKind::kGreaterEqual}, {".", TokenKind::kDot},
    {"*", TokenKind::kStar},          {"[", TokenKind::kLeftBracket}, {"]", TokenKind::kRightBracket},
    {"{", TokenKind::kLeftBrace},     {"}", TokenKind::kRightBrace},  {"(", TokenKind::kLeftParen},
    {")", TokenKind::kRightParen},    {",", TokenKind::kComma},       {":", TokenKind::kColon},
    {"@", TokenKind::kCurrent},       {"&", TokenKind::kExpression},  {"|", TokenKind::kPipe},
    {"!", TokenKind::kNot},           {"<", TokenKind::kLess},        {">", TokenKind::kGreater},
};

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Result<std::vector<Token>> run() {
    for (;;) {
      skip_spaces();
      if (at_ >= text_.size()) break;
      Result<Token> token = next();
      if (!token) return fail(token.error());
      tokens_.push_back(std::move(*token));
    }
    tokens_.push_back(Token{.kind = TokenKind::kEnd, .column = column(at_), .text = ""});
    return std::move(tokens_);
  }

 private:
  /// Asked for in rising order, so counting goes on from the last answer.
  std::size_t column(std::size_t byte) {
    for (; counted_ < byte; ++counted_) {
      if ((static_cast<unsigned char>(text_[counted_]) & 0xC0U) != 0x80U) ++characters_;
    }
    return characters_ + 1;
  }

  void skip_spaces() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) ++at_;
  }

  tl::unexpected<Error> bad(std::size_t where, const std::string& what) {
    return fail(400, "JMESPathSyntax", what + " at column " + std::to_string(where));
  }

  Result<Token> next() {
    const std::size_t start = at_;
    const std::size_t where = column(start);
    const char c = text_[at_];
    if (starts_name(c)) {
      while (at_ < text_.size() && (starts_name(text_[at_]) || is_digit(text_[at_]))) ++at_;
      return Token{.kind = TokenKind::kIdentifier, .column = where, .text = std::string(text_.substr(start, at_ - start))};
    }
    if (is_digit(c) || c == '-') return number(where);
    if (c == '\'' || c == '"' || c == '`') return delimited(where, c);
    for (const Spelling& spelling : kSpellings) {
      if (text_.substr(at_).starts_with(spelling.text)) {
        at_ += spelling.text.size();
        return Token{.kind = spelling.kind, .column = where, .text = std::string(spelling.text)};
      }
    }
    return bad(where, "Unknown token '" + std::string(1, c) + "'");
  }

  Result<Token> number(std::size_t where) {
    const std::size_t start = at_++;
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    Token token{.kind = TokenKind::kNumber, .column = where, .text = std::string(text_.substr(start, at_ - start))};
    const char* end = token.text.data() + token.text.size();
    const auto [parsed, status] = std::from_chars(token.text.data(), end, token.number);
    if (status != std::errc{} || parsed != end) return bad(where, "'" + token.text + "' is not an integer");
    return token;
  }

  /// The three kinds of text between delimiters; a backslash keeps the delimiter from ending it.
  Result<Token> delimited(std::size_t where, char delimiter) {
    std::string inside;
    for (++at_; at_ < text_.size() && text_[at_] != delimiter; ++at_) {
      if (text_[at_] != '\\') {
        inside += text_[at_];
        continue;
      }
      if (++at_ >= text_.size()) break;
      if (text_[at_] != delimiter || delimiter == '"') inside += '\\';
      inside += text_[at_];
    }
    if (at_ >= text_.size()) return bad(where, std::string("Unclosed ") + delimiter + " delimiter");
    ++at_;
    Token token{.kind = TokenKind::kLiteral, .column = where, .text = inside};
    if (delimiter == '\'') {
      token.literal = std::make_shared<const Json>(std::move(inside));
    } else if (delimiter == '"') {
      Result<Json> name = parse_json('"' + inside + '"');
      if (!name) return bad(where, "Invalid quoted identifier");
      token.kind = TokenKind::kQuoted;
      token.text = name->get<std::string>();
    } else {
      return literal(std::move(token), where);
    }
    return token;
  }

  /// JSON between backticks. Text that is no JSON is a string: deprecated in the specification (JEP 12), but
  /// accepted by the engine in az, so `[?kind==`Default`]` works there.
  Result<Token> literal(Token token, std::size_t where) {
    if (std::count_if(token.text.begin(), token.text.end(), [](char c) { return c == '[' || c == '{'; }) >
        static_cast<std::ptrdiff_t>(kDocumentDepthMax)) {
      return bad(where, "Literal nested too deeply");
    }
    Result<Json> value = parse_json(token.text);
    if (!value) {
      std::string_view word = token.text;
      while (!word.empty() && (word.front() == ' ' || word.front() == '\t' || word.front() == '\n')) word.remove_prefix(1);
      value = parse_json('"' + std::string(word) + '"');
    }
    if (!value) return bad(where, "Bad literal `" + token.text + "`");
    token.literal = std::make_shared<const Json>(std::move(*value));
    return token;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t counted_ = 0;
  std::size_t characters_ = 0;
  std::vector<Token> tokens_;
};

}  // namespace

Result<std::vector<Token>> tokenize(std::string_view expression) { return Lexer(expression).run(); }

}  // namespace azlab::jmespath
