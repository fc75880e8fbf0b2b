#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/json.hpp"

/// What the parts of the JMESPath engine pass to each other; nothing outside sim/query includes it.
namespace azlab::jmespath {

/// Limits on foreign text: deeper or longer expressions are refused, never attempted.
inline constexpr std::size_t kExpressionBytesMax = 64 * 1024;
inline constexpr std::size_t kTreeDepthMax = 200;
inline constexpr std::size_t kDocumentDepthMax = 500;
/// Values one search may copy; `[@,@]|[@,@]|…` doubles with every step.
inline constexpr std::size_t kCopiedValuesMax = 4'000'000;

enum class TokenKind : std::uint8_t {
  kEnd, kIdentifier, kQuoted, kLiteral, kNumber, kDot, kStar, kFlatten, kFilter, kLeftBracket, kRightBracket,
  kLeftBrace, kRightBrace, kLeftParen, kRightParen, kComma, kColon, kCurrent, kExpression, kPipe, kOr, kAnd, kNot,
  kEqual, kNotEqual, kLess, kLessEqual, kGreater, kGreaterEqual,
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::size_t column = 0;  ///< characters from 1
  std::string text{};      ///< as written; an identifier's name
  std::int64_t number = 0;
  std::shared_ptr<const Json> literal{};
};

Result<std::vector<Token>> tokenize(std::string_view expression);

enum class NodeKind : std::uint8_t {
  kIdentity, kField, kIndex, kSlice, kLiteral, kSubexpression, kPipe, kOr, kAnd, kNot, kComparator, kProjection,
  kValueProjection, kFilterProjection, kFlatten, kMultiSelectList, kMultiSelectHash, kFunction, kReference,
};

struct Node {
  NodeKind kind = NodeKind::kIdentity;
  std::size_t column = 1;
  std::size_t depth = 1;
  std::string text{};                                          ///< field or function name
  TokenKind operation = TokenKind::kEnd;                       ///< of a comparator
  std::int64_t index = 0;
  std::optional<std::int64_t> slice[3]{};                      ///< start, stop, step
  std::shared_ptr<const Json> literal{};
  std::vector<std::string> keys{};                             ///< of a multi-select hash, one for each child
  std::vector<std::shared_ptr<const Node>> children{};
};
using NodePointer = std::shared_ptr<const Node>;

Result<NodePointer> parse_expression(std::string_view expression);

/// A value on its way through an expression: a place in the searched document (no owner), or in something
/// computed, which the owner keeps alive. Picking a part copies nothing.
struct Value {
  const Json* json = nullptr;
  std::shared_ptr<const Json> owner{};
};
Value make_value(Json json);

/// Evaluates a tree against values; counts what it copies against kCopiedValuesMax.
class Evaluator {
 public:
  Result<Value> evaluate(const Node& node, const Value& current);
  /// Appends a copy of `value` to the array `target`.
  Result<void> append(Json& target, const Value& value);
  /// Charges `value` against the budget of this search.
  Result<void> charge(const Json& value);

 private:
  Result<Value> project(const Node& node, const Value& current);
  Result<Value> compare(const Node& node, const Value& current);
  Result<Value> multi_select(const Node& node, const Value& current);
  Result<Value> logical(const Node& node, const Value& current);
  Result<Value> slice(const Node& node, const Value& base);
  std::size_t copied_ = 0;
};

/// An argument of a function: a value, or the expression behind `&`.
struct Argument {
  Value value{};
  const Node* expression = nullptr;
};
Result<Value> call_function(const Node& call, const std::vector<Argument>& arguments, Evaluator& evaluator);

bool is_true(const Json& value);
bool both_numbers(const Json& a, const Json& b);
bool both_strings(const Json& a, const Json& b);
tl::unexpected<Error> type_error(const Node& node, std::string message);

}  // namespace azlab::jmespath
