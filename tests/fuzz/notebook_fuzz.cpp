// Notebooks come from lab authors' repositories: whatever the bytes, their kernel is read or there is none.
#include <cstdint>
#include <string>

#include "harness/run/notebook_run.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static_cast<void>(azlab::run::kernel_of_notebook(std::string(reinterpret_cast<const char*>(data), size)));
  return 0;
}
