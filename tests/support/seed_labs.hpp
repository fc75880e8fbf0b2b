#pragma once

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include "tests/support/catch.hpp"

namespace azlab::test {

inline constexpr const char* kSeedCompute = "04-Work-with-compute.md";
inline constexpr const char* kSeedTracking = "08-Script-mlflow-tracking.md";
inline constexpr const char* kSeedLabs[] = {kSeedCompute, kSeedTracking};

/// One of the two documents that the project was given. They lie beside the checkout (or where AZLAB_SEED_LABS says) and are not
/// part of it: nothing and a warning where it is not there; in CI it must be.
inline std::optional<std::string> seed_lab(const std::string& name) {
  const char* given = std::getenv("AZLAB_SEED_LABS");
  std::ifstream file(std::string(given != nullptr ? given : AZLAB_SOURCE_DIR "/../shared/labs/fr") + "/" + name);
  if (file) return std::string(std::istreambuf_iterator<char>(file), {});
  const char* ci = std::getenv("CI");
  REQUIRE((ci == nullptr || std::string(ci) != "true"));
  WARN("the seed lab " << name << " is not beside this checkout; set AZLAB_SEED_LABS");
  return std::nullopt;
}

}  // namespace azlab::test
