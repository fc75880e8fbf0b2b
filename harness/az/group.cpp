#include <nlohmann/json.hpp>

#include "harness/az/wire.hpp"
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
  if (!az.has("yes")) {
    auto sure = az.confirm("Are you sure you want to perform this operation?");
    if (!sure) return tl::make_unexpected(sure.error());
    if (!*sure) return cli_error("Operation cancelled.");
  }
  auto done = send_and_finish(az, {.method = Method::del, .path = *path, .version = kResourcesVersion});
  return done ? Result<Json>(Json(nullptr)) : done;
}

Result<Json> group_update(Invocation& az) {
  auto path = own_path(az);
  if (!path) return tl::make_unexpected(path.error());
  for (const char* generic : {"add", "remove"}) {
    if (az.has(generic)) return not_simulated(std::string("az group update --") + generic);
  }
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
  if (!az.has("created") && !az.has("deleted") && !az.has("exists") && !az.has("updated")) {
    return cli_error("incorrect usage: --created | --updated | --deleted | --exists | --custom JMESPATH");
  }
  const double interval = std::stod("0" + az.value("interval", "30"));
  const double limit = std::stod("0" + az.value("timeout", "3600"));
  for (double waited = 0; waited <= limit; waited += interval > 0 ? interval : 30) {
    auto found = exists(az);
    if (!found) return tl::make_unexpected(found.error());
    if (*found != az.has("deleted")) return Json(nullptr);
    az.transport.sleep(seconds(interval > 0 ? interval : 30));
  }
  return cli_error("Wait operation timed-out after " + az.value("timeout", "3600") + " seconds");
}

Result<Json> group_export(Invocation&) {
  return not_simulated("az group export");
}

Argument own_name() {
  return {
      .names = {"--name", "--resource-group", "-n", "-g"},
      .help =
          "Name of resource group. You can configure the default group using `az configure --defaults group=<name>`.",
      .required = true};
}

}  // namespace

std::vector<Command> group_commands() {
  const std::string columns = "Name=name, Location=location, Status=properties.provisioningState";
  Argument create_name = own_name();
  create_name.help = "Name of the new resource group.";
  return {
      {.words = "group create",
       .summary = "Create a new resource group.",
       .arguments = {create_name,
                     location_argument(true),
                     tags_argument(),
                     {.names = {"--managed-by"}, .help = "The ID of the resource that manages this resource group."}},
       .run = group_create,
       .table = "Location=location, Name=name",
       .examples = {{"Create a new resource group in the West US region.",
                     "az group create -l westus -n MyResourceGroup"}}},
      {.words = "group show",
       .summary = "Gets a resource group.",
       .arguments = {own_name()},
       .run = group_show,
       .table = "Location=location, Name=name"},
      {.words = "group list",
       .summary = "List resource groups.",
       .arguments = {{.names = {"--tag"},
                      .help = "A single tag in 'key[=value]' format. Use \"\" to clear existing tags."}},
       .run = group_list,
       .table = columns,
       .examples = {{"List all resource groups located in the West US region.",
                     "az group list --query \"[?location=='westus']\""}}},
      {.words = "group exists",
       .summary = "Check if a resource group exists.",
       .arguments = {own_name()},
       .run = group_exists,
       .examples = {{"Check if 'MyResourceGroup' exists.", "az group exists -n MyResourceGroup"}}},
      {.words = "group delete",
       .summary = "Delete a resource group.",
       .arguments = {own_name(),
                     yes_argument(),
                     no_wait_argument(),
                     {.names = {"--force-deletion-types", "-f"},
                      .help = "The resource types you want to force delete.",
                      .takes = Takes::value}},
       .run = group_delete,
       .table = {},
       .examples = {{"Delete a resource group.", "az group delete -n MyResourceGroup"}}},
      {.words = "group update",
       .summary = "Update a resource group.",
       .arguments = {own_name(),
                     tags_argument(),
                     {.names = {"--set"},
                      .help = "Update an object by specifying a property path and value to set.  Example: --set "
                              "property1.property2=<value>.",
                      .takes = Takes::many,
                      .heading = "Generic Update Arguments"},
                     {.names = {"--add"},
                      .help = "Add an object to a list of objects by specifying a path and key value pairs.",
                      .takes = Takes::many,
                      .heading = "Generic Update Arguments"},
                     {.names = {"--remove"},
                      .help = "Remove a property or an element from a list.",
                      .takes = Takes::many,
                      .heading = "Generic Update Arguments"}},
       .run = group_update,
       .table = "Location=location, Name=name"},
      {.words = "group wait",
       .summary = "Place the CLI in a waiting state until a condition of the resource group is met.",
       .arguments = {own_name(),
                     {.names = {"--created"},
                      .help = "Wait until created with 'provisioningState' at 'Succeeded'.",
                      .takes = Takes::flag,
                      .heading = "Wait Condition Arguments"},
                     {.names = {"--updated"},
                      .help = "Wait until updated with provisioningState at 'Succeeded'.",
                      .takes = Takes::flag,
                      .heading = "Wait Condition Arguments"},
                     {.names = {"--deleted"},
                      .help = "Wait until deleted.",
                      .takes = Takes::flag,
                      .heading = "Wait Condition Arguments"},
                     {.names = {"--exists"},
                      .help = "Wait until the resource exists.",
                      .takes = Takes::flag,
                      .heading = "Wait Condition Arguments"},
                     {.names = {"--interval"},
                      .help = "Polling interval in seconds.",
                      .default_value = "30",
                      .heading = "Wait Condition Arguments"},
                     {.names = {"--timeout"},
                      .help = "Maximum wait in seconds.",
                      .default_value = "3600",
                      .heading = "Wait Condition Arguments"}},
       .run = group_wait},
      {.words = "group export",
       .summary = "Captures a resource group as a template.",
       .arguments = {own_name()},
       .run = group_export},
  };
}

}  // namespace azlab::az
