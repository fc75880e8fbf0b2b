#pragma once

#include <sys/types.h>

#include <memory>
#include <string>

#include "sim/core/result.hpp"

namespace azlab::webdriver {

/// A chromedriver of our own: started on a port that it chooses, ended with the browser that it started.
class Driver {
 public:
  /// Fails with one line that says what to install when there is none on PATH.
  static Result<std::unique_ptr<Driver>> start();
  ~Driver();
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;

  int port() const { return port_; }

 private:
  Driver(pid_t process, int output, std::string home) : process_(process), output_(output), home_(std::move(home)) {}

  pid_t process_;
  int output_;  ///< what it writes; open as long as it lives, so that it never writes into nothing
  std::string home_;  ///< where it and the browser keep what they keep
  int port_ = 0;
};

/// The program of this name that a shell would start; empty: there is none.
std::string find_on_path(const std::string& name);

}  // namespace azlab::webdriver
