#include "harness/admin/routes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/core/text.hpp"

namespace azlab::admin {
namespace {

tl::unexpected<Error> unknown_name(const std::string& kind, const std::string& name, const std::vector<std::string>& known) {
  if (known.empty()) return invalid(fmt::format("there is no {} '{}', and none is wanted", kind, name));
  const auto near = nearest(name, known, 1);
  return invalid(fmt::format("there is no {} '{}'; {}", kind, name, near.empty() ? "there are " + join(known, ", ") : "do you mean '" + near[0] + "'?"));
}

}  // namespace

const std::vector<Route>& routes() {
  static const std::vector<Route> table = {
      {Method::get, "/openapi.json", "describe", describe},
      {Method::get, "/clock", "readClock", read_clock},
      {Method::patch, "/clock", "setClock", set_clock},
      {Method::post, "/clock/advance", "advanceClock", advance_clock},
      {Method::post, "/clock/run-until", "runUntil", run_until},
      {Method::get, "/snapshots", "listSnapshots", list_snapshots},
      {Method::post, "/snapshots", "takeSnapshot", take_snapshot},
      {Method::post, "/snapshots/{name}/restore", "restoreSnapshot", restore_snapshot},
      {Method::del, "/snapshots/{name}", "dropSnapshot", drop_snapshot},
      {Method::get, "/faults", "listFaults", list_faults},
      {Method::post, "/faults", "armFault", arm_fault},
      {Method::del, "/faults", "disarmAllFaults", disarm_all_faults},
      {Method::del, "/faults/{number}", "disarmFault", disarm_fault},
      {Method::get, "/catalogue", "listCatalogue", list_catalogue},
      {Method::get, "/catalogue/{fault}", "showCatalogueEntry", show_catalogue_entry},
      {Method::get, "/scenario", "readScenario", read_scenario},
      {Method::post, "/scenario", "changeScenario", change_scenario},
      {Method::get, "/scenarios", "listScenarios", list_scenarios},
      {Method::post, "/reset", "reset", reset},
      {Method::get, "/journal", "readJournal", read_journal},
      {Method::get, "/requests", "readRequests", read_requests},
      {Method::get, "/unknown", "readUnknown", read_unknown},
      {Method::get, "/resources", "listResources", list_resources},
      {Method::get, "/operations", "listOperations", list_operations},
      {Method::get, "/state", "exportState", export_state},
      {Method::put, "/state", "importState", import_state},
      {Method::get, "/environment", "readEnvironment", read_environment},
  };
  return table;
}

std::vector<std::pair<std::string, std::string>> served() {
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto& route : routes()) out.emplace_back(fmt::format("{} {}", to_string(route.method), route.pattern), route.operation);
  return out;
}

Result<Json> body_of(const Asked& asked, const std::vector<std::string>& known) {
  const std::string text = asked.request.body.text();
  if (trim(text).empty()) return Json::object();
  auto json = parse_json(text);
  if (!json) return invalid("the body is no JSON: " + json.error().message);
  if (!json->is_object()) return invalid("the body must be a JSON object");
  for (const auto& [name, value] : json->items()) {
    if (std::find(known.begin(), known.end(), name) == known.end()) return unknown_name("member", name, known);
  }
  return json;
}

Result<std::vector<std::pair<std::string, std::string>>> query_of(const Asked& asked, const std::vector<std::string>& known) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto& part : split(asked.request.query, '&')) {
    if (part.empty()) continue;
    const auto equals = part.find('=');
    const std::string name = percent_decode(part.substr(0, equals), true);
    if (std::find(known.begin(), known.end(), name) == known.end()) return unknown_name("parameter", name, known);
    out.emplace_back(name, equals == std::string::npos ? std::string() : percent_decode(part.substr(equals + 1), true));
  }
  return out;
}

}  // namespace azlab::admin
