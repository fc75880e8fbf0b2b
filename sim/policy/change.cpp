#include <nlohmann/json.hpp>

#include "sim/core/text.hpp"
#include "sim/policy/change.hpp"

namespace azlab::policy {
namespace {

tl::unexpected<Error> not_settable(const std::string& field) {
  return fail(400, "InvalidPolicyRule", "azlab: the field '" + field + "' cannot be changed by a policy.");
}

/// The field and value of one change, evaluated.
struct Change {
  std::string field;
  Json value;
};

Result<Change> change_of(const Json& json, const Json& resource, const Surroundings& surroundings) {
  const auto field = evaluate(json.value("field", Json("")), resource, {}, surroundings);
  if (!field) return fail(field.error());
  const auto value = evaluate(json.value("value", Json()), resource, {}, surroundings);
  if (!value) return fail(value.error());
  return Change{field->is_string() ? field->get<std::string>() : std::string(), *value};
}

/// An operation may have a condition; the text of an expression or a plain "true".
Result<bool> applies(const Json& operation, const Json& resource, const Surroundings& surroundings) {
  if (!operation.contains("condition")) return true;
  const auto value = evaluate(operation["condition"], resource, {}, surroundings);
  if (!value) return fail(value.error());
  return value->is_boolean() ? value->get<bool>() : value->is_string() && equals_ignore_case(value->get<std::string>(), "true");
}

}  // namespace

Result<bool> append(Json& resource, const Json& details, const Surroundings& surroundings) {
  for (const auto& item : details.is_array() ? details : Json::array({details})) {
    const auto change = change_of(item, resource, surroundings);
    if (!change) return fail(change.error());
    const Json have = field_value(resource, change->field);
    if (!have.is_null()) {
      if (have != change->value) return false;
      continue;
    }
    if (!write_field(resource, change->field, change->value)) return not_settable(change->field);
  }
  return true;
}

Result<void> modify(Json& resource, const Json& details, const Surroundings& surroundings) {
  for (const auto& operation : details.value("operations", Json::array())) {
    const auto wanted = applies(operation, resource, surroundings);
    if (!wanted) return fail(wanted.error());
    if (!*wanted) continue;
    const auto change = change_of(operation, resource, surroundings);
    if (!change) return fail(change.error());
    const std::string kind = string_at(operation, "operation");
    if (equals_ignore_case(kind, "add") && !field_value(resource, change->field).is_null()) continue;
    const bool done = equals_ignore_case(kind, "remove") ? remove_field(resource, change->field) : write_field(resource, change->field, change->value);
    if (!done) return not_settable(change->field);
  }
  return {};
}

}  // namespace azlab::policy
