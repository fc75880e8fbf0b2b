#include <nlohmann/json.hpp>

#include "harness/az/families.hpp"
#include "sim/core/text.hpp"

namespace azlab::az {
namespace {

/// The resource-group operations themselves are spelled in lower case by az's resource package.
Result<std::string> own_path(Invocation& az) {
  auto subscription = subscription_path(az);
  if (!subscription) return subscription;
  return *subscription + "/resourcegroups/" + path_segment(az.value("name"));
}

/// Members that az's model prints although the answer leaves them out.
Json with_defaults(Json group) {
  for (const char* key : {"managedBy", "tags"}) {
    if (!group.contains(key)) group[key] = nullptr;
  }
  return group;
}

Result<Json> group_create(Invocation& az) {
  auto path = own_path(az);
  if (!path) return tl::make_unexpected(path.error());
  Json body = {{"location", az.value("location")}};
  if (az.has("tags")) {
    auto tags = tags_of(az.all("tags"));
    if (!tags) return tags;
    body["tags"] = *tags;
  }
  if (az.has("managed-by")) body["managedBy"] = az.value("managed-by");
  auto group = fetch(az, {.method = Method::put, .path = *path, .version = kResourcesVersion, .body = dump(body)});
  return group ? Result<Json>(with_defaults(*group)) : group;
}

Result<Json> group_show(Invocation& az) {
  auto path = own_path(az);
  if (!path) return tl::make_unexpected(path.error());
  auto group = fetch(az, {.path = *path, .version = kResourcesVersion});
  return group ? Result<Json>(with_defaults(*group)) : group;
}

Result<Json> group_list(Invocation& az) {
  auto subscription = subscription_path(az);
  if (!subscription) return tl::make_unexpected(subscription.error());
  Call call{.path = *subscription + "/resourcegroups", .version = kResourcesVersion};
  if (const std::string tag = az.value("tag"); !tag.empty()) {
    const auto equals = tag.find('=');
    std::string filter = "tagname eq '" + tag.substr(0, equals) + "'";
    if (equals != std::string::npos) filter += " and tagvalue eq '" + tag.substr(equals + 1) + "'";
    call.query = "$filter=" + percent_encode(filter);
  }
  auto groups = fetch_list(az, call);
  if (!groups) return groups;
  for (Json& group : *groups) group = with_defaults(std::move(group));
  return groups;
}

Result<bool> exists(Invocation& az) {
  auto path = own_path(az);
  if (!path) return tl::make_unexpected(path.error());
  auto response = send(az, {.method = Method::head, .path = *path, .version = kResourcesVersion});
  if (response) return response->status == 204 || response->status == 200;
  if (response.error().status == 404) return false;
  return tl::make_unexpected(response.error());
}

Result<Json> group_exists(Invocation& az) {
  auto found = exists(az);
  return found ? Result<Json>(Json(*found)) : tl::make_unexpected(found.error());
}

Result<Json> group_delete(Invocation& az) {
  auto path = own_path(az);
  if (!path) return tl::make_unexpected(path.error());
  auto done = send_and_finish(az, {.method = Method::del, .path = *path, .version = kResourcesVersion});
  return done ? Result<Json>(Json(nullptr)) : done;
}

Result<Json> group_update(Invocation& az) {
  auto path = own_path(az);
  if (!path) return tl::make_unexpected(path.error());
  // az's generic update: read, change, write whole.
  auto group = fetch(az, {.path = *path, .version = kResourcesVersion});
  if (!group) return group;
  if (az.has("tags")) (*group)["tags"] = *tags_of(az.all("tags"));
  for (const std::string& word : az.all("set")) {
    const auto equals = word.find('=');
    if (!word.starts_with("tags.") || equals == std::string::npos)
      return not_simulated("az group update --set " + word);
    (*group)["tags"][word.substr(5, equals - 5)] = word.substr(equals + 1);
  }
  Json body = {{"location", (*group)["location"]}, {"properties", Json::object()}};
  if (group->contains("tags")) body["tags"] = (*group)["tags"];
  auto updated = fetch(az, {.method = Method::put, .path = *path, .version = kResourcesVersion, .body = dump(body)});
  return updated ? Result<Json>(with_defaults(*updated)) : updated;
}

Result<Json> group_wait(Invocation& az) {
  return wait_for(az, [&]() -> Result<std::optional<std::string>> {
    auto path = own_path(az);
    if (!path) return tl::make_unexpected(path.error());
    auto group = fetch(az, {.path = *path, .version = kResourcesVersion});
    if (group) return text_at(*group, "properties.provisioningState");
    if (group.error().status == 404) return std::nullopt;
    return tl::make_unexpected(group.error());
  });
}

Result<Json> group_export(Invocation& az) {
  if (az.value("export-format") == "bicep") return not_simulated("az group export --export-format bicep");
  auto path = own_path(az);
  if (!path) return tl::make_unexpected(path.error());
  Json body = {{"resources", az.has("resource-ids") ? Json(az.all("resource-ids")) : Json::array({"*"})}, {"outputFormat", "Json"}};
  std::string options;
  for (const auto& [key, name] : {std::pair{"include-comments", "IncludeComments"}, std::pair{"include-parameter-default-value", "IncludeParameterDefaultValue"},
                                  std::pair{"skip-resource-name-params", "SkipResourceNameParameterization"}, std::pair{"skip-all-params", "SkipAllParameterization"}}) {
    if (az.has(key)) options += (options.empty() ? "" : ",") + std::string(name);
  }
  if (!options.empty()) body["options"] = options;
  const auto exported = send_and_finish(az, {.method = Method::post, .path = *path + "/exportTemplate", .version = kResourcesVersion, .body = dump(body)});
  if (!exported) return exported;
  // What could not be exported comes with the rest, as an error inside of the answer.
  if (const std::string message = text_at(*exported, "error.message"); !message.empty()) az.warn(message);
  return exported->value("template", Json(nullptr));
}

}  // namespace

Rows group_commands() {
  static constexpr CommandRow kRows[] = {
      {"group create", group_create, "name location tags managed-by"},
      {"group show", group_show, "name"},
      {"group list", group_list, "tag", "{Name:name,Location:location,Status:properties.provisioningState}"},
      {"group exists", group_exists, "name"},
      {"group delete", group_delete, "name yes no-wait"},
      {"group update", group_update, "name tags set"},
      {"group export", group_export, "name include-comments include-parameter-default-value resource-ids skip-resource-name-params skip-all-params export-format"},
      {"group wait", group_wait, "name created updated deleted exists interval timeout"},
  };
  return kRows;
}

}  // namespace azlab::az
