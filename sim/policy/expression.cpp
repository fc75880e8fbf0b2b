#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/core/text.hpp"
#include "sim/policy/expression.hpp"

namespace azlab::policy {
namespace {

constexpr int kDepthMax = 20;

Result<Json> evaluate_text(std::string_view text, const Json& resource, const Elements& elements, const Surroundings& surroundings, int depth);

/// What a rule cannot ask: it is judged before anything runs.
class NoDeployment : public arm_template::Environment {
 public:
  explicit NoDeployment(Time now) : now_(now) {}
  Result<Json> reference(const std::string&, const std::string&, bool) override { return refused("reference"); }
  Result<Json> list(const std::string& function, const std::string&, const std::string&, const Json&) override { return refused(function); }
  Result<std::string> secret(const std::string&, const std::string&, const std::string&, const std::string&) override { return fail(refused("secret").error()); }
  std::string new_guid() override { return {}; }
  Json deployer() override { return Json::object(); }
  Result<Json> provider(const std::string&) override { return refused("providers"); }
  std::optional<bool> has_zones(const std::string&) override { return std::nullopt; }
  Time now() override { return now_; }

 private:
  static Result<Json> refused(const std::string& function) { return fail(400, "InvalidPolicyRule", "The template function '" + function + "' is not available in policy rules."); }
  Time now_;
};

/// The end of what begins behind an opening bracket: brackets in pairs, quoted text skipped.
std::size_t closing(std::string_view text, std::size_t from) {
  int open = 1;
  bool quoted = false;
  for (std::size_t i = from; i < text.size(); ++i) {
    if (text[i] == '\'') quoted = !quoted;
    if (quoted) continue;
    if (text[i] == '(' || text[i] == '[') ++open;
    if ((text[i] == ')' || text[i] == ']') && --open == 0) return i;
  }
  return std::string_view::npos;
}

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.'; }

/// What the template engine does not know, put into an expression as parameters of their own.
class Substituted {
 public:
  Substituted(const Json& resource, const Elements& elements, const Surroundings& surroundings, int depth)
      : resource_(resource), elements_(elements), surroundings_(surroundings), depth_(depth) {}

  Result<std::string> rewrite(std::string text) {
    for (const std::string_view function : {"field(", "current(", "policy(", "requestContext(", "resourceGroup().tags[", "subscription().tags["}) {
      for (std::size_t at = find(text, function, 0); at != std::string::npos; at = find(text, function, at + 1)) {
        const std::size_t from = at + function.size();
        const std::size_t end = closing(text, from);
        if (end == std::string::npos) return fail(400, "InvalidPolicyRule", "The expression '[" + text + "]' is not valid: a bracket is not closed.");
        const auto value = value_of(function, trim(std::string_view(text).substr(from, end - from)));
        if (!value) return fail(value.error());
        text.replace(at, end + 1 - at, name_for(*value));
      }
    }
    return text;
  }

  const Json& parameters() const { return parameters_; }

 private:
  static std::size_t find(const std::string& text, std::string_view function, std::size_t from) {
    const std::string lower = to_lower(text);
    const std::string wanted = to_lower(function);
    bool quoted = false;
    for (std::size_t i = 0; i + wanted.size() <= lower.size(); ++i) {
      if (lower[i] == '\'') quoted = !quoted;
      if (!quoted && i >= from && lower.compare(i, wanted.size(), wanted) == 0 && (i == 0 || !is_word(lower[i - 1]))) return i;
    }
    return std::string::npos;
  }

  Result<Json> value_of(std::string_view function, std::string_view inside) {
    if (function == "policy(") return surroundings_.policy;
    if (function == "requestContext(") return surroundings_.request;
    if (function == "current(" && inside.empty()) {
      return elements_.empty() ? Result<Json>(fail(400, "InvalidPolicyRule", "current() stands outside of a count.")) : Result<Json>(elements_.rbegin()->second);
    }
    const auto name = evaluate_text("[" + std::string(inside) + "]", resource_, elements_, surroundings_, depth_ + 1);
    if (!name) return name;
    if (!name->is_string()) return fail(400, "InvalidPolicyRule", fmt::format("The argument of '{}{})' is not a text.", function, inside));
    if (function.ends_with("tags[")) return tag_of(function.starts_with("resource") ? surroundings_.scope.group : surroundings_.scope.subscription, *name);
    if (function == "current(") {
      if (const auto element = elements_.find(to_lower(name->get<std::string>())); element != elements_.end()) return element->second;
    }
    return field_value(resource_, name->get<std::string>(), elements_);
  }

  /// A tag that is not there is an empty text, so that "inherit a tag" leaves resources of other groups alone.
  static Json tag_of(const std::shared_ptr<const Json>& holder, const Json& name) {
    const Json* tags = holder ? find_key(*holder, "tags") : nullptr;
    const Json* value = tags != nullptr ? find_key(*tags, name.get<std::string>()) : nullptr;
    return value != nullptr ? *value : Json("");
  }

  std::string name_for(const Json& value) {
    if (value.is_null()) return "json('null')";
    const std::string name = fmt::format("$policy{}", count_++);
    parameters_[name] = value;
    return "parameters('" + name + "')";
  }

  const Json& resource_;
  const Elements& elements_;
  const Surroundings& surroundings_;
  int depth_;
  int count_ = 0;
  Json parameters_ = Json::object();
};

const char* type_of(const Json& value) {
  if (value.is_boolean()) return "bool";
  if (value.is_number_integer()) return "int";
  if (value.is_array()) return "array";
  if (value.is_object()) return "object";
  return "string";
}

/// A template whose only content is its parameters.
Result<arm_template::Plan> plan_with(const Json& first, const Json& second, const Surroundings& surroundings, NoDeployment& environment) {
  Json declared = Json::object();
  Json given = Json::object();
  for (const Json* parameters : {&first, &second}) {
    for (const auto& [name, value] : parameters->items()) {
      declared[name] = {{"type", type_of(value)}};
      given[name] = {{"value", value.is_number_float() ? Json(value.dump()) : value}};
    }
  }
  const Json body = {{"$schema", "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"}, {"contentVersion", "1.0.0.0"}, {"parameters", declared}, {"resources", Json::array()}};
  const auto source = arm_template::check_template(body);
  if (!source) return fail(source.error());
  return arm_template::expand(*source, given, surroundings.scope, environment);
}

Result<Json> evaluate_text(std::string_view text, const Json& resource, const Elements& elements, const Surroundings& surroundings, int depth) {
  if (!text.starts_with("[") || !text.ends_with("]") || text.starts_with("[[")) return Json(text.starts_with("[[") ? text.substr(1) : text);
  if (depth > kDepthMax) return fail(400, "InvalidPolicyRule", "The expression is nested too deep.");
  Substituted substituted(resource, elements, surroundings, depth);
  const auto inside = substituted.rewrite(std::string(text.substr(1, text.size() - 2)));
  if (!inside) return fail(inside.error());
  NoDeployment environment(surroundings.now);
  const auto plan = plan_with(surroundings.parameters, substituted.parameters(), surroundings, environment);
  if (!plan) return fail(400, "InvalidPolicyRule", plan.error().message);
  auto value = arm_template::evaluate_text(*plan, "[" + *inside + "]", environment);
  if (!value) return fail(400, "InvalidPolicyRule", fmt::format("The expression '{}' of the policy rule could not be evaluated: {}", text, value.error().message));
  return value;
}

}  // namespace

Result<Json> evaluate(const Json& value, const Json& resource, const Elements& elements, const Surroundings& surroundings) {
  if (value.is_string()) return evaluate_text(value.get_ref<const std::string&>(), resource, elements, surroundings, 0);
  if (!value.is_structured()) return value;
  Json out = value;
  for (auto& part : out) {
    auto evaluated = evaluate(part, resource, elements, surroundings);
    if (!evaluated) return evaluated;
    part = std::move(*evaluated);
  }
  return out;
}

}  // namespace azlab::policy
