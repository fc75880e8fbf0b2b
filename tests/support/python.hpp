#pragma once

#include <stdlib.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
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

/// A variable of this process while a test needs it.
class Variable {
 public:
  Variable(std::string name, const std::string& value) : name_(std::move(name)) {
    if (const char* before = ::getenv(name_.c_str())) before_ = before;
    ::setenv(name_.c_str(), value.c_str(), 1);
  }
  ~Variable() { before_ ? ::setenv(name_.c_str(), before_->c_str(), 1) : ::unsetenv(name_.c_str()); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  std::string name_;
  std::optional<std::string> before_{};
};

/// While it lives, the Python package index is out of reach and nothing is prepared but what such tests themselves made
/// of Debian's packages, which the build directory keeps.
class NoIndex {
 public:
  explicit NoIndex(const std::string& build) : cache_("AZLAB_PYTHON_CACHE", build + "/python-without-index") {}

 private:
  Variable cache_;
  Variable index_{"PIP_INDEX_URL", "http://127.0.0.1:9/simple"};
};

/// Only Debian 12 has the packages; elsewhere a test says loudly that it was skipped.
inline bool on_debian_12() {
  std::ifstream file("/etc/os-release");
  const std::string release{std::istreambuf_iterator<char>(file), {}};
  if (release.find("VERSION_CODENAME=bookworm") != std::string::npos) return true;
  const char* ci = std::getenv("CI");
  if (ci != nullptr && std::string(ci) == "true") FAIL("CI must run on Debian 12");
  WARN("SKIPPED: this is not Debian 12");
  return false;
}

}  // namespace azlab::test
