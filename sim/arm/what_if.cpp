#include "sim/arm/what_if.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "sim/arm/deployment_history.hpp"
#include "sim/arm/deployment_operations.hpp"
#include "sim/arm/deployment_preflight.hpp"
#include "sim/arm/error.hpp"
#include "sim/arm/resource.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"

namespace azlab::arm {
namespace {

/// What a resource is like, as what-if shows it: as it is stored, without when and by whom.
Json payload_of(Json body, const ResourceId& id, const std::string& api_version) {
  body.erase("systemData");
  body["id"] = id.to_string();
  body["name"] = id.name();
  body["type"] = id.type();
  if (!api_version.empty()) body["apiVersion"] = api_version;
  if (id.type() == "resourceGroups") body["type"] = "Microsoft.Resources/resourceGroups";
  return body;
}

class Prediction {
 public:
  Prediction(Context& context, const DeploymentRequest& request) : context_(context), complete_(request.mode == "Complete") {
    full_ = !(request.what_if && equals_ignore_case(string_at(*request.what_if, "resultFormat"), "ResourceIdOnly"));
  }

  Json changes_of(const Foresight& foresight) {
    for (const auto& resource : foresight.resources) add(resource);
    for (const std::string& scope : foresight.scopes) add_others(scope);
    Json out = Json::array();
    for (auto& [id, change] : changes_) out.push_back(std::move(change));
    return out;
  }

 private:
  void add(const ForeseenResource& resource) {
    const auto id = ResourceId::parse(resource.id);
    if (!resource.identified || !id) return add_unsupported(resource);
    // A resource outside subscriptions, or one on another resource, is read by its address; all others are rows.
    const Response response = context_.call(Request::make(Method::get, resource.id + "?api-version=" + resource.api_version));
    auto existing = response.ok() ? parse_json(response.body.text()) : Result<Json>(Json());
    const ResourceId shown = ResourceId::parse(existing ? string_at(*existing, "id", resource.id) : resource.id).value_or(*id);
    const Json after = payload_of(*resource.body, shown, resource.api_version);
    Json change = {{"resourceId", shown.to_string()}};
    if (!response.ok()) {
      change["changeType"] = "Create";
      if (full_) change["after"] = after;
    } else if (!full_) {
      change["changeType"] = "Deploy";
    } else {
      const Json before = payload_of(*existing, shown, resource.api_version);
      const Json delta = what_if_delta(before, after);
      change["changeType"] = has_effect(delta) ? "Modify" : "NoChange";
      change["before"] = before;
      change["after"] = after;
      change["delta"] = delta;
    }
    changes_[to_lower(shown.to_string())] = std::move(change);
  }

  void add_unsupported(const ForeseenResource& resource) {
    changes_[to_lower(resource.id)] = {{"resourceId", resource.id},
                                       {"changeType", "Unsupported"},
                                       {"unsupportedReason", fmt::format("Changes to the resource declared at '{}' on line {} and column {} cannot be analyzed because its resource ID or API version cannot be calculated "
                                                                         "until the deployment is under way. Please see https://aka.ms/WhatIfUnidentifiableResource for more guidance.",
                                                                         resource.path, std::max(resource.position.line, 1), std::max(resource.position.column, 1))}};
  }

  /// What a group that is deployed to has besides.
  void add_others(const std::string& scope) {
    const auto group = ResourceId::parse(scope);
    if (!group || group->resource_group.empty()) return;
    context_.world().for_each(Table::resource, group->key() + "/providers/", [&](const std::string& key, const RowPtr& row) {
      const TypeDescriptor* type = find_type(row->type);
      if (type == nullptr || !type->tracked || type->is_child() || changes_.contains(key)) return true;
      const auto body = parse_json(row->body);
      const auto id = body ? ResourceId::parse(string_at(*body, "id")) : std::nullopt;
      if (!id) return true;
      Json change = {{"resourceId", id->to_string()}, {"changeType", complete_ ? "Delete" : "Ignore"}};
      if (full_) change["before"] = payload_of(*body, *id, type->api_version);
      if (full_ && !complete_) change["after"] = change["before"];
      changes_[key] = std::move(change);
      return true;
    });
  }

  Context& context_;
  bool complete_ = false;
  bool full_ = true;
  std::map<std::string, Json> changes_;  ///< by lower-case id
};

}  // namespace

Response what_if_deployment(Context& context, const Request& request, const Match& match) {
  const ResourceId id = deployment_id(context, match);
  if (const auto ok = check_deployment_scope(context, id, true); !ok) return error_response(ok.error());
  const auto wanted = read_deployment_request(context, id, request.body.text());
  if (!wanted) return error_response(wanted.error());
  const auto plan = make_plan(context, id, *wanted);
  if (!plan) return error_response(plan.error());
  const auto foresight = foresee(context, id, *wanted, **plan);
  if (!foresight) return error_response(foresight.error());
  if (const auto ok = preflight(context, id, *foresight); !ok) return error_response(ok.error());
  trim_history(context, id);
  const Json result = {{"status", "Succeeded"}, {"properties", {{"correlationId", context.draw().guid("correlation", id.key() + "/whatIf")}, {"changes", Prediction(context, *wanted).changes_of(*foresight)}}}};
  const Operation operation = start_operation(context, {.name = "deployments.whatIf",
                                                        .resource = id.to_string() + "/whatIf",
                                                        .location = "global",
                                                        .phases = {{"compare", faults::timing(context, "deployment-what-if", id.to_string()), ""}},
                                                        .args = dump(result)});
  Response response = empty_response(202);
  response.headers.set("Location", "https://" + std::string(kArmHost) + id.to_string() + "/whatIfResults/" + operation.id + "?api-version=2021-04-01");
  response.headers.set("Retry-After", "5");
  return response;
}

Response get_what_if_result(Context& context, const Request& request, const Match& match) {
  const auto operation = find_operation(context.world(), match.at("operation"));
  if (!operation || operation->name != "deployments.whatIf") return error_response({404, "ResourceNotFound", "The operation '" + match.at("operation") + "' was not found."});
  if (operation->running()) {
    Response response = empty_response(202);
    response.headers.set("Location", request.url());
    response.headers.set("Retry-After", "5");
    return response;
  }
  if (operation->error) return json_response(200, {{"status", "Failed"}, {"error", error_json(*operation->error)}});
  const auto result = parse_json(operation->args);
  return json_response(200, result ? *result : Json::object());
}

std::vector<PhaseNames> deployment_phase_names() { return {{"deployments.whatIf", {"compare"}}}; }

}  // namespace azlab::arm
