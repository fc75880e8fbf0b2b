#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <tuple>

#include "sim/core/resource_id.hpp"
#include "sim/core/strike.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"
#include "sim/faults/entries.hpp"
#include "sim/faults/fault.hpp"
#include "sim/http/operation.hpp"

namespace azlab::faults {
namespace {

/// Those of the answer that carries the fault: Retry-After, x-ms-error-code, …
void add_headers(Response& response, const Json& entry, const Values& values) {
  const Json* headers = find_key(entry, "headers");
  if (headers == nullptr) return;
  for (const auto& [name, value] : headers->items()) {
    if (value.is_string()) response.headers.set(name, fill(value.get<std::string>(), values));
  }
}

/// What a caller in this process is told; the listener reads the header and does it to its client's connection.
Response transport_response(const std::string& transport) {
  Response response = json_response(503, {{"error", {{"code", "AzlabTransport"}, {"message", "azlab: here a client of the network meets a broken connection (" + transport + ")."}}}});
  response.headers.set(std::string(kTransportHeader), transport);
  return response;
}

/// What this error says where neither the scenario nor the request does, and the common defaults would be odd.
void add_entry_defaults(const Json& entry, Values& values) {
  const Json* defaults = find_key(entry, "defaults");
  if (defaults == nullptr) return;
  for (const auto& [name, value] : defaults->items()) values.emplace(name, value.get<std::string>());
}

/// The error inside the shells that a deployment puts around it: where a deployment is what meets it, it adds them itself.
Error unwrapped(Error error) {
  while ((error.code == "DeploymentFailed" || error.code == "ResourceDeploymentFailure") && !error.details.empty()) {
    Error inner = error.details.front();
    error = std::move(inner);
    error.status = error.code.starts_with("Conflict") ? 409 : 400;
    // A deployment quotes the answer that it was given as text.
    if (const auto quoted = parse_json(error.message); quoted && quoted->is_object() && !string_at(*quoted, "message").empty()) {
      error.code = string_at(*quoted, "code");
      error.message = string_at(*quoted, "message");
    }
  }
  return error;
}

bool is_poll_of_operation(const World& world, const Request& request) {
  return request.method == Method::get && find_operation(world, request.path.substr(request.path.rfind('/') + 1)).has_value();
}

Response text_response(int status, std::string text) {
  const char* type = text.starts_with("<?xml") ? "application/xml" : "text/plain";
  return {.status = status, .headers = {{"Content-Type", type}}, .body = std::move(text)};
}

}  // namespace

Result<ArmedFault> parse_armed_fault(std::string_view text) {
  ArmedFault out{.fault = std::string(text.substr(0, text.find('@'))), .operation = ""};
  if (const auto at = text.find('@'); at != std::string_view::npos) {
    const auto parts = split(text.substr(at + 1), ':');
    const auto slash = parts[0].find('/');
    out.operation = parts[0].substr(0, slash);
    if (slash != std::string::npos) out.resource = parts[0].substr(slash + 1);
    if (parts.size() > 1) out.phase = parts[1];
    if (parts.size() > 2) {
      char* end = nullptr;
      out.times = static_cast<int>(std::strtol(parts[2].c_str(), &end, 10));
      if (parts[2].empty() || *end != '\0' || out.times == 0) return fail(400, "WrongUse", fmt::format("fault {}: '{}' is not a number of times (-1: without end)", text, parts[2]));
    }
    if (parts.size() > 3 || out.operation.empty() || out.phase.empty() || out.resource.empty()) return fail(400, "WrongUse", fmt::format("fault {}: write ID@operation/resource:phase:times", text));
  }
  return out;
}

namespace {

/// "poll", "poll-3" or "last-poll": a request that asks how an operation is getting on.
bool is_poll(std::string_view phase) {
  if (phase == "poll" || phase == "last-poll") return true;
  return phase.starts_with("poll-") && phase.size() > 5 && phase.find_first_not_of("0123456789", 5) == std::string_view::npos;
}

std::vector<std::string> phases_of(const Machinery& machinery, const std::string& operation) {
  std::vector<std::string> out;
  for (const auto& [name, its] : machinery.phases) {
    if (glob_match(operation, name)) out.insert(out.end(), its.begin(), its.end());
  }
  return out;
}

/// Why a fault cannot strike requests; empty when it can.
std::string refusal_of_request(const Fault& known) {
  if (!known.transport.empty()) return {};
  if (known.status == 0) return "is no answer to a request: name a phase, or leave the place away";
  if (known.kind == "hang" && known.status < 400) return "never ends what was begun, so it cannot strike a request: name a phase, or leave the place away";
  return {};
}

/// Why a fault cannot strike where somebody wants it to; empty when it can.
std::string refusal(const Machinery& machinery, const Fault& known, const std::string& operation, const std::string& phase) {
  const auto& routes = machinery.router.routes();
  const bool served = std::any_of(routes.begin(), routes.end(), [&](const auto& route) { return glob_match(operation, route->operation); });
  if (known.kind == "client") return "is the client's own: it fails before any request, or on answers that are as they should be";
  if (!served) return fmt::format("can match nothing: no operation is named '{}'", operation);
  if (known.strikes.empty()) return fmt::format("is about {}, and azlab serves nothing of the kind (azlab faults list --not-served)", known.theme);
  if (phase == "request") return refusal_of_request(known);
  if (!known.transport.empty()) return fmt::format("happens to a connection, so it cannot strike at '{}'", phase);
  const auto phases = phases_of(machinery, operation);
  if (is_poll(phase)) {
    if (phases.empty()) return fmt::format("cannot strike at '{}': {} is done at once and nobody polls it", phase, operation);
    return known.status == 0 ? "is no answer to a request: name another phase, or leave the place away" : "";
  }
  if (phases.empty()) return fmt::format("cannot strike at '{}': {} is done at once and has no phases", phase, operation);
  if (std::find(phases.begin(), phases.end(), phase) == phases.end()) return fmt::format("cannot strike at '{}': the phases of {} are {}", phase, operation, join(phases, ", "));
  return {};
}

/// A pattern for all operations means those of Resource Manager: throttling and locks are its own, and a lab that is refused at
/// its sign-in instead has met something else.
std::vector<std::string> operations_of(const Machinery& machinery, const std::string& pattern) {
  if (!pattern.starts_with("*")) return {pattern};
  std::vector<std::string> out;
  for (const auto& route : machinery.router.routes()) {
    if (route->host == kArmHost && glob_match(pattern, route->operation) && std::find(out.begin(), out.end(), route->operation) == out.end()) out.push_back(route->operation);
  }
  return out;
}

void add_places(const Machinery& machinery, const Fault& known, const std::string& operation, const std::string& phase, ArmedFault& fault) {
  const std::string at = known.transport.empty() || phase != "request" ? phase : std::string(known.transport == "tls" ? kHandshake : kConnection);
  for (auto& one : operations_of(machinery, operation)) fault.places.emplace_back(std::move(one), at);
}

}  // namespace

Result<void> arm(Machinery& machinery, const ArmedFault& asked) {
  ArmedFault fault = asked;
  if (!is_known(fault.fault)) {
    const auto near = nearest(fault.fault, known_ids(), 1);
    return fail(400, "WrongUse", fmt::format("unknown fault '{}'{}", fault.fault, near.empty() ? "" : "; did you mean '" + near[0] + "'?"));
  }
  const Fault* known = find_fault(fault.fault);
  if (known == nullptr) return fail(400, "WrongUse", fmt::format("fault '{}' follows from a rule of azlab's and is not armed: do what it is about", fault.fault));
  fault.hangs = known->kind == "hang";
  if (known->delay_s > 0) fault.values.emplace(std::string(kDelaySeconds), std::to_string(known->delay_s));
  if (fault.operation.empty()) {
    for (const auto& point : known->strikes) {
      if (!refusal(machinery, *known, point.operation, point.at).empty()) continue;
      add_places(machinery, *known, point.operation, point.at, fault);
      if (fault.operation.empty()) std::tie(fault.operation, fault.phase) = std::pair(point.operation, point.at);
    }
    if (fault.places.empty()) return fail(400, "WrongUse", fmt::format("fault '{}' {}", fault.fault, known->strikes.empty() ? refusal(machinery, *known, "*", "request") : "can strike nothing that azlab serves yet"));
  } else if (const auto why = refusal(machinery, *known, fault.operation, fault.phase); !why.empty()) {
    return fail(400, "WrongUse", fmt::format("fault '{}' {}", fault.fault, why));
  } else {
    add_places(machinery, *known, fault.operation, fault.phase, fault);
  }
  // What never ends is met again by whoever asks again.
  if (fault.hangs && fault.times == 1) fault.times = -1;
  machinery.faults.arm(std::move(fault));
  return {};
}

namespace {

/// What a poll says of an operation that a fault has ended, or that never ends.
Response poll_response(const Json& entry, const Values& values, const Request& request, bool hangs) {
  // Behind a Location stands the result: 202 while there is none, and its own status when there is.
  const std::string path = to_lower(request.path);
  const bool result = path.find("/operationresults/") != std::string::npos || path.find("/asyncoperations/") != std::string::npos;
  if (hangs) return result ? empty_response(202) : json_response(200, {{"status", "InProgress"}});
  const Json& body = entry["body"];
  if (result) {
    const Error error = unwrapped(make_error(string_at(entry, "id"), values));
    return json_response(error.status, {{"error", {{"code", error.code}, {"message", error.message}}}});
  }
  if (body.is_object() && body.contains("status")) return json_response(200, fill_json(body, values));
  const Error error = make_error(string_at(entry, "id"), values);
  return json_response(200, {{"status", "Failed"}, {"error", {{"code", error.code}, {"message", error.message}}}});
}

}  // namespace

Response fault_response(Context& context, const ArmedFault& fault, const Request& request, const Match& match) {
  const Json& entry = entry_of(fault.fault);
  Values values = fault.values;
  add_entry_defaults(entry, values);
  add_from_request(request, match, values);
  add_defaults(context, fault.fault, values);
  const Json& body = entry["body"];
  const bool answers = entry["status"].is_number() && entry["status"].get<int>() >= 400;
  Response response;
  if (const std::string transport = string_at(entry, "transport"); !transport.empty()) return transport_response(transport);
  if (!answers && is_poll_of_operation(context.world(), request)) {
    response = poll_response(entry, values, request, fault.hangs);
  } else if (answers && body.is_string()) {
    response = text_response(entry["status"].get<int>(), fill(body.get<std::string>(), values));
  } else if (answers && body.is_object()) {
    response = json_response(entry["status"].get<int>(), fill_json(body, values));
  } else {
    // It fails an operation that was accepted; here the request itself is refused with the same words.
    const Error error = unwrapped(make_error(fault.fault, values));
    response = json_response(error.status, {{"error", {{"code", error.code}, {"message", error.message}}}});
  }
  add_headers(response, entry, values);
  return response;
}

void show_on_resource(Context& context, const ArmedFault& fault, std::string_view resource) {
  constexpr const char* kErrors = "properties.properties.errors";
  const Json* errors = find_path(entry_of(fault.fault)["body"], kErrors);
  const std::string key = to_lower(resource);
  const RowPtr row = context.world().find(Table::resource, key);
  if (errors == nullptr || !row) return;
  auto body = parse_json(row->body);
  if (!body) return;
  Values values = fault.values;
  add_defaults(context, fault.fault, values);
  set_path(*body, kErrors, fill_json(*errors, values));
  Row changed = *row;
  changed.body = dump(*body);
  context.world().put(Table::resource, key, std::move(changed));
}

namespace {

/// What stands in a group that cannot be deleted, as the error names it: "Microsoft.Storage/storageAccounts/stlab". Its
/// first resource is what holds the group back.
void add_from_group(Context& context, const ResourceId& group, Values& values) {
  context.world().for_each(Table::resource, group.key() + "/providers/", [&](const std::string&, const RowPtr& row) {
    const auto body = parse_json(row->body);
    const auto id = ResourceId::parse(body ? string_at(*body, "id") : "");
    if (!id || id->type() == "Microsoft.Resources/deployments") return true;
    values.emplace("resourceId", id->to_string());
    values.emplace("idsCsv", id->type() + "/" + id->name());
    return false;
  });
}

}  // namespace

Error fault_error(Context& context, const ArmedFault& fault, std::string_view subject) {
  Values values = fault.values;
  add_entry_defaults(entry_of(fault.fault), values);
  if (const auto group = ResourceId::parse(subject); group && group->provider.empty() && !group->resource_group.empty()) add_from_group(context, *group, values);
  add_from_resource(subject, values);
  add_defaults(context, fault.fault, values);
  // A deployment fails in the shell that its clients know; what is inside one is put into that shell by it.
  const auto id = ResourceId::parse(subject);
  Error error = make_error(fault.fault, values);
  return id && id->type() == "Microsoft.Resources/deployments" ? error : unwrapped(std::move(error));
}

}  // namespace azlab::faults
