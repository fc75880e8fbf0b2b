/// Put Blob, Copy Blob, Put Blob From URL, metadata, properties, tier, deletion.
#include "sim/core/digest.hpp"
#include "sim/core/text.hpp"
#include "sim/storage/blob/access.hpp"
#include "sim/storage/blob/blob_request.hpp"
#include "sim/storage/blob/blob_services.hpp"
#include "sim/storage/blob/error.hpp"

namespace azlab::storage {
namespace {

/// The bytes behind x-ms-copy-source, which names a blob of the simulator; another account's is asked for as any client
/// would, with the signature that stands in the address.
Result<std::string> read_source(Context& context, const Request& request, std::string_view source) {
  Request ask = Request::make(Method::get, source);
  const std::string_view authorization = request.headers.get("x-ms-copy-source-authorization");
  if (!authorization.empty()) ask.headers.set("Authorization", std::string(authorization));
  // Within an account, whose key allows the copy may read its source; a role may allow the one and not the other.
  const bool by_role = starts_with_ignore_case(request.headers.get("Authorization"), "Bearer ") && !ask.query_value("sig");
  if (by_role && authorization.empty() && ask.host == request.host) ask.headers.set("Authorization", std::string(request.headers.get("Authorization")));
  if (ask.host != request.host || by_role) {
    const std::string account = account_of(ask);
    if (const auto ok = authorize(context, ask, {account, "/blob/" + account + percent_decode(ask.path), 'r'}); !ok) return fail(ok.error());
  }
  Response answer = context.call(std::move(ask));
  if (answer.status == 404) return fail(404, "CannotVerifyCopySource", "The specified resource does not exist.");
  if (!answer.ok()) return fail(answer.status, "CannotVerifyCopySource", "The source of the copy could not be read.");
  return answer.body.text();
}

/// Copy Blob (nothing else in the request) and Put Blob From URL (with a blob type). Here both end at once, as they
/// do within an account.
Response copy_blob(const BlobCall& call, std::optional<BlobInfo> existing) {
  const std::string source(call.request.headers.get("x-ms-copy-source"));
  const auto bytes = read_source(call.context, call.request, source);
  if (!bytes) return storage_error(call.context, bytes.error());
  const bool from_url = !call.request.headers.get("x-ms-blob-type").empty();
  BlobInfo blob{.properties = content_properties_of(call.request, false), .metadata = metadata_of(call.request), .content = existing ? existing->content : std::string()};
  const Request asked = Request::make(Method::get, source);
  const auto slash = asked.path.find('/', 1);
  const std::string container = percent_decode(asked.path.substr(1, slash == std::string::npos ? std::string::npos : slash - 1));
  if (const auto origin = find_blob(call.context.world(), {account_of(asked), container}, slash == std::string::npos ? "" : percent_decode(asked.path.substr(slash + 1)))) {
    blob.type = origin->type;
    if (blob.properties.empty()) blob.properties = origin->properties;
    if (blob.metadata.empty()) blob.metadata = origin->metadata;
  }
  if (!from_url) {
    blob.copy = source.substr(0, source.find('?'));
    blob.copy_id = call.context.draw().guid("blob-copy", call.container.prefix() + call.name, next_number(call.context.world(), "blob-copy"));
  }
  const BlobInfo stored = write_blob(call.context, call.container, call.name, std::move(blob), &*bytes);
  Response response = blob_response(call, from_url ? 201 : 202, stored);
  if (!from_url) {
    response.headers.set("x-ms-copy-id", stored.copy_id);
    response.headers.set("x-ms-copy-status", "success");
  }
  return response;
}

Result<BlobCall> begin_write(Context& context, const Request& request, const Match& match, char permission, std::optional<BlobInfo>& existing) {
  auto call = begin_blob_call(context, request, match, permission);
  if (!call) return call;
  existing = find_blob(context.world(), call->container, call->name);
  if (const auto ok = check_conditions(*call, existing ? &*existing : nullptr, false); !ok) return fail(ok.error());
  return call;
}

}  // namespace

Response put_blob(Context& context, const Request& request, const Match& match) {
  std::optional<BlobInfo> existing;
  const auto call = begin_write(context, request, match, 'c', existing);
  if (!call) return storage_error(context, call.error());
  if (!request.headers.get("x-ms-copy-source").empty()) return copy_blob(*call, std::move(existing));
  const std::string type(request.headers.get("x-ms-blob-type"));
  if (type.empty()) return storage_error(context, {400, "MissingRequiredHeader", "An HTTP header that's mandatory for this request is not specified: x-ms-blob-type."});
  if (type == "PageBlob") return storage_error(context, not_served("page blobs"));
  if (type != "BlockBlob" && type != "AppendBlob") return storage_error(context, invalid_header("x-ms-blob-type"));
  const std::string bytes = request.body.text();
  if (type == "AppendBlob" && !bytes.empty()) return storage_error(context, invalid_header("Content-Length"));
  const std::string md5 = md5_base64(bytes);
  const std::string_view sent = request.headers.get("Content-MD5");
  if (!sent.empty() && sent != md5) return storage_error(context, {400, "Md5Mismatch", "The MD5 value specified in the request did not match with the MD5 value calculated by the server."});
  BlobInfo blob{.type = type, .properties = content_properties_of(request, true), .metadata = metadata_of(request), .tier = std::string(request.headers.get("x-ms-access-tier")), .content = existing ? existing->content : std::string()};
  if (type == "BlockBlob" && !bytes.empty()) blob.properties.try_emplace("Content-MD5", md5);
  const BlobInfo stored = write_blob(context, call->container, call->name, std::move(blob), &bytes);
  discard_staged_blocks(context.world(), call->container, call->name);
  Response response = blob_response(*call, 201, stored);
  if (!bytes.empty()) response.headers.set("Content-MD5", md5);
  response.headers.set("x-ms-request-server-encrypted", "true");
  return response;
}

Response set_blob_metadata(Context& context, const Request& request, const Match& match) {
  std::optional<BlobInfo> existing;
  const auto call = begin_write(context, request, match, 'w', existing);
  if (!call) return storage_error(context, call.error());
  if (!existing) return storage_error(context, no_blob());
  existing->metadata = metadata_of(request);
  return blob_response(*call, 200, write_blob(context, call->container, call->name, std::move(*existing), nullptr));
}

Response set_blob_properties(Context& context, const Request& request, const Match& match) {
  std::optional<BlobInfo> existing;
  const auto call = begin_write(context, request, match, 'w', existing);
  if (!call) return storage_error(context, call.error());
  if (!existing) return storage_error(context, no_blob());
  existing->properties = content_properties_of(request, false);  // what is not sent is cleared, as documented
  return blob_response(*call, 200, write_blob(context, call->container, call->name, std::move(*existing), nullptr));
}

Response set_blob_tier(Context& context, const Request& request, const Match& match) {
  std::optional<BlobInfo> existing;
  const auto call = begin_write(context, request, match, 'w', existing);
  if (!call) return storage_error(context, call.error());
  if (!existing) return storage_error(context, no_blob());
  const std::string tier(request.headers.get("x-ms-access-tier"));
  if (tier != "Hot" && tier != "Cool" && tier != "Cold") return storage_error(context, tier == "Archive" ? not_served("the archive tier") : invalid_header("x-ms-access-tier"));
  existing->tier = tier;
  write_blob(context, call->container, call->name, std::move(*existing), nullptr);
  return service_response(request, 200);
}

Response delete_blob(Context& context, const Request& request, const Match& match) {
  std::optional<BlobInfo> existing;
  const auto call = begin_write(context, request, match, 'd', existing);
  if (!call) return storage_error(context, call.error());
  if (!existing) return storage_error(context, no_blob());
  erase_blob(context.world(), call->container, call->name);
  Response response = service_response(request, 202);
  response.headers.set("x-ms-delete-type-permanent", "true");
  return response;
}

}  // namespace azlab::storage
