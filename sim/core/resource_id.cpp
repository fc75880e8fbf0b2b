#include "sim/core/resource_id.hpp"

#include "sim/core/text.hpp"

namespace azlab {

std::optional<ResourceId> ResourceId::parse(std::string_view text) {
  while (text.size() > 1 && text.back() == '/') text.remove_suffix(1);
  const auto segments = split(text, '/');
  if (segments.size() < 3 || !segments[0].empty() || !equals_ignore_case(segments[1], "subscriptions")) return std::nullopt;
  ResourceId id;
  id.subscription = segments[2];
  std::size_t at = 3;
  if (at + 1 < segments.size() && equals_ignore_case(segments[at], "resourceGroups")) {
    id.resource_group = segments[at + 1];
    at += 2;
  }
  if (at == segments.size()) return id;
  if (!equals_ignore_case(segments[at], "providers") || at + 3 >= segments.size()) return std::nullopt;
  id.provider = segments[at + 1];
  for (at += 2; at + 1 < segments.size(); at += 2) id.parts.emplace_back(segments[at], segments[at + 1]);
  if (at != segments.size()) return std::nullopt;
  return id;
}

std::string ResourceId::to_string() const {
  std::string out = "/subscriptions/" + subscription;
  if (!resource_group.empty()) out += "/resourceGroups/" + resource_group;
  if (!provider.empty()) out += "/providers/" + provider;
  for (const auto& [type, name] : parts) out += "/" + type + "/" + name;
  return out;
}

std::string ResourceId::key() const { return to_lower(to_string()); }

std::string ResourceId::type() const {
  if (provider.empty()) return resource_group.empty() ? "subscriptions" : "resourceGroups";
  std::string out = provider;
  for (const auto& [type_segment, name] : parts) out += "/" + type_segment;
  return out;
}

std::string ResourceId::name() const { return !parts.empty() ? parts.back().second : !resource_group.empty() ? resource_group : subscription; }

ResourceId ResourceId::parent() const {
  ResourceId out = *this;
  if (!out.parts.empty()) out.parts.pop_back();
  if (out.parts.empty()) out.provider.clear();
  return out;
}

}  // namespace azlab
