#include "harness/az/families.hpp"

#include <charconv>
#include <nlohmann/json.hpp>

#include "harness/az/model.hpp"
#include "sim/core/text.hpp"

namespace azlab::az {
namespace {

long number_of(const std::string& text) {
  long number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

Json printed(const ResourceKind& kind, Json answer) {
  return kind.model.empty() ? flattened(std::move(answer)) : modelled(kind.model, answer);
}

void apply(const Invocation& az, std::span<const Setting> settings, Json& body) {
  for (const Setting& setting : settings) {
    const std::string key(setting.key);
    if (!az.has(key)) continue;
    const std::string text = az.value(key, setting.as == Setting::As::text ? "" : "true");
    const bool yes = equals_ignore_case(text, "true");
    switch (setting.as) {
      case Setting::As::text:
        set_path(body, setting.path, text);
        break;
      case Setting::As::flag:
        set_path(body, setting.path, yes);
        break;
      case Setting::As::enabled:
        set_path(body, setting.path, yes ? "Enabled" : "Disabled");
        break;
      case Setting::As::number:
        set_path(body, setting.path, number_of(text));
        break;
    }
  }
  if (az.has("tags")) body["tags"] = tags_of(az.all("tags")).value_or(Json::object());
}

Result<std::string> find_resource(Invocation& az, const ResourceKind& kind) {
  const std::string name = az.value(kind.key);
  if (!az.value("resource-group").empty()) return resource_path(az, kind.type, name);
  auto subscription = subscription_path(az);
  if (!subscription) return subscription;
  auto all = fetch_list(az, {.path = *subscription + "/providers/" + std::string(kind.type), .version = kind.version});
  if (!all) return tl::make_unexpected(all.error());
  for (const Json& resource : *all) {
    if (equals_ignore_case(string_at(resource, "name"), name)) return string_at(resource, "id");
  }
  auto account = current_account(az);
  if (!account) return tl::make_unexpected(account.error());
  const std::string where = string_at(*account, "name") + " (" + string_at(*account, "id") + ")";
  const std::string text = replace_all(replace_all(kind.not_found, "{}", name), "{subscription}", where);
  return kind.looked_up_first ? usage_error(text) : cli_error(text);
}

Result<Json> show_resource(Invocation& az, const ResourceKind& kind) {
  auto path = find_resource(az, kind);
  if (!path) return tl::make_unexpected(path.error());
  auto resource = fetch(az, {.path = *path, .version = kind.version});
  return resource ? Result<Json>(printed(kind, *resource)) : resource;
}

Result<Json> list_resources(Invocation& az, const ResourceKind& kind) {
  auto base = az.value("resource-group").empty() ? subscription_path(az) : group_path(az);
  if (!base) return tl::make_unexpected(base.error());
  auto all = fetch_list(az, {.path = *base + "/providers/" + std::string(kind.type), .version = kind.version});
  return all ? Result<Json>(printed(kind, *all)) : all;
}

Result<Json> delete_resource(Invocation& az, const ResourceKind& kind, const std::string& query) {
  auto path = find_resource(az, kind);
  if (!path) return tl::make_unexpected(path.error());
  auto done = send_and_finish(az, {.method = Method::del, .path = *path, .version = kind.version, .query = query});
  return done ? Result<Json>(Json(nullptr)) : done;
}

Result<Json> put_resource(Invocation& az, const ResourceKind& kind, const Json& body) {
  auto path = resource_path(az, kind.type, az.value(kind.key));
  if (!path) return tl::make_unexpected(path.error());
  auto resource =
      send_and_finish(az, {.method = Method::put, .path = *path, .version = kind.version, .body = dump(body)});
  return resource ? Result<Json>(printed(kind, *resource)) : resource;
}

Result<Json> patch_resource(Invocation& az, const ResourceKind& kind, const Json& body) {
  auto path = find_resource(az, kind);
  if (!path) return tl::make_unexpected(path.error());
  auto resource =
      send_and_finish(az, {.method = Method::patch, .path = *path, .version = kind.version, .body = dump(body)});
  return resource ? Result<Json>(printed(kind, *resource)) : resource;
}

Result<Json> post_to_resource(Invocation& az, const ResourceKind& kind, const std::string& action,
                              const std::string& query) {
  auto path = find_resource(az, kind);
  if (!path) return tl::make_unexpected(path.error());
  return fetch(az, {.method = Method::post, .path = *path + "/" + action, .version = kind.version, .query = query});
}

Result<std::string> location_or_group(Invocation& az) {
  if (!az.value("location").empty()) return az.value("location");
  auto path = group_path(az);
  if (!path) return path;
  auto group =
      fetch(az, {.path = replace_all(*path, "/resourceGroups/", "/resourcegroups/"), .version = kResourcesVersion});
  // az looks while it checks the arguments: a wrong group is a wrong command line.
  if (!group) return usage_error(error_text(group.error()));
  return string_at(*group, "location");
}

Result<Json> check_name(Invocation& az, const ResourceKind& kind, std::string_view model) {
  auto subscription = subscription_path(az);
  if (!subscription) return tl::make_unexpected(subscription.error());
  const std::string provider(kind.type.substr(0, kind.type.find('/')));
  auto answer = fetch(az, {.method = Method::post,
                           .path = *subscription + "/providers/" + provider + "/checkNameAvailability",
                           .version = kind.version,
                           .body = dump({{"name", az.value("name")}, {"type", kind.type}})});
  return answer ? Result<Json>(modelled(model, *answer)) : answer;
}

Result<std::optional<std::string>> state_of(const Result<Json>& answer) {
  if (answer) return text_at(*answer, "properties.provisioningState");
  if (answer.error().status == 404) return std::nullopt;
  return tl::make_unexpected(answer.error());
}

Result<Json> wait_for(Invocation& az, const std::function<Result<std::optional<std::string>>()>& look) {
  const bool created = az.has("created") || az.has("updated");
  if (!created && !az.has("deleted") && !az.has("exists"))
    return cli_error("incorrect usage: --created | --updated | --deleted | --exists | --custom JMESPATH");
  const long interval = std::max(1L, number_of(az.value("interval", "30")));
  const long limit = number_of(az.value("timeout", "3600"));
  for (long waited = 0; waited < limit; waited += interval) {
    auto state = look();
    if (!state) return tl::make_unexpected(state.error());
    const std::string text = state->has_value() ? to_lower(**state) : "";
    if (state->has_value() && az.has("exists")) return Json(nullptr);
    if (state->has_value() && text == "failed") return cli_error("The operation failed");
    if (state->has_value() && created && text == "succeeded") return Json(nullptr);
    if (!state->has_value() && az.has("deleted")) return Json(nullptr);
    az.transport.sleep(seconds(static_cast<double>(interval)));
  }
  // az 2.91 returns the error that it should raise; what is printed of it is an empty object, and the status is 0.
  return Json::object();
}

Result<Json> show_kind(Invocation& az) {
  return show_resource(az, *az.kind);
}
Result<Json> list_kind(Invocation& az) {
  return list_resources(az, *az.kind);
}
Result<Json> delete_kind(Invocation& az) {
  return delete_resource(az, *az.kind, az.kind->delete_query);
}

}  // namespace azlab::az
