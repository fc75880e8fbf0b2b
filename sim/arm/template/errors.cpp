#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "sim/arm/template/expression.hpp"

namespace azlab::arm_template {

tl::unexpected<Error> template_error(std::string message) { return fail(400, "InvalidTemplate", std::move(message)); }

tl::unexpected<Error> deferred() { return fail(400, std::string(kDeferred), "Only a run can tell."); }

tl::unexpected<Error> call_error(const Call& call, std::string_view what) {
  return template_error(fmt::format("Unable to evaluate template language function '{}': {} Please see https://aka.ms/arm-functions for usage details.",
                                    call.name, what));
}

std::string_view kind_of(const Json& value) {
  if (value.is_string()) return "String";
  if (value.is_boolean()) return "Boolean";
  if (value.is_number()) return value.is_number_integer() ? "Integer" : "Float";
  return value.is_null() ? "Null" : value.is_array() ? "Array" : "Object";
}

tl::unexpected<Error> not_expected(std::string_view function) {
  return template_error(
      fmt::format("The template function '{}' is not expected at this location. Please see https://aka.ms/arm-functions for usage details.", function));
}

SourcePosition position_of(const Template& source, const std::string& path) {
  if (!source.positions) return {};
  const auto found = source.positions->find(path);
  return found == source.positions->end() ? SourcePosition{} : found->second;
}

Error validation_error(const Template& source, const std::string& path, std::string sentence) {
  const SourcePosition where = position_of(source, path);
  const Json violation = {{"type", "TemplateViolation"},
                          {"info", {{"lineNumber", where.line}, {"linePosition", where.column}, {"path", path}}}};
  return Error{.status = 400,
               .code = "InvalidTemplate",
               .message = fmt::format("Deployment template validation failed: '{}'.", sentence),
               .additional_info = dump(Json::array({violation}))};
}

Error resource_error(const Template& source, const std::string& path, const std::string& name, const Error& inner) {
  const SourcePosition where = position_of(source, path);
  return validation_error(source, path,
                          fmt::format("The template resource '{}' at line '{}' and column '{}' is not valid: {}. Please see "
                                      "https://aka.ms/arm-functions for usage details.",
                                      name, where.line, where.column, inner.message));
}

Error part_error(const Template& source, const std::string& path, std::string_view kind, const std::string& name, const Error& inner) {
  return validation_error(source, path,
                          fmt::format("The template {} '{}' is not valid: {}. Please see https://aka.ms/arm-functions for usage details.", kind, name,
                                      inner.message));
}

}  // namespace azlab::arm_template
