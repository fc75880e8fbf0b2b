#include "harness/journal/file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <tuple>

#include "sim/core/digest.hpp"
#include "sim/core/draw.hpp"
#include "sim/core/text.hpp"
#include "sim/core/world.hpp"
#include "sim/http/operation.hpp"

namespace azlab::journal {
namespace {

constexpr std::pair<std::string_view, Kind> kKinds[] = {{"begin", Kind::begin}, {"request", Kind::request}, {"inside", Kind::inside}, {"armed", Kind::armed}, {"disarmed", Kind::disarmed}, {"wentBack", Kind::went_back}, {"resource", Kind::resource}, {"operation", Kind::operation}, {"end", Kind::end}};

std::string_view name_of(TimeMode mode) { return mode == TimeMode::leap ? "leap" : mode == TimeMode::real ? "real" : "scaled"; }

// An operation is the first, second, … of its name on its resource; nobody repeats one as often as that.
constexpr std::uint64_t kNthMost = 1000;

tl::unexpected<Error> wrong(const std::string& what) { return fail(400, "Journal", what); }

ArmedFault fault_from(const Json& json) {
  ArmedFault out{.fault = string_at(json, "fault"), .operation = string_at(json, "operation"), .resource = string_at(json, "resource", "*"), .phase = string_at(json, "phase", "request"), .times = json.value("times", 1)};
  const Json values = json.value("values", Json::object());  // items() does not keep what it goes over
  for (const auto& [name, value] : values.items()) out.values[name] = value.is_string() ? value.get<std::string>() : dump(value);
  return out;
}

Begin begin_from(const Json& json) {
  const std::string time = string_at(json, "time", "leap");
  Begin out{.options = {.seed = json.value("seed", std::uint64_t{1}),
                        .time_mode = time == "real" ? TimeMode::real : time == "scaled" ? TimeMode::scaled : TimeMode::leap,
                        .time_scale = json.value("scale", 60.0),
                        .date = string_at(json, "date"),
                        .scenario = string_at(json, "scenario"),
                        .strict = json.value("strict", false)},
            .goes_on = json.value("goesOn", false)};
  for (const auto& fault : json.value("faults", Json::array())) out.faults.push_back(fault_from(fault));
  return out;
}

Result<Sent> sent_from(const Json& json) {
  Sent out{.body = string_at(json, "body"), .body_file = string_at(json, "bodyFile"), .omitted = json.value("bodyOmittedBytes", std::size_t{0})};
  for (const auto& field : json.value("headers", Json::array())) {
    if (!field.is_array() || field.size() != 2 || !field[0].is_string() || !field[1].is_string()) return wrong("a header is no pair of texts");
    out.headers.emplace_back(field[0], field[1]);
  }
  if (const std::string coded = string_at(json, "bodyBase64"); !coded.empty()) {
    auto bytes = base64_decode(coded);
    if (!bytes) return wrong("a body is no base64");
    out.body = std::move(*bytes);
  }
  if (out.body_file.find('/') != std::string::npos || out.body_file.starts_with('.')) return wrong("a body's file lies elsewhere");
  return out;
}

Result<void> read_kind(const Json& json, Line& line) {
  switch (line.kind) {
    case Kind::begin:
      if (json.value("version", 0) != kVersion) return wrong(fmt::format("it is of version {}, and this azlab reads version {}", dump(json.value("version", Json())), kVersion));
      line.begin = begin_from(json);
      return {};
    case Kind::request:
    case Kind::inside: {
      auto record = record_from(json);
      if (!record) return fail(record.error());
      line.record = std::move(*record);
      if (line.kind == Kind::inside) return {};
      auto sent = sent_from(json);
      if (!sent) return fail(sent.error());
      line.sent = std::move(*sent);
      return {};
    }
    case Kind::resource:
      line.left = {.id = string_at(json, "id"), .state = string_at(json, "state"), .digest = string_at(json, "digest")};
      return {};
    case Kind::operation:
      line.ran = {.id = string_at(json, "id"), .operation = string_at(json, "operation"), .resource = string_at(json, "resource"), .nth = json.value("nth", std::uint64_t{1}), .status = string_at(json, "status"), .seconds = json.value("seconds", 0.0)};
      return {};
    case Kind::armed:
    case Kind::disarmed:
      line.fault = fault_from(json.value("fault", Json::object()));
      break;
    case Kind::went_back:
    case Kind::end:
      break;
  }
  const auto at = parse_iso8601(string_at(json, "at"));
  if (!at) return wrong("\"at\" is no time");
  line.at = *at;
  return {};
}

}  // namespace

Json to_json(const ArmedFault& fault) {
  // More than one place: where the catalogue says.
  return {{"fault", fault.fault}, {"operation", fault.places.size() > 1 ? "" : fault.operation}, {"resource", fault.resource}, {"phase", fault.places.size() > 1 ? "request" : fault.phase}, {"times", fault.times}, {"values", fault.values}};
}

Json to_json(const Begin& begin) {
  Json faults = Json::array();
  for (const auto& fault : begin.faults) faults.push_back(to_json(fault));
  const SimulatorOptions& options = begin.options;
  return {{"kind", "begin"}, {"version", kVersion}, {"scenario", options.scenario.empty() ? "typical" : options.scenario}, {"seed", options.seed}, {"date", options.date}, {"time", name_of(options.time_mode)}, {"scale", options.time_scale}, {"strict", options.strict}, {"faults", faults}, {"goesOn", begin.goes_on}};
}

Json to_json(const Left& left) { return {{"kind", "resource"}, {"id", left.id}, {"state", left.state}, {"digest", left.digest}}; }

Json to_json(const Ran& ran) { return {{"kind", "operation"}, {"id", ran.id}, {"operation", ran.operation}, {"resource", ran.resource}, {"nth", ran.nth}, {"status", ran.status}, {"seconds", ran.seconds}}; }

Result<Line> parse_line(const std::string& text) {
  const auto json = parse_json(text);
  if (!json) return fail(json.error());
  if (!json->is_object()) return wrong("it is no object");
  const std::string kind = string_at(*json, "kind");
  for (const auto& [name, known] : kKinds) {
    if (kind != name) continue;
    Line line{.kind = known};
    try {
      if (const auto ok = read_kind(*json, line); !ok) return fail(ok.error());
    } catch (const Json::exception& e) {
      return wrong(e.what());  // a member of another type than the schema says
    }
    return line;
  }
  return wrong("its kind is '" + kind + "'");
}

Result<std::vector<Line>> read_file(const std::string& path) {
  std::error_code why;
  std::ifstream in(path, std::ios::binary);
  if (!in || std::filesystem::is_directory(path, why)) return fail(400, "WrongUse", fmt::format("cannot read {}: {}", path, in ? "it is a directory" : std::strerror(errno)));
  std::vector<Line> out;
  std::string text;
  for (std::size_t number = 1; std::getline(in, text); ++number) {
    const bool whole = !in.eof();
    if (trim(text).empty()) continue;
    auto line = parse_line(text);
    if (!line && !whole) break;
    if (!line) return fail(400, "WrongUse", fmt::format("{}:{}: no line of a journal: {}", path, number, line.error().message));
    if (out.empty() != (line->kind == Kind::begin)) return fail(400, "WrongUse", fmt::format("{}:{}: {}", path, number, out.empty() ? "a journal begins with a line of kind \"begin\"" : "a journal has one begin"));
    out.push_back(std::move(*line));
  }
  if (out.empty()) return fail(400, "WrongUse", path + " is empty; azlab run --journal writes journals");
  return out;
}

std::vector<Left> resources_of(const Simulator& simulator) {
  std::vector<Left> out;
  simulator.inspect([&](const World& world) {
    world.for_each(Table::resource, "", [&](const std::string& key, const RowPtr& row) {
      out.push_back({.id = key, .state = row->state, .digest = sha256_hex(row->body)});
      return true;
    });
  });
  return out;
}

std::vector<Ran> operations_of(const Simulator& simulator) {
  std::vector<Ran> found;
  simulator.inspect([&](const World& world) {
    world.for_each(Table::operation, "", [&](const std::string& id, const RowPtr&) {
      const auto operation = find_operation(world, id);
      if (!operation) return true;
      found.push_back({.id = id, .operation = operation->name, .resource = to_lower(operation->resource), .status = operation->status, .seconds = operation->running() ? 0 : to_seconds(operation->ended - operation->started)});
      return true;
    });
  });
  const Draw draw(simulator.options().seed);
  for (auto& ran : found) {
    const std::string subject = ran.resource + "|" + ran.operation;
    while (ran.nth < kNthMost && draw.guid("operation", subject, ran.nth) != ran.id) ++ran.nth;  // as start_operation names them
  }
  std::sort(found.begin(), found.end(), [](const Ran& a, const Ran& b) { return std::tie(a.resource, a.operation, a.nth) < std::tie(b.resource, b.operation, b.nth); });
  return found;
}

}  // namespace azlab::journal
