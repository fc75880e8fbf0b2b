#include "sim/arm/type.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "sim/arm/resource.hpp"
#include "sim/core/fixtures.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"

namespace azlab::arm {
namespace {

LroStyle parse_style(const std::string& text) {
  if (text == "azure-async") return LroStyle::azure_async;
  if (text == "location") return LroStyle::location;
  if (text == "body") return LroStyle::body;
  if (text == "none") return LroStyle::none;
  throw std::logic_error("unknown operation style '" + text + "' in fixtures/azure/types");
}

std::vector<PhaseRule> parse_phases(const Json& json) {
  std::vector<PhaseRule> out;
  if (const auto phases = json.find("phases"); phases != json.end()) {
    for (const auto& p : *phases) out.push_back({p["name"], string_at(p, "state"), p["timing"]});
  }
  return out;
}

TypeDescriptor parse_descriptor(const Json& json) {
  TypeDescriptor d{.type = json["type"],
                   .operations = json["operations"],
                   .api_version = json["apiVersion"],
                   .name_pattern = string_at(json, "name.pattern"),
                   .name_invalid = string_at(json, "name.invalid"),
                   .name_taken = string_at(json, "name.taken"),
                   .name_scope = string_at(json, "name.scope"),
                   .name_placeholder = string_at(json, "name.placeholder", "name")};
  d.name_preflight = json.contains("name") && json["name"].value("preflight", false);
  d.tracked = json.value("tracked", true);
  d.required = json.value("required", std::vector<std::string>{});
  d.known = json.value("known", std::vector<std::string>{});
  d.defaults = std::make_shared<const Json>(json.value("defaults", Json::object()));
  const Json none = Json::object();
  const Json& create = json.contains("create") ? json["create"] : none;
  d.create_style = parse_style(create.value("style", "none"));
  d.create_status = create.value("status", 201);
  d.create = parse_phases(create);
  const Json& update = json.contains("update") ? json["update"] : none;
  d.update_style = parse_style(update.value("style", "none"));
  d.update = parse_phases(update);
  const Json& remove = json.contains("delete") ? json["delete"] : none;
  d.delete_style = parse_style(remove.value("style", "none"));
  d.remove = parse_phases(remove);
  d.soft_delete = remove.value("soft", false);
  d.preflight = json.value("preflight", true);
  d.status_kind = json.value("statusKind", "operationsStatus");
  return d;
}

/// "/subscriptions/{sub}/resourceGroups/{rg}/providers/A.B/things/{n0}/parts": the path of a type's collection.
std::string collection_pattern(const std::string& type) {
  const auto segments = split(type, '/');
  std::string out = "/subscriptions/{sub}/resourceGroups/{rg}/providers/" + segments[0];
  for (std::size_t i = 1; i < segments.size(); ++i) {
    out += "/" + segments[i];
    if (i + 1 < segments.size()) out += "/{n" + std::to_string(i - 1) + "}";
  }
  return out;
}

}  // namespace

const std::vector<TypeDescriptor>& type_descriptors() {
  static const std::vector<TypeDescriptor> kTypes = [] {
    std::vector<TypeDescriptor> out;
    for (const auto& path : fixtures::list("fixtures/azure/types/")) {
      const auto json = parse_jsonc(fixtures::get(path));
      if (!json) throw std::logic_error(path + ": " + json.error().message);
      out.push_back(parse_descriptor(*json));
    }
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.type < b.type; });
    return out;
  }();
  return kTypes;
}

const TypeDescriptor* find_type(std::string_view type) {
  for (const auto& descriptor : type_descriptors()) {
    if (equals_ignore_case(descriptor.type, type)) return &descriptor;
  }
  return nullptr;
}

std::vector<std::unique_ptr<TypeEntry>> make_type_entries(const std::vector<TypeHooks>& hooks) {
  std::vector<std::unique_ptr<TypeEntry>> entries;
  for (const auto& descriptor : type_descriptors()) {
    auto entry = std::make_unique<TypeEntry>(TypeEntry{.descriptor = descriptor});
    for (const auto& hook : hooks) {
      if (hook.type == descriptor.type) entry->hooks = hook;
    }
    entries.push_back(std::move(entry));
  }
  for (const auto& hook : hooks) {
    if (find_type(hook.type) == nullptr) throw std::logic_error("hooks for a type without descriptor: " + std::string(hook.type));
  }
  return entries;
}

std::vector<Route> type_routes(const std::vector<std::unique_ptr<TypeEntry>>& entries) {
  std::vector<Route> routes;
  const std::string host(kArmHost);
  for (const auto& entry : entries) {
    const auto& d = entry->descriptor;
    const std::string collection = collection_pattern(d.type);
    const std::string item = collection + "/{name}";
    const auto add = [&](Method method, const std::string& pattern, const char* verb, Handler handler) {
      routes.push_back({method, host, pattern, d.operations + "." + verb, handler, entry.get()});
    };
    add(Method::put, item, "create", put_resource);
    add(Method::get, item, "get", get_resource);
    add(Method::patch, item, "update", patch_resource);
    add(Method::del, item, "delete", delete_resource);
    add(Method::get, collection, "list", list_resources_of_type);
    if (!d.is_child()) {
      const auto segments = split(d.type, '/');
      add(Method::get, "/subscriptions/{sub}/providers/" + segments[0] + "/" + segments[1], "listBySubscription", list_resources_of_type);
    }
  }
  return routes;
}

std::vector<PhaseNames> type_phases(const std::vector<std::unique_ptr<TypeEntry>>& entries) {
  std::vector<PhaseNames> out;
  const auto add = [&](const TypeDescriptor& type, const char* verb, const std::vector<PhaseRule>& rules) {
    std::vector<std::string> names;
    for (const auto& rule : rules) names.push_back(rule.name);
    if (!names.empty()) out.push_back({.operation = type.operations + verb, .phases = std::move(names)});
  };
  for (const auto& entry : entries) {
    add(entry->descriptor, ".create", entry->descriptor.create);
    add(entry->descriptor, ".update", entry->descriptor.update);
    add(entry->descriptor, ".delete", entry->descriptor.remove);
  }
  return out;
}

std::vector<OperationPhase> phases_of(const Context& context, const std::vector<PhaseRule>& rules, std::string_view subject) {
  std::vector<OperationPhase> out;
  for (const auto& rule : rules) out.push_back({rule.name, faults::timing(context, rule.timing, subject), rule.state});
  return out;
}

void add_operation_headers(Response& response, const Operation& operation, LroStyle style, const TypeDescriptor& type) {
  const auto id = ResourceId::parse(operation.resource);
  if (!id || style == LroStyle::none || style == LroStyle::body) return;
  const std::string base = "https://" + std::string(kArmHost) + "/subscriptions/" + id->subscription;
  if (style == LroStyle::azure_async) {
    response.headers.set("Azure-AsyncOperation", base + "/providers/" + type.provider() + "/locations/" + operation.location + "/" +
                                                     type.status_kind + "/" + operation.id + "?api-version=" + type.api_version);
  } else {
    response.headers.set("Location", base + "/providers/" + type.provider() + "/locations/" + operation.location +
                                         "/operationResults/" + operation.id + "?api-version=" + type.api_version);
  }
  response.headers.set("Retry-After", "5");
}

}  // namespace azlab::arm
