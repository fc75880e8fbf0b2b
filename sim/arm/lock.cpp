#include "sim/arm/lock.hpp"

#include <nlohmann/json.hpp>

#include "sim/arm/error.hpp"
#include "sim/arm/resource.hpp"
#include "sim/arm/scope.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"

namespace azlab::arm {
namespace {

constexpr std::string_view kType = "Microsoft.Authorization/locks";
constexpr std::string_view kPath = "/providers/Microsoft.Authorization/locks/";

std::string lock_id(const std::string& scope, const std::string& name) { return scope + std::string(kPath) + name; }

/// What a request would change: its path, without the word that a POST ends with.
std::string target_of(const Request& request) {
  std::string path = replace_all(percent_decode(request.path), "//", "/");
  while (path.ends_with("/")) path.pop_back();
  if (request.method == Method::post) path.resize(path.rfind('/'));
  return path;
}

/// The locks themselves can always be changed, and asking who may do something changes nothing.
bool is_exempt(const Route& route) { return route.operation.starts_with("locks.") || route.operation == "authorization.checkAccess"; }

/// The scope of the first lock that forbids this; empty when none does. What would be deleted goes with all that lies below it.
std::string locked_scope(const World& world, const std::string& target, bool deletes) {
  std::string found;
  world.for_each_of_type(kType, "", [&](const std::string& key, const RowPtr& row) {
    const auto body = parse_json(row->body);
    const std::string level = body ? string_at(*body, "properties.level") : std::string();
    if (!equals_ignore_case(level, "ReadOnly") && !(deletes && equals_ignore_case(level, "CanNotDelete"))) return true;
    const std::string scope = extension_scope(string_at(*body, "id", key));
    if (!is_at_or_above(scope, target) && !(deletes && is_at_or_above(target, scope))) return true;
    found = scope;
    return false;
  });
  return found;
}

Error lock_not_found(const std::string& name) { return {404, "LockNotFound", "The lock '" + name + "' could not be found."}; }

Response put_lock(Context& context, const Request& request, const Match& match) {
  const std::string scope = extension_scope(request.path);
  if (const auto ok = check_scope(context, scope); !ok) return error_response(ok.error());
  const auto body = parse_json(request.body.text());
  if (!body) return error_response({400, "InvalidRequestContent", "The request content was invalid: " + body.error().message});
  const std::string level = string_at(*body, "properties.level");
  const char* known = equals_ignore_case(level, "CanNotDelete") ? "CanNotDelete" : equals_ignore_case(level, "ReadOnly") ? "ReadOnly" : nullptr;
  if (known == nullptr) return error_response({400, "InvalidLockLevel", "The lock level '" + level + "' is not valid: it is CanNotDelete or ReadOnly."});
  const std::string id = lock_id(scope, match.at("name"));
  const bool existed = context.world().find(Table::resource, to_lower(id)) != nullptr;
  Json properties = {{"level", known}};
  for (const char* key : {"notes", "owners"}) {
    if (const Json* value = find_path(*body, std::string("properties.") + key); value != nullptr && !value->is_null()) properties[key] = *value;
  }
  const Json lock = {{"id", id}, {"name", match.at("name")}, {"type", kType}, {"properties", properties}};
  write_resource(context.world(), id, lock);
  return json_response(existed ? 200 : 201, lock);
}

Response get_lock(Context& context, const Request& request, const Match& match) {
  const std::string scope = extension_scope(request.path);
  if (const auto ok = check_scope(context, scope); !ok) return error_response(ok.error());
  const RowPtr row = context.world().find(Table::resource, to_lower(lock_id(scope, match.at("name"))));
  return row ? resource_response(200, row) : error_response(lock_not_found(match.at("name")));
}

Response delete_lock(Context& context, const Request& request, const Match& match) {
  const std::string scope = extension_scope(request.path);
  if (const auto ok = check_scope(context, scope); !ok) return error_response(ok.error());
  const std::string key = to_lower(lock_id(scope, match.at("name")));
  if (!context.world().find(Table::resource, key)) return empty_response(204);
  context.world().erase(Table::resource, key);
  return empty_response(200);
}

/// Those of the scope, above it and below it; with atScope() none from below.
Response list_locks(Context& context, const Request& request, const Match&) {
  const std::string scope = extension_scope(request.path);
  if (const auto ok = check_scope(context, scope); !ok) return error_response(ok.error());
  const std::string filter = request.query_value("$filter").value_or("");
  const bool at_scope = equals_ignore_case(trim(filter), "atScope()");
  if (!filter.empty() && !at_scope) return error_response({400, "InvalidFilterInQueryString", "Invalid $filter '" + filter + "' specified in the query string."});
  Json value = Json::array();
  context.world().for_each_of_type(kType, "", [&](const std::string&, const RowPtr& row) {
    const auto lock = parse_json(row->body);
    if (!lock) return true;
    const std::string at = extension_scope(string_at(*lock, "id"));
    if (is_at_or_above(at, scope) || (!at_scope && is_at_or_above(scope, at))) value.push_back(*lock);
    return true;
  });
  return json_response(200, {{"value", value}});
}

}  // namespace

std::optional<Response> check_locks(Context& context, const Request& request, const Match& match) {
  if (request.host != kArmHost || request.method == Method::get || request.method == Method::head || request.method == Method::options || is_exempt(*match.route)) return std::nullopt;
  const std::string target = target_of(request);
  const bool deletes = request.method == Method::del;
  const std::string locked = locked_scope(context.world(), target, deletes);
  if (locked.empty()) return std::nullopt;
  return error_response(faults::make_error("scope-locked", {{"scope", target}, {"operation", deletes ? "delete" : "write"}, {"lockedScope", locked}}));
}

std::vector<Route> lock_routes() {
  const std::string host(kArmHost);
  std::vector<Route> out;
  for (const auto& scope : scope_patterns()) {
    const std::string list = scope + "/providers/Microsoft.Authorization/locks";
    out.push_back({Method::get, host, list, "locks.list", list_locks});
    out.push_back({Method::get, host, list + "/{name}", "locks.get", get_lock});
    out.push_back({Method::put, host, list + "/{name}", "locks.create", put_lock});
    out.push_back({Method::del, host, list + "/{name}", "locks.delete", delete_lock});
  }
  return out;
}

}  // namespace azlab::arm
