#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/az/wire.hpp"
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
  std::vector<std::string> paths = az.all("ids");
  if (paths.empty()) {
    const std::string type = az.value("resource-type");
    if (type.find('/') == std::string::npos || az.value("name").empty() || az.value("resource-group").empty()) {
      return usage_error("(--ids | --resource-group, --name and --resource-type NAMESPACE/TYPE) are required");
    }
    if (az.has("parent") || az.has("namespace")) return not_simulated("az " + az.command + " --parent/--namespace");
    auto path = resource_path(az, type, az.value("name"));
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
    if (!result->is_null()) results.push_back(*result);
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
    std::string location = az.value("location");
    if (location.empty()) {
      auto group = group_path(az);
      if (!group) return tl::make_unexpected(group.error());
      auto found = fetch(
          az, {.path = replace_all(*group, "/resourceGroups/", "/resourcegroups/"), .version = kResourcesVersion});
      if (!found) return found;
      location = string_at(*found, "location");
    }
    body["location"] = location;
  }
  const Target& target = targets->front();
  return send_and_finish(az,
                         {.method = Method::put, .path = target.path, .version = target.version, .body = dump(body)});
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
  return fetch_list(az, {.path = *subscription + "/resources",
                         .version = kResourcesVersion,
                         .query = query + "$expand=createdTime%2CchangedTime%2CprovisioningState"});
}

std::vector<Argument> target_arguments(std::vector<Argument> more = {}) {
  std::vector<Argument> arguments = {
      {.names = {"--ids"},
       .help = "One or more resource IDs (space-delimited).",
       .takes = Takes::many,
       .heading = "Resource Id Arguments"},
      group_argument(false),
      name_argument("The resource name. (Ex: myC).", false),
      {.names = {"--resource-type"},
       .help =
           "The resource type (Ex: 'resC'). Can also accept namespace/type format (Ex: 'Microsoft.Provider/resC')."},
      {.names = {"--namespace"}, .help = "Provider namespace (Ex: 'Microsoft.Provider')."},
      {.names = {"--parent"}, .help = "The parent path (Ex: 'resA/myA/resB/myB')."},
      {.names = {"--api-version"}, .help = "The api version of the resource (omit for the latest stable version)."}};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

}  // namespace

std::vector<Command> resource_commands() {
  const std::string columns = "Name=name, ResourceGroup=resourceGroup, Location=location, Type=type";
  Argument tags = tags_argument();
  tags.required = true;
  return {
      {.words = "resource list",
       .summary = "List resources.",
       .arguments = {group_argument(false),
                     name_argument("The resource name. (Ex: myC).", false),
                     {.names = {"--location", "-l"}, .help = "Location. Values from: `az account list-locations`."},
                     {.names = {"--resource-type"},
                      .help = "The resource type (Ex: 'resC'). Can also accept namespace/type format."},
                     {.names = {"--tag"}, .help = "A single tag in 'key[=value]' format."}},
       .run = resource_list,
       .table = columns + ", Status=provisioningState",
       .examples = {{"List all resources in the West US region.", "az resource list --location westus"}}},
      {.words = "resource show",
       .summary = "Get the details of a resource.",
       .arguments = target_arguments(),
       .run = resource_show,
       .table = columns},
      {.words = "resource delete",
       .summary = "Delete a resource.",
       .arguments = target_arguments({no_wait_argument()}),
       .run = resource_delete},
      {.words = "resource create",
       .summary = "Create a resource.",
       .arguments = target_arguments(
           {{.names = {"--properties", "-p"},
             .help = "A JSON-formatted string containing resource properties.",
             .required = true},
            {.names = {"--is-full-object"},
             .help =
                 "Indicate that the properties object includes other options such as location, tags, sku, and/or plan.",
             .takes = Takes::flag},
            location_argument()}),
       .run = resource_create,
       .table = columns},
      {.words = "resource tag",
       .summary = "Tag a resource.",
       .arguments =
           target_arguments({tags,
                             {.names = {"--is-incremental", "-i"},
                              .help = "The option to add tags incrementally without deleting the original tags.",
                              .takes = Takes::flag}}),
       .run = resource_tag,
       .table = columns},
  };
}

}  // namespace azlab::az
