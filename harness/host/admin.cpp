#include "harness/host/admin.hpp"

#include <nlohmann/json.hpp>

#include "harness/host/client_run.hpp"
#include "sim/faults/catalogue.hpp"
#include "sim/core/journal.hpp"
#include "sim/core/text.hpp"
#include "sim/core/world.hpp"

namespace azlab::host {
namespace {

Response refused(int status, const std::string& message) { return json_response(status, {{"error", message}}); }

Json clock_json(Simulator& simulator) {
  const auto due = simulator.next_due();
  return {{"now", to_iso8601(simulator.now())}, {"nextDue", due ? Json(to_iso8601(*due)) : Json(nullptr)}};
}

Response advance(Simulator& simulator, const Request& request) {
  const auto body = parse_json(request.body.text());
  const Json* wanted = body ? find_path(*body, "seconds") : nullptr;
  if (wanted == nullptr || !wanted->is_number() || wanted->get<double>() < 0) return refused(400, R"(send {"seconds": n}, n not negative)");
  simulator.advance(seconds(wanted->get<double>()));
  return json_response(200, clock_json(simulator));
}

Response journal(Simulator& simulator, const Request& request) {
  const std::string after = request.query_value("after").value_or("0");
  if (after.empty() || after.size() > 18 || after.find_first_not_of("0123456789") != std::string::npos) return refused(400, "after is the number of an entry");
  const std::uint64_t from = std::stoull(after);
  Json entries = Json::array();
  for (const auto& entry : simulator.journal().entries()) {
    if (entry.number <= from) continue;
    entries.push_back({{"number", entry.number}, {"parent", entry.parent}, {"at", to_iso8601(entry.at)}, {"operation", entry.operation}, {"method", entry.method}, {"url", entry.url}, {"status", entry.status}, {"errorCode", entry.error_code}, {"fault", entry.fault}});
  }
  return json_response(200, {{"entries", entries}});
}

Response faults(Simulator& simulator) {
  Json list = Json::array();
  for (const auto& fault : simulator.fault_hits()) list.push_back({{"fault", fault.fault}, {"armed", fault.armed}, {"hits", fault.hits}});
  return json_response(200, {{"faults", list}});
}

Response arm_fault(Simulator& simulator, const Request& request) {
  const auto body = parse_json(request.body.text());
  const std::string text = body ? string_at(*body, "fault") : std::string();
  const auto fault = faults::parse_armed_fault(text);
  if (!fault) return refused(400, fault.error().message);
  if (const auto ok = simulator.arm(*fault); !ok) return refused(400, ok.error().message);
  return faults(simulator);
}

Response unknown(Simulator& simulator) {
  constexpr std::string_view kPrefix = "unknown-route/";
  Json list = Json::array();
  simulator.inspect([&](const World& world) {
    world.for_each(Table::counter, kPrefix, [&](const std::string& key, const RowPtr&) {
      list.push_back(key.substr(kPrefix.size()));
      return true;
    });
  });
  return json_response(200, {{"requests", list}});
}

}  // namespace

Response answer_admin(Simulator& simulator, const Request& request) {
  if (request.host != "127.0.0.1" && request.host != "localhost") return refused(403, "the admin interface answers to 127.0.0.1 and localhost");
  const bool get = request.method == Method::get;
  const bool post = request.method == Method::post;
  if (get && request.path == "/clock") return json_response(200, clock_json(simulator));
  if (post && request.path == "/clock/advance") return advance(simulator, request);
  if (get && request.path == "/journal") return journal(simulator, request);
  if (get && request.path == "/faults") return faults(simulator);
  if (post && request.path == "/faults") return arm_fault(simulator, request);
  if (get && request.path == "/unknown") return unknown(simulator);
  return refused(404, "there are GET /clock, POST /clock/advance, GET /journal, GET /faults, POST /faults, GET /unknown");
}

}  // namespace azlab::host
