#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "sim/core/result.hpp"

namespace azlab::net {

/// A Unix socket on which the first process of a sandbox hands out one listening socket (SCM_RIGHTS).
class HandOver {
 public:
  static Result<std::unique_ptr<HandOver>> open(const std::string& path);
  ~HandOver();
  HandOver(const HandOver&) = delete;
  HandOver& operator=(const HandOver&) = delete;

  /// Waits for it; -1 when `give_up` was called first. The caller owns the descriptor.
  int receive();
  /// Tells the other side that its socket is served.
  void confirm();
  /// Lets `receive` return; any thread.
  void give_up();
  /// The number that a process of the sandbox has on this computer; 0 when it is not found.
  int pid_outside(int pid_inside) const;

 private:
  HandOver(std::string path, int listening) : path_(std::move(path)), listening_(listening) {}
  std::string path_;
  int listening_;
  int peer_ = -1;
  std::string pid_namespace_{};  ///< as /proc names it
  std::atomic<bool> given_up_ = false;
};

}  // namespace azlab::net
