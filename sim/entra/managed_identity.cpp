#include <nlohmann/json.hpp>

#include "sim/core/text.hpp"
#include "sim/entra/endpoints.hpp"
#include "sim/entra/resource.hpp"
#include "sim/entra/token.hpp"

namespace azlab::entra {
namespace {

/// The instance metadata service's own error form.
Response identity_error(int status, std::string_view error, std::string_view description) {
  return json_response(status, {{"error", error}, {"error_description", description}});
}

/// The identity a request names by client id, object id or resource id; without a name, the machine's own.
const Application* named_identity(const Form& asked) {
  const Directory& tenant = directory();
  const Application* found = &tenant.managed_identity();
  for (const char* name : {"client_id", "clientid"}) {
    if (asked.has(name)) found = tenant.find_application(asked.get(name));
  }
  for (const char* name : {"object_id", "principal_id"}) {
    if (asked.has(name)) found = tenant.find_service_principal(asked.get(name));
  }
  for (const char* name : {"mi_res_id", "msi_res_id"}) {
    if (asked.has(name) && !equals_ignore_case(asked.get(name), found->resource)) found = nullptr;
    if (found == nullptr) break;
  }
  return found != nullptr && found->kind == Application::Kind::managed_identity ? found : nullptr;
}

/// Without a trailing "/.default": some clients send a scope where a resource is meant.
std::string resource_asked(const Form& asked) {
  std::string resource = asked.get("resource");
  if (resource.ends_with("/.default")) resource.resize(resource.size() - 9);
  return resource;
}

Json identity_token(Context& context, const Grant& grant) {
  const std::int64_t end = token_end(context);
  return {{"access_token", access_token(context, grant)},
          {"client_id", grant.client->app_id},
          {"expires_in", std::to_string(kTokenSeconds - 1)},
          {"ext_expires_in", std::to_string(kTokenSeconds - 1)},
          {"expires_on", std::to_string(end)},
          {"not_before", std::to_string(end - 2 * std::int64_t{kTokenSeconds})},
          {"resource", grant.wanted.audience},
          {"token_type", "Bearer"}};
}

Response token_of_identity(Context& context, const Form& asked) {
  const Application* identity = named_identity(asked);
  if (identity == nullptr) return identity_error(400, "invalid_request", "Identity not found");
  const std::string resource = resource_asked(asked);
  if (resource.empty()) return identity_error(400, "invalid_request", "Required audience parameter not specified");
  if (find_resource(resource) == nullptr) {
    return identity_error(400, "invalid_resource", sign_in_error_text({"resource-not-found", {{"resource", resource}, {"directory", directory().display_name}}}));
  }
  return json_response(200, identity_token(context, {.client = identity, .wanted = {.audience = resource, .scopes = {}, .granted = {}}, .proof = "2"}));
}

}  // namespace

/// A virtual machine's endpoint. Clients first ask without the header, to see whether anybody is there: any answer will
/// do, and it must come at once (the specification of clients, wire 1.5 and trap 13).
Response instance_metadata_token(Context& context, const Request& request, const Match&) {
  if (!equals_ignore_case(request.headers.get("Metadata"), "true")) return identity_error(400, "invalid_request", "Required metadata header not specified");
  return token_of_identity(context, Form::parse(request.query));
}

/// What a virtual machine says about itself; clients of telemetry ask it for the cloud and the region they run in, and
/// print an exception into the caller's output where one of the documented fields is not there. Fields and their empty
/// values as the documentation of the Instance Metadata Service lists them ("compute", api-version 2021-12-13).
Response instance_metadata(Context& context, const Request& request, const Match&) {
  if (!equals_ignore_case(request.headers.get("Metadata"), "true")) return identity_error(400, "Bad request", "Required metadata header not specified");
  Json compute = {{"azEnvironment", "AzurePublicCloud"}, {"location", "eastus"}, {"name", "azlab"}, {"osType", "Linux"}, {"provider", "Microsoft.Compute"}, {"vmId", context.draw().guid("instance-metadata", "vm")}, {"vmSize", "Standard_DS11_v2"},
                  {"tagsList", Json::array()}};
  for (const char* empty : {"customData", "evictionPolicy", "licenseType", "offer", "placementGroupId", "platformFaultDomain", "platformUpdateDomain", "priority", "publisher", "resourceGroupName", "resourceId", "sku", "subscriptionId", "tags", "userData", "version", "vmScaleSetName", "zone"}) compute[empty] = "";
  return json_response(200, compute);
}

/// App Service's and Azure ML's endpoint: `secret` (2017-09-01) or `X-IDENTITY-HEADER` (2019-08-01) proves that the
/// caller runs on the machine.
Response local_endpoint_token(Context& context, const Request& request, const Match&) {
  if (request.headers.get("secret").empty() && request.headers.get("X-IDENTITY-HEADER").empty()) {
    return json_response(401, {{"statusCode", 401}, {"message", "No managed identity secret: send the header 'secret' or 'X-IDENTITY-HEADER'."}});
  }
  return token_of_identity(context, Form::parse(request.query));
}

/// Cloud Shell's endpoint gives tokens of the person who opened it.
Response cloud_shell_token(Context& context, const Request& request, const Match&) {
  if (!equals_ignore_case(request.headers.get("Metadata"), "true")) return identity_error(400, "invalid_request", "Required metadata header not specified");
  const std::string resource = resource_asked(form_of(request));
  if (find_resource(resource) == nullptr) return identity_error(400, "invalid_request", resource.empty() ? "Required audience parameter not specified" : "The resource '" + resource + "' was not found.");
  const Person* person = directory().find_person(context.caller().principal_id);
  const Grant grant{.client = directory().find_application("04b07795-8ddb-461a-bbee-02f9e1bf7b46"),
                    .person = person != nullptr ? person : &directory().persons.front(),
                    .wanted = {.audience = resource, .scopes = "user_impersonation", .granted = {}}};
  return json_response(200, identity_token(context, grant));
}

}  // namespace azlab::entra
