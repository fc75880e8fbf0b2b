#include "harness/host/summary.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/core/journal.hpp"
#include "sim/core/json.hpp"
#include "sim/core/world.hpp"

namespace azlab::host {

Summary summarise(const Simulator& simulator, const door::ClientDoor& door, Time begin) {
  Summary out{.passed = simulator.now() - begin, .refused = door.refused(), .faults = simulator.fault_hits()};
  simulator.read_journal([&](const Journal& journal) {
    for (const auto& entry : journal.entries()) {
      if (entry.parent != 0 || entry.origin != "network") continue;  // what clients asked; jobs and services ask inside
      ++out.requests;
      if (entry.operation.empty()) continue;
      Summary::Calls& calls = out.operations[std::string(entry.operation)];
      ++calls.count;
      if (entry.status < 400) ++calls.succeeded;
    }
  });
  constexpr std::string_view kPrefix = "unknown-route/";
  simulator.inspect([&](const World& world) {
    world.for_each(Table::counter, kPrefix, [&](const std::string& key, const RowPtr&) {
      out.not_served.push_back(key.substr(kPrefix.size()));
      return true;
    });
  });
  return out;
}

void write_summary(const Summary& summary, std::ostream& out) {
  out << "azlab: " << summary.requests << (summary.requests == 1 ? " request, " : " requests, ") << to_words(summary.passed) << " of simulated time\n";
  for (const auto& [operation, calls] : summary.operations) out << fmt::format("{:7}  {}\n", calls.count, operation);
  for (const auto& route : summary.not_served) out << "  not served: " << route << "\n";
  for (const auto& [host, count] : summary.refused) out << fmt::format("  refused host: {} ({} times)\n", host, count);
  for (const auto& fault : summary.faults) {
    if (fault.disarmed && fault.hits == 0) continue;
    out << (fault.hits == 0 ? "  armed, never hit: " : "  fault struck: ") << fault.fault << " at " << fault.armed << (fault.hits == 0 ? "" : fmt::format(" ({} times)", fault.hits)) << "\n";
  }
  for (const auto& line : summary.unmet) out << "  not as expected: " << line << "\n";
}

std::string summary_json(const Summary& summary) {
  Json operations = Json::object();
  for (const auto& [operation, calls] : summary.operations) operations[operation] = {{"requests", calls.count}, {"succeeded", calls.succeeded}};
  Json faults = Json::array();
  for (const auto& fault : summary.faults) faults.push_back({{"fault", fault.fault}, {"armed", fault.armed}, {"hits", fault.hits}});
  const Json whole = {{"requests", summary.requests},
                      {"simulatedSeconds", static_cast<double>(summary.passed.count()) / 1000},
                      {"operations", operations},
                      {"notServed", summary.not_served},
                      {"refusedHosts", summary.refused},
                      {"faults", faults},
                      {"unmet", summary.unmet}};
  return dump(whole) + "\n";
}

}  // namespace azlab::host
