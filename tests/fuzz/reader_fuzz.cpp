// Arbitrary bytes into the lab reader: it must neither crash nor take more than linear time.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "harness/lab/lab.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto lab = azlab::lab::read_lab(text, "fuzz.md");
  if (lab) static_cast<void>(azlab::lab::steps_as_json_lines(*lab));
  static_cast<void>(azlab::lab::check_script_text(text));
  return 0;
}
