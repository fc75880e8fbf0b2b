#include "sim/arm/tags.hpp"

#include <map>
#include <nlohmann/json.hpp>

#include "sim/arm/error.hpp"
#include "sim/arm/policy.hpp"
#include "sim/arm/resource.hpp"
#include "sim/arm/subscription.hpp"
#include "sim/core/text.hpp"

namespace azlab::arm {
namespace {

constexpr std::string_view kTags = "/providers/Microsoft.Resources/tags/default";

/// What carries the tags. A subscription is no row, so its tags are a setting.
struct Tagged {
  std::string scope;
  bool is_subscription = false;
  Json body = Json::object();  ///< of the resource or group
  Json tags = Json::object();
};

std::string subscription_key(const std::string& scope) { return "tags" + to_lower(scope); }

Result<Tagged> find_tagged(Context& context, const Request& request) {
  const std::string path = percent_decode(request.path);
  Tagged out{.scope = path.substr(0, to_lower(path).rfind(to_lower(kTags)))};
  const auto id = ResourceId::parse(out.scope);
  if (!id) return fail(400, "InvalidScope", "The scope '" + out.scope + "' is not valid.");
  if (id->resource_group.empty()) {
    if (const auto ok = check_subscription(context, id->subscription); !ok) return fail(ok.error());
    out.is_subscription = true;
    if (const RowPtr row = context.world().find(Table::setting, subscription_key(out.scope))) out.tags = *parse_json(row->body);
    return out;
  }
  if (const auto ok = check_group(context, *id, false); !ok) return fail(ok.error());
  auto body = read_resource(context.world(), out.scope);
  if (!body) return fail(resource_not_found(*id));
  out.body = std::move(*body);
  if (const Json* tags = find_key(out.body, "tags"); tags != nullptr && tags->is_object()) out.tags = *tags;
  return out;
}

/// Other tags are another resource: policies see it as they see an update, and may refuse it or add to it.
Result<void> write_tagged(Context& context, Tagged& tagged) {
  const auto id = ResourceId::parse(tagged.scope);
  tagged.body["tags"] = tagged.tags;
  const std::string type = tagged.is_subscription ? "Microsoft.Resources/subscriptions" : id->parts.empty() ? "Microsoft.Resources/subscriptions/resourceGroups" : string_at(tagged.body, "type");
  if (const auto ok = apply_policies(context, type, *id, tagged.body); !ok) return ok;
  tagged.tags = tagged.body.value("tags", Json::object());
  if (tagged.is_subscription) {
    context.world().put(Table::setting, subscription_key(tagged.scope), Row{.body = dump(tagged.tags)});
  } else {
    write_resource(context.world(), tagged.scope, tagged.body);
  }
  return {};
}

Response tags_response(const Tagged& tagged) {
  return json_response(200, {{"id", tagged.scope + std::string(kTags)}, {"name", "default"}, {"type", "Microsoft.Resources/tags"}, {"properties", {{"tags", tagged.tags}}}});
}

Result<Json> sent_tags(const Request& request, std::string* operation) {
  const auto body = parse_json(request.body.text());
  if (!body) return fail(400, "InvalidRequestContent", "The request content was invalid: " + body.error().message);
  const Json* tags = find_path(*body, "properties.tags");
  if (tags == nullptr || !tags->is_object()) return fail(400, "InvalidRequestContent", "The request content was invalid: 'properties.tags' must be an object.");
  if (operation != nullptr) *operation = string_at(*body, "operation");
  return *tags;
}

Response get_tags(Context& context, const Request& request, const Match&) {
  const auto tagged = find_tagged(context, request);
  return tagged ? tags_response(*tagged) : error_response(tagged.error());
}

Response put_tags(Context& context, const Request& request, const Match&) {
  auto tagged = find_tagged(context, request);
  if (!tagged) return error_response(tagged.error());
  auto tags = sent_tags(request, nullptr);
  if (!tags) return error_response(tags.error());
  tagged->tags = *tags;
  if (const auto ok = write_tagged(context, *tagged); !ok) return error_response(ok.error());
  return tags_response(*tagged);
}

Response patch_tags(Context& context, const Request& request, const Match&) {
  auto tagged = find_tagged(context, request);
  if (!tagged) return error_response(tagged.error());
  std::string operation;
  const auto tags = sent_tags(request, &operation);
  if (!tags) return error_response(tags.error());
  if (equals_ignore_case(operation, "Replace")) {
    tagged->tags = *tags;
  } else if (equals_ignore_case(operation, "Merge")) {
    tagged->tags.update(*tags);
  } else if (equals_ignore_case(operation, "Delete")) {
    // Only a tag whose value is the one named goes.
    for (const auto& [name, value] : tags->items()) {
      if (const Json* have = find_key(tagged->tags, name); have != nullptr && *have == value) tagged->tags.erase(name);
    }
  } else {
    return error_response({400, "InvalidRequestContent", "The request content was invalid: operation '" + operation + "' is none of Merge, Replace, Delete."});
  }
  if (const auto ok = write_tagged(context, *tagged); !ok) return error_response(ok.error());
  return tags_response(*tagged);
}

Response delete_tags(Context& context, const Request& request, const Match&) {
  auto tagged = find_tagged(context, request);
  if (!tagged) return error_response(tagged.error());
  tagged->tags = Json::object();
  if (const auto ok = write_tagged(context, *tagged); !ok) return error_response(ok.error());
  return empty_response(200);
}

/// Names and values in use, with how often.
Response list_tag_names(Context& context, const Request&, const Match& match) {
  const std::string& sub = match.at("sub");
  if (const auto ok = check_subscription(context, sub); !ok) return error_response(ok.error());
  std::map<std::string, std::map<std::string, int>> names;
  const auto count = [&](const Json* tags) {
    if (tags == nullptr || !tags->is_object()) return;
    for (const auto& [name, value] : tags->items()) ++names[name][value.is_string() ? value.get<std::string>() : dump(value)];
  };
  const std::string scope = ResourceId{.subscription = sub}.key();
  if (const RowPtr row = context.world().find(Table::setting, subscription_key(scope))) {
    const Json own = *parse_json(row->body);
    count(&own);
  }
  context.world().for_each(Table::resource, scope + "/", [&](const std::string&, const RowPtr& row) {
    if (const auto body = parse_json(row->body)) count(find_key(*body, "tags"));
    return true;
  });
  Json value = Json::array();
  for (const auto& [name, values] : names) {
    const std::string id = "/subscriptions/" + sub + "/tagNames/" + name;
    Json listed = Json::array();
    int total = 0;
    for (const auto& [text, times] : values) {
      total += times;
      listed.push_back({{"id", id + "/tagValues/" + text}, {"tagValue", text}, {"count", {{"type", "Total"}, {"value", times}}}});
    }
    value.push_back({{"id", id}, {"tagName", name}, {"count", {{"type", "Total"}, {"value", total}}}, {"values", listed}});
  }
  return json_response(200, {{"value", value}});
}

}  // namespace

std::vector<Route> tag_routes() {
  const std::string host(kArmHost);
  const std::string group = "/subscriptions/{sub}/resourcegroups/{rg}";
  std::vector<Route> out{{Method::get, host, "/subscriptions/{sub}/tagNames", "tags.listNames", list_tag_names}};
  for (const std::string& scope : {std::string("/subscriptions/{sub}"), group, group + "/providers/{ns}/{type}/{resource}", group + "/providers/{ns}/{type}/{resource}/{partType}/{part}"}) {
    const std::string item = scope + std::string(kTags);
    out.push_back({Method::get, host, item, "tags.get", get_tags});
    out.push_back({Method::put, host, item, "tags.create", put_tags});
    out.push_back({Method::patch, host, item, "tags.update", patch_tags});
    out.push_back({Method::del, host, item, "tags.delete", delete_tags});
  }
  return out;
}

}  // namespace azlab::arm
