#pragma once

#include <cstdlib>
#include <string>

#include "harness/python/python.hpp"
#include "tests/support/catch.hpp"

namespace azlab::test {

/// The prepared environment that notebooks and jobs run in, made by the product's own code. In CI it must be had;
/// elsewhere a test says loudly that it was skipped.
inline const Result<python::Prepared>& prepared_python() {
  static const Result<python::Prepared> prepared = [] {
    const auto environment = python::find_environment("ml");
    return environment ? python::prepare(*environment) : Result<python::Prepared>(fail(environment.error()));
  }();
  return prepared;
}

inline bool python_usable() {
  if (prepared_python()) return true;
  const char* ci = std::getenv("CI");
  if (ci != nullptr && std::string(ci) == "true") FAIL("Python environments must be there in CI: " << prepared_python().error().message);
  WARN("SKIPPED, no real Python was run: " << prepared_python().error().message);
  return false;
}

}  // namespace azlab::test
