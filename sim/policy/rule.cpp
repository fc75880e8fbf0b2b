#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/core/text.hpp"
#include "sim/policy/operators.hpp"
#include "sim/policy/rule.hpp"

namespace azlab::policy {
namespace {

constexpr int kRuleDepthMax = 64;

/// One pass over an `if`: what is met, and a note of every condition on the way.
class Judge {
 public:
  Judge(const Json& resource, const Surroundings& surroundings) : resource_(resource), surroundings_(surroundings) {}

  Result<bool> condition(const Json& json, const Elements& elements) {
    if (const Json* all = find_key(json, "allOf")) return each(*all, elements, false);
    if (const Json* any = find_key(json, "anyOf")) return each(*any, elements, true);
    if (const Json* inner = find_key(json, "not")) {
      auto met = condition(*inner, elements);
      return met ? Result<bool>(!*met) : met;
    }
    const Json* operand = nullptr;
    const Operator* op = operator_of(json, &operand);
    if (op == nullptr) return fail(400, "InvalidPolicyRule", "A condition of the policy rule has no operator: " + dump(json));
    const auto target = evaluate(*operand, resource_, elements, surroundings_);
    if (!target) return fail(target.error());
    if (const Json* count = find_key(json, "count")) return counted(*count, *op, *target, elements);
    if (const Json* value = find_key(json, "value")) return by_value(*value, *op, *target, elements);
    return by_field(json, *op, *target, elements);
  }

  Json expressions = Json::array();

 private:
  /// anyOf ends with the first that is met, allOf with the first that is not.
  Result<bool> each(const Json& list, const Elements& elements, bool ends_with) {
    for (const auto& part : list) {
      const auto met = condition(part, elements);
      if (!met || *met == ends_with) return met;
    }
    return !ends_with;
  }

  Result<bool> by_value(const Json& value, const Operator& op, const Json& target, const Elements& elements) {
    const auto evaluated = evaluate(value, resource_, elements, surroundings_);
    if (!evaluated) return fail(evaluated.error());
    const bool met = op.holds(*evaluated, target);
    note(met, "Value", value, nullptr, *evaluated, target, op);
    return met;
  }

  Result<bool> by_field(const Json& json, const Operator& op, const Json& target, const Elements& elements) {
    const auto name = evaluate(json.value("field", Json()), resource_, elements, surroundings_);
    if (!name) return fail(name.error());
    const std::string field = name->is_string() ? name->get<std::string>() : std::string();
    if (!is_field(field)) return fail(400, "InvalidPolicyAlias", fmt::format("The policy alias '{}' is invalid. Please use Get-AzPolicyAlias cmdlet to get the supported policy aliases.", field));
    const FieldValues read = read_field(resource_, field, elements);
    bool met = true;  // of an array's elements each must fit, and of none there is none that does not
    Json shown = Json();
    for (const auto& value : read.values) {
      shown = value;
      met = op.holds(value, target);
      if (!met) break;
    }
    note(met, "Field", field, &field, shown, target, op);
    return met;
  }

  Result<bool> counted(const Json& count, const Operator& op, const Json& target, const Elements& elements) {
    Json items = Json::array();
    std::string key;
    if (const std::string field = string_at(count, "field"); !field.empty()) {
      key = to_lower(field);
      if (find_alias(field) == nullptr) return fail(400, "InvalidPolicyAlias", fmt::format("The policy alias '{}' is invalid. Please use Get-AzPolicyAlias cmdlet to get the supported policy aliases.", field));
      const FieldValues read = read_field(resource_, field, elements);
      if (read.each) items = read.values;
    } else {
      key = to_lower(string_at(count, "name"));
      const auto evaluated = evaluate(count.value("value", Json::array()), resource_, elements, surroundings_);
      if (!evaluated) return fail(evaluated.error());
      items = evaluated->is_array() ? *evaluated : Json::array();
    }
    int number = 0;
    const Json* where = find_key(count, "where");
    const Json before = expressions;
    for (const auto& item : items) {
      Elements inner = elements;
      inner[key] = item;
      const auto met = where != nullptr ? condition(*where, inner) : Result<bool>(true);
      if (!met) return met;
      if (*met) ++number;
    }
    expressions = before;  // a count shows its number, not its elements
    const bool met = op.holds(number, target);
    note(met, "Count", count.contains("field") ? count["field"] : count.value("value", Json()), nullptr, number, target, op);
    return met;
  }

  void note(bool met, const char* kind, const Json& expression, const std::string* path, const Json& value, const Json& target, const Operator& op) {
    Json entry = {{"result", met ? "True" : "False"}, {"expressionKind", kind}, {"expression", expression}, {"targetValue", target}, {"operator", op.shown}};
    if (path != nullptr) entry["path"] = find_alias(*path) != nullptr ? *find_alias(*path) : *path;
    if (!value.is_null()) entry["expressionValue"] = value;
    expressions.push_back(std::move(entry));
  }

  const Json& resource_;
  const Surroundings& surroundings_;
};

tl::unexpected<Error> bad_rule(std::string_view definition, const std::string& what) {
  return fail(400, "InvalidPolicyRule", fmt::format("The policy definition '{}' rule is invalid. {}", definition, what));
}

bool is_expression(const Json& value) { return value.is_string() && value.get_ref<const std::string&>().starts_with("[") && !value.get_ref<const std::string&>().starts_with("[["); }

Result<void> check_field(const Json& field, std::string_view definition) {
  if (is_expression(field)) return {};
  if (field.is_string() && is_field(field.get<std::string>())) return {};
  const std::string name = field.is_string() ? field.get<std::string>() : dump(field);
  const std::string type = type_of_alias(name);
  const auto known = aliases_of(type);
  return fail(400, "InvalidPolicyAlias",
              fmt::format("The policy definition '{}' rule is invalid. The 'field' property '{}' of the policy rule doesn't exist as an alias under provider '{}' and resource type '{}'. The supported aliases are '{}'.", definition, name,
                          type.substr(0, type.find('/')), type.find('/') == std::string::npos ? "" : type.substr(type.find('/') + 1), join(known, "; ")));
}

Result<void> check_condition(const Json& json, std::string_view definition, int depth) {
  if (!json.is_object() || depth > kRuleDepthMax) return bad_rule(definition, "A condition is a JSON object.");
  for (const char* key : {"allOf", "anyOf"}) {
    const Json* list = find_key(json, key);
    if (list == nullptr) continue;
    if (!list->is_array() || list->empty()) return bad_rule(definition, fmt::format("'{}' holds a list of conditions.", key));
    for (const auto& part : *list) {
      if (const auto ok = check_condition(part, definition, depth + 1); !ok) return ok;
    }
    return {};
  }
  if (const Json* inner = find_key(json, "not")) return check_condition(*inner, definition, depth + 1);
  const Json* operand = nullptr;
  if (operator_of(json, &operand) == nullptr) return bad_rule(definition, "The condition " + dump(json) + " has no operator.");
  if (const Json* count = find_key(json, "count")) {
    if (const Json* field = find_key(*count, "field")) {
      if (const auto ok = check_field(*field, definition); !ok) return ok;
    }
    const Json* where = find_key(*count, "where");
    return where != nullptr ? check_condition(*where, definition, depth + 1) : Result<void>();
  }
  if (find_key(json, "value") != nullptr) return {};
  const Json* field = find_key(json, "field");
  if (field == nullptr) return bad_rule(definition, "The condition " + dump(json) + " has none of 'field', 'value' and 'count'.");
  return check_field(*field, definition);
}

}  // namespace

Result<Finding> judge(const Json& condition, const Json& resource, const Surroundings& surroundings) {
  Judge judge(resource, surroundings);
  const auto met = judge.condition(condition, {});
  if (!met) return fail(met.error());
  return Finding{.met = *met, .expressions = std::move(judge.expressions)};
}

Result<void> check_rule(const Json& rule, std::string_view definition) {
  const Json* condition = find_key(rule, "if");
  if (condition == nullptr) return bad_rule(definition, "The 'if' property is missing.");
  if (string_at(rule, "then.effect").empty()) return bad_rule(definition, "The 'then' property has no 'effect'.");
  return check_condition(*condition, definition, 0);
}

}  // namespace azlab::policy
