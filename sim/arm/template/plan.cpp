#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>
#include <utility>

#include "sim/arm/template/expression.hpp"
#include "sim/core/text.hpp"

// The public entry points: reading a template, expanding it, evaluating bodies and outputs when their turn comes.

namespace azlab::arm_template {
namespace {

constexpr std::string_view kSections[] = {"$schema",   "contentVersion", "languageVersion", "apiProfile", "parameters", "variables",
                                          "functions", "resources",      "outputs",         "metadata",   "definitions", "imports", "extensions"};

std::string part_path(const Template& source, std::string_view part) {
  return (source.path.empty() ? "" : source.path + ".") + std::string(part);
}

Result<void> evaluate_variables(State& state, Environment& environment) {
  const Json* section = find_key(*state.source.json, "variables");
  if (section == nullptr) return {};
  std::vector<std::string> names;
  for (const auto& item : section->items()) {
    const bool loops = equals_ignore_case(item.key(), "copy") && item.value().is_array();
    if (!loops) names.push_back(item.key());
    for (const Json& loop : loops ? item.value() : Json::array()) names.push_back(string_at(loop, "name"));
  }
  Evaluator evaluator(state, environment, Place::kVariable);
  for (const std::string& name : names) {
    const Result<Json> value = evaluator.variable(name);
    if (value || is_deferred(value.error())) continue;
    const Error& error = value.error();
    return fail(error.additional_info.empty() ? part_error(state.source, part_path(state.source, "variables." + name), "variable", name, error) : error);
  }
  return {};
}

/// Azure's limits on the sections of a template.
Result<void> check_limits(const State& state) {
  constexpr std::tuple<std::string_view, std::size_t> kLimits[] = {{"parameters", kParametersMax}, {"variables", kVariablesMax}, {"outputs", kOutputsMax}};
  for (const auto& [section, limit] : kLimits) {
    const Json* found = find_key(*state.source.json, section);
    if (found == nullptr || found->size() <= limit) continue;
    return fail(validation_error(state.source, part_path(state.source, section),
                                 fmt::format("The number of template {} limit exceeded. Limit: '{}' and actual: '{}'. Please see https://aka.ms/arm-syntax-{} for usage details.", section, limit, found->size(), section)));
  }
  return {};
}

Result<void> check_outputs(const State& state) {
  const Json* outputs = find_key(*state.source.json, "outputs");
  if (outputs == nullptr) return {};
  for (const auto& item : outputs->items()) {
    if (const Result<void> fine = Evaluator::check_syntax(item.value()); !fine) {
      return fail(part_error(state.source, part_path(state.source, "outputs." + item.key()), "output", item.key(), fine.error()));
    }
  }
  return {};
}

/// One output's value, or its loop's.
Result<Json> output_value(Evaluator& evaluator, const Json& output) {
  if (const Json* copy = find_key(output, "copy"); copy != nullptr && copy->is_object()) {
    Json loop = *copy;
    loop["name"] = string_at(*copy, "name", "output");
    return evaluator.run_loop(loop, 0);
  }
  const Json* value = find_key(output, "value");
  return value == nullptr ? Result<Json>(template_error("The output has no value.")) : evaluator.value(*value);
}

bool output_fits(const std::string& type, const Json& value) {
  if (type == "String" || type == "SecureString") return value.is_string();
  if (type == "Int") return value.is_number_integer();
  if (type == "Bool") return value.is_boolean();
  return type == "Array" ? value.is_array() : value.is_object();
}

/// Adds an output to `report`; leaves it out where its condition is false.
Result<void> evaluate_output(Evaluator& evaluator, const std::string& name, const Json& output, Json& report) {
  if (const Json* condition = find_key(output, "condition")) {
    const Result<Json> holds = evaluator.value(*condition);
    if (!holds) return fail(holds.error());
    if (!holds->is_boolean()) return template_error("The condition does not come to a boolean.");
    if (!holds->get<bool>()) return {};
  }
  const std::string type = reply_type(string_at(output, "type"));
  if (type.empty()) return template_error(fmt::format("The output type '{}' is not valid.", string_at(output, "type")));
  Result<Json> value = output_value(evaluator, output);
  if (!value) return fail(value.error());
  const Json* nullable = find_key(output, "nullable");
  if (!(value->is_null() && nullable != nullptr && *nullable == true) && !output_fits(type, *value)) {
    return template_error(fmt::format("Template output JToken type is not valid. Expected '{}'. Actual '{}'. Please see https://aka.ms/arm-syntax-outputs for usage details.", type,
                                      value->is_null() ? "Null" : value->type_name()));
  }
  report[name] = Json{{"type", type}};
  if (!type.starts_with("Secure")) report[name]["value"] = std::move(*value);
  return {};
}

}  // namespace

Result<Template> parse_template(std::string_view text) {
  auto positions = std::make_shared<SourceMap>();
  Result<Json> json = parse_deployment_body(text, positions.get());
  if (!json) return fail(json.error());
  return check_template(std::move(*json), std::move(positions));
}

Result<Template> check_template(Json json, std::shared_ptr<const SourceMap> positions, std::string path) {
  Template found{.json = std::make_shared<const Json>(std::move(json)), .positions = std::move(positions), .path = std::move(path)};
  const auto invalid = [&](const std::string& what, const std::string& part) {
    const SourcePosition where = position_of(found, part_path(found, part));
    return fail(400, "InvalidRequestContent",
                fmt::format("The request content was invalid and could not be deserialized: '{} Path '{}', line {}, position {}.'.", what, part_path(found, part), where.line, where.column));
  };
  if (!found.json->is_object()) return invalid("The template is not an object.", "");
  for (const auto& item : found.json->items()) {
    const bool known = std::any_of(std::begin(kSections), std::end(kSections), [&](std::string_view section) { return equals_ignore_case(section, item.key()); });
    if (!known) return invalid(fmt::format("Could not find member '{}' on object of type 'Template'.", item.key()), item.key());
    const bool section = equals_ignore_case(item.key(), "parameters") || equals_ignore_case(item.key(), "variables") || equals_ignore_case(item.key(), "outputs");
    if (section && !item.value().is_object()) return invalid(fmt::format("The section '{}' is not an object.", item.key()), item.key());
  }
  const Json* resources = find_key(*found.json, "resources");
  if (resources == nullptr || !resources->is_structured()) {
    return invalid("Required property 'resources' not found in JSON.", "resources");
  }
  found.symbolic = resources->is_object() || string_at(*found.json, "languageVersion").starts_with("2");
  return found;
}

Result<Plan> expand(const Template& source, const Json& parameters, const Scope& scope, Environment& environment, const ExpandOptions& options) {
  Plan plan;
  plan.state = std::make_shared<State>();
  State& state = *plan.state;
  state.source = source;
  state.scope = scope;
  state.foreseeing = options.foreseeing;
  state.supplied = parameters.is_null() ? Json::object() : parameters;
  if (Result<void> done = check_limits(state); !done) return fail(done.error());
  if (Result<void> done = resolve_parameters(state, environment); !done) return fail(done.error());
  if (Result<void> done = evaluate_variables(state, environment); !done) return fail(done.error());
  if (Result<void> done = check_outputs(state); !done) return fail(done.error());
  Result<Planning> planning = plan_resources(state, environment);
  if (!planning) return fail(planning.error());
  for (const PlannedResource& absent : planning->absent) plan.absent.push_back(absent.id);
  plan.resources = planning->resources;
  if (Result<void> done = resolve_dependencies(plan, *planning, environment, options); !done) return fail(done.error());
  return plan;
}

Result<Json> evaluate_body(const Plan& plan, const PlannedResource& resource, Environment& environment) {
  State& state = *plan.state;
  state.charged = 0;
  Evaluator evaluator(state, environment, Place::kRun);
  evaluator.copies = resource.copies;
  Result<Json> body = render_body(evaluator, resource);
  if (body || body.error().code != "InvalidTemplate" || !body.error().additional_info.empty()) return body;
  const SourcePosition where = position_of(state.source, resource.path);
  Error error = validation_error(state.source, resource.path, "");
  error.message = fmt::format("Unable to process template language expressions for resource '{}' at line '{}' and column '{}'. '{}'", resource.id, where.line, where.column,
                              body.error().message);
  return fail(std::move(error));
}

Result<ForeseenBody> foresee_body(const Plan& plan, const PlannedResource& resource, Environment& environment) {
  State& state = *plan.state;
  state.charged = 0;
  const Bindings open = state.parameters;
  for (auto& [name, value] : state.parameters) {
    if (value.is_string() && is_secure(state, name)) value = "*******";
  }
  Evaluator evaluator(state, environment, Place::kTrial);
  evaluator.copies = resource.copies;
  evaluator.keep_deferred = true;
  Result<Json> body = render_body(evaluator, resource);
  state.parameters = open;
  if (!body) return fail(body.error());
  return ForeseenBody{.body = std::make_shared<const Json>(std::move(*body)), .complete = !evaluator.kept};
}

Result<Json> evaluate_outputs(const Plan& plan, Environment& environment) {
  State& state = *plan.state;
  state.charged = 0;
  Json report = Json::object();
  const Json* outputs = find_key(*state.source.json, "outputs");
  if (outputs == nullptr) return report;
  Error failure{.status = 400, .code = "DeploymentOutputEvaluationFailed", .message = ""};
  std::string names;
  for (const auto& item : outputs->items()) {
    Evaluator evaluator(state, environment, Place::kRun);
    const Result<void> done = evaluate_output(evaluator, item.key(), item.value(), report);
    if (done) continue;
    names += (names.empty() ? "" : ",") + item.key();
    failure.details.push_back(Error{.status = 400,
                                    .code = "DeploymentOutputEvaluationFailed",
                                    .message = fmt::format("The template output '{}' is not valid: {}.", item.key(), done.error().message),
                                    .target = item.key()});
  }
  if (failure.details.empty()) return report;
  failure.message = fmt::format(
      "Unable to evaluate template outputs: '{}'. Please see error details and deployment operations. Please see https://aka.ms/arm-common-errors for usage details.", names);
  return fail(std::move(failure));
}

Result<Json> evaluate_text(const Plan& plan, std::string_view text, Environment& environment) {
  plan.state->charged = 0;
  return Evaluator(*plan.state, environment, Place::kRun).text(text);
}

}  // namespace azlab::arm_template
