#include "sim/scenario/scenario.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harness/admin/routes.hpp"
#include "sim/core/text.hpp"

namespace azlab::admin {
namespace {

Json scenario_json(const Simulator& simulator) {
  const SimulatorOptions options = simulator.options();
  const auto scenario = load_scenario(options.scenario);
  return {{"scenario", scenario ? scenario->name : options.scenario}, {"description", scenario ? scenario->description : ""}, {"seed", options.seed}, {"date", options.date}, {"strict", options.strict}};
}

/// A scenario by its name, or as the object that a file of scenarios/ holds.
Result<std::string> scenario_of(const Json& body) {
  const Json& given = body["scenario"];
  if (given.is_object()) return dump(given);
  if (given.is_string() && !given.get<std::string>().empty()) return given.get<std::string>();
  return invalid("\"scenario\" must be a name (GET /scenarios) or an object");
}

/// Begins anew, from what the body changes; faults of the command line belong to the scenario that they came with.
Result<Response> begin_anew(const Asked& asked, const Json& body) {
  SimulatorOptions options = asked.simulator.options();
  const bool other = body.contains("scenario");
  if (other) {
    auto scenario = scenario_of(body);
    if (!scenario) return fail(scenario.error());
    options.scenario = std::move(*scenario);
  }
  if (body.contains("seed")) {
    if (!body["seed"].is_number_unsigned()) return invalid("\"seed\" must be a whole number, not negative");
    options.seed = body["seed"].get<std::uint64_t>();
  }
  if (const auto done = asked.simulator.reset(std::move(options)); !done) return invalid(done.error().message);
  if (const auto shares = put_shares_back(asked.around, ""); !shares) return fail(shares.error());
  for (const auto& fault : other ? std::vector<ArmedFault>() : asked.around.faults) {
    if (const auto ok = asked.simulator.arm(fault); !ok) return invalid(ok.error().message);
  }
  Json answer = scenario_json(asked.simulator);
  answer["clock"] = clock_json(asked.simulator);
  return json_response(200, answer);
}

}  // namespace

Result<Response> read_scenario(const Asked& asked) { return json_response(200, scenario_json(asked.simulator)); }

Result<Response> change_scenario(const Asked& asked) {
  const auto body = body_of(asked, {"scenario", "seed"});
  if (!body) return fail(body.error());
  if (!body->contains("scenario")) return invalid("\"scenario\" must be a name (GET /scenarios) or an object");
  return begin_anew(asked, *body);
}

Result<Response> list_scenarios(const Asked&) {
  Json list = Json::array();
  for (const auto& name : scenario_names()) {
    const auto scenario = load_scenario(name);
    list.push_back({{"name", name}, {"description", scenario ? scenario->description : ""}});
  }
  return json_response(200, {{"scenarios", list}});
}

Result<Response> reset(const Asked& asked) {
  const auto body = body_of(asked, {"scenario", "seed"});
  if (!body) return fail(body.error());
  return begin_anew(asked, *body);
}

}  // namespace azlab::admin
