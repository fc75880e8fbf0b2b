#include "sim/mlflow/artifact_blobs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include "sim/core/text.hpp"
#include "sim/mlflow/artifact_uri.hpp"
#include "sim/mlflow/error.hpp"
#include "sim/mlflow/number.hpp"

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

/// "Mon, 23 Nov 2026 09:00:00 GMT" as ISO 8601.
std::string iso_of_http_date(std::string_view date) {
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (date.size() < 25) return {};
  const auto month = kMonths.find(date.substr(8, 3));
  if (month == std::string_view::npos) return {};
  return fmt::format("{}-{:02}-{}T{}Z", date.substr(12, 4), month / 3 + 1, date.substr(5, 2), date.substr(17, 8));
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

Result<ArtifactPage> list_artifact_blobs(Context& context, const Workspace& workspace, const std::string& prefix, bool by_folder, const std::string& marker) {
  const auto signature = artifact_signature(context, workspace, "rl");
  if (!signature) return fail(signature.error());
  std::string url = fmt::format("https://{}.blob.core.windows.net/{}?restype=container&comp=list&prefix={}", workspace.account, kArtifactContainer, percent_encode(prefix));
  if (by_folder) url += "&delimiter=%2F";
  if (!marker.empty()) url += "&marker=" + percent_encode(marker);
  Request request = Request::make(Method::get, url + "&" + *signature);
  request.headers.set("x-ms-version", kStorageVersion);
  const Response answer = context.call(std::move(request));
  pugi::xml_document document;
  const std::string text = answer.body.text();
  if (!answer.ok() || !document.load_buffer(text.data(), text.size())) {
    return fail(answer.status >= 400 ? answer.status : 500, "INTERNAL_ERROR", "The artifacts of the workspace could not be listed.");
  }
  ArtifactPage out{.next = document.child("EnumerationResults").child_value("NextMarker")};
  for (const auto& item : document.child("EnumerationResults").child("Blobs").children()) {
    if (std::string_view(item.name()) == "BlobPrefix") {
      out.folders.emplace_back(item.child_value("Name"));
      continue;
    }
    const auto properties = item.child("Properties");
    out.blobs.push_back({.path = item.child_value("Name"),
                         .size = static_cast<std::uint64_t>(read_integer(std::string_view(properties.child_value("Content-Length"))).value_or(0)),
                         .etag = properties.child_value("Etag"),
                         .created = iso_of_http_date(properties.child_value("Creation-Time"))});
  }
  return out;
}

Result<ArtifactPage> list_all_artifact_blobs(Context& context, const Workspace& workspace, const std::string& prefix, bool by_folder) {
  ArtifactPage out;
  do {
    auto page = list_artifact_blobs(context, workspace, prefix, by_folder, out.next);
    if (!page) return page;
    std::move(page->blobs.begin(), page->blobs.end(), std::back_inserter(out.blobs));
    std::move(page->folders.begin(), page->folders.end(), std::back_inserter(out.folders));
    out.next = page->next;
  } while (!out.next.empty());
  return out;
}

bool artifact_blob_exists(Context& context, const Workspace& workspace, const std::string& path) { return ask_blob(context, workspace, Method::head, path, "r").ok(); }

Response read_artifact_blob(Context& context, const Workspace& workspace, const std::string& path) { return ask_blob(context, workspace, Method::get, path, "r"); }

Response write_artifact_blob(Context& context, const Workspace& workspace, const std::string& path, Body body, std::string_view content_type) {
  return ask_blob(context, workspace, Method::put, path, "rcw", std::move(body), content_type);
}

Response delete_artifact_blob(Context& context, const Workspace& workspace, const std::string& path) { return ask_blob(context, workspace, Method::del, path, "rd"); }

}  // namespace azlab::mlflow
