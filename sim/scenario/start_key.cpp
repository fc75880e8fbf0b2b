#include "sim/scenario/start_key.hpp"

#include <iterator>
#include <nlohmann/json.hpp>

#include "sim/arm/subscription.hpp"
#include "sim/core/text.hpp"

namespace azlab::scenario {

void Start::settle() {
  while (const auto due = context.timeline().next_due()) {
    if (*due - context.now() > std::chrono::hours(1) || *due > begin) return;  // schedules of another time of day
    const Time before = context.now();
    advance_to(*due);
    if (context.now() == before && context.timeline().next_due() == due) return;  // a process holds the clock
  }
}

const std::vector<StartKey>& start_keys() {
  static const std::vector<StartKey> kKeys = [] {
    std::vector<StartKey> out;
    for (auto& rows : {resource_keys(), setting_keys(), cause_keys()}) out.insert(out.end(), rows.begin(), rows.end());
    return out;
  }();
  return kKeys;
}

tl::unexpected<Error> wrong_start(std::string pointer, std::string what) {
  return fail(Error{.status = 400, .code = "InvalidScenario", .message = std::move(what), .target = std::move(pointer)});
}

Json with_names(const Json& value) {
  if (value.is_string()) {
    std::string text = replace_all(value.get<std::string>(), "{subscription}", arm::default_subscription().id);
    text = replace_all(std::move(text), "{tenant}", arm::default_subscription().tenant);
    return replace_all(std::move(text), "{user}", Caller().principal_id);
  }
  Json out = value;
  if (!out.is_structured()) return out;
  for (auto& part : out) part = with_names(part);
  return out;
}

}  // namespace azlab::scenario
