#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sim/core/json.hpp"
#include "sim/core/text.hpp"
#include "sim/http/message.hpp"

namespace azlab::test {

/// A scripted Azure that is just enough for screens: answers by "METHOD path", files by path, and what it was asked.
class FakeAzure {
 public:
  static constexpr const char* kSubscription = "/subscriptions/11111111-2222-3333-4444-555555555555";

  FakeAzure() {
    answer("GET /subscriptions", R"({"value":[{"id":"/subscriptions/11111111-2222-3333-4444-555555555555",
      "subscriptionId":"11111111-2222-3333-4444-555555555555","displayName":"Contoso Labs","tenantId":"t-1"}]})");
    const std::string sub = kSubscription;
    answer("GET " + sub + "/locations", R"({"value":[{"name":"eastus","displayName":"East US"},{"name":"westeurope","displayName":"West Europe"}]})");
    answer("GET " + sub + "/resourcegroups", R"({"value":[{"id":")" + group() + R"(","name":"rg-dp100-labs","location":"eastus","properties":{"provisioningState":"Succeeded"}}]})");
    answer("GET " + group(), R"({"name":"rg-dp100-labs","location":"eastus"})");
    const auto resource = R"({"id":")" + workspace() + R"(","name":"mlw-dp100-labs","type":"Microsoft.MachineLearningServices/workspaces","location":"eastus"})";
    answer("GET " + sub + "/resources", R"({"value":[)" + resource + "]}");
    answer("GET " + group() + "/resources", R"({"value":[)" + resource + "]}");
    answer("GET " + sub + "/providers/Microsoft.MachineLearningServices/workspaces", R"({"value":[)" + resource + "]}");
    answer("GET " + workspace(), R"({"id":")" + workspace() + R"(","name":"mlw-dp100-labs","location":"eastus","properties":{"provisioningState":"Succeeded"}})");
    answer("GET " + workspace() + "/computes", R"({"value":[]})");
    answer("GET " + sub + "/providers/Microsoft.MachineLearningServices/locations/eastus/vmSizes",
           R"({"value":[{"name":"Standard_DS3_v2","gpus":0},{"name":"Standard_DS11_v2","gpus":0},{"name":"Standard_NC6","gpus":1}]})");
  }

  static std::string group() { return std::string(kSubscription) + "/resourceGroups/rg-dp100-labs"; }
  static std::string workspace() { return group() + "/providers/Microsoft.MachineLearningServices/workspaces/mlw-dp100-labs"; }

  void answer(const std::string& what, std::string body, int status = 200) { answers_[to_lower(what)] = {status, std::move(body)}; }
  void forget(const std::string& what) { answers_.erase(to_lower(what)); }

  Response operator()(const Request& request) {
    const auto what = std::string(to_string(request.method)) + " " + request.path;
    if (request.method != Method::get) asked.push_back(what);
    if (request.method != Method::get) bodies[what] = request.body.text();
    if (request.host.ends_with(".notebooks.azure.net")) return share(request);
    const auto found = answers_.find(to_lower(what));
    if (found != answers_.end()) return json(found->second.first, found->second.second);
    if (request.method == Method::put || request.method == Method::post || request.method == Method::del) return json(200, "{}");
    return json(404, R"({"error":{"code":"ResourceNotFound","message":"The Resource ')" + request.path + R"(' was not found."}})");
  }

  std::vector<std::string> asked;             ///< everything but GETs
  std::map<std::string, std::string> bodies;
  std::map<std::string, std::string> files;   ///< path below the share; directories end in '/'

 private:
  static Response json(int status, const std::string& body) {
    Response response;
    response.status = status;
    response.body = Body(body);
    return response;
  }
  Response share(const Request& request) {
    const auto root = "/files" + workspace() + "/";
    auto path = percent_decode(request.path);
    if (!path.starts_with(root.substr(0, root.size() - 1))) return json(404, "{}");
    path = path.size() <= root.size() ? "" : path.substr(root.size());
    if (request.method == Method::put) {
      if (request.query.find("type=directory") != std::string::npos) {
        files[path + "/"] = "";
      } else {
        files[path] = request.body.text();
      }
      return json(201, "{}");
    }
    if (const auto file = files.find(path); file != files.end()) return json(200, file->second);
    return listing(path.empty() ? "" : path + "/");
  }
  Response listing(const std::string& prefix) {
    std::map<std::string, bool> entries;
    bool exists = prefix.empty();
    for (const auto& [path, bytes] : files) {
      if (!path.starts_with(prefix)) continue;
      exists = true;
      const auto rest = path.substr(prefix.size());
      if (rest.empty()) continue;
      const auto slash = rest.find('/');
      entries[rest.substr(0, slash)] = slash != std::string::npos;
    }
    if (!exists) return json(404, R"({"error":{"code":"ResourceNotFound","message":"no such directory"}})");
    auto value = nlohmann::json::array();
    for (const auto& [name, directory] : entries) value.push_back({{"name", name}, {"path", prefix + name}, {"type", directory ? "directory" : "file"}});
    return json(200, nlohmann::json{{"value", value}}.dump());
  }

  std::map<std::string, std::pair<int, std::string>> answers_;
};

}  // namespace azlab::test
