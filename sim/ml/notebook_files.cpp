#include "sim/ml/notebook_files.hpp"

#include <nlohmann/json.hpp>

#include "sim/arm/error.hpp"
#include "sim/arm/resource.hpp"
#include "sim/core/text.hpp"
#include "sim/ml/workspace.hpp"

namespace azlab::ml {
namespace {

struct Place {
  std::string share;
  std::string path;
};

Result<Place> place_of(Context& context, const Match& match) {
  const ResourceId workspace{.subscription = match.at("sub"), .resource_group = match.at("rg"), .provider = "Microsoft.MachineLearningServices",
                             .parts = {{"workspaces", match.at("ws")}}};
  if (!context.world().find(Table::resource, workspace.key())) return fail(arm::resource_not_found(workspace));
  const std::string share = notebook_share(context.world(), workspace);
  if (share.empty()) return fail(409, "UserError", "The workspace's file share is being set up.");
  for (const auto& segment : split(match.at("path"), '/')) {
    if (segment == "..") return fail(400, "InvalidPath", "A path must not hold '..'.");
  }
  // The signed-in person's folder exists from the first visit on.
  const std::string user = context.caller().user_name.substr(0, context.caller().user_name.find('@'));
  if (const auto made = context.files().make_directory(share, "Users/" + user); !made) return fail(made.error());
  return Place{share, match.at("path")};
}

Response get_path(Context& context, const Request&, const Match& match) {
  const auto place = place_of(context, match);
  if (!place) return arm::error_response(place.error());
  const auto entries = context.files().list(place->share, place->path);
  if (!entries) {
    const auto bytes = context.files().read(place->share, place->path);
    if (!bytes) return arm::error_response(bytes.error());
    return {.status = 200, .headers = {{"Content-Type", "application/octet-stream"}}, .body = Body(*bytes)};
  }
  Json value = Json::array();
  for (const auto& entry : *entries) {
    value.push_back({{"name", entry.name},
                     {"path", place->path.empty() ? entry.name : place->path + "/" + entry.name},
                     {"type", entry.is_directory ? "directory" : "file"},
                     {"size", entry.size_bytes}});
  }
  return json_response(200, {{"value", value}});
}

Response put_path(Context& context, const Request& request, const Match& match) {
  const auto place = place_of(context, match);
  if (!place) return arm::error_response(place.error());
  const bool directory = equals_ignore_case(request.query_value("type").value_or(""), "directory");
  const auto done = directory ? context.files().make_directory(place->share, place->path)
                              : context.files().write(place->share, place->path, request.body.text());
  return done ? empty_response(201) : arm::error_response(done.error());
}

Response delete_path(Context& context, const Request&, const Match& match) {
  const auto place = place_of(context, match);
  if (!place) return arm::error_response(place.error());
  const auto done = context.files().remove(place->share, place->path);
  return done ? empty_response(204) : arm::error_response(done.error());
}

}  // namespace

std::vector<Route> notebook_file_routes() {
  const std::string host = "*.notebooks.azure.net";
  const std::string path = "/files/subscriptions/{sub}/resourceGroups/{rg}/providers/Microsoft.MachineLearningServices/workspaces/{ws}/{path*}";
  return {{Method::get, host, path, "notebookFiles.get", get_path},
          {Method::put, host, path, "notebookFiles.put", put_path},
          {Method::del, host, path, "notebookFiles.delete", delete_path}};
}

}  // namespace azlab::ml
