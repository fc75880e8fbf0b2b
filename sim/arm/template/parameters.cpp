#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "sim/arm/template/expression.hpp"
#include "sim/core/text.hpp"

// Parameters: what the caller sent, else the default; checked against type, allowed values and bounds.

namespace azlab::arm_template {
namespace {

constexpr std::string_view kParameterFileHelp = "Please see https://aka.ms/arm-create-parameter-file for usage details.";

std::string parameter_path(const Template& source, const std::string& name) {
  return (source.path.empty() ? "" : source.path + ".") + "parameters." + name;
}

/// The JSON types a parameter type takes, as Azure's message names them.
std::string_view expected_type(const std::string& type) {
  if (type == "string" || type == "securestring") return "String, Uri";
  if (type == "int") return "Integer";
  if (type == "bool") return "Boolean";
  if (type == "array") return "Array";
  return type == "object" || type == "secureobject" ? "Object" : "";
}

bool same_value(const Json& a, const Json& b) {
  if (a.is_string() && b.is_string()) return equals_ignore_case(a.get_ref<const std::string&>(), b.get_ref<const std::string&>());
  return a == b;
}

std::string shown_values(const Json& values) {
  std::string text;
  for (const Json& value : values) text += (text.empty() ? "" : ",") + (value.is_string() ? value.get<std::string>() : dump(value));
  return text;
}

/// Follows `{"$ref": "#/definitions/name"}`; one step, the referring declaration's own members win.
Json declaration_of(const Template& source, const Json& written) {
  const std::string reference = string_at(written, "$ref");
  constexpr std::string_view kPrefix = "#/definitions/";
  if (!reference.starts_with(kPrefix)) return written;
  const Json* definitions = find_key(*source.json, "definitions");
  const Json* definition = definitions == nullptr ? nullptr : find_key(*definitions, reference.substr(kPrefix.size()));
  if (definition == nullptr || !definition->is_object()) return written;
  Json merged = *definition;
  merged.update(written);
  return merged;
}

std::optional<std::string> bound_broken(const Json& declared, const Json& value) {
  std::int64_t measure = 0;
  const bool is_number = value.is_number_integer();
  if (is_number) measure = value.get<std::int64_t>();
  else if (value.is_string()) measure = static_cast<std::int64_t>(value.get_ref<const std::string&>().size());
  else if (value.is_array()) measure = static_cast<std::int64_t>(value.size());
  else return std::nullopt;
  const Json* least = find_key(declared, is_number ? "minValue" : "minLength");
  const Json* most = find_key(declared, is_number ? "maxValue" : "maxLength");
  const std::string_view what = is_number ? "The value" : "Length of the value";
  if (least != nullptr && least->is_number_integer() && measure < least->get<std::int64_t>()) {
    return fmt::format("{} should be greater than or equal to '{}'.", what, least->get<std::int64_t>());
  }
  if (most != nullptr && most->is_number_integer() && measure > most->get<std::int64_t>()) {
    return fmt::format("{} should be less than or equal to '{}'.", what, most->get<std::int64_t>());
  }
  return std::nullopt;
}

Result<void> check_inside(const Template& source, const std::string& name, const Json& declared, const Json& value);

/// `name` of what lies within an object or array is its path, "shape.tier".
Result<void> check_value(const Template& source, const std::string& name, const Json& declared, const Json& value) {
  const std::string path = parameter_path(source, name);
  const std::string type = to_lower(string_at(declared, "type"));
  const std::string_view expected = expected_type(type);
  const Json* nullable = find_key(declared, "nullable");
  if (value.is_null() && nullable != nullptr && *nullable == true) return {};
  if (expected.empty()) {
    return fail(validation_error(source, path + ".type",
                                 fmt::format("The template parameter '{}' has the type '{}', which is not one of 'String, SecureString, Int, Bool, Array, Object, SecureObject'. "
                                             "Please see https://aka.ms/arm-syntax-parameters for usage details.",
                                             name, string_at(declared, "type"))));
  }
  if (expected.find(kind_of(value)) == std::string_view::npos) {
    return fail(validation_error(source, path,
                                 fmt::format("The provided value for the template parameter '{}' is not valid. Expected a value of type '{}', but received a value of type '{}'. {}",
                                             name, expected, kind_of(value), kParameterFileHelp)));
  }
  if (const Json* allowed = find_key(declared, "allowedValues"); allowed != nullptr && allowed->is_array()) {
    const bool each = value.is_array() && !allowed->empty() && !(*allowed)[0].is_array();
    const auto is_allowed = [&](const Json& one) { return std::any_of(allowed->begin(), allowed->end(), [&](const Json& other) { return same_value(one, other); }); };
    if (each ? !std::all_of(value.begin(), value.end(), is_allowed) : !is_allowed(value)) {
      return fail(validation_error(source, path + ".allowedValues",
                                   fmt::format("The provided value for the template parameter '{}' is not valid. The value '{}' is not part of the allowed value(s): '{}'.", name,
                                               value.is_string() ? value.get<std::string>() : dump(value), shown_values(*allowed))));
    }
  }
  if (const std::optional<std::string> broken = bound_broken(declared, value)) {
    const SourcePosition where = position_of(source, path);
    return fail(validation_error(source, path,
                                 fmt::format("The provided value for the template parameter '{}' at line '{}' and column '{}' is not valid. {} {}", name, where.line,
                                             where.column, *broken, kParameterFileHelp)));
  }
  return check_inside(source, name, declared, value);
}

tl::unexpected<Error> not_valid(const Template& source, const std::string& name, std::string_view why) {
  return fail(validation_error(source, parameter_path(source, name), fmt::format("The provided value for the template parameter '{}' is not valid. {} {}", name, why, kParameterFileHelp)));
}

/// `properties`, `additionalProperties`, `items` and `prefixItems` of a declaration (languageVersion 2.0).
Result<void> check_inside(const Template& source, const std::string& name, const Json& declared, const Json& value) {
  if (value.is_array()) {
    const Json* first = find_key(declared, "prefixItems");
    const Json* others = find_key(declared, "items");
    for (std::size_t i = 0; i < value.size(); ++i) {
      const Json* type = first != nullptr && first->is_array() && i < first->size() ? &(*first)[i] : others;
      if (type != nullptr && *type == false) return not_valid(source, name, fmt::format("It may have no more than '{}' element(s).", i));
      if (type == nullptr || !type->is_object()) continue;
      if (Result<void> fine = check_value(source, fmt::format("{}[{}]", name, i), declaration_of(source, *type), value[i]); !fine) return fine;
    }
    return {};
  }
  const Json* properties = find_key(declared, "properties");
  const Json* others = find_key(declared, "additionalProperties");
  if (!value.is_object() || (properties == nullptr && others == nullptr)) return {};
  const Json none = Json::object();
  for (const auto& item : (properties == nullptr ? none : *properties).items()) {
    const Json type = declaration_of(source, item.value());
    const Json* nullable = find_key(type, "nullable");
    if (find_key(value, item.key()) == nullptr && (nullable == nullptr || *nullable != true)) return not_valid(source, name, fmt::format("The property '{}' is missing.", item.key()));
  }
  for (const auto& item : value.items()) {
    const Json* type = properties == nullptr ? nullptr : find_key(*properties, item.key());
    if (type == nullptr && others != nullptr && *others == false) return not_valid(source, name, fmt::format("The property '{}' is not declared.", item.key()));
    if (type == nullptr) type = others;
    if (type == nullptr || !type->is_object()) continue;
    if (Result<void> fine = check_value(source, name + "." + item.key(), declaration_of(source, *type), item.value()); !fine) return fine;
  }
  return {};
}

}  // namespace

Result<Json> Evaluator::parameter(std::string_view name) {
  const std::string key = to_lower(name);
  const Bindings& known = function_parameters != nullptr ? *function_parameters : state_.parameters;
  if (const auto found = known.find(key); found != known.end()) return found->second;
  const Template& source = state_.source;
  const Json* section = function_parameters != nullptr ? nullptr : find_key(*source.json, "parameters");
  const Json* written = section == nullptr ? nullptr : find_key(*section, name);
  if (written == nullptr) {
    return template_error(fmt::format("The template parameter '{}' is not found. Please see https://aka.ms/arm-syntax-parameters for usage details.", name));
  }
  const std::string path = parameter_path(source, std::string(name));
  const std::string mark = "p:" + key;
  if (std::find(state_.resolving.begin(), state_.resolving.end(), mark) != state_.resolving.end()) {
    return template_error(fmt::format("Circular reference detected in the template parameter '{}'.", name));
  }
  const Json declared = declaration_of(source, *written);
  const Json* sent = find_key(state_.supplied, name);
  const Json* value = sent == nullptr ? nullptr : find_key(*sent, "value");
  Result<Json> result = Json();
  if (const Json* reference = sent == nullptr ? nullptr : find_key(*sent, "reference"); reference != nullptr && reference->is_object()) {
    // {"keyVault": {"id"}, "secretName", "secretVersion"}: read when the deployment is checked, and again when it runs.
    const Result<std::string> secret = environment_.secret(std::string(name), string_at(*reference, "keyVault.id"), string_at(*reference, "secretName"), string_at(*reference, "secretVersion"));
    if (!secret) return fail(secret.error());
    result = *secret;
  } else if (value != nullptr && !value->is_null()) {
    result = *value;
  } else if (const Json* otherwise = find_key(declared, "defaultValue")) {
    state_.resolving.push_back(mark);
    Evaluator inside(state_, environment_, Place::kParameter);
    inside.depth_ = depth_ + 1;
    result = inside.value(*otherwise);
    state_.resolving.pop_back();
    if (!result) return result.error().additional_info.empty() ? Result<Json>(fail(resource_error(source, path, std::string(name), result.error()))) : result;
  } else if (const Json* nullable = find_key(declared, "nullable"); nullable == nullptr || *nullable != true) {
    const SourcePosition where = position_of(source, path);
    return fail(validation_error(source, path, fmt::format("The value for the template parameter '{}' at line '{}' and column '{}' is not provided. {}", name, where.line,
                                                           where.column, kParameterFileHelp)));
  }
  if (Result<void> fine = check_value(source, std::string(name), declared, *result); !fine) return fail(fine.error());
  state_.parameters[key] = *result;
  return result;
}

Result<void> resolve_parameters(State& state, Environment& environment) {
  const Json* section = find_key(*state.source.json, "parameters");
  if (!state.supplied.is_object()) {
    return fail(400, "InvalidRequestContent", "The request content was invalid and could not be deserialized: 'The parameters of a deployment must be an object.'.");
  }
  std::string unknown;
  std::string supported;
  for (const auto& item : state.supplied.items()) {
    if (!item.value().is_object()) {
      return fail(400, "InvalidRequestContent",
                  fmt::format("The request content was invalid and could not be deserialized: 'Error converting value of the parameter '{}': an object with the key value is expected.'.", item.key()));
    }
    if (section == nullptr || find_key(*section, item.key()) == nullptr) unknown += (unknown.empty() ? "" : ", ") + item.key();
  }
  const Json none = Json::object();
  for (const auto& item : (section == nullptr ? none : *section).items()) supported += (supported.empty() ? "" : ", ") + item.key();
  if (!unknown.empty()) {
    return fail(validation_error(state.source, "",
                                 fmt::format("The template parameters '{}' in the parameters file are not valid; they are not present in the original template and can therefore not be "
                                             "provided at deployment time. The only supported parameters for this template are '{}'. Please see https://aka.ms/arm-pass-parameter-values "
                                             "for usage details.",
                                             unknown, supported)));
  }
  Evaluator evaluator(state, environment, Place::kParameter);
  for (const auto& item : (section == nullptr ? none : *section).items()) {
    const Result<Json> value = evaluator.parameter(item.key());
    if (!value) {
      const Error& error = value.error();
      if (error.code != "InvalidTemplate") return fail(error);
      return fail(error.additional_info.empty() ? resource_error(state.source, parameter_path(state.source, item.key()), item.key(), error) : error);
    }
  }
  return {};
}

std::string reply_type(std::string_view written) {
  constexpr std::string_view kTypes[] = {"String", "SecureString", "Int", "Bool", "Array", "Object", "SecureObject"};
  const auto found = std::find_if(std::begin(kTypes), std::end(kTypes), [&](std::string_view type) { return equals_ignore_case(type, written); });
  return found == std::end(kTypes) ? "" : std::string(*found);
}

bool is_secure(const State& state, std::string_view parameter) {
  const Json* section = find_key(*state.source.json, "parameters");
  const Json* declared = section == nullptr ? nullptr : find_key(*section, parameter);
  return declared != nullptr && starts_with_ignore_case(string_at(declaration_of(state.source, *declared), "type"), "secure");
}

Json Plan::parameters() const {
  Json report = Json::object();
  const Json* section = find_key(*state->source.json, "parameters");
  const Json none = Json::object();
  for (const auto& item : (section == nullptr ? none : *section).items()) {
    const std::string type = reply_type(string_at(declaration_of(state->source, item.value()), "type"));
    Json entry = {{"type", type}};
    const auto value = state->parameters.find(to_lower(item.key()));
    if (!type.starts_with("Secure") && value != state->parameters.end()) entry["value"] = value->second;
    report[item.key()] = std::move(entry);
  }
  return report;
}

}  // namespace azlab::arm_template
