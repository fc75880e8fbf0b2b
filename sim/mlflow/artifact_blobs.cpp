#include "sim/mlflow/artifact_blobs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/core/text.hpp"
#include "sim/mlflow/artifact_uri.hpp"
#include "sim/mlflow/error.hpp"

namespace azlab::mlflow {
namespace {

constexpr std::chrono::hours kSignatureLife(24);
constexpr const char* kStorageVersion = "2023-11-03";

Response ask_blob(Context& context, const Workspace& workspace, Method method, const std::string& path, const std::string& permissions, Body body = {},
                  std::string_view content_type = {}) {
  const auto signature = artifact_signature(context, workspace, permissions);
  if (!signature) return mlflow_error(signature.error());
  Request request = Request::make(method, artifact_url(workspace, path, *signature), std::move(body));
  request.headers.set("x-ms-version", kStorageVersion);
  if (method == Method::put) {
    request.headers.set("x-ms-blob-type", "BlockBlob");
    request.headers.set("Content-Length", std::to_string(request.body.size()));
    if (!content_type.empty()) request.headers.set("x-ms-blob-content-type", std::string(content_type));
  }
  return context.call(std::move(request));
}

}  // namespace

bool is_safe_path(std::string_view path) {
  if (path.empty() || path.find('\\') != std::string_view::npos || path.find('\0') != std::string_view::npos) return false;
  const auto parts = split(path, '/');
  return std::none_of(parts.begin(), parts.end(), [](const std::string& part) { return part.empty() || part == "." || part == ".."; });
}

Result<std::string> artifact_signature(Context& context, const Workspace& workspace, const std::string& permissions) {
  const Json body = {{"canonicalizedResource", fmt::format("/blob/{}/{}", workspace.account, kArtifactContainer)},
                     {"signedResource", "c"},
                     {"signedPermission", permissions},
                     {"signedExpiry", to_iso8601_seconds(context.now() + kSignatureLife)}};
  const Response answer = context.call(Request::make(Method::post, workspace.storage + "/listServiceSas?api-version=2023-05-01", dump(body)));
  const auto json = parse_json(answer.body.text());
  if (!answer.ok() || !json) {
    return fail(answer.status == 404 ? 404 : 403, answer.status == 404 ? "RESOURCE_DOES_NOT_EXIST" : "PERMISSION_DENIED",
                "The storage account of the workspace cannot be reached: " + (json ? string_at(*json, "error.message") : std::string("no answer")));
  }
  return string_at(*json, "serviceSasToken");
}

std::string artifact_url(const Workspace& workspace, std::string_view path, std::string_view signature) {
  return fmt::format("https://{}.blob.core.windows.net/{}/{}{}{}", workspace.account, kArtifactContainer, percent_encode(path, "/"), signature.empty() ? "" : "?", signature);
}

namespace {

Result<storage::BlobPage> ask_for_list(Context& context, const Workspace& workspace, const std::string& prefix, bool by_folder, const std::string& marker, bool all) {
  const auto signature = artifact_signature(context, workspace, "rl");
  if (!signature) return fail(signature.error());
  const storage::BlobQuestion question{.container = fmt::format("https://{}.blob.core.windows.net/{}", workspace.account, kArtifactContainer), .prefix = prefix, .signature = *signature, .by_folder = by_folder, .marker = marker};
  const auto send = [&](Request request) { return context.call(std::move(request)); };
  auto page = all ? storage::list_all_blobs(question, send) : storage::list_blob_page(question, send);
  if (!page) return fail(page.error().status, "INTERNAL_ERROR", "The artifacts of the workspace could not be listed.");
  return page;
}

}  // namespace

Result<storage::BlobPage> list_artifact_blobs(Context& context, const Workspace& workspace, const std::string& prefix, bool by_folder, const std::string& marker) {
  return ask_for_list(context, workspace, prefix, by_folder, marker, false);
}

Result<storage::BlobPage> list_all_artifact_blobs(Context& context, const Workspace& workspace, const std::string& prefix, bool by_folder) {
  return ask_for_list(context, workspace, prefix, by_folder, {}, true);
}

bool artifact_blob_exists(Context& context, const Workspace& workspace, const std::string& path) { return ask_blob(context, workspace, Method::head, path, "r").ok(); }

Response read_artifact_blob(Context& context, const Workspace& workspace, const std::string& path) { return ask_blob(context, workspace, Method::get, path, "r"); }

Response write_artifact_blob(Context& context, const Workspace& workspace, const std::string& path, Body body, std::string_view content_type) {
  return ask_blob(context, workspace, Method::put, path, "rcw", std::move(body), content_type);
}

Response delete_artifact_blob(Context& context, const Workspace& workspace, const std::string& path) { return ask_blob(context, workspace, Method::del, path, "rd"); }

}  // namespace azlab::mlflow
