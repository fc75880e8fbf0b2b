#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/core/strike.hpp"
#include "sim/core/text.hpp"
#include "sim/http/context.hpp"
#include "sim/http/operation.hpp"

namespace azlab {
namespace {

// A service that calls itself in a circle would never end; no real chain is this long.
constexpr int kCallDepthMax = 16;

/// The code of a refusal, as each service writes it: storage in a header, Resource Manager as error.code, MLflow as error_code, sign-in as
/// the text of error.
std::string error_code_of(const Response& response) {
  if (response.status < 400) return {};
  if (const auto code = response.headers.get("x-ms-error-code"); !code.empty()) return std::string(code);
  if (response.body.is_spooled()) return {};
  const auto json = parse_json(response.body.text());
  if (!json) return {};
  return string_at(*json, "error.code", string_at(*json, "error_code", string_at(*json, "error")));
}

/// Where the workspace of a path lies; empty when it has none.
std::string region_of(const World& world, std::string_view path) {
  constexpr std::string_view kWorkspaces = "/workspaces/";
  const std::string lower = to_lower(percent_decode(path));
  const auto at = lower.find(kWorkspaces);
  if (at == std::string::npos) return {};
  const RowPtr row = world.find(Table::resource, lower.substr(0, lower.find('/', at + kWorkspaces.size())));
  return row ? row->location : std::string();
}

/// What errors of the catalogue say about the request that met them: its ids, its time, its region.
void name_request(const Machinery& machinery, const Request& request, std::uint64_t number, Response& response) {
  if (response.status < 400 || response.body.is_spooled()) return;
  std::string text = response.body.text();
  if (text.find("hex}\"") == std::string::npos && text.find("{iso8601") == std::string::npos && text.find("{requestId}") == std::string::npos) return;
  const std::string subject = request.caller.origin;
  text = replace_all(std::move(text), "{operation32hex}", machinery.draw.hex(32, "operation", subject, number));
  text = replace_all(std::move(text), "{request16hex}", machinery.draw.hex(16, "request", subject, number));
  text = replace_all(std::move(text), "{requestId}", machinery.draw.guid("request", subject, number));
  text = replace_all(std::move(text), "{iso8601_7digits}", to_iso8601(machinery.clock.now()));
  text = replace_all(std::move(text), "{iso8601_offset}", replace_all(to_iso8601(machinery.clock.now()), "Z", "+00:00"));
  const std::string region = region_of(machinery.world, request.path);
  response.body = replace_all(std::move(text), "{region}", region.empty() ? "eastus" : region);
}

Response unknown_route(Machinery& machinery, const Request& request) {
  next_number(machinery.world, fmt::format("unknown-route/{} {}{}", to_string(request.method), request.host, request.path));
  const auto like = machinery.router.like(request.host, request.path);
  const std::string message =
      like.empty() ? fmt::format("azlab serves nothing at host '{}'.", request.host)
                   : fmt::format("azlab does not serve {} {}{}. Nearest served: {}.", to_string(request.method), request.host,
                                 request.path, join(like, "; "));
  return json_response(404, {{"error", {{"code", "AzlabNotSimulated"}, {"message", message}}}});
}

std::string last_part(std::string_view path) { return percent_decode(path.substr(path.rfind('/') + 1)); }

/// The fault that strikes a request which asks how an operation is getting on: at any of these, at the n-th, or at the one that
/// would have told the end.
const ArmedFault* strike_poll(Context& context, const Request& request) {
  if (request.method != Method::get) return nullptr;
  const auto operation = find_operation(context.world(), request.path.substr(request.path.rfind('/') + 1));
  if (!operation) return nullptr;
  const std::string name = last_part(operation->resource);
  const std::uint64_t number = next_number(context.world(), "polls/" + operation->id);
  if (!operation->running()) {
    if (const auto* fault = context.strike(operation->name, name, "last-poll"); fault != nullptr) return fault;
  }
  const auto* fault = context.strike(operation->name, name, fmt::format("poll-{}", number));
  return fault != nullptr ? fault : context.strike(operation->name, name, "poll");
}

/// What the service of a route says, unless something refuses the request before it.
Response carry_out(Context& context, const Request& request, const Match& match, bool from_client) {
  for (const auto& rule : context.machinery().admission) {
    if (!from_client && !rule.inside) continue;
    if (auto refused = rule.check(context, request, match)) return std::move(*refused);
  }
  return match.route->handler(context, request, match);
}

/// The answer to a request that a route serves, where no fault, or one, is armed for it.
Response serve(Machinery& machinery, Context& context, const Request& request, const Match& match, bool from_client) {
  if ((machinery.faults.armed().empty() && !machinery.strike_point) || machinery.fault_response == nullptr) return carry_out(context, request, match, from_client);
  const std::string name = last_part(request.path);
  const ArmedFault* fault = context.strike(match.route->operation, name, "request");
  if (fault == nullptr) fault = strike_poll(context, request);
  if (fault != nullptr) return machinery.fault_response(context, *fault, request, match);
  const ArmedFault* broken = from_client ? context.strike(match.route->operation, name, kConnection) : nullptr;
  if (broken == nullptr) return carry_out(context, request, match, from_client);
  // What breaks before the request came is never carried out; what breaks later has been.
  Response told = machinery.fault_response(context, *broken, request, match);
  const std::string how(told.headers.get(kTransportHeader));
  if (how == "reset" || how == "hang") return told;
  Response response = carry_out(context, request, match, from_client);
  if (request.caller.origin != "network") return told;
  response.headers.set(std::string(kTransportHeader), how == "reset-after" ? "reset" : how);
  return response;
}

/// What the listener is told before it speaks TLS as a host: whether the handshake breaks off.
Response shake_hands(Machinery& machinery, const Request& request) {
  Response response = empty_response(204);
  if (machinery.faults.armed().empty()) return response;
  Context context(machinery, request.caller, 0);
  for (const auto& route : machinery.router.routes()) {
    if (!glob_match(route->host, request.host) || context.strike(route->operation, request.host, kHandshake) == nullptr) continue;
    response.headers.set(std::string(kTransportHeader), "tls");
    break;
  }
  return response;
}

}  // namespace

JournalEntry entry_of(const Machinery& machinery, const Request& request, std::string_view operation) {
  return {.at = machinery.clock.now(),
          .operation = operation,
          .method = to_string(request.method),
          .url = request.url(),
          .origin = request.caller.origin,
          .principal = request.caller.principal_id,
          .user = request.caller.user_name,
          .app = request.caller.app_id,
          .client = request.headers.get("User-Agent"),
          .correlation = std::string(request.headers.get(kCorrelationHeader))};
}

std::string request_id(const Machinery& machinery, std::string_view origin, std::uint64_t number) { return machinery.draw.guid("request", origin, number); }

Response dispatch(Machinery& machinery, const Request& request, std::uint64_t parent) {
  if (request.caller.origin == kHandshakeOrigin) return shake_hands(machinery, request);
  Match match = machinery.router.find(request);
  const bool head = match.route == nullptr && request.method == Method::head;
  if (head) match = machinery.router.find(Method::get, request.host, request.path, request.query);

  JournalEntry begun = entry_of(machinery, request, match.route != nullptr ? std::string_view(match.route->operation) : std::string_view());
  begun.parent = parent;
  const std::uint64_t number = machinery.journal.begin(std::move(begun));
  Response response;
  if (match.route == nullptr) {
    response = unknown_route(machinery, request);
  } else {
    Context context(machinery, request.caller, number);
    // What is due asks for itself, with no request behind it.
    response = serve(machinery, context, request, match, parent == 0 && request.caller.origin != "azure");
    if (parent == 0 && machinery.add_headers != nullptr) machinery.add_headers(context, request, response);
  }
  name_request(machinery, request, number, response);
  if (head) {
    // ARM's existence check by id: 204 there, 404 not (azure-mgmt-resource's check_existence_by_id).
    if (response.status == 200 && request.host == kArmHost) response.status = 204;
    response.body = {};
  }
  const std::string id = request_id(machinery, request.caller.origin, number);
  response.headers.set("x-ms-request-id", id);
  if (parent == 0) {
    const auto correlation = request.headers.get(kCorrelationHeader);
    response.headers.set(std::string(kCorrelationHeader), correlation.empty() ? id : std::string(correlation));
    if (const auto client = request.headers.get("x-ms-client-request-id"); !client.empty()) response.headers.set("x-ms-client-request-id", std::string(client));
  }
  if (JournalEntry* entry = machinery.journal.find(number)) {
    entry->status = response.status;
    entry->error_code = error_code_of(response);
    if (response.status >= 400 && request.host == kArmHost && request.method != Method::get && request.method != Method::head && !response.body.is_spooled()) entry->refusal = response.body.text().substr(0, Journal::kRefusalBytesMax);
    if (Context context(machinery, request.caller, number); parent == 0 && machinery.answered != nullptr) machinery.answered(context, *entry);
  }
  return response;
}

Response Context::call(Request request) {
  int depth = 0;
  for (const JournalEntry* entry = machinery_.journal.find(number_); entry != nullptr && entry->parent != 0; ++depth) {
    entry = machinery_.journal.find(entry->parent);
  }
  if (depth > kCallDepthMax) {
    return json_response(500, {{"error", {{"code", "InternalServerError"}, {"message", "azlab: services call each other in a circle."}}}});
  }
  request.caller = caller_;
  // Who came over the network was admitted at the door; what a service asks of another is not asked by them.
  if (request.caller.origin == "network") request.caller.origin = "azure";
  return dispatch(machinery_, request, number_);
}

const ArmedFault* Context::strike(std::string_view operation, std::string_view resource, std::string_view phase) {
  if (machinery_.strike_point) machinery_.strike_point(operation, resource, phase);
  const ArmedFault* fault = machinery_.faults.strike(machinery_.world, operation, resource, phase);
  if (fault != nullptr) {
    if (JournalEntry* entry = machinery_.journal.find(number_)) entry->fault = fault->fault;
  }
  return fault;
}

}  // namespace azlab
