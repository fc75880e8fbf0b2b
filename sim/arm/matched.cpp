#include "sim/arm/matched.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/arm/resource.hpp"
#include "sim/core/text.hpp"

namespace azlab::arm {

ResourceId id_as_written(const Match& match) {
  const auto& type = entry_of(match).descriptor.type;
  ResourceId id{.subscription = match.at("sub"), .resource_group = match.at("rg")};
  const auto segments = split(type, '/');
  id.provider = segments[0];
  for (std::size_t i = 1; i < segments.size(); ++i) {
    const bool last = i + 1 == segments.size();
    id.parts.emplace_back(segments[i], match.at(last ? "name" : "n" + std::to_string(i - 1)));
  }
  return id;
}

ResourceId id_of(Context& context, const Match& match) {
  ResourceId id = id_as_written(match);
  ResourceId outer{.subscription = id.subscription, .resource_group = id.resource_group};
  if (const auto body = read_resource(context.world(), outer.to_string())) id.resource_group = (*body)["name"];
  outer.provider = id.provider;
  for (auto& part : id.parts) {
    outer.parts.push_back(part);
    if (const auto body = read_resource(context.world(), outer.to_string())) part.second = string_at(*body, "name", part.second);
  }
  return id;
}

Result<void> check_parent(Context& context, const ResourceId& id) {
  if (id.parts.size() < 2) return {};
  const ResourceId parent = id.parent();
  if (context.world().find(Table::resource, parent.key())) return {};
  return fail(404, "ParentResourceNotFound",
              fmt::format("Failed to perform '{}' on resource(s) of type '{}', because the parent resource '{}' could not be found.",
                          "write", to_lower(id.type()), parent.to_string()));
}

}  // namespace azlab::arm
