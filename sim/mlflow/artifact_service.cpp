#include "sim/mlflow/artifact_service.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/core/text.hpp"
#include "sim/mlflow/artifact_blobs.hpp"
#include "sim/mlflow/artifact_uri.hpp"
#include "sim/mlflow/error.hpp"
#include "sim/mlflow/run_store.hpp"
#include "sim/mlflow/validation.hpp"

namespace azlab::mlflow {
namespace {

constexpr std::string_view kArtifactHost = "*.api.azureml.ms";
constexpr std::string_view kComponent = "artifact";

/// A request of the service: which workspace, and which group of artifacts.
struct ArtifactCall {
  Context& context;
  const Request& request;
  Workspace workspace;
  std::string origin;
  std::string container;
  std::string path{};  ///< of the query; safe, or empty

  std::string blob(std::string_view below) const { return fmt::format("{}/{}/{}", origin, container, below); }
};

using ArtifactHandler = Result<Response> (*)(ArtifactCall&);

Json artifact_json(const ArtifactCall& call, std::string_view path, const storage::ListedBlob* blob) {
  const std::string name = call.blob(path);
  return {{"artifactId", name},
          {"origin", call.origin},
          {"container", call.container},
          {"path", path},
          {"etag", blob != nullptr ? Json(blob->etag) : Json(nullptr)},
          {"createdTime", blob != nullptr && !blob->created.empty() ? blob->created : to_iso8601(call.context.now())},
          {"dataPath", {{"dataStoreName", "workspaceartifactstore"}, {"relativePath", name}, {"sqlDataPath", nullptr}}},
          {"tags", Json::object()}};
}

Json content_json(const ArtifactCall& call, std::string_view path, std::string_view signature) {
  return {{"contentUri", artifact_url(call.workspace, call.blob(path), signature)}, {"origin", call.origin}, {"container", call.container}, {"path", path}, {"tags", Json::object()}};
}

std::string path_within(const ArtifactCall& call, std::string_view blob_name) { return std::string(blob_name.substr(call.blob("").size())); }

/// The page of blobs under a folder or at exactly that name.
Result<storage::BlobPage> page_of(ArtifactCall& call) {
  const std::string marker = call.request.query_value("continuationToken").value_or("");
  auto page = list_artifact_blobs(call.context, call.workspace, call.blob(call.path), false, marker);
  if (!page || call.path.empty()) return page;
  std::erase_if(page->blobs, [&](const storage::ListedBlob& blob) {
    const std::string path = path_within(call, blob.name);
    return path != call.path && !path.starts_with(call.path + "/");
  });
  return page;
}

Json page_json(const ArtifactCall& call, const storage::BlobPage& page) {
  Json out = {{"value", Json::array()}, {"continuationToken", nullptr}, {"nextLink", nullptr}};
  if (page.next.empty()) return out;
  out["continuationToken"] = page.next;
  std::string query;
  for (const auto& part : split(call.request.query, '&')) {
    if (!part.empty() && !part.starts_with("continuationToken=")) query += part + "&";
  }
  out["nextLink"] = fmt::format("https://{}{}?{}continuationToken={}", call.request.host, call.request.path, query, percent_encode(page.next));
  return out;
}

Result<Response> list_artifacts_of(ArtifactCall& call) {
  const auto page = page_of(call);
  if (!page) return fail(page.error());
  Json out = page_json(call, *page);
  for (const auto& blob : page->blobs) out["value"].push_back(artifact_json(call, path_within(call, blob.name), &blob));
  return json_response(200, out);
}

Result<Response> list_contents_of(ArtifactCall& call) {
  const auto page = page_of(call);
  if (!page) return fail(page.error());
  const auto signature = artifact_signature(call.context, call.workspace, "r");
  if (!signature) return fail(signature.error());
  Json out = page_json(call, *page);
  for (const auto& blob : page->blobs) out["value"].push_back(content_json(call, path_within(call, blob.name), *signature));
  return json_response(200, out);
}

Result<void> must_exist(ArtifactCall& call) {
  if (call.path.empty()) return fail(400, "BadArgument", "The path of the artifact is missing.");
  if (artifact_blob_exists(call.context, call.workspace, call.blob(call.path))) return {};
  return fail(404, "NotFoundError", fmt::format("ArtifactId {} not found.", call.blob(call.path)));
}

Result<Response> artifact_metadata(ArtifactCall& call) {
  if (const auto ok = must_exist(call); !ok) return fail(ok.error());
  return json_response(200, artifact_json(call, call.path, nullptr));
}

Result<Response> artifact_content_info(ArtifactCall& call) {
  if (const auto ok = must_exist(call); !ok) return fail(ok.error());
  const auto signature = artifact_signature(call.context, call.workspace, "r");
  if (!signature) return fail(signature.error());
  return json_response(200, content_json(call, call.path, *signature));
}

/// Run history answers with the address alone.
Result<Response> artifact_address(ArtifactCall& call) {
  if (const auto ok = must_exist(call); !ok) return fail(ok.error());
  const auto signature = artifact_signature(call.context, call.workspace, "r");
  if (!signature) return fail(signature.error());
  return json_response(200, artifact_url(call.workspace, call.blob(call.path), *signature));
}

Result<Response> artifact_write_info(ArtifactCall& call) {
  if (call.path.empty()) return fail(400, "BadArgument", "The path of the artifact is missing.");
  const auto signature = artifact_signature(call.context, call.workspace, "rcw");
  if (!signature) return fail(signature.error());
  return json_response(200, content_json(call, call.path, *signature));
}

/// Places for files to come. A path that holds a file already is refused, each for itself.
Result<Response> create_empty_artifacts(ArtifactCall& call) {
  const auto body = parse_json(call.request.body.text());
  const Json* paths = body ? find_path(*body, "paths") : nullptr;
  if (paths == nullptr || !paths->is_array()) return fail(400, "BadArgument", "The body must have a list of paths.");
  if (paths->size() > limit("artifactBatch")) return fail(400, "BadArgument", fmt::format("At most {} paths fit into one request.", limit("artifactBatch")));
  const auto signature = artifact_signature(call.context, call.workspace, "rcw");
  if (!signature) return fail(signature.error());
  Json out = {{"artifacts", Json::object()}, {"artifactContentInformation", Json::object()}, {"errors", Json::object()}};
  for (const auto& item : *paths) {
    const std::string path = string_at(item, "path");
    if (!is_safe_path(path)) return fail(400, "BadArgument", fmt::format("The artifact path '{}' is invalid.", path));
    if (artifact_blob_exists(call.context, call.workspace, call.blob(path))) {
      const Error conflict{.status = 409, .code = "ConflictError", .message = fmt::format("Resource Conflict: ArtifactId {} already exists.", call.blob(path))};
      out["errors"][path] = parse_json(service_error(call.context, call.request, conflict, kComponent).body.text()).value();
      continue;
    }
    out["artifacts"][path] = artifact_json(call, path, nullptr);
    out["artifactContentInformation"][path] = content_json(call, path, *signature);
  }
  return json_response(200, out);
}

Result<Response> upload_artifact_content(ArtifactCall& call) {
  if (call.path.empty()) return fail(400, "BadArgument", "The path of the artifact is missing.");
  const Response written = write_artifact_blob(call.context, call.workspace, call.blob(call.path), call.request.body, call.request.headers.get("Content-Type"));
  if (!written.ok()) return fail(written.status, "BadArgument", "The artifact could not be stored.");
  return json_response(200, artifact_json(call, call.path, nullptr));
}

Result<Response> download_artifact_content(ArtifactCall& call) {
  if (const auto ok = must_exist(call); !ok) return fail(ok.error());
  return read_artifact_blob(call.context, call.workspace, call.blob(call.path));
}

Result<Response> delete_artifact(ArtifactCall& call) {
  if (const auto ok = must_exist(call); !ok) return fail(ok.error());
  if (!delete_artifact_blob(call.context, call.workspace, call.blob(call.path)).ok()) return fail(500, "ServiceError", "The artifact could not be deleted.");
  return empty_response(200);
}

/// An artifact is known by its blob; registering one says what is so.
Result<Response> register_artifact(ArtifactCall& call) {
  const auto body = parse_json(call.request.body.text());
  if (!body) return fail(400, "BadArgument", "The body is no JSON.");
  call.origin = string_at(*body, "origin");
  call.container = string_at(*body, "container");
  const std::string path = string_at(*body, "path");
  if (!is_safe_path(call.origin) || !is_safe_path(call.container) || !is_safe_path(path)) return fail(400, "BadArgument", "An artifact has an origin, a container and a path.");
  return json_response(200, artifact_json(call, path, nullptr));
}

struct ArtifactRoute {
  Method method;
  std::string_view path;  ///< below {origin}/{container}, or below a run's artifacts
  std::string_view operation;
  ArtifactHandler handle;
};

constexpr ArtifactRoute kRunRoutes[] = {
    {Method::get, "", "artifacts.list", list_artifacts_of},
    {Method::get, "/path", "artifacts.listInPath", list_artifacts_of},
    {Method::get, "/metadata", "artifacts.get", artifact_metadata},
    {Method::get, "/contentinfo", "artifacts.getContentInfo", artifact_content_info},
    {Method::get, "/artifacturi", "artifacts.getUri", artifact_address},
    {Method::get, "/prefix/contentinfo", "artifacts.listContentInfo", list_contents_of},
    {Method::post, "/batch/metadata", "artifacts.createEmpty", create_empty_artifacts},
};

constexpr ArtifactRoute kServiceRoutes[] = {
    {Method::get, "", "artifacts.list", list_artifacts_of},
    {Method::get, "/metadata", "artifacts.get", artifact_metadata},
    {Method::del, "/metadata", "artifacts.delete", delete_artifact},
    {Method::get, "/contentinfo", "artifacts.getContentInfo", artifact_content_info},
    {Method::get, "/write", "artifacts.getWriteInfo", artifact_write_info},
    {Method::get, "/prefix/contentinfo", "artifacts.listContentInfo", list_contents_of},
    {Method::get, "/content", "artifacts.download", download_artifact_content},
    {Method::post, "/content", "artifacts.upload", upload_artifact_content},
    {Method::post, "/batch/metadata", "artifacts.createEmpty", create_empty_artifacts},
};

constexpr ArtifactRoute kRegisterRoutes[] = {
    {Method::post, "/register", "artifacts.register", register_artifact},
    {Method::post, "/metadata", "artifacts.create", register_artifact},
};

std::string param_or_empty(const Match& match, std::string_view name) {
  for (const auto& [key, value] : match.params) {
    if (key == name) return value;
  }
  return {};
}

Response serve_artifacts(Context& context, const Request& request, const Match& match) {
  const auto refuse = [&](const Error& error) { return service_error(context, request, error, kComponent); };
  auto workspace = find_workspace(context, match);
  if (!workspace) return refuse(workspace.error());
  ArtifactCall call{context, request, std::move(*workspace), param_or_empty(match, "origin"), param_or_empty(match, "container")};
  if (const std::string run = param_or_empty(match, "run"); !run.empty()) {
    if (!find_run_row(context.world(), call.workspace, run)) return refuse({.status = 404, .code = "NotFoundError", .message = "Run with id=" + run + " not found"});
    call.origin = kRunOrigin;
    call.container = run_container(run);
  }
  call.path = request.query_value("path").value_or("");
  while (call.path.ends_with("/")) call.path.pop_back();
  if (!call.path.empty() && !is_safe_path(call.path)) return refuse({.status = 400, .code = "BadArgument", .message = "The artifact path '" + call.path + "' is invalid."});
  auto answer = static_cast<const ArtifactRoute*>(match.route->data)->handle(call);
  return answer ? std::move(*answer) : refuse(answer.error());
}

}  // namespace

std::vector<Route> artifact_service_routes() {
  std::vector<Route> out;
  const auto add = [&](const std::string& base, const ArtifactRoute& route) {
    Route row{.method = route.method, .host = std::string(kArtifactHost), .pattern = base + std::string(route.path), .operation = std::string(route.operation), .handler = serve_artifacts};
    row.data = &route;
    out.push_back(std::move(row));
  };
  for (const char* experiment : {"experiments/{experiment}", "experimentids/{experiment}"}) {
    for (const auto& route : kRunRoutes) add(fmt::format("/history/{{version}}{}/{}/runs/{{run}}/artifacts", kWorkspacePattern, experiment), route);
  }
  const std::string service = fmt::format("/artifact/{{version}}{}/artifacts", kWorkspacePattern);
  for (const auto& route : kServiceRoutes) add(service + "/{origin}/{container}", route);
  for (const auto& route : kRegisterRoutes) add(service, route);
  return out;
}

}  // namespace azlab::mlflow
