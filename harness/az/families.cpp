#include "harness/az/families.hpp"

#include <nlohmann/json.hpp>

#include "sim/core/text.hpp"

namespace azlab::az {
namespace {

Json shown(const ResourceKind& kind, Json resource) {
  return kind.flat ? flattened(std::move(resource)) : resource;
}

}  // namespace

Result<std::string> find_resource(Invocation& az, const ResourceKind& kind) {
  const std::string name = az.value(kind.key);
  if (!az.value("resource-group").empty()) return resource_path(az, kind.type, name);
  auto subscription = subscription_path(az);
  if (!subscription) return subscription;
  auto all = fetch_list(az, {.path = *subscription + "/providers/" + std::string(kind.type), .version = kind.version});
  if (!all) return tl::make_unexpected(all.error());
  for (const Json& resource : *all) {
    if (equals_ignore_case(string_at(resource, "name"), name)) return string_at(resource, "id");
  }
  return cli_error(replace_all(kind.not_found, "{}", name));
}

Result<Json> show_resource(Invocation& az, const ResourceKind& kind) {
  auto path = find_resource(az, kind);
  if (!path) return tl::make_unexpected(path.error());
  auto resource = fetch(az, {.path = *path, .version = kind.version});
  return resource ? Result<Json>(shown(kind, *resource)) : resource;
}

Result<Json> list_resources(Invocation& az, const ResourceKind& kind) {
  auto base = az.value("resource-group").empty() ? subscription_path(az) : group_path(az);
  if (!base) return tl::make_unexpected(base.error());
  auto all = fetch_list(az, {.path = *base + "/providers/" + std::string(kind.type), .version = kind.version});
  return all ? Result<Json>(shown(kind, *all)) : all;
}

Result<Json> delete_resource(Invocation& az, const ResourceKind& kind, bool ask, const std::string& query) {
  if (ask && !az.has("yes")) {
    auto sure = az.confirm("Are you sure you want to perform this operation?");
    if (!sure) return tl::make_unexpected(sure.error());
    if (!*sure) return cli_error("Operation cancelled.");
  }
  auto path = find_resource(az, kind);
  if (!path) return tl::make_unexpected(path.error());
  auto done = send_and_finish(az, {.method = Method::del, .path = *path, .version = kind.version, .query = query});
  return done ? Result<Json>(Json(nullptr)) : done;
}

Result<Json> create_resource(Invocation& az, const ResourceKind& kind, const Json& body) {
  auto path = resource_path(az, kind.type, az.value(kind.key));
  if (!path) return tl::make_unexpected(path.error());
  auto resource =
      send_and_finish(az, {.method = Method::put, .path = *path, .version = kind.version, .body = dump(body)});
  return resource ? Result<Json>(shown(kind, *resource)) : resource;
}

Result<std::string> location_or_group(Invocation& az) {
  if (!az.value("location").empty()) return az.value("location");
  auto path = group_path(az);
  if (!path) return path;
  auto group =
      fetch(az, {.path = replace_all(*path, "/resourceGroups/", "/resourcegroups/"), .version = kResourcesVersion});
  if (!group) return tl::make_unexpected(group.error());
  return string_at(*group, "location");
}

Result<Json> check_name(Invocation& az, std::string_view provider, std::string_view version, std::string_view type) {
  auto subscription = subscription_path(az);
  if (!subscription) return tl::make_unexpected(subscription.error());
  return fetch(az, {.method = Method::post,
                    .path = *subscription + "/providers/" + std::string(provider) + "/checkNameAvailability",
                    .version = version,
                    .body = dump({{"name", az.value("name")}, {"type", type}})});
}

}  // namespace azlab::az
