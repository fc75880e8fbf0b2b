#pragma once

#include <memory>
#include <string>

#include "sim/core/json.hpp"
#include "sim/core/result.hpp"

namespace azlab::webdriver {

/// A connection to a WebDriver server on this computer. Used by one thread.
class Wire {
 public:
  explicit Wire(int port);
  ~Wire();
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  /// The answer's `value`. An error has the code that the specification gives it ("no such element") and its message's first
  /// line; "DriverGone" when nobody answers.
  Result<Json> post(const std::string& path, const Json& body);
  Result<Json> get(const std::string& path);
  Result<Json> remove(const std::string& path);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace azlab::webdriver
