#include <algorithm>
#include <utility>

#include "sim/query/ast.hpp"
#include "sim/query/jmespath.hpp"

// A top-down operator precedence parser. The binding powers below are those every JMESPath engine shares: they
// decide which part of `a[*].b | c` belongs to the projection.

namespace azlab::jmespath {
namespace {

constexpr int kProjectionStops = 10;  ///< an operator that binds less than this ends a projection
constexpr int kStarPower = 20;
constexpr int kDotPower = 40;
constexpr int kNotPower = 45;

int power_of(TokenKind kind) {
  switch (kind) {
    case TokenKind::kPipe: return 1;
    case TokenKind::kOr: return 2;
    case TokenKind::kAnd: return 3;
    case TokenKind::kEqual: case TokenKind::kNotEqual: case TokenKind::kLess: case TokenKind::kLessEqual:
    case TokenKind::kGreater: case TokenKind::kGreaterEqual: return 5;
    case TokenKind::kFlatten: return 9;
    case TokenKind::kStar: return kStarPower;
    case TokenKind::kFilter: return 21;
    case TokenKind::kDot: return kDotPower;
    case TokenKind::kNot: return kNotPower;
    case TokenKind::kLeftBrace: return 50;
    case TokenKind::kLeftBracket: return 55;
    case TokenKind::kLeftParen: return 60;
    default: return 0;
  }
}

NodePointer identity() {
  static const NodePointer node = std::make_shared<const Node>();
  return node;
}

class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  Result<NodePointer> run() {
    if (peek().kind == TokenKind::kEnd) return fail(400, "JMESPathSyntax", "Empty expression at column 1");
    Result<NodePointer> root = expression(0);
    if (root && peek().kind != TokenKind::kEnd) return unexpected();
    return root;
  }

 private:
  const Token& peek(std::size_t ahead = 0) const { return tokens_[std::min(at_ + ahead, tokens_.size() - 1)]; }
  Token take() { return tokens_[std::min(at_++, tokens_.size() - 1)]; }
  bool accept(TokenKind kind) {
    if (peek().kind != kind) return false;
    ++at_;
    return true;
  }

  tl::unexpected<Error> unexpected() const {
    const Token& token = peek();
    const std::string where = " at column " + std::to_string(token.column);
    if (token.kind == TokenKind::kEnd) return fail(400, "JMESPathSyntax", "Incomplete expression" + where);
    return fail(400, "JMESPathSyntax", "Unexpected token '" + token.text + "'" + where);
  }

  Result<NodePointer> finish(Node node) const {
    for (const NodePointer& child : node.children) node.depth = std::max(node.depth, child->depth + 1);
    if (node.depth > kTreeDepthMax) {
      return fail(400, "JMESPathSyntax", "Expression nested too deeply at column " + std::to_string(node.column));
    }
    return std::make_shared<const Node>(std::move(node));
  }

  Result<NodePointer> finish(NodeKind kind, std::size_t column, std::vector<NodePointer> children) const {
    return finish(Node{.kind = kind, .column = column, .children = std::move(children)});
  }

  Result<NodePointer> expression(int power) {
    if (++nesting_ > kTreeDepthMax) {
      return fail(400, "JMESPathSyntax", "Expression nested too deeply at column " + std::to_string(peek().column));
    }
    Result<NodePointer> left = prefix();
    while (left && power < power_of(peek().kind)) left = infix(std::move(*left));
    --nesting_;
    return left;
  }

  Result<NodePointer> prefix() {
    const Token token = peek();
    switch (token.kind) {
      case TokenKind::kLiteral:
        take();
        return finish(Node{.kind = NodeKind::kLiteral, .column = token.column, .literal = token.literal});
      case TokenKind::kCurrent: take(); return identity();
      case TokenKind::kIdentifier:
        take();
        if (peek().kind == TokenKind::kLeftParen) return function(token);
        return finish(Node{.kind = NodeKind::kField, .column = token.column, .text = token.text});
      case TokenKind::kQuoted:
        if (peek(1).kind == TokenKind::kLeftParen) return unexpected();
        take();
        return finish(Node{.kind = NodeKind::kField, .column = token.column, .text = token.text});
      case TokenKind::kStar: take(); return projection(NodeKind::kValueProjection, token.column, identity(), kStarPower);
      case TokenKind::kFilter: take(); return filter(identity(), token.column);
      case TokenKind::kFlatten: take(); return flatten(identity(), token.column);
      case TokenKind::kLeftBrace: take(); return multi_select_hash(token.column);
      case TokenKind::kLeftBracket: return bracket_prefix();
      case TokenKind::kNot: take(); return unary(NodeKind::kNot, token.column, kNotPower);
      case TokenKind::kExpression: take(); return unary(NodeKind::kReference, token.column, 0);
      case TokenKind::kLeftParen: {
        take();
        Result<NodePointer> inside = expression(0);
        if (inside && !accept(TokenKind::kRightParen)) return unexpected();
        return inside;
      }
      default: return unexpected();
    }
  }

  Result<NodePointer> infix(NodePointer left) {
    const Token token = peek();
    switch (token.kind) {
      case TokenKind::kDot:
        take();
        if (accept(TokenKind::kStar)) return projection(NodeKind::kValueProjection, token.column, left, kStarPower);
        return binary(NodeKind::kSubexpression, token.column, left, after_dot(kDotPower));
      case TokenKind::kPipe: take(); return binary(NodeKind::kPipe, token.column, left, expression(power_of(token.kind)));
      case TokenKind::kOr: take(); return binary(NodeKind::kOr, token.column, left, expression(power_of(token.kind)));
      case TokenKind::kAnd: take(); return binary(NodeKind::kAnd, token.column, left, expression(power_of(token.kind)));
      case TokenKind::kFilter: take(); return filter(left, token.column);
      case TokenKind::kFlatten: take(); return flatten(left, token.column);
      case TokenKind::kLeftBracket:
        take();
        if (peek().kind == TokenKind::kNumber || peek().kind == TokenKind::kColon) return index_or_slice(left, token.column);
        if (!accept(TokenKind::kStar) || !accept(TokenKind::kRightBracket)) return unexpected();
        return projection(NodeKind::kProjection, token.column, left, kStarPower);
      case TokenKind::kEqual: case TokenKind::kNotEqual: case TokenKind::kLess: case TokenKind::kLessEqual:
      case TokenKind::kGreater: case TokenKind::kGreaterEqual: {
        take();
        Result<NodePointer> right = expression(power_of(token.kind));
        if (!right) return right;
        return finish(Node{.kind = NodeKind::kComparator, .column = token.column, .operation = token.kind, .children = {left, *right}});
      }
      default: return unexpected();
    }
  }

  Result<NodePointer> binary(NodeKind kind, std::size_t column, NodePointer left, Result<NodePointer> right) const {
    if (!right) return right;
    return finish(kind, column, {std::move(left), std::move(*right)});
  }

  Result<NodePointer> unary(NodeKind kind, std::size_t column, int power) {
    Result<NodePointer> operand = expression(power);
    if (!operand) return operand;
    return finish(kind, column, {std::move(*operand)});
  }

  Result<NodePointer> after_dot(int power) {
    switch (peek().kind) {
      case TokenKind::kIdentifier: case TokenKind::kQuoted: case TokenKind::kStar: return expression(power);
      case TokenKind::kLeftBracket: return multi_select_list(take().column);
      case TokenKind::kLeftBrace: return multi_select_hash(take().column);
      default: return unexpected();
    }
  }

  /// What is applied to every element of a projection.
  Result<NodePointer> projection_body(int power) {
    const TokenKind kind = peek().kind;
    if (power_of(kind) < kProjectionStops) return identity();
    if (kind == TokenKind::kLeftBracket || kind == TokenKind::kFilter) return expression(power);
    if (!accept(TokenKind::kDot)) return unexpected();
    return after_dot(power);
  }

  Result<NodePointer> projection(NodeKind kind, std::size_t column, NodePointer base, int power) {
    Result<NodePointer> body = projection_body(power);
    return binary(kind, column, std::move(base), std::move(body));
  }

  Result<NodePointer> flatten(NodePointer left, std::size_t column) {
    Result<NodePointer> base = finish(NodeKind::kFlatten, column, {std::move(left)});
    if (!base) return base;
    return projection(NodeKind::kProjection, column, std::move(*base), power_of(TokenKind::kFlatten));
  }

  Result<NodePointer> filter(NodePointer base, std::size_t column) {
    Result<NodePointer> condition = expression(0);
    if (!condition) return condition;
    if (!accept(TokenKind::kRightBracket)) return unexpected();
    // A flatten after a filter belongs to what comes out of the filter, not to each element.
    Result<NodePointer> body = peek().kind == TokenKind::kFlatten ? Result<NodePointer>(identity())
                                                                  : projection_body(power_of(TokenKind::kFilter));
    if (!body) return body;
    return finish(NodeKind::kFilterProjection, column, {std::move(base), std::move(*body), std::move(*condition)});
  }

  Result<NodePointer> bracket_prefix() {
    const std::size_t column = take().column;
    if (peek().kind == TokenKind::kNumber || peek().kind == TokenKind::kColon) return index_or_slice(identity(), column);
    if (peek().kind == TokenKind::kStar && peek(1).kind == TokenKind::kRightBracket) {
      at_ += 2;
      return projection(NodeKind::kProjection, column, identity(), kStarPower);
    }
    return multi_select_list(column);
  }

  /// After "[": `1]`, or a slice `1:2:3]` any part of which may be absent.
  Result<NodePointer> index_or_slice(NodePointer base, std::size_t column) {
    if (peek().kind == TokenKind::kNumber && peek(1).kind == TokenKind::kRightBracket) {
      const std::int64_t index = take().number;
      take();
      return finish(Node{.kind = NodeKind::kIndex, .column = column, .index = index, .children = {std::move(base)}});
    }
    Node node{.kind = NodeKind::kSlice, .column = column, .children = {std::move(base)}};
    std::size_t part = 0;
    while (!accept(TokenKind::kRightBracket)) {
      if (peek().kind == TokenKind::kColon && part < 2) {
        ++part;
        take();
      } else if (peek().kind == TokenKind::kNumber && !node.slice[part]) {
        node.slice[part] = take().number;
      } else {
        return unexpected();
      }
    }
    Result<NodePointer> slice = finish(std::move(node));
    if (!slice) return slice;
    return projection(NodeKind::kProjection, column, std::move(*slice), kStarPower);
  }

  Result<NodePointer> multi_select_list(std::size_t column) {
    Node node{.kind = NodeKind::kMultiSelectList, .column = column};
    do {
      Result<NodePointer> element = expression(0);
      if (!element) return element;
      node.children.push_back(std::move(*element));
    } while (accept(TokenKind::kComma));
    if (!accept(TokenKind::kRightBracket)) return unexpected();
    return finish(std::move(node));
  }

  Result<NodePointer> multi_select_hash(std::size_t column) {
    Node node{.kind = NodeKind::kMultiSelectHash, .column = column};
    do {
      if (peek().kind != TokenKind::kIdentifier && peek().kind != TokenKind::kQuoted) return unexpected();
      node.keys.push_back(take().text);
      if (!accept(TokenKind::kColon)) return unexpected();
      Result<NodePointer> value = expression(0);
      if (!value) return value;
      node.children.push_back(std::move(*value));
    } while (accept(TokenKind::kComma));
    if (!accept(TokenKind::kRightBrace)) return unexpected();
    return finish(std::move(node));
  }

  Result<NodePointer> function(const Token& name) {
    take();
    Node node{.kind = NodeKind::kFunction, .column = name.column, .text = name.text};
    if (accept(TokenKind::kRightParen)) return finish(std::move(node));
    do {
      Result<NodePointer> argument = expression(0);
      if (!argument) return argument;
      node.children.push_back(std::move(*argument));
    } while (accept(TokenKind::kComma));
    if (!accept(TokenKind::kRightParen)) return unexpected();
    return finish(std::move(node));
  }

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  std::size_t nesting_ = 0;
};

}  // namespace

Result<NodePointer> parse_expression(std::string_view expression) {
  if (expression.size() > kExpressionBytesMax) return fail(400, "JMESPathSyntax", "Expression too long at column 1");
  Result<std::vector<Token>> tokens = tokenize(expression);
  if (!tokens) return fail(tokens.error());
  return Parser(std::move(*tokens)).run();
}

}  // namespace azlab::jmespath
