#include "sim/ml/assets/curated.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "sim/core/fixtures.hpp"
#include "sim/core/text.hpp"

namespace azlab::ml {
namespace {

std::string withdrawn_key(const CuratedEnvironment& environment) { return "withdrawn-environment/" + to_lower(environment.name); }

const CuratedEnvironment* known_as(std::string_view name) {
  for (const auto& one : curated_environments()) {
    if (equals_ignore_case(one.name, name) || (!one.registry.empty() && equals_ignore_case(one.registry, name))) return &one;
  }
  return nullptr;
}

}  // namespace

const std::vector<CuratedEnvironment>& curated_environments() {
  static const std::vector<CuratedEnvironment> kAll = [] {
    const auto json = parse_jsonc(fixtures::get("fixtures/azure/environments.json"));
    if (!json) throw std::logic_error("fixtures/azure/environments.json: " + json.error().message);
    std::vector<CuratedEnvironment> out;
    for (const auto& one : *json) {
      out.push_back({string_at(one, "name"), string_at(one, "registry"), string_at(one, "version"), string_at(one, "python"), string_at(one, "image"), one["requirements"].get<std::vector<std::string>>()});
    }
    return out;
  }();
  return kAll;
}

const CuratedEnvironment* find_curated(const World& world, std::string_view name) {
  const CuratedEnvironment* known = known_as(name);
  return known != nullptr && !is_withdrawn(world, *known) ? known : nullptr;
}

bool is_withdrawn(const World& world, const CuratedEnvironment& environment) { return world.find(Table::setting, withdrawn_key(environment)) != nullptr; }

bool withdraw_environment(World& world, std::string_view name) {
  const CuratedEnvironment* known = known_as(name);
  if (known != nullptr) world.put(Table::setting, withdrawn_key(*known), Row{.body = "true"});
  return known != nullptr;
}

Json curated_version_json(const ResourceId& workspace, const CuratedEnvironment& environment) {
  const std::string made = "2024-11-05T00:00:00.0000000Z";
  return {{"id", workspace.to_string() + "/environments/" + environment.name + "/versions/" + environment.version},
          {"name", environment.version},
          {"type", "Microsoft.MachineLearningServices/workspaces/environments/versions"},
          {"properties",
           {{"description", nullptr},
            {"tags", Json::object()},
            {"properties", {{"azureml.labels", "latest"}}},
            {"isArchived", false},
            {"isAnonymous", false},
            {"environmentType", "Curated"},
            {"image", environment.image},
            {"condaFile", nullptr},
            {"build", nullptr},
            {"inferenceConfig", nullptr},
            {"osType", "Linux"}}},
          {"systemData", {{"createdAt", made}, {"createdBy", "Microsoft"}, {"createdByType", "User"}, {"lastModifiedAt", made}}}};
}

}  // namespace azlab::ml
