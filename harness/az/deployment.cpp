#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "harness/az/deployment_template.hpp"
#include "harness/az/families.hpp"
#include "harness/az/model.hpp"
#include "harness/az/output.hpp"
#include "harness/az/what_if_text.hpp"
#include "sim/core/text.hpp"

namespace azlab::az {
namespace {

Result<Json> validate(Invocation& az, const TemplateRequest& request) {
  const Call call{
      .method = Method::post, .path = request.path + "/validate", .version = kResourcesVersion, .body = request.body};
  auto response = send(az, call);
  if (!response) return tl::make_unexpected(response.error());
  auto result = finish(az, call, *response, seconds(30));
  if (!result) return result;
  if (const Json* error = find_key(*result, "error"); error && error->is_object())
    return tl::make_unexpected(error_of(Response{.status = 400, .body = Body(dump(*result))}));
  return result;
}

/// The error that the check of a template ends with, as az prints it: JSON, and each inner error below it.
std::string printed_error(const Error& error) {
  Json json = {{"code", error.code}, {"message", error.message}};
  if (!error.target.empty()) json["target"] = error.target;
  if (auto info = parse_json(error.additional_info)) json["additionalInfo"] = *info;
  std::string out = python_dump(json);
  for (const Error& detail : error.details) out += "\n\nInner Errors: \n" + printed_error(detail);
  return out;
}

/// An error that stands in an answer of what-if: "Code - message", each detail in a line of its own.
std::string in_lines(const Json& error) {
  std::string out = string_at(error, "code") + " - " + string_at(error, "message");
  if (const Json* details = find_key(error, "details"); details != nullptr && details->is_array()) {
    for (const Json& detail : *details) out += "\n" + in_lines(detail);
  }
  return out;
}

/// Every change with the members of the client's model, as `--no-pretty-print` shows it.
void complete_properties(Json& changes) {
  for (Json& change : changes) {
    change = modelled("whatIfPropertyChange", change);
    if (change["children"].is_array()) complete_properties(change["children"]);
  }
}

/// Foresees what the template would change, and prints it unless `plain`. The arguments have other names where what-if is a part of `create`.
Result<Json> foresee(Invocation& az, const std::string& format, const std::string& excluded, bool plain) {
  auto request = template_request(az, ", \"whatIfSettings\": {\"resultFormat\": \"" + az.value(format, "FullResourcePayloads") + "\"}");
  if (!request) return tl::make_unexpected(request.error());
  const Call call{.method = Method::post, .path = request->path + "/whatIf", .version = kResourcesVersion, .body = request->body};
  auto response = send(az, call);
  if (!response) return tl::make_unexpected(response.error());
  auto result = finish(az, call, *response, seconds(30));
  if (!result) return result;
  if (const Json* error = find_key(*result, "error"); error != nullptr && error->is_object()) return cli_error(in_lines(*error));
  // Final answers of some versions wrap the result as resources are.
  Json found = result->contains("properties") ? (*result)["properties"] : *result;
  found["status"] = string_at(*result, "status");
  Json& changes = found["changes"];
  if (!changes.is_array()) changes = Json::array();
  const auto out_of_sight = az.all(excluded);
  std::erase_if(changes.get_ref<Json::array_t&>(), [&](const Json& change) {
    return std::any_of(out_of_sight.begin(), out_of_sight.end(), [&](const std::string& kind) { return equals_ignore_case(kind, string_at(change, "changeType")); });
  });
  if (!plain) az.out << what_if_text(found) << "\n";
  Json shown = modelled("whatIf", found);
  for (const char* list : {"changes", "potentialChanges"}) {
    if (!shown[list].is_array()) continue;
    for (Json& change : shown[list]) {
      if (change["delta"].is_array()) complete_properties(change["delta"]);
    }
  }
  return shown;
}

Result<Json> deployment_what_if(Invocation& az) {
  const bool plain = az.has("no-pretty-print");
  auto result = foresee(az, "result-format", "exclude-change-types", plain);
  return result && !plain ? Result<Json>(Json(nullptr)) : result;
}

/// `create --what-if` ends here, `create --confirm-with-what-if` asks. Whether the deployment goes on.
Result<bool> foreseen(Invocation& az) {
  if (!az.has("what-if") && !az.has("confirm-with-what-if")) return true;
  const auto result = foresee(az, "what-if-result-format", "what-if-exclude-change-types", false);
  if (!result) return tl::make_unexpected(result.error());
  if (az.has("what-if")) return false;
  const Json& changes = (*result)["changes"];
  const bool changing = std::any_of(changes.begin(), changes.end(), [](const Json& change) { return change["changeType"] != "NoChange" && change["changeType"] != "Ignore"; });
  if (!changing && az.has("proceed-if-no-change")) return true;
  return az.confirm("\nAre you sure you want to execute the deployment?");
}

Result<Json> deployment_create(Invocation& az) {
  const auto goes_on = foreseen(az);
  if (!goes_on) return tl::make_unexpected(goes_on.error());
  if (!*goes_on) return Json(nullptr);
  auto request = template_request(az);
  if (!request) return tl::make_unexpected(request.error());
  auto checked = validate(az, *request);
  if (!checked) return is_from_azure(checked.error()) ? cli_error(printed_error(checked.error())) : checked;
  auto done = send_and_finish(
      az, {.method = Method::put, .path = request->path, .version = kResourcesVersion, .body = request->body});
  if (!done && !az.failed_operation.empty()) return cli_error(az.failed_operation);
  return done && !done->is_null() ? Result<Json>(modelled("deployment", *done)) : done;
}

Result<Json> deployment_validate(Invocation& az) {
  auto request = template_request(az);
  if (!request) return tl::make_unexpected(request.error());
  auto result = validate(az, *request);
  return result ? Result<Json>(modelled("deploymentValidation", *result)) : result;
}

Result<Json> deployment_show(Invocation& az) {
  auto path = deployment_path(az, az.value("name"));
  if (!path) return tl::make_unexpected(path.error());
  auto deployment = fetch(az, {.path = *path, .version = kResourcesVersion});
  return deployment ? Result<Json>(modelled("deployment", *deployment)) : deployment;
}

Result<Json> deployment_list(Invocation& az) {
  auto path = deployment_path(az, "");
  if (!path) return tl::make_unexpected(path.error());
  auto all = fetch_list(az, {.path = *path, .version = kResourcesVersion});
  return all ? Result<Json>(modelled("deployment", *all)) : all;
}

Result<Json> deployment_delete(Invocation& az) {
  auto path = deployment_path(az, az.value("name"));
  if (!path) return tl::make_unexpected(path.error());
  auto done = send_and_finish(az, {.method = Method::del, .path = *path, .version = kResourcesVersion});
  return done ? Result<Json>(Json(nullptr)) : done;
}

/// For groups, the spelling without /providers/Microsoft.Resources is what az sends (wire.md 2.5).
Result<std::string> operations_path(Invocation& az) {
  if (at_subscription(az)) {
    auto path = deployment_path(az, az.value("name"));
    if (path) *path += "/operations";
    return path;
  }
  auto subscription = subscription_path(az);
  if (!subscription) return subscription;
  return *subscription + "/resourcegroups/" + path_segment(az.value("resource-group")) + "/deployments/" + path_segment(az.value("name")) + "/operations";
}

Result<Json> operation_list(Invocation& az) {
  const auto path = operations_path(az);
  if (!path) return tl::make_unexpected(path.error());
  auto all = fetch_list(az, {.path = *path, .version = kResourcesVersion});
  return all ? Result<Json>(modelled("deploymentOperation", *all)) : all;
}

/// az asks for them one by one; the first that is not there ends the command.
Result<Json> operation_show(Invocation& az) {
  const auto path = operations_path(az);
  if (!path) return tl::make_unexpected(path.error());
  Json found = Json::array();
  for (const std::string& wanted : az.all("operation-ids")) {
    auto operation = fetch(az, {.path = *path + "/" + path_segment(wanted), .version = kResourcesVersion});
    if (!operation) return operation;
    found.push_back(modelled("deploymentOperation", *operation));
  }
  return found;
}

Result<Json> deployment_cancel(Invocation& az) {
  auto path = deployment_path(az, az.value("name"));
  if (!path) return tl::make_unexpected(path.error());
  auto done = fetch(az, {.method = Method::post, .path = *path + "/cancel", .version = kResourcesVersion});
  return done ? Result<Json>(Json(nullptr)) : done;
}

Result<Json> deployment_wait(Invocation& az) {
  return wait_for(az, [&]() -> Result<std::optional<std::string>> {
    auto path = deployment_path(az, az.value("name"));
    if (!path) return tl::make_unexpected(path.error());
    return state_of(fetch(az, {.path = *path, .version = kResourcesVersion}));
  });
}

Result<Json> deployment_export(Invocation& az) {
  auto path = deployment_path(az, az.value("name"));
  if (!path) return tl::make_unexpected(path.error());
  auto exported = fetch(az, {.method = Method::post, .path = *path + "/exportTemplate", .version = kResourcesVersion});
  if (!exported) return exported;
  // The command prints by itself: neither --query nor --output change it.
  az.out << format_json(exported->value("template", Json::object()));
  return Json(nullptr);
}

}  // namespace

Rows deployment_commands() {
  static constexpr std::string_view kTemplate =
      "resource-group name template-file parameters mode no-wait no-prompt handle-extended-json-format what-if confirm-with-what-if "
      "proceed-if-no-change what-if-result-format what-if-exclude-change-types";
  static constexpr std::string_view kSubscriptionTemplate =
      "location name template-file parameters no-wait no-prompt handle-extended-json-format what-if confirm-with-what-if "
      "proceed-if-no-change what-if-result-format what-if-exclude-change-types";
  static constexpr std::string_view kColumns =
      "{Name:name,State:properties.provisioningState,Timestamp:properties.timestamp,Mode:properties.mode,"
      "ResourceGroup:resourceGroup}";
  static constexpr std::string_view kSubscriptionColumns =
      "{Name:name,State:properties.provisioningState,Timestamp:properties.timestamp,Mode:properties.mode}";
  static constexpr CommandRow kRows[] = {
      {"deployment group create", deployment_create, kTemplate, kColumns},
      {"deployment group validate", deployment_validate, "resource-group name template-file parameters mode no-prompt handle-extended-json-format"},
      {"deployment group what-if", deployment_what_if, "resource-group name template-file parameters mode no-prompt result-format no-pretty-print exclude-change-types"},
      {"deployment group show", deployment_show, "resource-group name", kColumns},
      {"deployment group list", deployment_list, "resource-group",
       "sort_by(@,&properties.timestamp)[].{Name:name,State:properties.provisioningState,"
       "Timestamp:properties.timestamp,Mode:properties.mode,ResourceGroup:resourceGroup}"},
      {"deployment group delete", deployment_delete, "resource-group name no-wait"},
      {"deployment group cancel", deployment_cancel, "resource-group name"},
      {"deployment group wait", deployment_wait, "resource-group name created updated deleted exists interval timeout"},
      {"deployment group export", deployment_export, "resource-group name"},
      {"deployment operation group list", operation_list, "resource-group name"},
      {"deployment operation group show", operation_show, "resource-group name operation-ids"},
      {"deployment sub create", deployment_create, kSubscriptionTemplate, kSubscriptionColumns},
      {"deployment sub validate", deployment_validate, "location name template-file parameters no-prompt handle-extended-json-format"},
      {"deployment sub what-if", deployment_what_if, "location name template-file parameters no-prompt result-format no-pretty-print exclude-change-types"},
      {"deployment sub show", deployment_show, "name", kSubscriptionColumns},
      {"deployment sub list", deployment_list, "",
       "sort_by(@,&properties.timestamp)[].{Name:name,State:properties.provisioningState,"
       "Timestamp:properties.timestamp,Mode:properties.mode}"},
      {"deployment sub delete", deployment_delete, "name no-wait"},
      {"deployment sub cancel", deployment_cancel, "name"},
      {"deployment sub wait", deployment_wait, "name created updated deleted exists interval timeout"},
      {"deployment sub export", deployment_export, "name"},
      {"deployment operation sub list", operation_list, "name"},
      {"deployment operation sub show", operation_show, "name operation-ids"},
  };
  return kRows;
}

}  // namespace azlab::az
