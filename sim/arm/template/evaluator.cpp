#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "sim/arm/template/expression.hpp"
#include "sim/core/text.hpp"

namespace azlab::arm_template {
namespace {

/// Values one plan may make: `createArray(x, x)` over a chain of variables doubles with every link.
constexpr std::size_t kValuesMax = 2'000'000;
/// Expressions within expressions, values, variables and functions together: bounds the stack.
constexpr std::size_t kEvaluationDepthMax = 200;

std::size_t count_values(const Json& value, std::size_t most, std::size_t depth) {
  if (depth > kDepthMax) return most;
  if (value.is_string()) return 1 + value.get_ref<const std::string&>().size() / 64;
  std::size_t count = 1;
  if (!value.is_structured()) return count;
  for (const Json& child : value) {
    if (count >= most) return most;
    count += count_values(child, most - count, depth + 1);
  }
  return count;
}

std::string joined_keys(const Json& object) {
  std::string keys;
  for (const auto& item : object.items()) keys += (keys.empty() ? "" : ", ") + item.key();
  return keys;
}

Result<Json> property_of(const Json& whole, const std::string& name) {
  if (!whole.is_object()) return template_error(fmt::format("The language expression property '{}' can't be evaluated.", name));
  auto exact = whole.find(name);
  const Json* found = exact != whole.end() ? &*exact : find_key(whole, name);
  if (found != nullptr) return *found;
  return template_error(
      fmt::format("The language expression property '{}' doesn't exist, available properties are '{}'.", name, joined_keys(whole)));
}

Result<Json> element_of(const Json& whole, const Json& index) {
  if (index.is_string()) {
    if (!whole.is_array()) return property_of(whole, index.get<std::string>());
    return template_error(fmt::format("The language expression property '{}' can't be evaluated, property index must be an integer.", index.get<std::string>()));
  }
  if (!index.is_number_integer()) return template_error("The language expression property can't be evaluated, property name must be a string or an integer.");
  const auto at = index.get<std::int64_t>();
  if (whole.is_object()) return template_error(fmt::format("The language expression property '{}' can't be evaluated, property name must be a string.", at));
  if (!whole.is_array()) return template_error(fmt::format("The language expression property '{}' can't be evaluated.", at));
  if (at < 0 || at >= static_cast<std::int64_t>(whole.size())) {
    return template_error(fmt::format("The language expression property array index '{}' is out of bounds.", at));
  }
  return whole[static_cast<std::size_t>(at)];
}

template <class Table>
const typename Table::value_type* find_in(const Table& table, std::string_view name) {
  const auto found = std::find_if(table.begin(), table.end(), [&](const auto& entry) { return equals_ignore_case(entry.name, name); });
  return found == table.end() ? nullptr : &*found;
}

bool wrong_count(std::size_t given, std::size_t least, std::size_t most) { return given < least || given > most; }

tl::unexpected<Error> count_error(std::string_view name, std::size_t given, std::size_t least, std::size_t most) {
  const std::string wanted = least == most ? fmt::format("'{}'", least)
                             : most == kAnyCount ? fmt::format("at least '{}'", least) : fmt::format("'{}' to '{}'", least, most);
  return template_error(fmt::format(
      "Unable to evaluate template language function '{}': function requires {} argument(s) while '{}' were provided. Please see "
      "https://aka.ms/arm-functions for usage details.",
      name, wanted, given));
}

}  // namespace

const FunctionEntry* find_function(std::string_view name) {
  for (const auto* table : {&text_functions(), &collection_functions(), &number_functions(), &date_functions(), &resource_functions(), &address_functions(),
                            &provider_functions()}) {
    if (const FunctionEntry* found = find_in(*table, name)) return found;
  }
  // Every resource provider may name its own: listKeys, listAccountSas, listCallbackUrl, …
  if (name.size() > 4 && starts_with_ignore_case(name, "list")) return find_in(resource_functions(), "list*");
  return nullptr;
}

const SpecialEntry* find_special(std::string_view name) { return find_in(special_functions(), name); }

Result<void> Evaluator::charge(const Json& value) {
  const std::size_t left = kValuesMax - std::min(state_.charged, kValuesMax);
  const std::size_t count = count_values(value, left + 1, 0);
  if (count > left) return template_error("The template's expressions make values that are too large or nested too deeply.");
  state_.charged += count;
  return {};
}

Result<Json> Evaluator::evaluate(const Expression& expression) {
  if (expression.kind == Expression::Kind::kText) return Json(expression.text);
  if (expression.kind == Expression::Kind::kInteger) return Json(expression.number);
  // Variables, functions and lambdas evaluate what they stand for, so depth can grow beyond one expression's.
  if (depth_ >= kEvaluationDepthMax) return template_error("The template's expressions nest too deeply.");
  if (++state_.charged > kValuesMax) return template_error("The template's expressions take too many steps.");
  ++depth_;
  Result<Json> result = Json();
  if (expression.kind == Expression::Kind::kCall) {
    result = call(expression);
    if (result) {
      if (Result<void> paid = charge(*result); !paid) result = fail(paid.error());
    }
  } else {
    result = evaluate(*expression.children[0]);
    if (result && expression.kind == Expression::Kind::kProperty) {
      result = property_of(*result, expression.text);
    } else if (result) {
      const Result<Json> index = evaluate(*expression.children[1]);
      result = index ? element_of(*result, *index) : index;
    }
  }
  --depth_;
  return result;
}

Result<Json> Evaluator::call(const Expression& call) {
  const std::size_t given = call.children.size();
  if (const SpecialEntry* special = call.special) {
    if (wrong_count(given, special->least, special->most)) return count_error(call.text, given, special->least, special->most);
    return special->body(call, *this);
  }
  const FunctionEntry* function = call.function;
  if (function == nullptr) return call_user_function(call);
  if (wrong_count(given, function->least, function->most)) return count_error(call.text, given, function->least, function->most);
  std::vector<Json> arguments;
  arguments.reserve(given);
  bool waits = false;  // a trial looks at the other arguments too: they may be wrong, or name dependencies
  for (const ExpressionPointer& child : call.children) {
    Result<Json> argument = evaluate(*child);
    if (!argument && !is_deferred(argument.error())) return argument;
    waits = waits || !argument;
    if (argument) arguments.push_back(std::move(*argument));
  }
  if (waits) return deferred();
  return function->body(Call{.name = call.text, .arguments = arguments, .evaluator = *this});
}

/// `"functions": [{"namespace": "contoso", "members": {"name": {"parameters": […], "output": {"type", "value"}}}}]`
Result<Json> Evaluator::call_user_function(const Expression& call) {
  const std::size_t dot = call.text.find('.');
  const Json* member = nullptr;
  if (const Json* spaces = find_key(*state_.source.json, "functions"); spaces != nullptr && spaces->is_array()) {
    for (const Json& space : *spaces) {
      const Json* name = find_key(space, "namespace");
      const Json* members = find_key(space, "members");
      if (name == nullptr || members == nullptr || !name->is_string()) continue;
      if (!equals_ignore_case(name->get_ref<const std::string&>(), std::string_view(call.text).substr(0, dot))) continue;
      member = find_key(*members, std::string_view(call.text).substr(dot + 1));
    }
  }
  const Json* output = member == nullptr ? nullptr : find_key(*member, "output");
  const Json* body = output == nullptr ? nullptr : find_key(*output, "value");
  if (body == nullptr) {
    return template_error(fmt::format("The template function '{}' is not valid. Please see https://aka.ms/arm-functions for usage details.", call.text));
  }
  Bindings bound;
  std::size_t next = 0;
  if (const Json* names = find_key(*member, "parameters"); names != nullptr && names->is_array()) {
    if (names->size() != call.children.size()) return count_error(call.text, call.children.size(), names->size(), names->size());
    for (const Json& name : *names) {
      Result<Json> argument = evaluate(*call.children[next++]);
      if (!argument) return argument;
      bound[to_lower(string_at(name, "name"))] = std::move(*argument);
    }
  }
  if (next != call.children.size()) return count_error(call.text, call.children.size(), next, next);
  Evaluator inside(state_, environment_, Place::kFunction);
  inside.function_parameters = &bound;
  inside.depth_ = depth_ + 1;
  return inside.value(*body);
}

Result<void> Evaluator::check_syntax(const Json& value, std::size_t depth) {
  if (depth > kDepthMax) return template_error("The template nests too deeply.");
  if (value.is_string()) {
    const std::string_view text = value.get_ref<const std::string&>();
    if (!is_expression(text)) return {};
    const Result<ExpressionPointer> parsed = parse_expression(text.substr(1, text.size() - 2));
    return parsed ? Result<void>() : fail(parsed.error());
  }
  if (!value.is_structured()) return {};
  for (const Json& child : value) {
    if (Result<void> fine = check_syntax(child, depth + 1); !fine) return fine;
  }
  return {};
}

Result<Json> Evaluator::parse_and_evaluate(std::string_view inside) {
  auto [entry, fresh] = state_.parsed.try_emplace(std::string(inside));
  if (fresh) {
    Result<ExpressionPointer> parsed = parse_expression(inside);
    if (!parsed) {
      state_.parsed.erase(entry);
      return fail(parsed.error());
    }
    entry->second = std::move(*parsed);
  }
  const ExpressionPointer keep = entry->second;
  return evaluate(*keep);
}

Result<Json> Evaluator::text(std::string_view text) {
  if (is_expression(text)) {
    Result<Json> value = parse_and_evaluate(text.substr(1, text.size() - 2));
    if (value || !keep_deferred || !is_deferred(value.error())) return value;
    kept = true;
    return Json(std::string(text));
  }
  const bool escaped = text.size() >= 3 && text.starts_with("[[") && text.back() == ']';
  return Json(std::string(escaped ? text.substr(1) : text));
}

Result<Json> Evaluator::value(const Json& value, std::size_t depth) {
  if (depth > kDepthMax || depth_ >= kEvaluationDepthMax) return template_error("The template nests too deeply.");
  if (value.is_string()) return text(value.get_ref<const std::string&>());
  if (!value.is_structured()) return value;
  ++depth_;
  Result<Json> result = value.is_object() ? object(value, depth) : array(value, depth);
  --depth_;
  return result;
}

Result<Json> Evaluator::array(const Json& array, std::size_t depth) {
  Json result = Json::array();
  bool waits = false;
  for (const Json& child : array) {
    Result<Json> element = value(child, depth + 1);
    if (!element && !is_deferred(element.error())) return element;
    waits = waits || !element;
    if (element) result.push_back(std::move(*element));
  }
  return waits ? Result<Json>(deferred()) : Result<Json>(std::move(result));
}

Result<Json> Evaluator::object(const Json& object, std::size_t depth) {
  Json result = Json::object();
  bool waits = false;
  for (const auto& item : object.items()) {
    const Json& child = item.value();
    if (equals_ignore_case(item.key(), "copy") && child.is_array() && !child.empty() && find_key(child[0], "input") != nullptr) {
      for (const Json& loop : child) {
        Result<Json> collected = run_loop(loop, depth);
        if (!collected && !is_deferred(collected.error())) return collected;
        waits = waits || !collected;
        if (collected) result[string_at(loop, "name")] = std::move(*collected);
      }
      continue;
    }
    Result<Json> key = text(item.key());
    if (!key) return key;
    if (!key->is_string()) return template_error(fmt::format("The expression '{}' of a property name does not come to a string.", item.key()));
    Result<Json> inside = value(child, depth + 1);
    if (!inside && !is_deferred(inside.error())) return inside;
    waits = waits || !inside;
    if (inside) result[key->get<std::string>()] = std::move(*inside);
  }
  return waits ? Result<Json>(deferred()) : Result<Json>(std::move(result));
}

Result<std::int64_t> Evaluator::loop_count(const Json& loop) {
  const Json* given = find_key(loop, "count");
  Result<Json> count = given == nullptr ? Result<Json>(Json()) : value(*given);
  if (!count) return fail(count.error());
  const std::string name = string_at(loop, "name");
  if (!count->is_number_integer() || count->get<std::int64_t>() < 0) {
    return template_error(fmt::format("The copy '{}' has a count that is not a positive integer.", name));
  }
  if (count->get<std::int64_t>() > static_cast<std::int64_t>(kCopyCountMax)) {
    return template_error(fmt::format("The template copy definition '{}' has a copy count '{}' that exceeds the maximum allowed copy count '{}'.", name,
                                      count->get<std::int64_t>(), kCopyCountMax));
  }
  return count->get<std::int64_t>();
}

Result<Json> Evaluator::run_loop(const Json& loop, std::size_t depth) {
  const Json* input = find_key(loop, "input");
  const Json* name = find_key(loop, "name");
  if (input == nullptr || name == nullptr || !name->is_string()) return template_error("A copy needs name, count and input.");
  Result<std::int64_t> count = loop_count(loop);
  if (!count) return fail(count.error());
  Json collected = Json::array();
  bool waits = false;
  for (std::int64_t i = 0; i < *count; ++i) {
    copies.push_back(CopyFrame{.name = name->get<std::string>(), .index = i});
    Result<Json> element = value(*input, depth + 1);
    copies.pop_back();
    if (!element && !is_deferred(element.error())) return element;
    waits = waits || !element;
    if (!element) continue;
    if (Result<void> paid = charge(*element); !paid) return fail(paid.error());
    collected.push_back(std::move(*element));
  }
  return waits ? Result<Json>(deferred()) : Result<Json>(std::move(collected));
}

Result<Json> Evaluator::variable(std::string_view name) {
  const std::string key = to_lower(name);
  if (const auto known = state_.variables.find(key); known != state_.variables.end()) return known->second;
  const Json* section = find_key(*state_.source.json, "variables");
  const Json* written = section == nullptr ? nullptr : find_key(*section, name);
  const Json* loop = nullptr;
  if (const Json* loops = section == nullptr ? nullptr : find_key(*section, "copy"); loops != nullptr && loops->is_array()) {
    for (const Json& candidate : *loops) {
      if (equals_ignore_case(string_at(candidate, "name"), name)) loop = &candidate;
    }
  }
  if (written == nullptr && loop == nullptr) {
    return template_error(fmt::format("The template variable '{}' is not found. Please see https://aka.ms/arm-syntax-variables for usage details.", name));
  }
  const std::string mark = "v:" + key;
  if (std::find(state_.resolving.begin(), state_.resolving.end(), mark) != state_.resolving.end()) {
    return template_error(fmt::format("Circular reference detected in the template variable '{}'.", name));
  }
  state_.resolving.push_back(mark);
  Evaluator inside(state_, environment_, Place::kVariable);
  inside.depth_ = depth_ + 1;
  Result<Json> result = loop != nullptr ? inside.run_loop(*loop, 0) : inside.value(*written);
  state_.resolving.pop_back();
  if (result) state_.variables[key] = *result;
  return result;
}

}  // namespace azlab::arm_template
