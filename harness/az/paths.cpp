#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "harness/az/wire.hpp"
#include "sim/core/text.hpp"

namespace azlab::az {

std::string path_segment(std::string_view name) {
  return percent_encode(name, "()");
}

Result<std::string> subscription_path(Invocation& az) {
  auto account = current_account(az);
  if (!account) return tl::make_unexpected(account.error());
  return "/subscriptions/" + string_at(*account, "id");
}

Result<std::string> group_path(Invocation& az) {
  auto subscription = subscription_path(az);
  if (!subscription) return subscription;
  return *subscription + "/resourceGroups/" + path_segment(az.value("resource-group"));
}

Result<std::string> resource_path(Invocation& az, std::string_view type, const std::string& name) {
  auto group = group_path(az);
  if (!group) return group;
  std::string path = *group + "/providers/" + std::string(type);
  if (!name.empty()) path += "/" + path_segment(name);
  return path;
}

Json flattened(Json resource) {
  if (resource.is_array()) {
    for (Json& item : resource) item = flattened(std::move(item));
    return resource;
  }
  if (!resource.is_object() || !resource.contains("properties") || !resource["properties"].is_object()) return resource;
  const Json properties = resource["properties"];
  resource.erase("properties");
  for (const auto& [key, value] : properties.items()) {
    if (!resource.contains(key)) resource[key] = value;
  }
  return resource;
}

Result<Json> tags_of(const std::vector<std::string>& words) {
  Json tags = Json::object();
  for (const std::string& word : words) {
    if (word.empty()) continue;
    const auto equals = word.find('=');
    tags[word.substr(0, equals)] = equals == std::string::npos ? "" : word.substr(equals + 1);
  }
  return tags;
}

Result<std::string> read_text_file(const Invocation& az, const std::string& name) {
  const std::filesystem::path path = std::filesystem::path(az.environment.working_directory) / name;
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path))
    return cli_error("[Errno 2] No such file or directory: '" + name + "'");
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

std::string text_at(const Json& value, std::string_view dotted) {
  const Json* found = find_path(value, dotted);
  if (!found || found->is_null()) return "";
  return found->is_string() ? found->get<std::string>() : dump(*found);
}

}  // namespace azlab::az
