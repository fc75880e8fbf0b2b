#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"
#include "sim/faults/entries.hpp"
#include "sim/faults/fault.hpp"

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

Response text_response(int status, std::string text) {
  const char* type = text.starts_with("<?xml") ? "application/xml" : "text/plain";
  return {.status = status, .headers = {{"Content-Type", type}}, .body = std::move(text)};
}

}  // namespace

Result<ArmedFault> parse_armed_fault(std::string_view text) {
  ArmedFault out{.fault = std::string(text.substr(0, text.find('@'))), .operation = ""};
  if (const auto at = text.find('@'); at != std::string_view::npos) {
    const auto parts = split(text.substr(at + 1), ':');
    out.operation = parts[0];
    if (parts.size() > 1) out.phase = parts[1];
    if (parts.size() > 2) {
      char* end = nullptr;
      out.times = static_cast<int>(std::strtol(parts[2].c_str(), &end, 10));
      if (parts[2].empty() || *end != '\0' || out.times == 0) return fail(400, "WrongUse", fmt::format("fault {}: '{}' is not a number of times (-1: without end)", text, parts[2]));
    }
    if (parts.size() > 3 || out.operation.empty() || out.phase.empty()) return fail(400, "WrongUse", fmt::format("fault {}: write ID@operation:phase:times", text));
  }
  return out;
}

/// Why a fault cannot strike where somebody wants it to; empty when it can.
std::string refusal(const Machinery& machinery, const Fault& known, const std::string& operation, const std::string& phase) {
  const auto& routes = machinery.router.routes();
  const bool served = std::any_of(routes.begin(), routes.end(), [&](const auto& route) { return glob_match(operation, route->operation); });
  if (!served) return fmt::format("can match nothing: no operation is named '{}'", operation);
  if (known.strikes.empty()) return fmt::format("is about {}, and azlab serves nothing of the kind (azlab faults list --not-served)", known.theme);
  if (phase == "request") {
    if (known.kind == "hang") return "never ends what was begun, so it cannot strike a request: name a phase, or leave the place away";
    if (known.status == 0) return "is no answer to a request: name a phase, or leave the place away";
    return {};
  }
  std::vector<std::string> phases;
  for (const auto& [name, its] : machinery.phases) {
    if (glob_match(operation, name)) phases.insert(phases.end(), its.begin(), its.end());
  }
  if (phases.empty()) return fmt::format("cannot strike at '{}': {} is done at once and has no phases", phase, operation);
  if (std::find(phases.begin(), phases.end(), phase) == phases.end()) return fmt::format("cannot strike at '{}': the phases of {} are {}", phase, operation, join(phases, ", "));
  return {};
}

Result<void> arm(Machinery& machinery, const ArmedFault& asked) {
  ArmedFault fault = asked;
  if (!is_known(fault.fault)) {
    const auto near = nearest(fault.fault, known_ids(), 1);
    return fail(400, "WrongUse", fmt::format("unknown fault '{}'{}", fault.fault, near.empty() ? "" : "; did you mean '" + near[0] + "'?"));
  }
  const Fault* known = find_fault(fault.fault);
  if (known == nullptr) return fail(400, "WrongUse", fmt::format("fault '{}' follows from a rule of azlab's and is not armed: do what it is about", fault.fault));
  fault.hangs = known->kind == "hang";
  if (fault.operation.empty()) {
    for (const auto& point : known->strikes) {
      if (refusal(machinery, *known, point.operation, point.at).empty()) fault.places.emplace_back(point.operation, point.at);
    }
    if (fault.places.empty()) return fail(400, "WrongUse", fmt::format("fault '{}' {}", fault.fault, known->strikes.empty() ? refusal(machinery, *known, "*", "request") : "can strike nothing that azlab serves yet"));
    fault.operation = fault.places.front().first;
    fault.phase = fault.places.front().second;
  } else if (const auto why = refusal(machinery, *known, fault.operation, fault.phase); !why.empty()) {
    return fail(400, "WrongUse", fmt::format("fault '{}' {}", fault.fault, why));
  }
  machinery.faults.arm(std::move(fault));
  return {};
}

Response fault_response(Context& context, const ArmedFault& fault, const Request& request, const Match& match) {
  const Json& entry = entry_of(fault.fault);
  Values values = fault.values;
  add_from_request(context, request, match, values);
  add_defaults(context, fault.fault, values);
  const Json& body = entry["body"];
  const bool answers = entry["status"].is_number() && entry["status"].get<int>() >= 400;
  Response response;
  if (answers && body.is_string()) {
    response = text_response(entry["status"].get<int>(), fill(body.get<std::string>(), values));
  } else if (answers && body.is_object()) {
    response = json_response(entry["status"].get<int>(), fill_json(body, values));
  } else {
    // It fails an operation that was accepted; here the request itself is refused with the same words.
    const Error error = make_error(fault.fault, values);
    response = json_response(error.status, {{"error", {{"code", error.code}, {"message", error.message}}}});
  }
  add_headers(response, entry, values);
  return response;
}

Error fault_error(Context& context, const ArmedFault& fault, std::string_view subject) {
  Values values = fault.values;
  values.emplace("name", subject);
  add_defaults(context, fault.fault, values);
  return make_error(fault.fault, values);
}

}  // namespace azlab::faults
