// Requests come from any client: whatever the bytes, there is an answer, and never a 500.
#include <cstdint>
#include <string>

#include "sim/simulator.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static azlab::Simulator simulator;
  static const azlab::Snapshot empty = simulator.snapshot();
  const std::string text(reinterpret_cast<const char*>(data), size);
  // First line: method and URL; the rest: body.
  const auto line_end = text.find('\n');
  const std::string head = text.substr(0, line_end);
  const auto space = head.find(' ');
  const auto method = azlab::parse_method(head.substr(0, space));
  if (!method || space == std::string::npos) return 0;
  simulator.restore(empty);
  const auto response = simulator.handle(azlab::Request::make(*method, head.substr(space + 1), line_end == std::string::npos ? "" : text.substr(line_end + 1)));
  if (response.status >= 500) __builtin_trap();
  return 0;
}
