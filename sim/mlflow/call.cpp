#include "sim/mlflow/call.hpp"

#include <charconv>
#include <nlohmann/json.hpp>

#include "sim/core/text.hpp"
#include "sim/mlflow/artifact_uri.hpp"
#include "sim/mlflow/error.hpp"
#include "sim/mlflow/number.hpp"

namespace azlab::mlflow {
namespace {

struct Field {
  std::string name;
  bool required = false;
  char type = 's';  ///< s text, # integer, % number, ? boolean, [ list, { object
};

std::vector<Field> fields_of(std::string_view spec) {
  std::vector<Field> out;
  for (const auto& word : split(spec, ' ')) {
    if (word.empty()) continue;
    Field field{.name = word};
    const auto end = word.find_first_of("!#%?[{");
    if (end != std::string::npos) {
      field.name = word.substr(0, end);
      std::string_view marks = std::string_view(word).substr(end);
      field.required = marks.starts_with("!");
      if (field.required) marks.remove_prefix(1);
      if (!marks.empty()) field.type = marks[0];
    }
    out.push_back(std::move(field));
  }
  return out;
}

Error missing_field(const std::string& name) {
  return {.code = "INVALID_PARAMETER_VALUE",
          .message = "Missing value for required parameter '" + name + "'. See the API docs for more information about request parameters."};
}

const char* python_type(const Json& value) {
  if (value.is_string()) return "str";
  if (value.is_boolean()) return "bool";
  if (value.is_number_integer()) return "int";
  if (value.is_number()) return "float";
  if (value.is_array()) return "list";
  return value.is_object() ? "dict" : "NoneType";
}

bool has_type(const Json& value, char type) {
  switch (type) {
    case '#': return read_integer(value).has_value();
    case '%': return read_double(value).has_value();
    case '?': return value.is_boolean();
    case '[': return value.is_array();
    case '{': return value.is_object();
    default: return value.is_string() || value.is_number();
  }
}

Result<void> check_fields(Json& body, const std::vector<Field>& fields) {
  // An older name of the same field.
  if (body.contains("run_uuid") && !body.contains("run_id")) body["run_id"] = body["run_uuid"];
  for (const auto& field : fields) {
    const auto value = body.find(field.name);
    const bool absent = value == body.end() || value->is_null() || (value->is_string() && value->get_ref<const std::string&>().empty());
    if (absent) {
      if (field.required) return fail(missing_field(field.name));
      continue;
    }
    if (!has_type(*value, field.type)) {
      return invalid_parameter("Invalid value " + dump(*value) + " for parameter '" + field.name + "' supplied:  Hint: Value was of type '" + python_type(*value) +
                               "'. See the API docs for more information about request parameters.");
    }
    if (field.type == 's' && value->is_number()) *value = value->dump();
  }
  return {};
}

/// Adds what the query says about one field; a list takes every occurrence.
Result<void> read_query(const std::string& query, const std::vector<Field>& fields, Json& body) {
  for (const auto& part : split(query, '&')) {
    const auto equals = part.find('=');
    const std::string name = percent_decode(part.substr(0, equals), true);
    const std::string value = equals == std::string::npos ? std::string() : percent_decode(part.substr(equals + 1), true);
    for (const auto& field : fields) {
      if (field.name != name && !(name == "run_uuid" && field.name == "run_id")) continue;
      if (field.type == '[') {
        body[field.name].push_back(value);
      } else if (field.type == '?') {
        if (!equals_ignore_case(value, "true") && !equals_ignore_case(value, "false")) {
          return invalid_parameter("Invalid boolean value: " + value + ", must be 'true' or 'false'.");
        }
        body[field.name] = equals_ignore_case(value, "true");
      } else {
        body[field.name] = value;
      }
    }
  }
  return {};
}

Result<Json> decode(const Request& request, const Match& match, const std::vector<Field>& fields) {
  Json body = Json::object();
  if (request.method == Method::get && !request.query.empty()) {
    if (const auto ok = read_query(request.query, fields, body); !ok) return fail(ok.error());
  } else {
    const std::string_view type = request.headers.get("Content-Type");
    const bool must_be_json = request.method == Method::post || request.method == Method::put;
    if (must_be_json && !type.empty() && !starts_with_ignore_case(type, "application/json")) {
      return invalid_parameter("Bad Request. Content-Type must be one of ['application/json'].");
    }
    auto parsed = parse_json(request.body.text());
    // Old clients encode twice.
    if (parsed && parsed->is_string()) parsed = parse_json(parsed->get<std::string>());
    if (parsed && parsed->is_object()) body = std::move(*parsed);
  }
  for (const auto& [name, value] : match.params) {
    if (name != "sub" && name != "rg" && name != "ws" && name != "version") body[std::string(name)] = value;
  }
  if (const auto ok = check_fields(body, fields); !ok) return fail(ok.error());
  return body;
}

}  // namespace

std::string Call::text(std::string_view field) const {
  const auto found = body.find(field);
  return found != body.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool Call::has(std::string_view field) const {
  const auto found = body.find(field);
  return found != body.end() && !found->is_null();
}

std::optional<std::int64_t> Call::integer(std::string_view field) const {
  const auto found = body.find(field);
  return found == body.end() ? std::nullopt : read_integer(*found);
}

const Json& Call::list(std::string_view field) const {
  static const Json kNone = Json::array();
  const auto found = body.find(field);
  return found != body.end() && found->is_array() ? *found : kNone;
}

std::int64_t Call::now() const { return context.now().time_since_epoch().count(); }

Response serve_endpoint(Context& context, const Request& request, const Match& match) {
  const auto& endpoint = *static_cast<const Endpoint*>(match.route->data);
  auto workspace = find_workspace(context, match);
  if (!workspace) return mlflow_error(workspace.error());
  auto body = decode(request, match, fields_of(endpoint.fields));
  if (!body) return mlflow_error(body.error());
  Call call{context, request, match, std::move(*workspace), *body};
  auto answer = endpoint.handle(call);
  if (!answer) return mlflow_error(answer.error());
  if (wants_proxied_artifacts(request)) *answer = with_proxied_artifacts(std::move(*answer), call.workspace);
  return {.status = 200, .headers = {{"Content-Type", "application/json"}}, .body = std::move(*answer)};
}

}  // namespace azlab::mlflow
