#include "sim/storage/blob/routes.hpp"

#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include "sim/arm/error.hpp"
#include "sim/arm/resource.hpp"
#include "sim/core/text.hpp"
#include "sim/storage/blob/access.hpp"
#include "sim/storage/blob/blob_request.hpp"
#include "sim/storage/blob/blob_services.hpp"
#include "sim/storage/blob/error.hpp"
#include "sim/storage/blob/xml.hpp"

namespace azlab::storage {
namespace {

/// StorageAccounts - List Service SAS: how the services of Azure hand out access to what they keep in an account.
Response list_service_sas(Context& context, const Request& request, const Match& match) {
  const ResourceId id{.subscription = match.at("sub"), .resource_group = match.at("rg"), .provider = "Microsoft.Storage", .parts = {{"storageAccounts", match.at("name")}}};
  if (!context.world().find(Table::resource, id.key())) return arm::error_response(arm::resource_not_found(id));
  const auto body = parse_json(request.body.text());
  if (!body) return arm::error_response({400, "InvalidRequestContent", "The request content was invalid: " + body.error().message});
  const SasTerms terms{.resource = string_at(*body, "canonicalizedResource"),
                       .kind = string_at(*body, "signedResource"),
                       .permissions = string_at(*body, "signedPermission"),
                       .start = string_at(*body, "signedStart"),
                       .end = string_at(*body, "signedExpiry"),
                       .protocol = string_at(*body, "signedProtocol")};
  const std::string account = to_lower(match.at("name"));
  const bool blob = terms.resource.starts_with("/blob/" + account + "/");
  if ((!blob && !terms.resource.starts_with("/file/" + account + "/")) || !parse_iso8601(terms.end)) {
    return arm::error_response({400, "InvalidValuesForRequestParameters", "Values for request parameters are invalid: canonicalizedResource, signedExpiry."});
  }
  return json_response(200, {{"serviceSasToken", make_service_sas(context, account, terms)}});
}

/// Get User Delegation Key: what a client signs with that has a token and no account key.
Response user_delegation(Context& context, const Request& request, const Match&) {
  const auto call = begin_account_call(context, request, 'r');
  if (!call) return storage_error(context, call.error());
  const std::string text = request.body.text();
  pugi::xml_document document;
  if (!document.load_buffer(text.data(), text.size())) return storage_error(context, {400, "InvalidXmlDocument", "XML specified is not syntactically valid."});
  const std::string start = document.child("KeyInfo").child_value("Start");
  const std::string end = document.child("KeyInfo").child_value("Expiry");
  if (!parse_iso8601(end)) return storage_error(context, {400, "InvalidXmlNodeValue", "The value for one of the XML nodes is not in the correct format: Expiry."});
  const Caller& caller = context.caller();
  Response response = service_response(request, 200);
  response.headers.set("Content-Type", "application/xml");
  response.body = xml_text("UserDelegationKey", {{"SignedOid", caller.principal_id},
                                                 {"SignedTid", caller.tenant_id},
                                                 {"SignedStart", start},
                                                 {"SignedExpiry", end},
                                                 {"SignedService", "b"},
                                                 {"SignedVersion", std::string(kServiceVersion)},
                                                 {"Value", user_delegation_key(context, call->container.account, caller.principal_id, start, end)}});
  return response;
}

void after_delete_container(Context& context, const ResourceId& id, const Json&, const arm::RemovedRows&) {
  erase_all_blobs(context.world(), {to_lower(id.parts.front().second), id.name()});
}

}  // namespace

std::vector<arm::TypeHooks> blob_type_hooks() {
  return {{.type = "Microsoft.Storage/storageAccounts/blobServices/containers", .after_delete = after_delete_container}};
}

std::vector<Route> blob_routes() {
  const std::string host = "*.blob.core.windows.net";
  const std::string container = "/{container}";
  const std::string blob = "/{container}/{blob*}";
  const auto route = [&](Method method, const std::string& path, const char* operation, Handler handler, const char* query = "") {
    return Route{.method = method, .host = host, .pattern = path, .operation = operation, .handler = handler, .query = query};
  };
  return {
      {Method::post, std::string(kArmHost), "/subscriptions/{sub}/resourceGroups/{rg}/providers/Microsoft.Storage/storageAccounts/{name}/listServiceSas", "storageAccounts.listServiceSas", list_service_sas},
      route(Method::get, "/", "blob.listContainers", list_containers, "comp=list"),
      route(Method::get, "/", "blob.accountInformation", account_information, "restype=account&comp=properties"),
      route(Method::post, "/", "blob.userDelegationKey", user_delegation, "restype=service&comp=userdelegationkey"),
      route(Method::put, container, "blob.createContainer", create_container, "restype=container"),
      route(Method::get, container, "blob.getContainer", get_container, "restype=container"),
      route(Method::del, container, "blob.deleteContainer", delete_container, "restype=container"),
      route(Method::put, container, "blob.setContainerMetadata", set_container_metadata, "restype=container&comp=metadata"),
      route(Method::get, container, "blob.list", list_blobs, "restype=container&comp=list"),
      route(Method::get, container, "blob.accountInformationOfContainer", account_information, "restype=account&comp=properties"),
      route(Method::get, blob, "blob.read", get_blob),
      route(Method::put, blob, "blob.upload", put_blob),
      route(Method::del, blob, "blob.delete", delete_blob),
      route(Method::get, blob, "blob.getMetadata", get_blob_metadata, "comp=metadata"),
      route(Method::put, blob, "blob.setMetadata", set_blob_metadata, "comp=metadata"),
      route(Method::put, blob, "blob.setProperties", set_blob_properties, "comp=properties"),
      route(Method::put, blob, "blob.setTier", set_blob_tier, "comp=tier"),
      route(Method::put, blob, "blob.putBlock", put_block, "comp=block"),
      route(Method::put, blob, "blob.putBlockList", put_block_list, "comp=blocklist"),
      route(Method::get, blob, "blob.getBlockList", get_block_list, "comp=blocklist"),
      route(Method::put, blob, "blob.appendBlock", append_block, "comp=appendblock"),
      route(Method::get, blob, "blob.accountInformationOfBlob", account_information, "restype=account&comp=properties"),
  };
}

}  // namespace azlab::storage
