#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "sim/arm/template/expression.hpp"
#include "sim/core/text.hpp"

// Functions that look at their arguments unevaluated: choices (only the branch taken is evaluated) and lambdas.

namespace azlab::arm_template {
namespace {

tl::unexpected<Error> wrong_argument(const Expression& call, std::string_view what) {
  return template_error(
      fmt::format("Unable to evaluate template language function '{}': {} Please see https://aka.ms/arm-functions for usage details.", call.text, what));
}

Result<Json> choose(const Expression& call, Evaluator& evaluator) {
  Result<Json> condition = evaluator.evaluate(*call.children[0]);
  if (!condition) {
    // Whichever branch a run takes, a trial collects the dependencies of both.
    for (std::size_t i = 1; is_deferred(condition.error()) && i < 3; ++i) static_cast<void>(evaluator.evaluate(*call.children[i]));
    return condition;
  }
  if (!condition->is_boolean()) return wrong_argument(call, "the first parameter must be a boolean.");
  return evaluator.evaluate(*call.children[condition->get<bool>() ? 1 : 2]);
}

/// `and` (stops at false), `or` (stops at true).
Result<Json> decide(const Expression& call, Evaluator& evaluator, bool stops_at) {
  for (const ExpressionPointer& child : call.children) {
    Result<Json> value = evaluator.evaluate(*child);
    if (!value) return value;
    if (!value->is_boolean()) return wrong_argument(call, "the parameters must be booleans.");
    if (value->get<bool>() == stops_at) return Json(stops_at);
  }
  return Json(!stops_at);
}

/// copyIndex(), copyIndex(offset), copyIndex('loop'), copyIndex('loop', offset). Without a name: the resource's loop.
Result<Json> copy_index(const Expression& call, Evaluator& evaluator) {
  std::string name;
  std::int64_t offset = 0;
  for (const ExpressionPointer& child : call.children) {
    const Result<Json> value = evaluator.evaluate(*child);
    if (!value) return value;
    if (value->is_string()) name = value->get<std::string>();
    else if (value->is_number_integer()) offset = value->get<std::int64_t>();
    else return wrong_argument(call, "the parameters must be the name of a copy and an integer.");
  }
  const auto& frames = evaluator.copies;
  const auto found = name.empty() ? frames.begin()
                                  : std::find_if(frames.begin(), frames.end(), [&](const CopyFrame& frame) { return equals_ignore_case(frame.name, name); });
  if (found == frames.end()) {
    return template_error(fmt::format("The template function '{}' is not expected at this location. The function can only be used in a resource with copy specified. "
                                      "Please see https://aka.ms/arm-copy for usage details.",
                                      call.text));
  }
  if (offset > 1'000'000'000 || offset < -1'000'000'000) return wrong_argument(call, "the offset is too large.");
  return Json(found->index + offset);
}

bool is_lambda(const Expression& expression) {
  return expression.kind == Expression::Kind::kCall && equals_ignore_case(expression.text, "lambda") && !expression.children.empty();
}

/// Applies the lambda in argument `at` of `call`; values beyond the names it declares are not passed.
Result<Json> apply(const Expression& call, std::size_t at, Evaluator& evaluator, const std::vector<Json>& values) {
  const Expression& lambda = *call.children[at];
  if (!is_lambda(lambda)) return wrong_argument(call, "a lambda is expected.");
  const std::size_t names = lambda.children.size() - 1;
  if (names > values.size()) return wrong_argument(call, "the lambda has too many variables.");
  const std::size_t outer = evaluator.lambda_variables.size();
  for (std::size_t i = 0; i < names; ++i) evaluator.lambda_variables.emplace_back(lambda.children[i]->text, values[i]);
  Result<Json> result = evaluator.evaluate(*lambda.children.back());
  evaluator.lambda_variables.resize(outer);
  return result;
}

Result<Json> array_argument(const Expression& call, Evaluator& evaluator) {
  Result<Json> array = evaluator.evaluate(*call.children[0]);
  if (array && !array->is_array()) return wrong_argument(call, "the first parameter must be an array.");
  return array;
}

Result<Json> lambda_variable(const Expression& call, Evaluator& evaluator) {
  const Result<Json> name = evaluator.evaluate(*call.children[0]);
  if (!name) return name;
  const auto& all = evaluator.lambda_variables;
  const auto found = std::find_if(all.rbegin(), all.rend(), [&](const auto& entry) { return name->is_string() && equals_ignore_case(entry.first, name->template get_ref<const std::string&>()); });
  if (found == all.rend()) return wrong_argument(call, "the lambda variable is not defined.");
  return found->second;
}

Result<Json> lambda_map(const Expression& call, Evaluator& evaluator, bool filter) {
  const Result<Json> array = array_argument(call, evaluator);
  if (!array) return array;
  Json collected = Json::array();
  std::int64_t index = 0;
  for (const Json& element : *array) {
    Result<Json> value = apply(call, 1, evaluator, {element, Json(index++)});
    if (!value) return value;
    if (filter && !value->is_boolean()) return wrong_argument(call, "the lambda must return a boolean.");
    if (!filter) collected.push_back(std::move(*value));
    else if (value->get<bool>()) collected.push_back(element);
  }
  return collected;
}

Result<Json> lambda_reduce(const Expression& call, Evaluator& evaluator) {
  const Result<Json> array = array_argument(call, evaluator);
  if (!array) return array;
  Result<Json> total = evaluator.evaluate(*call.children[1]);
  std::int64_t index = 0;
  for (const Json& element : *array) {
    if (!total) break;
    total = apply(call, 2, evaluator, {*total, element, Json(index++)});
  }
  return total;
}

/// By binary insertion: a comparison that contradicts itself gives some order, never a crash.
Result<Json> lambda_sort(const Expression& call, Evaluator& evaluator) {
  Result<Json> array = array_argument(call, evaluator);
  if (!array) return array;
  Json sorted = Json::array();
  for (Json& element : *array) {
    std::size_t low = 0;
    std::size_t high = sorted.size();
    while (low < high) {
      const std::size_t middle = (low + high) / 2;
      const Result<Json> before = apply(call, 1, evaluator, {element, sorted[middle]});
      if (!before) return before;
      if (!before->is_boolean()) return wrong_argument(call, "the lambda must return a boolean.");
      if (before->get<bool>()) high = middle;
      else low = middle + 1;
    }
    sorted.insert(sorted.begin() + static_cast<std::ptrdiff_t>(low), std::move(element));
  }
  return sorted;
}

/// toObject(array, key[, value]); groupBy(array, key) collects arrays instead.
Result<Json> lambda_object(const Expression& call, Evaluator& evaluator, bool group) {
  const Result<Json> array = array_argument(call, evaluator);
  if (!array) return array;
  Json object = Json::object();
  for (const Json& element : *array) {
    const Result<Json> key = apply(call, 1, evaluator, {element});
    if (!key) return key;
    if (!key->is_string()) return wrong_argument(call, "the lambda for keys must return a string.");
    Result<Json> value = call.children.size() > 2 ? apply(call, 2, evaluator, {element}) : Result<Json>(element);
    if (!value) return value;
    Json& entry = object[key->get<std::string>()];
    if (group) entry.push_back(std::move(*value));
    else entry = std::move(*value);
  }
  return object;
}

Result<Json> lambda_map_values(const Expression& call, Evaluator& evaluator) {
  Result<Json> object = evaluator.evaluate(*call.children[0]);
  if (!object) return object;
  if (!object->is_object()) return wrong_argument(call, "the first parameter must be an object.");
  for (const auto& item : object->items()) {
    Result<Json> value = apply(call, 1, evaluator, {item.value()});
    if (!value) return value;
    item.value() = std::move(*value);
  }
  return object;
}

Result<Json> lookup(const Expression& call, Evaluator& evaluator, bool variable) {
  const Result<Json> name = evaluator.evaluate(*call.children[0]);
  if (!name) return name;
  if (!name->is_string()) return wrong_argument(call, "the name must be a string.");
  const std::string& text = name->get_ref<const std::string&>();
  if (!variable) return evaluator.parameter(text);
  if (evaluator.place() == Place::kParameter || evaluator.place() == Place::kFunction) return not_expected(call.text);
  return evaluator.variable(text);
}

/// Azure has it for parameter files of Bicep, whose client sends the values along; said as such, so that nobody looks for a typing mistake.
Result<Json> not_simulated(const Expression& call, Evaluator&) {
  return template_error(fmt::format("The template function '{}' is not simulated.", call.text));
}

}  // namespace

const std::vector<SpecialEntry>& special_functions() {
  static const std::vector<SpecialEntry> table = {
      {"if", 3, 3, choose},
      {"and", 1, kAnyCount, [](const Expression& c, Evaluator& e) { return decide(c, e, false); }},
      {"or", 1, kAnyCount, [](const Expression& c, Evaluator& e) { return decide(c, e, true); }},
      {"parameters", 1, 1, [](const Expression& c, Evaluator& e) { return lookup(c, e, false); }},
      {"variables", 1, 1, [](const Expression& c, Evaluator& e) { return lookup(c, e, true); }},
      {"copyIndex", 0, 2, copy_index},
      {"lambda", 1, kAnyCount, [](const Expression& c, Evaluator&) -> Result<Json> { return wrong_argument(c, "it stands only as an argument of map, filter, reduce, sort, toObject, groupBy and mapValues."); }},
      {"lambdaVariables", 1, 1, lambda_variable},
      {"map", 2, 2, [](const Expression& c, Evaluator& e) { return lambda_map(c, e, false); }},
      {"filter", 2, 2, [](const Expression& c, Evaluator& e) { return lambda_map(c, e, true); }},
      {"reduce", 3, 3, lambda_reduce},
      {"sort", 2, 2, lambda_sort},
      {"toObject", 2, 3, [](const Expression& c, Evaluator& e) { return lambda_object(c, e, false); }},
      {"groupBy", 2, 2, [](const Expression& c, Evaluator& e) { return lambda_object(c, e, true); }},
      {"mapValues", 2, 2, lambda_map_values},
      {"externalInput", 0, kAnyCount, not_simulated},
  };
  return table;
}

}  // namespace azlab::arm_template
