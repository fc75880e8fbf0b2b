#pragma once

#include <chrono>
#include <string>

#include "harness/az/az.hpp"
#include "sim/arm/subscription.hpp"
#include "sim/simulator.hpp"

namespace azlab::bench {

/// A simulator with one group, and the requests that the benchmarks make again and again.
struct Azure {
  Azure() { put(group(), R"({"location":"eastus"})"); }

  Response get(const std::string& path) { return simulator.handle(Request::make(Method::get, path)); }
  Response put(const std::string& path, const std::string& body) { return simulator.handle(Request::make(Method::put, path, body)); }
  static std::string group() { return "/subscriptions/" + arm::default_subscription().id + "/resourceGroups/rg"; }
  static std::string resource(const std::string& type, const std::string& name) { return group() + "/providers/" + type + "/" + name; }
  static std::string component(std::size_t number) { return resource("Microsoft.Insights/components", "component-" + std::to_string(number)); }

  /// Lets everything under way come to its end.
  void settle() {
    while (const auto due = simulator.next_due()) {
      if (*due - simulator.now() > std::chrono::hours(1)) break;
      simulator.advance_to(*due);
    }
  }

  /// A workspace "lab" and what it needs, ready.
  void make_workspace() {
    const std::string storage = resource("Microsoft.Storage/storageAccounts", "stbench");
    const std::string vault = resource("Microsoft.KeyVault/vaults", "kv-bench");
    const std::string insights = resource("Microsoft.Insights/components", "ai-bench");
    put(storage, R"({"location":"eastus","sku":{"name":"Standard_LRS"}})");
    put(vault, R"({"location":"eastus","properties":{"tenantId":"t","sku":{"name":"standard","family":"A"}}})");
    put(insights, R"({"location":"eastus","kind":"web"})");
    settle();
    put(resource("Microsoft.MachineLearningServices/workspaces", "lab"),
        R"({"location":"eastus","properties":{"storageAccount":")" + storage + R"(","keyVault":")" + vault + R"(","applicationInsights":")" + insights + R"("}})");
    settle();
  }

  Simulator simulator{};
};

/// The built-in az reaches the simulator without a process or a socket between.
class InProcess : public az::Transport {
 public:
  explicit InProcess(Simulator& simulator) : simulator_(simulator) {}
  Response send(const Request& request) override {
    if (request.method == Method::put && request.path.find("/deployments/") != std::string::npos) last_deployment = request;
    return simulator_.handle(request);
  }
  void sleep(Duration duration) override { simulator_.advance(duration); }
  Time now() override { return simulator_.now(); }

  Request last_deployment{};  ///< the last template that az sent

 private:
  Simulator& simulator_;
};

}  // namespace azlab::bench
