#include "harness/journal/print.hpp"

#include <fmt/format.h>

namespace azlab::journal {
namespace {

/// The clock's part of a time: "09:00:03".
std::string hour_of(Time time) { return to_iso8601_seconds(time).substr(11, 8); }

std::string who(const Record& record) {
  const std::string program = record.client.substr(0, record.client.find(' '));
  return program.empty() ? record.origin : program;
}

std::string what_else(const Record& record) {
  std::string out;
  if (!record.error_code.empty()) out += "  " + record.error_code;
  if (!record.fault.empty()) out += "  fault " + record.fault;
  if (record.waited.count() > 0) out += "  waited " + to_words(record.waited);
  return out;
}

void print_request(const Line& line, std::ostream& out) {
  const Record& record = line.record;
  if (line.kind == Kind::inside) {
    out << fmt::format("{:>5}           > {}{}\n", record.number, in_words(record), what_else(record));
  } else {
    out << fmt::format("{:>5} {} {} [{}]{}\n", record.number, hour_of(record.at), in_words(record), who(record), what_else(record));
  }
}

void print_other(const Line& line, std::ostream& out) {
  switch (line.kind) {
    case Kind::begin:
      out << fmt::format("begun {} in scenario {}, seed {}{}{}\n", line.begin->options.date, line.begin->options.scenario, line.begin->options.seed, line.begin->options.strict ? ", strictly" : "", line.begin->goes_on ? ", from a folder of state" : "");
      for (const auto& fault : line.begin->faults) out << fmt::format("      armed {} at {}\n", fault.fault, fault.operation.empty() ? "its places in the catalogue" : fault.operation);
      break;
    case Kind::armed:
      out << fmt::format("      {} armed {} at {}\n", hour_of(line.at), line.fault.fault, line.fault.operation.empty() ? "its places in the catalogue" : line.fault.operation);
      break;
    case Kind::disarmed:
      out << fmt::format("      {} disarmed {}\n", hour_of(line.at), line.fault.fault);
      break;
    case Kind::went_back:
      out << fmt::format("      {} all went back to an earlier state\n", hour_of(line.at));
      break;
    case Kind::end:
      out << fmt::format("ended {}\n", to_iso8601_seconds(line.at));
      break;
    case Kind::request:
    case Kind::inside:
    case Kind::resource:
    case Kind::operation:
      break;
  }
}

}  // namespace

std::string in_words(const Record& record) {
  return fmt::format("{} {} {} {}", record.method, record.status, record.operation.empty() ? "(not served)" : record.operation, record.place());
}

std::size_t print(const std::vector<Line>& lines, const Filter& filter, bool filtered, std::ostream& out) {
  std::size_t shown = 0;
  for (const auto& line : lines) {
    if (line.kind != Kind::request && line.kind != Kind::inside) {
      if (!filtered) print_other(line, out);
    } else if (shown < filter.limit && fits(filter, line.record)) {
      ++shown;
      print_request(line, out);
    }
  }
  return shown;
}

}  // namespace azlab::journal
