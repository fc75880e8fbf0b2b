#include "sim/scenario/members.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "sim/scenario/start_key.hpp"

namespace azlab::scenario {
namespace {

constexpr std::string_view kDefs = R"({
  "text": {"type": "string", "minLength": 1},
  "date": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?$", "x-says": "write YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ"},
  "number": {"type": "integer", "minimum": 0, "maximum": 1000000},
  "count": {"type": ["integer", "object"], "minimum": 0, "maximum": 1000000, "minProperties": 1, "additionalProperties": false,
    "description": "So many, or between two bounds.",
    "properties": {"atLeast": {"$ref": "#/$defs/number"}, "atMost": {"$ref": "#/$defs/number"}}},
  "counts": {"type": "object", "additionalProperties": {"$ref": "#/$defs/count"}},
  "names": {"type": "array", "items": {"$ref": "#/$defs/text"}},
  "strike": {"type": "object", "additionalProperties": false, "required": ["fault"],
    "properties": {
      "fault": {"$ref": "#/$defs/text", "description": "Its name in the catalogue (azlab faults list)."},
      "phase": {"$ref": "#/$defs/text"},
      "values": {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}}}},
  "type": {"type": "string", "pattern": "^[A-Za-z]+\\.[A-Za-z.]+(/[A-Za-z]+)+$", "x-says": "a type is written Provider.Name/things"},
  "names-of-it": {"type": "string", "minLength": 1, "description": "Of a resource inside another: both names, with / between them."}
})";

constexpr Member kMembers[] = {
    {"$schema", R"({"type": "string"})"},
    {"extends", R"({"type": ["string", "array"], "minLength": 1, "minItems": 1, "items": {"$ref": "#/$defs/text"},
        "description": "Scenarios under this one, by name or as ./file.json: objects merge, lists append, everything else is replaced."})"},
    {"description", R"({"$ref": "#/$defs/text", "description": "What is different, in a sentence."})"},
    {"source", R"({"$ref": "#/$defs/text", "description": "Where it is known from: 'catalogue ID', the address of a public thread, or 'constructed'."})"},
    {"date", R"({"$ref": "#/$defs/date", "description": "The first simulated instant, where nobody says another."})"},
    {"asOf", R"({"$ref": "#/$defs/date", "description": "The day whose screens, kernels and images count, where nobody says another."})"},
    {"profile", R"({"enum": ["typical", "slow", "quick"], "description": "How fast Azure is."})"},
    {"faults", R"({"type": "array", "description": "What is armed (docs/inject-faults.md).",
        "items": {"type": "object", "additionalProperties": false, "required": ["fault"],
          "properties": {
            "fault": {"$ref": "#/$defs/text", "description": "Its name in the catalogue (azlab faults list)."},
            "operation": {"$ref": "#/$defs/text", "description": "Operations that it strikes, with * for parts (azlab operations); by default where the catalogue says."},
            "resource": {"$ref": "#/$defs/text", "description": "Names of resources that it strikes, with * for parts; by default any."},
            "phase": {"$ref": "#/$defs/text", "description": "'request', or a phase of the operation."},
            "times": {"type": "integer", "minimum": -1, "maximum": 1000000, "description": "How often; -1: without end."},
            "values": {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}, "description": "What stands for the {placeholders} of its text."}}}})"},
    {"expect", R"({"type": "object", "additionalProperties": false, "minProperties": 1, "description": "What a run in this scenario should come to.",
        "properties": {
          "exitStatus": {"type": "integer", "minimum": 0, "maximum": 255, "description": "Of the client that azlab run starts."},
          "faults": {"$ref": "#/$defs/counts", "description": "How often each armed fault strikes."},
          "errors": {"$ref": "#/$defs/counts", "description": "How often Azure refuses, or fails what it began, with each code."},
          "requests": {"$ref": "#/$defs/counts", "description": "How often each operation is asked for, with * for parts (azlab operations)."},
          "states": {"type": "array", "items": {"type": "object", "additionalProperties": false, "required": ["resource", "state"],
            "description": "In which state a resource is at the end.",
            "properties": {"resource": {"type": "string", "pattern": "^/subscriptions/", "x-says": "an id begins with /subscriptions/{subscription}/"},
                           "state": {"$ref": "#/$defs/text", "description": "provisioningState, or 'absent'."}}}}}})"},
};

Json parsed(std::string_view text, std::string_view of) {
  auto json = parse_json(text);
  if (!json) throw std::logic_error("schema of " + std::string(of) + ": " + json.error().message);
  return std::move(*json);
}

Json make_schema() {
  Json properties = Json::object();
  for (const auto& member : kMembers) properties[std::string(member.name)] = parsed(member.schema, member.name);
  Json start = Json::object();
  for (const auto& key : start_keys()) {
    Json schema = parsed(key.schema, key.name);
    schema["description"] = std::string(key.says);
    start[std::string(key.name)] = std::move(schema);
  }
  properties["start"] = {{"type", "object"}, {"additionalProperties", false}, {"description", "What is there when the run begins."}, {"properties", std::move(start)}};
  return {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
          {"title", "A scenario of azlab"},
          {"description", "docs/scenarios.md says what each member means. Comments are allowed in the file."},
          {"type", "object"},
          {"additionalProperties", false},
          {"$defs", parsed(kDefs, "$defs")},
          {"properties", std::move(properties)}};
}

}  // namespace

const std::vector<Member>& members() {
  static const std::vector<Member> kAll(std::begin(kMembers), std::end(kMembers));
  return kAll;
}

const Json& scenario_schema() {
  static const Json kSchema = make_schema();
  return kSchema;
}

}  // namespace azlab::scenario
