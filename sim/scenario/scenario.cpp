#include "sim/scenario/scenario.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/core/fixtures.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"
#include "sim/scenario/expect.hpp"
#include "sim/scenario/start_key.hpp"

namespace azlab {
namespace {

constexpr std::string_view kFolder = "scenarios/";
constexpr auto kDayBefore = std::chrono::hours(24);

ArmedFault fault_of(const Json& json) {
  ArmedFault out{.fault = string_at(json, "fault"),
                 .operation = string_at(json, "operation", json.contains("phase") ? "*" : ""),  // without a place: where the catalogue says
                 .resource = string_at(json, "resource", "*"),
                 .phase = string_at(json, "phase", "request"),
                 .times = json.value("times", 1)};
  const Json values = json.value("values", Json::object());
  for (const auto& [key, value] : values.items()) out.values[key] = value.is_string() ? value.get<std::string>() : dump(value);
  return out;
}

Result<Scenario> read(const scenario::Source& source, std::string name) {
  auto document = scenario::read_document(source);
  if (!document) return fail(document.error());
  const Json& json = document->value();
  const std::string profile = string_at(json, "profile", "typical");
  Scenario out{.name = std::move(name), .description = string_at(json, "description"), .source = string_at(json, "source"), .date = string_at(json, "date"), .as_of = string_at(json, "asOf")};
  out.profile = profile == "slow" ? Profile::slow : profile == "quick" ? Profile::quick : Profile::typical;
  const Json faults = json.value("faults", Json::array());
  for (const auto& fault : faults) out.faults.push_back(fault_of(fault));
  out.document = std::move(*document);
  return out;
}

tl::unexpected<Error> wrong(const Scenario& scenario, const std::string& pointer, const std::string& what) {
  return fail(400, "InvalidScenario", fmt::format("scenario {}: {}: {}", scenario.document.place(pointer), pointer_in_words(pointer), what));
}

Result<void> apply_keys(scenario::Start& start, const Scenario& scenario, scenario::When when) {
  const Json keys = scenario.document.value().value("start", Json::object());
  for (const auto& key : scenario::start_keys()) {
    const auto value = keys.find(std::string(key.name));
    if (key.when != when || value == keys.end()) continue;
    if (const auto ok = key.apply(start, *value); !ok) return wrong(scenario, pointer_to("/start", key.name) + ok.error().target, ok.error().message);
  }
  return {};
}

/// Whoever looks at the end for what a run has left behind should not find what was there at its beginning.
void note_groups(World& world) {
  std::vector<std::string> groups;
  world.for_each_of_type("Microsoft.Resources/resourceGroups", "", [&](const std::string& key, const RowPtr&) {
    groups.push_back(key);
    return true;
  });
  for (const auto& key : groups) world.put(Table::setting, std::string(kLeftBehind) + key, Row{.body = "true"});
}

}  // namespace

std::vector<std::string> scenario_names() {
  std::vector<std::string> out;
  for (const auto& path : fixtures::list(kFolder)) {
    if (path.ends_with(".json")) out.push_back(path.substr(kFolder.size(), path.size() - kFolder.size() - 5));
  }
  return out;
}

Result<Scenario> load_scenario(std::string_view name_or_text) {
  if (trim(name_or_text).starts_with("{")) return parse_scenario(name_or_text, "(given text)");
  const auto source = scenario::find_source(name_or_text, "");
  if (!source) return fail(source.error());
  return read(*source, name_or_text.empty() ? "typical" : std::string(name_or_text));
}

Result<Scenario> parse_scenario(std::string_view text, std::string_view file) { return read({.text = std::string(text), .file = std::string(file)}, std::string(file)); }

Result<void> apply_scenario(Context& context, const Scenario& scenario, const std::function<void(Time)>& advance_to) {
  Machinery& machinery = context.machinery();
  machinery.profile = scenario.profile;
  scenario::Start start{.context = context, .begin = machinery.clock.start(), .advance_to = advance_to};
  machinery.clock.restore(start.begin - kDayBefore);
  if (const auto ok = apply_keys(start, scenario, scenario::When::day_before); !ok) return ok;
  advance_to(start.begin);
  machinery.clock.restore(start.begin);
  note_groups(machinery.world);
  if (const auto ok = apply_keys(start, scenario, scenario::When::at_begin); !ok) return ok;
  for (std::size_t i = 0; i < scenario.faults.size(); ++i) {
    if (const auto ok = faults::arm(machinery, scenario.faults[i]); !ok) return wrong(scenario, pointer_to("/faults", i), ok.error().message);
  }
  if (const auto ok = scenario::check_expectations(scenario, machinery); !ok) return ok;
  // Nobody asked for any of this during the run.
  machinery.journal.cut_back_to(1);
  return {};
}

}  // namespace azlab
