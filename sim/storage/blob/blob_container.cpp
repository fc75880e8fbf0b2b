/// Containers over the data plane. They are ARM's resources: what is asked here is asked there, as Azure keeps both one.
#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include "sim/arm/resource.hpp"
#include "sim/core/text.hpp"
#include "sim/storage/blob/blob_request.hpp"
#include "sim/storage/blob/blob_services.hpp"
#include "sim/storage/blob/error.hpp"
#include "sim/storage/blob/xml.hpp"

namespace azlab::storage {
namespace {

// Where a container's metadata stands in its ARM resource.
constexpr const char* kMetadata = "properties.metadata";

std::string arm_id(const World& world, const Container& container) {
  const auto account = find_account(world, container.account);
  return account ? account->to_string() + "/blobServices/default/containers/" + container.name : std::string();
}

Response ask_arm(const BlobCall& call, Method method, const Json& body = nullptr) {
  return call.context.call(Request::make(method, arm_id(call.context.world(), call.container) + "?api-version=2023-05-01", body.is_null() ? Body() : Body(dump(body))));
}

/// Tag and time of a container: it has not changed since it was made, as far as anybody asks.
void add_version(Response& response, const Json& resource) {
  const std::string at = string_at(resource, "properties.lastModifiedTime");
  const auto time = parse_iso8601(at);
  response.headers.set("Last-Modified", to_http_date(time.value_or(Time{})));
  response.headers.set("ETag", string_at(resource, "etag", "\"0x8D00000000000\""));
}

Response container_response(const BlobCall& call, int status) {
  Response response = service_response(call.request, status);
  const auto resource = arm::read_resource(call.context.world(), arm_id(call.context.world(), call.container));
  if (resource) add_version(response, *resource);
  return response;
}

std::string public_access(std::string_view header) { return equals_ignore_case(header, "blob") ? "Blob" : equals_ignore_case(header, "container") ? "Container" : "None"; }

}  // namespace

Response create_container(Context& context, const Request& request, const Match& match) {
  const auto call = begin_account_call(context, request, 'c', match.at("container"));
  if (!call) return storage_error(context, call.error());
  if (container_exists(context.world(), call->container)) return storage_error(context, {409, "ContainerAlreadyExists", "The specified container already exists."});
  Json body = {{"properties", {{"publicAccess", public_access(request.headers.get("x-ms-blob-public-access"))}}}};
  if (const auto metadata = metadata_of(request); !metadata.empty()) set_path(body, kMetadata, metadata);
  const Response made = ask_arm(*call, Method::put, body);
  if (made.ok()) return container_response(*call, 201);
  const auto why = parse_json(made.body.text());
  return storage_error(context, {made.status, why ? string_at(*why, "error.code", "InvalidResourceName") : "InvalidResourceName", why ? string_at(*why, "error.message") : std::string()});
}

Response get_container(Context& context, const Request& request, const Match& match) {
  const auto call = begin_container_call(context, request, match, 'r');
  if (!call) return storage_error(context, call.error());
  Response response = container_response(*call, 200);
  const auto resource = arm::read_resource(context.world(), arm_id(context.world(), call->container));
  const std::string access = resource ? to_lower(string_at(*resource, "properties.publicAccess")) : std::string();
  if (access == "blob" || access == "container") response.headers.set("x-ms-blob-public-access", access);
  for (const auto& [name, value] : {std::pair{"x-ms-lease-status", "unlocked"}, {"x-ms-lease-state", "available"}, {"x-ms-has-immutability-policy", "false"}, {"x-ms-has-legal-hold", "false"}}) {
    response.headers.set(name, value);
  }
  const Json* metadata = resource ? find_path(*resource, kMetadata) : nullptr;
  if (metadata != nullptr && metadata->is_object()) {
    for (const auto& [name, value] : metadata->items()) response.headers.set("x-ms-meta-" + name, value.is_string() ? value.get<std::string>() : value.dump());
  }
  return response;
}

Response set_container_metadata(Context& context, const Request& request, const Match& match) {
  const auto call = begin_container_call(context, request, match, 'w');
  if (!call) return storage_error(context, call.error());
  auto resource = arm::read_resource(context.world(), arm_id(context.world(), call->container));
  set_path(*resource, kMetadata, metadata_of(request));
  arm::write_resource(context.world(), arm_id(context.world(), call->container), *resource);
  return container_response(*call, 200);
}

Response delete_container(Context& context, const Request& request, const Match& match) {
  const auto call = begin_container_call(context, request, match, 'd');
  if (!call) return storage_error(context, call.error());
  ask_arm(*call, Method::del);
  return service_response(request, 202);
}

Response list_containers(Context& context, const Request& request, const Match&) {
  const auto call = begin_account_call(context, request, 'l');
  if (!call) return storage_error(context, call.error());
  const std::string prefix = request.query_value("prefix").value_or("");
  pugi::xml_document document;
  pugi::xml_node root = document.append_child("EnumerationResults");
  root.append_attribute("ServiceEndpoint") = ("https://" + request.host + "/").c_str();
  if (!prefix.empty()) root.append_child("Prefix").text().set(prefix.c_str());
  pugi::xml_node list = root.append_child("Containers");
  const std::string base = arm_id(context.world(), {call->container.account, ""});
  context.world().for_each(Table::resource, ResourceId::parse(base + "x")->key().substr(0, base.size()) + to_lower(prefix), [&](const std::string&, const RowPtr& row) {
    const auto resource = parse_json(row->body);
    pugi::xml_node item = list.append_child("Container");
    item.append_child("Name").text().set(string_at(*resource, "name").c_str());
    pugi::xml_node properties = item.append_child("Properties");
    Response version;
    add_version(version, *resource);
    properties.append_child("Last-Modified").text().set(std::string(version.headers.get("Last-Modified")).c_str());
    properties.append_child("Etag").text().set(std::string(version.headers.get("ETag")).c_str());
    properties.append_child("LeaseStatus").text().set("unlocked");
    properties.append_child("LeaseState").text().set("available");
    return true;
  });
  root.append_child("NextMarker");
  Response response = service_response(request, 200);
  response.headers.set("Content-Type", "application/xml");
  response.body = to_text(document);
  return response;
}

Response account_information(Context& context, const Request& request, const Match&) {
  const auto call = begin_account_call(context, request, 'r');
  if (!call) return storage_error(context, call.error());
  Response response = service_response(request, 200);
  response.headers.set("x-ms-sku-name", "Standard_LRS");
  response.headers.set("x-ms-account-kind", "StorageV2");
  response.headers.set("x-ms-is-hns-enabled", "false");
  return response;
}

}  // namespace azlab::storage
