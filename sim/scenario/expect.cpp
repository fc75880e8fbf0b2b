#include "sim/scenario/expect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>

#include "sim/core/resource_id.hpp"
#include "sim/core/text.hpp"
#include "sim/scenario/start_key.hpp"

namespace azlab::scenario {
namespace {

constexpr std::string_view kAbsent = "absent";

/// So many, or between two bounds.
struct Count {
  int at_least = 0;
  int at_most = std::numeric_limits<int>::max();

  explicit Count(const Json& json) {
    if (json.is_number()) {
      at_least = at_most = json.get<int>();
    } else {
      at_least = json.value("atLeast", at_least);
      at_most = json.value("atMost", at_most);
    }
  }
  bool holds(int found) const { return found >= at_least && found <= at_most; }
  std::string in_words() const {
    if (at_least == at_most) return std::to_string(at_least);
    if (at_most == std::numeric_limits<int>::max()) return std::to_string(at_least) + " or more";
    return at_least == 0 ? fmt::format("{} or fewer", at_most) : fmt::format("{} to {}", at_least, at_most);
  }
};

Json expected(const Scenario& scenario) { return scenario.document.value().value("expect", Json::object()); }

int faults_struck(const Machinery& machinery, const std::string& id) {
  int out = 0;
  const auto& armed = machinery.faults.armed();
  for (std::size_t i = 0; i < armed.size(); ++i) {
    if (armed[i].fault == id) out += FaultPlan::hits(machinery.world, i);
  }
  return out;
}

int errors_met(const Machinery& machinery, const std::string& code) {
  const auto& entries = machinery.journal.entries();
  auto out = std::count_if(entries.begin(), entries.end(), [&](const JournalEntry& entry) { return entry.error_code == code; });
  machinery.world.for_each(Table::operation, "", [&](const std::string&, const RowPtr& row) {
    const auto operation = row->state == "Failed" ? parse_json(row->body) : Result<Json>(Json());
    if (operation && string_at(*operation, "error.code") == code) ++out;
    return true;
  });
  return static_cast<int>(out);
}

int requests_made(const Machinery& machinery, const std::string& operation) {
  const auto& entries = machinery.journal.entries();
  return static_cast<int>(std::count_if(entries.begin(), entries.end(), [&](const JournalEntry& entry) { return glob_match(operation, entry.operation); }));
}

std::string state_of(const Machinery& machinery, const std::string& resource) {
  const auto id = ResourceId::parse(resource);
  const RowPtr row = id ? machinery.world.find(Table::resource, id->key()) : nullptr;
  if (!row) return std::string(kAbsent);
  if (!row->state.empty()) return row->state;
  const auto body = parse_json(row->body);
  return body ? string_at(*body, "properties.provisioningState", "Succeeded") : std::string();
}

/// Reads "expect" part by part and notes what is not so.
class Comparison {
 public:
  Comparison(const Scenario& scenario, const Outcome& outcome) : scenario_(scenario), outcome_(outcome), expect_(expected(scenario)) {}

  std::vector<std::string> unmet{};

  void run() {
    if (expect_.contains("exitStatus") && outcome_.exit_status && *outcome_.exit_status != expect_["exitStatus"].get<int>()) {
      note("/expect/exitStatus", dump(expect_["exitStatus"]), std::to_string(*outcome_.exit_status));
    }
    counts("faults", faults_struck);
    counts("errors", errors_met);
    counts("requests", requests_made);
    const Json states = expect_.value("states", Json::array());
    for (std::size_t i = 0; i < states.size(); ++i) {
      const std::string resource = with_names(states[i]["resource"]);
      const std::string wanted = states[i]["state"];
      const std::string found = state_of(outcome_.machinery, resource);
      if (found != wanted) note(pointer_to("/expect/states", i), resource + " " + wanted, found);
    }
  }

 private:
  void counts(const std::string& kind, int (*count)(const Machinery&, const std::string&)) {
    const Json wanted = expect_.value(kind, Json::object());
    for (const auto& [name, how_many] : wanted.items()) {
      const Count bounds(how_many);
      const int found = count(outcome_.machinery, name);
      if (!bounds.holds(found)) note(pointer_to("/expect/" + kind, name), bounds.in_words(), std::to_string(found));
    }
  }

  void note(const std::string& pointer, const std::string& wanted, const std::string& found) {
    unmet.push_back(fmt::format("{}: {}: {} expected, {} found", scenario_.document.place(pointer), pointer_in_words(pointer), wanted, found));
  }

  const Scenario& scenario_;
  const Outcome& outcome_;
  const Json expect_;
};

tl::unexpected<Error> cannot(const Scenario& scenario, const std::string& pointer, const std::string& why) {
  return fail(400, "InvalidScenario", fmt::format("scenario {}: {}: {}", scenario.document.place(pointer), pointer_in_words(pointer), why));
}

}  // namespace

std::vector<std::string> unmet_expectations(const Scenario& scenario, const Outcome& outcome) {
  Comparison comparison(scenario, outcome);
  comparison.run();
  return std::move(comparison.unmet);
}

Result<void> check_expectations(const Scenario& scenario, const Machinery& machinery) {
  const Json expect = expected(scenario);
  const auto& armed = machinery.faults.armed();
  const Json faults = expect.value("faults", Json::object());
  for (const auto& [id, ignored] : faults.items()) {
    const std::string& name = id;
    if (std::none_of(armed.begin(), armed.end(), [&](const ArmedFault& fault) { return fault.fault == name; })) return cannot(scenario, pointer_to("/expect/faults", id), "it is not among this scenario's \"faults\"");
  }
  const auto& routes = machinery.router.routes();
  const Json requests = expect.value("requests", Json::object());
  for (const auto& [operation, ignored] : requests.items()) {
    const std::string& pattern = operation;
    if (std::none_of(routes.begin(), routes.end(), [&](const auto& route) { return glob_match(pattern, route->operation); })) return cannot(scenario, pointer_to("/expect/requests", operation), "no operation is named so (azlab operations)");
  }
  for (const char* kind : {"faults", "errors", "requests"}) {
    const Json counts = expect.value(kind, Json::object());
    for (const auto& [name, how_many] : counts.items()) {
      const Count bounds(how_many);
      if (bounds.at_least > bounds.at_most) return cannot(scenario, pointer_to(std::string("/expect/") + kind, name), "\"atLeast\" is above \"atMost\"");
    }
  }
  const Json states = expect.value("states", Json::array());
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (!ResourceId::parse(with_names(states[i]["resource"]).get<std::string>())) return cannot(scenario, pointer_to("/expect/states", i) + "/resource", "this is no id of a resource");
  }
  return {};
}

}  // namespace azlab::scenario
