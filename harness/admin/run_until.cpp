// POST /clock/run-until: lets one due event after the other happen until something is so.
#include <fmt/format.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "harness/admin/routes.hpp"
#include "sim/core/text.hpp"
#include "sim/http/operation.hpp"

namespace azlab::admin {
namespace {

constexpr double kLimitS = 24 * 3600;
constexpr double kLimitMaxS = 366.0 * 24 * 3600;

/// Whether it is so; an error when it can never be.
using Condition = std::function<Result<bool>(const World&)>;

Result<Condition> operation_ended(const Json& body) {
  const std::string id = string_at(body, "operation");
  if (id.empty()) return invalid("\"operation\" must be an operation's id (GET /operations)");
  return [id](const World& world) -> Result<bool> {
    const auto operation = find_operation(world, id);
    if (!operation) return fail(404, "NoSuchOperation", fmt::format("there is no operation '{}'", id));
    return !operation->running();
  };
}

Result<Condition> resource_is(const Json& body) {
  const std::string id = to_lower(string_at(body, "resource"));
  const std::string path = string_at(body, "path");
  const std::string state = string_at(body, "state");
  const bool gone = body.contains("gone");
  if (!id.starts_with('/')) return invalid("\"resource\" must be a resource's id");
  if (gone ? !(body["gone"] == true) || body.contains("state") || body.contains("path") : state.empty()) return invalid(R"(with "resource" send "state": what it is to show, or "gone": true)");
  return [id, path, state, gone](const World& world) -> Result<bool> {
    const RowPtr row = world.find(Table::resource, id);
    if (gone || !row) return gone && !row;
    if (path.empty()) return equals_ignore_case(row->state, state);
    const auto shown = parse_json(row->body);
    return shown && equals_ignore_case(string_at(*shown, path), state);
  };
}

Result<Condition> condition_of(const Json& body) {
  int conditions = 0;
  for (const char* name : {"operation", "resource", "time", "idle"}) conditions += body.contains(name) ? 1 : 0;
  if (conditions != 1) return invalid(R"(send one of "operation", "resource", "time", "idle")");
  if (body.contains("operation")) return operation_ended(body);
  if (body.contains("resource")) return resource_is(body);
  if (body.contains("idle") && body["idle"] != true) return invalid("\"idle\" must be true");
  return [](const World&) -> Result<bool> { return false; };  // time and idleness are the loop's own ends
}

struct Ended {
  bool met = false;
  std::string by;  ///< "condition", "limit", "nothingDue" or "held"
};

/// Goes from one due event to the next.
Result<Ended> run(Simulator& simulator, const Condition& condition, Time limit) {
  while (true) {
    Result<bool> so = false;
    simulator.inspect([&](const World& world) { so = condition(world); });
    if (!so) return fail(so.error());
    if (*so) return Ended{true, "condition"};
    const auto due = simulator.next_due();
    if (!due) return Ended{false, "nothingDue"};
    if (*due > limit) return Ended{false, simulator.advance_to(limit) < limit ? "held" : "limit"};
    if (simulator.advance_to(*due) < *due) return Ended{false, "held"};
  }
}

}  // namespace

Result<Response> run_until(const Asked& asked) {
  const auto body = body_of(asked, {"operation", "resource", "state", "path", "gone", "time", "idle", "limitSeconds"});
  if (!body) return fail(body.error());
  const auto condition = condition_of(*body);
  if (!condition) return fail(condition.error());
  const Json limit_given = body->value("limitSeconds", Json(kLimitS));
  if (!limit_given.is_number() || !(limit_given.get<double>() >= 0) || limit_given.get<double>() > kLimitMaxS) return invalid("\"limitSeconds\" must be a number from 0 to a year");
  const Time begin = asked.simulator.now();
  Time limit = begin + seconds(limit_given.get<double>());
  std::optional<Time> time;
  if (body->contains("time")) {
    time = parse_iso8601(string_at(*body, "time"));
    if (!time) return invalid("\"time\" must be a time, as 2026-11-23T09:00:00Z");
    limit = std::min(limit, *time);
  }
  auto ended = run(asked.simulator, *condition, limit);
  if (!ended) return fail(ended.error());
  if (time && ended->by == "nothingDue") asked.simulator.advance_to(limit);
  if ((time && asked.simulator.now() >= *time) || (body->contains("idle") && ended->by == "nothingDue")) *ended = {true, "condition"};
  if (time && !ended->met && ended->by == "nothingDue") ended->by = "limit";
  Json answer = clock_json(asked.simulator);
  answer["met"] = ended->met;
  answer["stoppedBy"] = ended->by;
  answer["passedSeconds"] = to_seconds(asked.simulator.now() - begin);
  return json_response(200, answer);
}

}  // namespace azlab::admin
