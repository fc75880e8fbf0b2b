#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/journal/record.hpp"
#include "sim/core/fault_plan.hpp"
#include "sim/http/message.hpp"
#include "sim/simulator.hpp"

namespace azlab::journal {

/// A journal file: JSON Lines, each with a "kind" (fixtures/journal/journal.schema.json).
constexpr int kVersion = 1;
/// Longer bodies lie in files of their own, in FILE.bodies.
constexpr std::size_t kBodyInLineBytesMax = std::size_t{64} << 10U;
/// Of all those files; what comes after that is not kept.
constexpr std::size_t kBodiesBytesMax = std::size_t{256} << 20U;

/// What the run started from.
struct Begin {
  SimulatorOptions options{};
  std::vector<ArmedFault> faults{};  ///< of the command line
  bool goes_on = false;              ///< from a folder of state: the file does not hold what was there before
};

/// What a client sent, as far as it was kept.
struct Sent {
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string body{};          ///< when it stands in its line
  std::string body_file{};     ///< relative to FILE.bodies
  std::size_t omitted = 0;     ///< bytes that were not kept
};

/// A resource as it was at the end.
struct Left {
  std::string id{};
  std::string state{};
  std::string digest{};  ///< SHA-256 of its body
  bool operator==(const Left&) const = default;
};

/// A long-running operation as it was at the end. `nth` counts those of its name on its resource, from 1.
struct Ran {
  std::string id{};
  std::string operation{};
  std::string resource{};
  std::uint64_t nth = 1;
  std::string status{};
  double seconds = 0;  ///< from its start to its end; 0 while it runs
};

enum class Kind { begin, request, inside, armed, disarmed, went_back, resource, operation, end };

/// One line.
struct Line {
  Kind kind = Kind::begin;
  std::optional<Begin> begin{};
  Record record{};     ///< of requests and what they asked inside
  Sent sent{};         ///< of requests
  ArmedFault fault{};  ///< armed or disarmed
  Left left{};
  Ran ran{};
  Time at{};           ///< of armed, disarmed, wentBack, end
};

Json to_json(const Begin& begin);
Json to_json(const ArmedFault& fault);
Json to_json(const Left& left);
Json to_json(const Ran& ran);
/// One line of the file; one line on what is wrong with it.
Result<Line> parse_line(const std::string& text);
/// The whole file. Errors name it and the line. A last line that was cut off (its run was killed) is left out.
Result<std::vector<Line>> read_file(const std::string& path);
/// The resources of a simulator, sorted by id.
std::vector<Left> resources_of(const Simulator& simulator);
/// Its operations, by resource, name and number.
std::vector<Ran> operations_of(const Simulator& simulator);

}  // namespace azlab::journal
