#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>

#include "sim/arm/template/template.hpp"

namespace {

using namespace azlab;
using namespace azlab::arm_template;

/// A world in which everything exists and is the same.
class InertEnvironment : public Environment {
 public:
  Result<Json> reference(const std::string&, const std::string&, bool) override { return Json{{"state", "Succeeded"}, {"list", {1, 2, 3}}}; }
  Result<Json> list(const std::string&, const std::string&, const std::string&, const Json& body) override { return body; }
  std::string new_guid() override { return "11111111-2222-4333-8444-555555555555"; }
  Time now() override { return Time{}; }
  Result<std::string> secret(const std::string&, const std::string&, const std::string&, const std::string&) override { return std::string("secret"); }
  Json deployer() override { return Json::object(); }
  Result<Json> provider(const std::string&) override { return Json::object(); }
  std::optional<bool> has_zones(const std::string&) override { return true; }
};

}  // namespace

/// A deployment's request body from first byte to outputs: nothing may crash, hang or grow without end.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto positions = std::make_shared<SourceMap>();
  const Result<Json> body = parse_deployment_body({reinterpret_cast<const char*>(data), size}, positions.get());
  const Json* properties = body ? find_key(*body, "properties") : nullptr;
  const Json* written = properties == nullptr ? nullptr : find_key(*properties, "template");
  if (written == nullptr) return 0;
  const Result<Template> source = check_template(*written, positions, "properties.template");
  if (!source) return 0;
  const Json* parameters = find_key(*properties, "parameters");
  Scope scope;
  scope.subscription_id = "s";
  scope.resource_group = "g";
  InertEnvironment environment;
  const Result<Plan> plan = expand(*source, parameters == nullptr ? Json::object() : *parameters, scope, environment, {.strict_dependencies = size % 2 == 0, .foreseeing = size % 3 == 0});
  if (!plan) return 0;
  for (const PlannedResource& resource : plan->resources) {
    static_cast<void>(foresee_body(*plan, resource, environment));
    static_cast<void>(evaluate_body(*plan, resource, environment));
  }
  static_cast<void>(evaluate_outputs(*plan, environment));
  static_cast<void>(plan->ready({}, {}));
  return 0;
}
