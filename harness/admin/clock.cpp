#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harness/admin/routes.hpp"
#include "sim/core/text.hpp"

namespace azlab::admin {
namespace {

constexpr double kSecondsMax = 366.0 * 24 * 3600 * 10;

Json time_or_null(const std::optional<Time>& time) { return time ? Json(to_iso8601(*time)) : Json(nullptr); }

std::string_view name_of(TimeMode mode) { return mode == TimeMode::leap ? "leap" : mode == TimeMode::real ? "real" : "scaled"; }

/// The instant that a member names; it must not lie in the past.
Result<Time> instant_of(const Asked& asked, const Json& body, const std::string& member) {
  const auto time = parse_iso8601(string_at(body, member));
  if (!time) return invalid(fmt::format("\"{}\" must be a time, as 2026-11-23T09:00:00Z", member));
  const Time now = asked.simulator.now();
  if (*time < now) return fail(409, "TimeIsPast", fmt::format("{} lies before {}; time goes back only by restoring a snapshot", to_iso8601_seconds(*time), to_iso8601_seconds(now)));
  if (*time - now > seconds(kSecondsMax)) return invalid(fmt::format("\"{}\" lies more than ten years ahead", member));
  return *time;
}

}  // namespace

Json clock_json(Simulator& simulator) {
  return {{"now", to_iso8601(simulator.now())}, {"nextDue", time_or_null(simulator.next_due())}, {"heldUntil", time_or_null(simulator.held_until())}, {"mode", name_of(simulator.options().time_mode)}};
}

Result<Response> read_clock(const Asked& asked) { return json_response(200, clock_json(asked.simulator)); }

Result<Response> set_clock(const Asked& asked) {
  const auto body = body_of(asked, {"now"});
  if (!body) return fail(body.error());
  const auto target = instant_of(asked, *body, "now");
  if (!target) return fail(target.error());
  asked.simulator.advance_to(*target);
  return json_response(200, clock_json(asked.simulator));
}

Result<Response> advance_clock(const Asked& asked) {
  const auto body = body_of(asked, {"seconds", "until"});
  if (!body) return fail(body.error());
  if (body->contains("seconds") == body->contains("until")) return invalid(R"(send {"seconds": n} or {"until": "2026-11-23T09:00:00Z"})");
  if (body->contains("until")) {
    const auto target = instant_of(asked, *body, "until");
    if (!target) return fail(target.error());
    asked.simulator.advance_to(*target);
  } else {
    const Json& by = (*body)["seconds"];
    if (!by.is_number() || !(by.get<double>() >= 0) || by.get<double>() > kSecondsMax) return invalid("\"seconds\" must be a number from 0 to ten years");
    asked.simulator.advance(seconds(by.get<double>()));
  }
  return json_response(200, clock_json(asked.simulator));
}

}  // namespace azlab::admin
