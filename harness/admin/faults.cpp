#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harness/admin/routes.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"
#include "sim/faults/fault.hpp"

namespace azlab::admin {
namespace {

Json armed_json(const FaultHits& fault) {
  return {{"number", fault.number}, {"fault", fault.fault}, {"armed", fault.armed}, {"resource", fault.resource}, {"times", fault.times}, {"hits", fault.hits}};
}

/// Those that can still strike.
Response armed_faults(Simulator& simulator, int status) {
  Json list = Json::array();
  for (const auto& fault : simulator.fault_hits()) {
    if (!fault.disarmed) list.push_back(armed_json(fault));
  }
  return json_response(status, {{"faults", list}});
}

/// {"fault": "ID@operation:phase:times"}, or the same in members of its own.
Result<ArmedFault> fault_of(const Json& body) {
  const std::string text = string_at(body, "fault");
  if (text.empty()) return invalid("\"fault\" must be the name of a fault (GET /catalogue)");
  auto fault = faults::parse_armed_fault(text);
  if (!fault) return invalid(fault.error().message);
  if (text.find('@') != std::string::npos && body.size() > 1 && (body.contains("operation") || body.contains("phase") || body.contains("times"))) return invalid("say where either behind the fault's name or in members, not both");
  for (const auto& [name, to] : {std::pair{"operation", &fault->operation}, {"resource", &fault->resource}, {"phase", &fault->phase}}) {
    if (!body.contains(name)) continue;
    *to = string_at(body, name);
    if (to->empty()) return invalid(fmt::format("\"{}\" must be a text", name));
  }
  if (body.contains("phase") && fault->operation.empty()) fault->operation = "*";
  if (body.contains("times")) {
    const Json& times = body["times"];
    if (!times.is_number_integer() || times.get<std::int64_t>() == 0 || times.get<std::int64_t>() < -1 || times.get<std::int64_t>() > 1'000'000) return invalid("\"times\" must be a whole number from 1, or -1 for no end");
    fault->times = times.get<int>();
  }
  const Json values = body.value("values", Json::object());
  if (!values.is_object()) return invalid("\"values\" must be an object");
  for (const auto& [name, value] : values.items()) fault->values[name] = value.is_string() ? value.get<std::string>() : dump(value);
  return fault;
}

Json entry_json(const faults::Fault& fault) {
  Json strikes = Json::array();
  for (const auto& point : fault.strikes) strikes.push_back({{"operation", point.operation}, {"at", point.at}});
  return {{"fault", fault.id},       {"theme", fault.theme}, {"kind", fault.kind},   {"status", fault.status}, {"code", fault.code},         {"wordings", fault.wordings}, {"strikes", strikes},
          {"cause", fault.cause},    {"cure", fault.cure},   {"grade", fault.grade}, {"clients", fault.clients}, {"evidence", fault.evidence}};
}

}  // namespace

Result<Response> list_faults(const Asked& asked) { return armed_faults(asked.simulator, 200); }

Result<Response> arm_fault(const Asked& asked) {
  const auto body = body_of(asked, {"fault", "operation", "resource", "phase", "times", "values"});
  if (!body) return fail(body.error());
  const auto fault = fault_of(*body);
  if (!fault) return fail(fault.error());
  if (const auto ok = asked.simulator.arm(*fault); !ok) return invalid(ok.error().message);
  return json_response(201, armed_json(asked.simulator.fault_hits().back()));
}

Result<Response> disarm_fault(const Asked& asked) {
  const auto& text = asked.arguments[0];
  const bool digits = text.size() <= 9 && text.find_first_not_of("0123456789") == std::string::npos;
  if (!digits || !asked.simulator.disarm(std::stoul(text))) return fail(404, "NoSuchFault", fmt::format("no fault is armed under the number '{}' (GET /faults)", text));
  return empty_response(204);
}

Result<Response> disarm_all_faults(const Asked& asked) {
  for (const auto& fault : asked.simulator.fault_hits()) asked.simulator.disarm(fault.number);
  return empty_response(204);
}

Result<Response> list_catalogue(const Asked& asked) {
  const auto query = query_of(asked, {"operation"});
  if (!query) return fail(query.error());
  const std::string operation = query->empty() ? std::string() : query->back().second;
  Json list = Json::array();
  for (const auto& fault : faults::all_faults()) {
    bool strikes = operation.empty();
    for (const auto& point : fault.strikes) strikes = strikes || glob_match(point.operation, operation);
    if (strikes) list.push_back({{"fault", fault.id}, {"kind", fault.kind}, {"status", fault.status}, {"served", !fault.strikes.empty()}});
  }
  return json_response(200, {{"faults", list}});
}

Result<Response> show_catalogue_entry(const Asked& asked) {
  const auto* fault = faults::find_fault(asked.arguments[0]);
  if (fault != nullptr) return json_response(200, entry_json(*fault));
  std::vector<std::string> ids;
  for (const auto& one : faults::all_faults()) ids.push_back(one.id);
  const auto near = nearest(asked.arguments[0], ids, 1);
  return fail(404, "NoSuchFault", fmt::format("the catalogue has no fault '{}'{}", asked.arguments[0], near.empty() ? "" : "; do you mean '" + near[0] + "'?"));
}

}  // namespace azlab::admin
