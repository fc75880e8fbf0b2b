#include <nlohmann/json.hpp>

#include "harness/az/families.hpp"

namespace azlab::az {
namespace {

std::string tags_path(const Invocation& az) { return az.value("resource-id") + "/providers/Microsoft.Resources/tags/default"; }

/// Tag names of a whole subscription are another list, of years past.
Result<void> check_resource(const Invocation& az) {
  if (az.has("resource-id")) return {};
  return not_simulated("az " + az.command + " without --resource-id");
}

Result<Json> send_tags(Invocation& az, Method method, Json body) {
  if (const auto ok = check_resource(az); !ok) return tl::make_unexpected(ok.error());
  auto tags = tags_of(az.all("tags"));
  if (!tags) return tags;
  if (tags->empty()) return cli_error("Tags could not be empty.");
  body["properties"]["tags"] = *tags;
  return send_and_finish(az, {.method = method, .path = tags_path(az), .version = kResourcesVersion, .body = dump(body)});
}

Result<Json> tag_list(Invocation& az) {
  if (const auto ok = check_resource(az); !ok) return tl::make_unexpected(ok.error());
  return fetch(az, {.path = tags_path(az), .version = kResourcesVersion});
}

Result<Json> tag_create(Invocation& az) { return send_tags(az, Method::put, Json::object()); }

Result<Json> tag_update(Invocation& az) { return send_tags(az, Method::patch, {{"operation", az.value("operation")}}); }

Result<Json> tag_delete(Invocation& az) {
  if (const auto ok = check_resource(az); !ok) return tl::make_unexpected(ok.error());
  const auto gone = send_and_finish(az, {.method = Method::del, .path = tags_path(az), .version = kResourcesVersion});
  return gone ? Result<Json>(Json(nullptr)) : gone;
}

}  // namespace

Rows tag_commands() {
  static constexpr CommandRow kRows[] = {
      {"tag list", tag_list, "resource-id"},
      {"tag create", tag_create, "resource-id tags"},
      {"tag update", tag_update, "resource-id tags operation"},
      {"tag delete", tag_delete, "resource-id yes"},
  };
  return kRows;
}

}  // namespace azlab::az
