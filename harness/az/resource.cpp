#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/az/families.hpp"
#include "harness/az/model.hpp"
#include "sim/core/text.hpp"

namespace azlab::az {
namespace {

/// The newest api-version of a type that is no preview, as az's resolver picks it from the provider's metadata.
Result<std::string> version_for(Invocation& az, const std::string& provider, const std::string& type) {
  if (az.has("api-version")) return az.value("api-version");
  auto subscription = subscription_path(az);
  if (!subscription) return subscription;
  auto metadata =
      fetch(az, {.path = *subscription + "/providers/" + path_segment(provider), .version = kResourcesVersion});
  if (!metadata) return tl::make_unexpected(metadata.error());
  for (const Json& row : metadata->value("resourceTypes", Json::array())) {
    if (!equals_ignore_case(string_at(row, "resourceType"), type)) continue;
    const Json versions = row.value("apiVersions", Json::array());
    for (const Json& version : versions) {
      if (version.get<std::string>().find("preview") == std::string::npos) return version.get<std::string>();
    }
    if (!versions.empty()) return versions.front().get<std::string>();
  }
  return cli_error("Resource type " + type + " not found.");
}

struct Target {
  std::string path;
  std::string version;
};

/// The resources meant by `--ids`, or by group, type and name.
Result<std::vector<Target>> targets_of(Invocation& az) {
  std::vector<std::string> paths = az.has("id") ? az.all("id") : az.all("ids");
  if (paths.empty()) {
    std::string type = az.value("resource-type");
    if (az.has("namespace")) type = az.value("namespace") + "/" + type;
    const auto slash = type.find('/');
    for (const auto& [key, option] : {std::pair("resource-group", "--resource-group/-g"),
                                      std::pair("resource-type", "--resource-type"), std::pair("name", "--name/-n")}) {
      if (az.value(key).empty()) return cli_error(std::string(option) + " is required.");
    }
    if (slash == std::string::npos) return cli_error("--namespace is required");
    std::string parent = az.value("parent");
    if (!parent.empty()) parent += "/";
    auto path = resource_path(az, type.substr(0, slash + 1) + parent + type.substr(slash + 1), az.value("name"));
    if (!path) return tl::make_unexpected(path.error());
    paths.push_back(*path);
  }
  std::vector<Target> targets;
  for (const std::string& path : paths) {
    const auto parts = split(path, '/');
    const auto providers = std::find_if(parts.rbegin(), parts.rend(),
                                        [](const std::string& part) { return equals_ignore_case(part, "providers"); });
    const auto at = static_cast<std::size_t>(parts.rend() - providers);
    if (providers == parts.rend() || at + 1 >= parts.size()) return cli_error("invalid resource ID: " + path);
    std::string type = parts[at + 1];
    for (std::size_t part = at + 3; part < parts.size(); part += 2) type += "/" + parts[part];
    auto version = version_for(az, parts[at], type);
    if (!version) return tl::make_unexpected(version.error());
    targets.push_back({path, *version});
  }
  return targets;
}

/// One result for one target, a list for several, as az's `--ids` does.
template <class Function>
Result<Json> for_targets(Invocation& az, Function function) {
  auto targets = targets_of(az);
  if (!targets) return tl::make_unexpected(targets.error());
  Json results = Json::array();
  for (const Target& target : *targets) {
    Result<Json> result = function(target);
    if (!result) return result;
    if (!result->is_null()) results.push_back(modelled("genericResource", *result));
  }
  if (results.empty()) return Json(nullptr);
  return results.size() == 1 ? results.front() : results;
}

Result<Json> resource_show(Invocation& az) {
  return for_targets(az,
                     [&](const Target& target) { return fetch(az, {.path = target.path, .version = target.version}); });
}

Result<Json> resource_delete(Invocation& az) {
  return for_targets(az, [&](const Target& target) -> Result<Json> {
    auto done = send_and_finish(az, {.method = Method::del, .path = target.path, .version = target.version});
    return done ? Result<Json>(Json(nullptr)) : done;
  });
}

Result<Json> resource_tag(Invocation& az) {
  auto tags = tags_of(az.all("tags"));
  if (!tags) return tags;
  return for_targets(az, [&](const Target& target) -> Result<Json> {
    Json merged = *tags;
    if (az.has("is-incremental")) {
      auto current = fetch(az, {.path = target.path, .version = target.version});
      if (!current) return current;
      merged = current->contains("tags") && (*current)["tags"].is_object() ? (*current)["tags"] : Json::object();
      merged.update(*tags);
    }
    return send_and_finish(
        az,
        {.method = Method::patch, .path = target.path, .version = target.version, .body = dump({{"tags", merged}})});
  });
}

Result<Json> resource_create(Invocation& az) {
  auto properties = parse_json(az.value("properties"));
  if (!properties) {
    auto text = read_text_file(az, az.value("properties"));
    if (text) properties = parse_json(*text);
    if (!properties)
      return cli_error("Failed to parse string as JSON:\n" + az.value("properties") +
                       "\nError detail: " + properties.error().message);
  }
  auto targets = targets_of(az);
  if (!targets) return tl::make_unexpected(targets.error());
  Json body = *properties;
  if (!az.has("is-full-object")) {
    body = {{"properties", *properties}};
    auto location = location_or_group(az);
    if (!location) return tl::make_unexpected(location.error());
    body["location"] = *location;
  }
  const Target& target = targets->front();
  auto made =
      send_and_finish(az, {.method = Method::put, .path = target.path, .version = target.version, .body = dump(body)});
  return made && !made->is_null() ? Result<Json>(modelled("genericResource", *made)) : made;
}

Result<Json> resource_list(Invocation& az) {
  auto subscription = subscription_path(az);
  if (!subscription) return tl::make_unexpected(subscription.error());
  std::vector<std::string> filters;
  if (const std::string group = az.value("resource-group"); !group.empty()) {
    // az looks at the group first, so that a wrong name is an error and no empty list.
    auto found =
        fetch(az, {.path = *subscription + "/resourcegroups/" + path_segment(group), .version = kResourcesVersion});
    if (!found) return found;
    filters.push_back("resourceGroup eq '" + group + "'");
  }
  if (az.has("name")) filters.push_back("name eq '" + az.value("name") + "'");
  if (az.has("location")) filters.push_back("location eq '" + az.value("location") + "'");
  if (az.has("resource-type")) filters.push_back("resourceType eq '" + az.value("resource-type") + "'");
  if (const std::string tag = az.value("tag"); !tag.empty()) {
    if (!filters.empty())
      return cli_error("you cannot use '--tag' with '--resource-group', '--name', '--location' or '--resource-type'");
    const auto equals = tag.find('=');
    std::string filter = "tagname eq '" + tag.substr(0, equals) + "'";
    if (equals != std::string::npos) filter += " and tagvalue eq '" + tag.substr(equals + 1) + "'";
    filters.push_back(filter);
  }
  std::string query;
  if (!filters.empty()) query = "$filter=" + percent_encode(join(filters, " and ")) + "&";
  auto all = fetch_list(az, {.path = *subscription + "/resources",
                             .version = kResourcesVersion,
                             .query = query + "$expand=createdTime%2CchangedTime%2CprovisioningState"});
  return all ? Result<Json>(modelled("genericResourceExpanded", *all)) : all;
}

/// One "path=value" of `--set`, the value in the type that it reads as.
Result<void> set_member(Json& resource, const std::string& word) {
  const auto equals = word.find('=');
  if (equals == std::string::npos) return cli_error("invalid syntax: --set KEY=VALUE");
  const std::string text = word.substr(equals + 1);
  auto value = parse_json(text);
  const bool truth = equals_ignore_case(text, "true") || equals_ignore_case(text, "false");
  set_path(resource, word.substr(0, equals),
           truth   ? Json(equals_ignore_case(text, "true"))
           : value ? *value
                   : Json(text));
  return {};
}

/// az's generic update: read, change, write whole.
Result<Json> resource_update(Invocation& az) {
  return for_targets(az, [&](const Target& target) -> Result<Json> {
    auto resource = fetch(az, {.path = target.path, .version = target.version});
    if (!resource) return resource;
    for (const std::string& word : az.all("set")) {
      if (auto done = set_member(*resource, word); !done) return tl::make_unexpected(done.error());
    }
    for (const char* read_only : {"id", "name", "type", "systemData"}) resource->erase(read_only);
    return send_and_finish(
        az, {.method = Method::put, .path = target.path, .version = target.version, .body = dump(*resource)});
  });
}

Result<Json> resource_wait(Invocation& az) {
  auto targets = targets_of(az);
  if (!targets) return tl::make_unexpected(targets.error());
  const Target target = targets->front();
  return wait_for(az, [&] { return state_of(fetch(az, {.path = target.path, .version = target.version})); });
}

}  // namespace

Rows resource_commands() {
  static constexpr std::string_view kColumns =
      "{Name:name,ResourceGroup:resourceGroup,Location:location,Type:type,Status:provisioningState || "
      "properties.provisioningState}";
  static constexpr CommandRow kRows[] = {
      {"resource list", resource_list, "resource-group name location resource-type namespace tag", kColumns},
      {"resource show", resource_show, "ids resource-group name resource-type namespace parent api-version"},
      {"resource delete", resource_delete,
       "ids resource-group name resource-type namespace parent api-version no-wait"},
      {"resource create", resource_create,
       "id resource-group name resource-type namespace parent api-version properties is-full-object location"},
      {"resource update", resource_update, "ids resource-group name resource-type namespace parent api-version set"},
      {"resource tag", resource_tag,
       "ids resource-group name resource-type namespace parent api-version tags is-incremental"},
      {"resource wait", resource_wait,
       "ids resource-group name resource-type namespace parent api-version created updated deleted exists interval "
       "timeout"},
  };
  return kRows;
}

}  // namespace azlab::az
