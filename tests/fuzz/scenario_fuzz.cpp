// Scenarios are written by people: any text is refused in one line or makes a simulator.
#include <cstdint>
#include <string_view>

#include "sim/scenario/scenario.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto scenario = azlab::parse_scenario(text, "fuzz");
  if (!scenario && scenario.error().message.find('\n') != std::string::npos) __builtin_trap();
  return 0;
}
