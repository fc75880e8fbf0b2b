#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "sim/arm/subscription.hpp"
#include "sim/core/json.hpp"
#include "sim/core/text.hpp"
#include "sim/simulator.hpp"

namespace azlab::test {

/// A simulator and the shortest ways to ask it something: whatever a test sets is what it is about.
struct Azure {
  explicit Azure(SimulatorOptions options = {}) : simulator(std::move(options)) {}

  Response send(Method method, const std::string& path, const Json& body = nullptr) {
    return simulator.handle(Request::make(method, path, body.is_null() ? Body() : Body(body.dump())));
  }
  Response get(const std::string& path) { return send(Method::get, path); }
  Response put(const std::string& path, const Json& body) { return send(Method::put, path, body); }
  Response post(const std::string& path, const Json& body = nullptr) { return send(Method::post, path, body); }
  Response del(const std::string& path) { return send(Method::del, path); }
  Json get_json(const std::string& path) { return json(get(path)); }
  static Json json(const Response& response) { return Json::parse(response.body.text(), nullptr, false); }

  std::string subscription() const { return "/subscriptions/" + arm::default_subscription().id; }
  std::string group(const std::string& name = "rg") const { return subscription() + "/resourceGroups/" + name; }
  std::string resource(const std::string& rest) const { return group() + "/providers/" + rest; }
  std::string workspace(const std::string& name = "lab") const { return resource("Microsoft.MachineLearningServices/workspaces/" + name); }

  void make_group(const std::string& location = "eastus") { put(group(), {{"location", location}}); }
  /// Lets everything that is under way come to its end.
  void settle() {
    while (const auto due = simulator.next_due()) {
      if (*due - simulator.now() > std::chrono::hours(1)) break;  // schedules of another time of day
      simulator.advance_to(*due);
    }
  }
  /// Group, storage, vault, insights and workspace, ready.
  void make_workspace(const std::string& name = "lab") {
    make_group();
    put(resource("Microsoft.Storage/storageAccounts/st" + to_lower(name)), {{"location", "eastus"}, {"sku", {{"name", "Standard_LRS"}}}, {"kind", "StorageV2"}});
    put(resource("Microsoft.KeyVault/vaults/kv-" + name), {{"location", "eastus"}, {"properties", {{"tenantId", "t"}, {"sku", {{"name", "standard"}, {"family", "A"}}}}}});
    put(resource("Microsoft.Insights/components/ai-" + name), {{"location", "eastus"}, {"kind", "web"}});
    settle();
    put(workspace(name), {{"location", "eastus"},
                          {"properties", {{"storageAccount", resource("Microsoft.Storage/storageAccounts/st" + to_lower(name))},
                                          {"keyVault", resource("Microsoft.KeyVault/vaults/kv-" + name)},
                                          {"applicationInsights", resource("Microsoft.Insights/components/ai-" + name)}}}});
    settle();
  }

  Simulator simulator;
};

}  // namespace azlab::test
