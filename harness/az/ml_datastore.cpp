#include <nlohmann/json.hpp>

#include "harness/az/ml.hpp"
#include "sim/core/text.hpp"

namespace azlab::az {
namespace {

Result<std::string> datastores_path(Invocation& az) {
  auto workspace = workspace_path(az, az.value("workspace-name"));
  if (!workspace) return workspace;
  return *workspace + "/datastores";
}

Result<Json> datastore_list(Invocation& az) {
  auto path = datastores_path(az);
  if (!path) return tl::make_unexpected(path.error());
  auto datastores =
      fetch_list(az, {.path = *path, .version = kDatastoresVersion, .query = "count=30&orderByAsc=false"});
  if (!datastores) return datastores;
  Json list = Json::array();
  for (const Json& datastore : *datastores) list.push_back(datastore_entity(datastore));
  return list;
}

Result<Json> datastore_show(Invocation& az) {
  auto path = datastores_path(az);
  if (!path) return tl::make_unexpected(path.error());
  auto datastore = fetch(az, {.path = *path + "/" + path_segment(az.value("name")), .version = kDatastoresVersion});
  return datastore ? Result<Json>(datastore_entity(*datastore)) : datastore;
}

Result<Json> ml_later(Invocation& az) {
  return not_simulated("az " + az.command);
}

}  // namespace

std::vector<Command> ml_datastore_commands() {
  return {
      {.words = "ml datastore list",
       .summary = "List datastores in a workspace.",
       .arguments = {group_argument(), workspace_argument()},
       .run = datastore_list},
      {.words = "ml datastore show",
       .summary = "Show details for a datastore.",
       .arguments = {group_argument(), workspace_argument(), name_argument("Name of the datastore.")},
       .run = datastore_show},
  };
}

std::vector<Command> ml_later_commands() {
  // They stand in the help, so that a lab that uses them is recognised; carrying them out comes with jobs and assets.
  struct Row {
    const char* group;
    const char* what;
    std::vector<const char*> verbs;
  };
  const std::vector<Row> rows = {
      {"data", "a data asset", {"create", "show", "list", "update", "archive", "restore"}},
      {"component", "a component", {"create", "show", "list", "update", "archive", "restore"}},
      {"environment", "an environment", {"create", "show", "list", "update", "archive", "restore"}},
      {"model", "a model", {"create", "show", "list", "update", "archive", "restore", "download"}},
      {"job",
       "a job",
       {"create", "show", "list", "update", "archive", "restore", "stream", "download", "cancel", "show-services",
        "validate"}},
  };
  std::vector<Command> commands;
  for (const Row& row : rows) {
    for (const std::string verb : row.verbs) {
      std::string summary = verb + " " + row.what + ".";
      summary[0] = static_cast<char>(summary[0] - 32);
      commands.push_back({.words = std::string("ml ") + row.group + " " + verb,
                          .summary = summary,
                          .arguments = {group_argument(false),
                                        {.names = {"--workspace-name", "-w"}, .default_key = "workspace"},
                                        name_argument("Name.", false),
                                        {.names = {"--version", "-v"}},
                                        {.names = {"--label", "-l"}},
                                        {.names = {"--file", "-f"}},
                                        {.names = {"--path", "-p"}},
                                        {.names = {"--type", "-t"}},
                                        {.names = {"--description", "-d"}},
                                        {.names = {"--registry-name"}},
                                        {.names = {"--set"}, .takes = Takes::many},
                                        {.names = {"--image", "-i"}},
                                        {.names = {"--conda-file", "-c"}},
                                        {.names = {"--stream", "-s"}, .takes = Takes::flag},
                                        {.names = {"--web", "-e"}, .takes = Takes::flag},
                                        {.names = {"--download-path"}},
                                        {.names = {"--output-name"}},
                                        {.names = {"--all"}, .takes = Takes::flag},
                                        {.names = {"--max-results", "-r"}},
                                        tags_argument(),
                                        no_wait_argument()},
                          .run = ml_later});
    }
  }
  return commands;
}

}  // namespace azlab::az
