#include <nlohmann/json.hpp>

#include "sim/arm/error.hpp"
#include "sim/core/text.hpp"
#include "sim/ml/assets/asset.hpp"
#include "sim/ml/assets/asset_routes.hpp"

namespace azlab::ml {
namespace {

/// How long a signature is good that a service hands to a client.
constexpr auto kSignedFor = std::chrono::hours(24);

}  // namespace

Response start_pending_upload(Context& context, const Request& request, const Match& match) {
  const auto scope = asset_scope(context, match);
  if (!scope) return arm::error_response(scope.error());
  const auto body = parse_json(request.body.empty() ? "{}" : request.body.text());
  const std::string wanted = body ? string_at(*body, "pendingUploadType", "TemporaryBlobReference") : std::string();
  if (wanted != "TemporaryBlobReference") {
    return arm::error_response({400, "AzlabNotSimulated", "azlab serves pending uploads of the type TemporaryBlobReference, not '" + wanted + "'."});
  }
  const std::string storage = scope->storage_account;
  const std::string account = to_lower(storage.substr(storage.rfind('/') + 1));
  // A new container for each upload: the workspace's id, then one of its own.
  const std::string subject = scope->workspace.key() + "/" + match.at("name") + "/" + match.at("version");
  const std::string container = scope->guid.substr(0, 8) + "-" + context.draw().guid("pending-upload", subject, next_number(context.world(), "pending-upload"));
  const Response made = context.call(Request::make(Method::put, "https://" + account + ".blob.core.windows.net/" + container + "?restype=container"));
  if (!made.ok()) return arm::error_response({made.status, "UserError", "The workspace's storage account refused the container of the upload: " + std::string(made.headers.get("x-ms-error-code")) + "."});
  const Json terms = {{"canonicalizedResource", "/blob/" + account + "/" + container}, {"signedResource", "c"}, {"signedPermission", "rcwl"}, {"signedExpiry", to_iso8601_seconds(context.now() + kSignedFor)}};
  const Response signed_response = context.call(Request::make(Method::post, storage + "/listServiceSas?api-version=2023-05-01", dump(terms)));
  const auto signature = parse_json(signed_response.body.text());
  if (!signed_response.ok() || !signature) return signed_response;
  const std::string uri = "https://" + account + ".blob.core.windows.net:443/" + container;
  return json_response(200, {{"pendingUploadId", nullptr},
                             {"pendingUploadType", "TemporaryBlobReference"},
                             {"blobReferenceForConsumption",
                              {{"blobUri", uri}, {"storageAccountArmId", storage}, {"credential", {{"credentialType", "SAS"}, {"sasUri", uri + "?" + string_at(*signature, "serviceSasToken")}}}}}});
}

}  // namespace azlab::ml
