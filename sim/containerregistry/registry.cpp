#include "sim/containerregistry/registry.hpp"

#include <nlohmann/json.hpp>

#include "sim/arm/error.hpp"
#include "sim/arm/names.hpp"
#include "sim/arm/resource.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"

namespace azlab::containerregistry {
namespace {

Result<void> before_put_registry(Context& context, arm::PutCall& call) {
  if (call.existing != nullptr) return {};
  const std::string sku = string_at(call.body, "sku.name");
  call.body["sku"]["tier"] = sku;
  call.body["properties"]["loginServer"] = to_lower(call.id.name()) + ".azurecr.io";
  call.body["properties"]["creationDate"] = to_iso8601(context.now());
  return {};
}

Response check_name(Context& context, const Request& request, const Match&) {
  const auto body = parse_json(request.body.text());
  const std::string name = body ? string_at(*body, "name") : std::string();
  const arm::TypeDescriptor* type = arm::find_type("Microsoft.ContainerRegistry/registries");
  if (arm::is_name_taken(context.world(), *type, name, "")) {
    return json_response(200, {{"nameAvailable", false}, {"reason", "AlreadyExists"},
                               {"message", "The registry " + name + " is already in use."}});
  }
  const bool valid = name.size() >= 5 && name.size() <= 50 && name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == std::string::npos;
  if (!valid) {
    return json_response(200, {{"nameAvailable", false}, {"reason", "Invalid"},
                               {"message", faults::make_error(type->name_invalid, {{type->name_placeholder, name}}).message}});
  }
  return json_response(200, {{"nameAvailable", true}});
}

Response list_credentials(Context& context, const Request&, const Match& match) {
  const ResourceId id{.subscription = match.at("sub"), .resource_group = match.at("rg"), .provider = "Microsoft.ContainerRegistry", .parts = {{"registries", match.at("name")}}};
  const auto registry = arm::read_resource(context.world(), id.to_string());
  if (!registry) return arm::error_response(arm::resource_not_found(id));
  if (!(*registry)["properties"].value("adminUserEnabled", false)) {
    return arm::error_response({400, "UnAuthorizedForCredentialOperations", "Cannot perform credential operations for " + id.to_string() + " as admin user is disabled. Kindly enable admin user as per docs: https://docs.microsoft.com/en-us/azure/container-registry/container-registry-authentication#admin-account"});
  }
  return json_response(200, {{"username", id.name()},
                             {"passwords", {{{"name", "password"}, {"value", context.draw().hex(32, "registry-password", id.key(), 0)}},
                                            {{"name", "password2"}, {"value", context.draw().hex(32, "registry-password", id.key(), 1)}}}}});
}

}  // namespace

std::vector<arm::TypeHooks> type_hooks() {
  return {{.type = "Microsoft.ContainerRegistry/registries", .before_put = before_put_registry}};
}

std::vector<Route> routes() {
  const std::string host(kArmHost);
  return {{Method::post, host, "/subscriptions/{sub}/providers/Microsoft.ContainerRegistry/checkNameAvailability", "registries.checkNameAvailability", check_name},
          {Method::post, host, "/subscriptions/{sub}/resourceGroups/{rg}/providers/Microsoft.ContainerRegistry/registries/{name}/listCredentials",
           "registries.listCredentials", list_credentials}};
}

}  // namespace azlab::containerregistry
