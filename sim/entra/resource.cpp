#include "sim/entra/resource.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/core/fixtures.hpp"
#include "sim/core/json.hpp"
#include "sim/core/text.hpp"

namespace azlab::entra {
namespace {

std::vector<std::string> texts_at(const Json& json, const char* key) {
  std::vector<std::string> out;
  for (const auto& text : json.value(key, Json::array())) out.push_back(text);
  return out;
}

}  // namespace

bool ApiResource::accepts(std::string_view audience) const {
  return (!app_id.empty() && equals_ignore_case(app_id, audience)) ||
         std::any_of(audiences.begin(), audiences.end(), [&](const std::string& pattern) { return glob_match(pattern, audience); });
}

const std::vector<ApiResource>& api_resources() {
  static const std::vector<ApiResource> kResources = [] {
    std::vector<ApiResource> out;
    const Json fixture = *parse_json(fixtures::get("fixtures/entra/resources.json"));
    for (const auto& r : fixture) {
      out.push_back({.display_name = r.at("displayName"),
                     .app_id = string_at(r, "appId"),
                     .audiences = texts_at(r, "audiences"),
                     .hosts = texts_at(r, "hosts"),
                     .open = texts_at(r, "open"),
                     .always_challenges = r.value("alwaysChallenges", false),
                     .other_schemes = r.value("otherSchemes", false),
                     .challenge = string_at(r, "challenge")});
    }
    return out;
  }();
  return kResources;
}

const ApiResource* find_resource(std::string_view audience) {
  for (const auto& resource : api_resources()) {
    if (resource.accepts(audience)) return &resource;
  }
  return nullptr;
}

const ApiResource* resource_of_host(std::string_view host) {
  for (const auto& resource : api_resources()) {
    if (std::any_of(resource.hosts.begin(), resource.hosts.end(), [&](const std::string& pattern) { return glob_match(pattern, host); })) return &resource;
  }
  return nullptr;
}

}  // namespace azlab::entra
