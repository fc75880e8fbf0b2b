#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "sim/query/ast.hpp"
#include "sim/query/jmespath.hpp"

namespace azlab::jmespath {
namespace {

const Json& null_json() {
  static const Json value = nullptr;
  return value;
}

Value null_value() { return Value{.json = &null_json()}; }

/// Part of `whole`, kept alive by the same owner.
Value part(const Value& whole, const Json& inside) { return Value{.json = &inside, .owner = whole.owner}; }

Value field(const Value& base, const std::string& name) {
  if (!base.json->is_object()) return null_value();
  const auto found = base.json->find(name);
  return found == base.json->end() ? null_value() : part(base, *found);
}

Value element(const Value& base, std::int64_t index) {
  if (!base.json->is_array()) return null_value();
  const auto size = static_cast<std::int64_t>(base.json->size());
  if (index < 0) index += size;
  if (index < 0 || index >= size) return null_value();
  return part(base, (*base.json)[static_cast<std::size_t>(index)]);
}

/// Values in a document, counting long texts by their length; stops counting at `most`.
std::size_t count_values(const Json& value, std::size_t most, std::size_t depth = 0) {
  if (depth > kDocumentDepthMax) return most;
  if (value.is_string()) return 1 + value.get_ref<const std::string&>().size() / 16;
  std::size_t count = 1;
  if (value.is_structured()) {
    for (const Json& child : value) {
      if (count >= most) return most;
      count += count_values(child, most - count, depth + 1);
    }
  }
  return count;
}

}  // namespace

Value make_value(Json json) {
  auto owner = std::make_shared<const Json>(std::move(json));
  const Json* at = owner.get();
  return Value{.json = at, .owner = std::move(owner)};
}

bool is_true(const Json& value) {
  if (value.is_null()) return false;
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_string()) return !value.get_ref<const std::string&>().empty();
  return !value.is_structured() || !value.empty();
}

bool both_numbers(const Json& a, const Json& b) { return a.is_number() && b.is_number(); }
bool both_strings(const Json& a, const Json& b) { return a.is_string() && b.is_string(); }

tl::unexpected<Error> type_error(const Node& node, std::string message) {
  return fail(400, "JMESPathType", std::move(message) + " (column " + std::to_string(node.column) + ")");
}

Result<void> Evaluator::charge(const Json& value) {
  const std::size_t left = kCopiedValuesMax - copied_;
  const std::size_t count = count_values(value, left + 1);
  if (count > left) return fail(400, "JMESPathType", "The result of the query is too large (column 1)");
  copied_ += count;
  return {};
}

Result<void> Evaluator::append(Json& target, const Value& value) {
  if (Result<void> paid = charge(*value.json); !paid) return paid;
  target.push_back(*value.json);
  return {};
}

Result<Value> Evaluator::evaluate(const Node& node, const Value& current) {
  switch (node.kind) {
    case NodeKind::kIdentity: return current;
    case NodeKind::kField: return field(current, node.text);
    case NodeKind::kLiteral: return Value{.json = node.literal.get(), .owner = node.literal};
    case NodeKind::kReference: return type_error(node, "An expression reference (&) stands only before an argument of a function");
    case NodeKind::kSubexpression:
    case NodeKind::kPipe: {
      Result<Value> left = evaluate(*node.children[0], current);
      if (!left) return left;
      return evaluate(*node.children[1], *left);
    }
    case NodeKind::kIndex:
    case NodeKind::kSlice: {
      Result<Value> base = evaluate(*node.children[0], current);
      if (!base) return base;
      if (node.kind == NodeKind::kSlice) return slice(node, *base);
      return element(*base, node.index);
    }
    case NodeKind::kOr:
    case NodeKind::kAnd:
    case NodeKind::kNot: return logical(node, current);
    case NodeKind::kComparator: return compare(node, current);
    case NodeKind::kProjection:
    case NodeKind::kValueProjection:
    case NodeKind::kFilterProjection: return project(node, current);
    case NodeKind::kFlatten: {
      Result<Value> base = evaluate(*node.children[0], current);
      if (!base || !base->json->is_array()) return base ? null_value() : base;
      Json merged = Json::array();
      for (const Json& child : *base->json) {
        if (Result<void> paid = charge(child); !paid) return fail(paid.error());
        if (child.is_array()) merged.insert(merged.end(), child.begin(), child.end());
        else merged.push_back(child);
      }
      return make_value(std::move(merged));
    }
    case NodeKind::kMultiSelectList:
    case NodeKind::kMultiSelectHash: return multi_select(node, current);
    case NodeKind::kFunction: break;
  }
  std::vector<Argument> arguments;
  for (const NodePointer& child : node.children) {
    if (child->kind == NodeKind::kReference) {
      arguments.push_back(Argument{.expression = child->children[0].get()});
      continue;
    }
    Result<Value> value = evaluate(*child, current);
    if (!value) return value;
    arguments.push_back(Argument{.value = std::move(*value)});
  }
  return call_function(node, arguments, *this);
}

Result<Value> Evaluator::logical(const Node& node, const Value& current) {
  Result<Value> left = evaluate(*node.children[0], current);
  if (!left) return left;
  const bool truth = is_true(*left->json);
  if (node.kind == NodeKind::kNot) return make_value(Json(!truth));
  if (truth == (node.kind == NodeKind::kOr)) return left;
  return evaluate(*node.children[1], current);
}

Result<Value> Evaluator::compare(const Node& node, const Value& current) {
  Result<Value> left = evaluate(*node.children[0], current);
  if (!left) return left;
  Result<Value> right = evaluate(*node.children[1], current);
  if (!right) return right;
  const Json& a = *left->json;
  const Json& b = *right->json;
  if (node.operation == TokenKind::kEqual) return make_value(Json(a == b));
  if (node.operation == TokenKind::kNotEqual) return make_value(Json(a != b));
  if (!both_numbers(a, b) && !both_strings(a, b)) return null_value();
  switch (node.operation) {
    case TokenKind::kLess: return make_value(Json(a < b));
    case TokenKind::kLessEqual: return make_value(Json(!(b < a)));
    case TokenKind::kGreater: return make_value(Json(b < a));
    default: return make_value(Json(!(a < b)));
  }
}

/// Applies the body to every element of an array (or value of an object); nulls drop out.
Result<Value> Evaluator::project(const Node& node, const Value& current) {
  Result<Value> base = evaluate(*node.children[0], current);
  if (!base) return base;
  const bool of_object = node.kind == NodeKind::kValueProjection;
  if (of_object ? !base->json->is_object() : !base->json->is_array()) return null_value();
  Json collected = Json::array();
  for (const Json& child : *base->json) {
    const Value inside = part(*base, child);
    if (node.kind == NodeKind::kFilterProjection) {
      Result<Value> wanted = evaluate(*node.children[2], inside);
      if (!wanted) return wanted;
      if (!is_true(*wanted->json)) continue;
    }
    Result<Value> value = evaluate(*node.children[1], inside);
    if (!value) return value;
    if (value->json->is_null()) continue;
    if (Result<void> added = append(collected, *value); !added) return fail(added.error());
  }
  return make_value(std::move(collected));
}

Result<Value> Evaluator::multi_select(const Node& node, const Value& current) {
  if (current.json->is_null()) return null_value();
  const bool hash = node.kind == NodeKind::kMultiSelectHash;
  Json collected = hash ? Json::object() : Json::array();
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    Result<Value> value = evaluate(*node.children[i], current);
    if (!value) return value;
    if (Result<void> paid = charge(*value->json); !paid) return fail(paid.error());
    if (hash) collected[node.keys[i]] = *value->json;
    else collected.push_back(*value->json);
  }
  return make_value(std::move(collected));
}

/// Slices as Python's: absent ends reach as far as the array does in the direction of the step.
Result<Value> Evaluator::slice(const Node& node, const Value& base) {
  if (!base.json->is_array()) return null_value();
  const std::int64_t step = node.slice[2].value_or(1);
  if (step == 0) return type_error(node, "slice step cannot be zero");
  const auto size = static_cast<std::int64_t>(base.json->size());
  const std::int64_t lowest = step < 0 ? -1 : 0;
  const std::int64_t highest = step < 0 ? size - 1 : size;
  const auto bound = [&](const std::optional<std::int64_t>& given, std::int64_t otherwise) {
    if (!given) return otherwise;
    return std::clamp(*given < 0 ? *given + size : *given, lowest, highest);
  };
  const std::int64_t start = bound(node.slice[0], step < 0 ? highest : lowest);
  const std::int64_t stop = bound(node.slice[1], step < 0 ? lowest : highest);
  Json collected = Json::array();
  for (std::int64_t i = start; step > 0 ? i < stop : i > stop;) {
    if (Result<void> added = append(collected, part(base, (*base.json)[static_cast<std::size_t>(i)])); !added) {
      return fail(added.error());
    }
    if (step > 0 ? step >= stop - i : step <= stop - i) break;  // the next one would pass the end, or overflow
    i += step;
  }
  return make_value(std::move(collected));
}

namespace {

/// The hash that gives (every element of) the result its keys, given the one that shaped what `node` works on.
const Node* shaping_hash(const Node& node, const Node* before) {
  switch (node.kind) {
    case NodeKind::kIdentity: return before;
    case NodeKind::kMultiSelectHash: return &node;
    case NodeKind::kValueProjection: return shaping_hash(*node.children[1], nullptr);
    case NodeKind::kProjection: case NodeKind::kFilterProjection: case NodeKind::kSubexpression: case NodeKind::kPipe:
      return shaping_hash(*node.children[1], shaping_hash(*node.children[0], before));
    case NodeKind::kIndex: case NodeKind::kSlice: case NodeKind::kFlatten: return shaping_hash(*node.children[0], before);
    case NodeKind::kFunction: {
      const bool keeps = node.text == "sort_by" || node.text == "reverse" || node.text == "max_by" || node.text == "min_by";
      return keeps && !node.children.empty() ? shaping_hash(*node.children[0], before) : nullptr;
    }
    default: return nullptr;
  }
}

}  // namespace
}  // namespace azlab::jmespath

namespace azlab {

Result<Query> Query::parse(std::string_view expression) {
  Result<jmespath::NodePointer> root = jmespath::parse_expression(expression);
  if (!root) return fail(root.error());
  Query query;
  query.text_ = std::string(expression);
  query.root_ = std::move(*root);
  if (const jmespath::Node* hash = jmespath::shaping_hash(*query.root_, nullptr)) query.columns_ = hash->keys;
  return query;
}

Result<Json> Query::search(const Json& document) const {
  jmespath::Evaluator evaluator;
  Result<jmespath::Value> found = evaluator.evaluate(*root_, jmespath::Value{.json = &document});
  if (!found) return fail(found.error());
  if (Result<void> paid = evaluator.charge(*found->json); !paid) return fail(paid.error());
  return *found->json;
}

}  // namespace azlab
