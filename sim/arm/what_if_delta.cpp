#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "sim/arm/subscription.hpp"
#include "sim/arm/what_if.hpp"
#include "sim/core/text.hpp"

namespace azlab::arm {
namespace {

/// What a template may write and no service heeds.
constexpr std::array<std::string_view, 12> kSetByAzure = {"properties.provisioningState", "properties.creationTime",  "properties.creationDate", "properties.vaultUri",
                                                        "properties.primaryEndpoints",  "properties.loginServer",   "properties.customerId",   "properties.InstrumentationKey",
                                                        "properties.workspaceId",       "properties.discoveryUrl",  "identity.principalId",    "identity.tenantId"};
/// Which resource it is, rather than what it is like.
constexpr std::array<std::string_view, 6> kIdentity = {"id", "name", "type", "apiVersion", "resourceGroup", "systemData"};

template <std::size_t N>
bool among(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view one) { return equals_ignore_case(one, word); });
}

Json change(const std::string& path, std::string_view type, const Json& before, const Json& after, Json children = nullptr) {
  return {{"path", path}, {"propertyChangeType", type}, {"before", before}, {"after", after}, {"children", std::move(children)}};
}

/// Ids compare without case, places by whichever of their names.
bool same(const std::string& path, const Json& before, const Json& after) {
  if (before == after) return true;
  if (!before.is_string() || !after.is_string()) return false;
  const std::string& one = before.get_ref<const std::string&>();
  const std::string& two = after.get_ref<const std::string&>();
  if (path == "location") return !normalise_location(one).empty() && normalise_location(one) == normalise_location(two);
  return one.starts_with('/') && equals_ignore_case(one, two);
}

void compare(const std::string& path, const Json& before, const Json& after, Json& out);

void compare_objects(const std::string& path, const Json& before, const Json& after, Json& out) {
  for (const auto& item : after.items()) {
    if (path.empty() && among(kIdentity, item.key())) continue;
    const std::string inner = path.empty() ? item.key() : path + "." + item.key();
    const Json* there = find_key(before, item.key());
    if (there == nullptr || there->is_null()) {
      if (!item.value().is_null() && item.value() != Json::object() && item.value() != Json::array()) out.push_back(change(inner, among(kSetByAzure, inner) ? "NoEffect" : "Create", nullptr, item.value()));
    } else {
      compare(inner, *there, item.value(), out);
    }
  }
}

/// Elements that are equal belong together, then objects of one name; what is left came or went.
Json compare_arrays(const Json& before, const Json& after) {
  Json children = Json::array();
  std::vector<bool> gone(before.size(), true);
  std::vector<bool> fresh(after.size(), true);
  const auto pair = [&](auto matches, auto found) {
    for (std::size_t i = 0; i < after.size(); ++i) {
      for (std::size_t j = 0; fresh[i] && j < before.size(); ++j) {
        if (!gone[j] || !matches(before[j], after[i])) continue;
        gone[j] = fresh[i] = false;
        found(i, before[j], after[i]);
      }
    }
  };
  pair([](const Json& one, const Json& two) { return same("", one, two); }, [](std::size_t, const Json&, const Json&) {});
  pair([](const Json& one, const Json& two) { return one.is_object() && two.is_object() && !string_at(one, "name").empty() && string_at(one, "name") == string_at(two, "name"); },
       [&](std::size_t i, const Json& one, const Json& two) {
         Json inner = Json::array();
         compare_objects("", one, two, inner);
         if (!inner.empty()) children.push_back(change(std::to_string(i), "Modify", one, two, inner));
       });
  for (std::size_t j = 0; j < before.size(); ++j) {
    if (gone[j]) children.push_back(change(std::to_string(j), "Delete", before[j], nullptr));
  }
  for (std::size_t i = 0; i < after.size(); ++i) {
    if (fresh[i]) children.push_back(change(std::to_string(i), "Create", nullptr, after[i]));
  }
  return children;
}

void compare(const std::string& path, const Json& before, const Json& after, Json& out) {
  if (among(kSetByAzure, path)) {
    if (!same(path, before, after)) out.push_back(change(path, "NoEffect", before, after));
  } else if (before.is_object() && after.is_object()) {
    compare_objects(path, before, after, out);
    if (path != "tags") return;
    for (const auto& item : before.items()) {
      if (!after.contains(item.key())) out.push_back(change("tags." + item.key(), "Delete", item.value(), nullptr));
    }
  } else if (before.is_array() && after.is_array()) {
    Json children = compare_arrays(before, after);
    if (!children.empty()) out.push_back(change(path, "Array", before, after, std::move(children)));
  } else if (!same(path, before, after)) {
    out.push_back(change(path, after.is_null() ? "Delete" : "Modify", before, after));
  }
}

}  // namespace

Json what_if_delta(const Json& before, const Json& after) {
  Json out = Json::array();
  compare_objects("", before, after, out);
  return out;
}

bool has_effect(const Json& delta) {
  return std::any_of(delta.begin(), delta.end(), [](const Json& one) { return one["propertyChangeType"] != "NoEffect"; });
}

}  // namespace azlab::arm
