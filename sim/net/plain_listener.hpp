#pragma once

#include <functional>
#include <memory>
#include <string>

#include "sim/core/result.hpp"
#include "sim/http/message.hpp"

namespace azlab::net {

/// HTTP without TLS on a port of 127.0.0.1, for what people and their scripts ask azlab itself.
class PlainListener {
 public:
  /// `port` 0: any free one. Fails with one line.
  static Result<std::unique_ptr<PlainListener>> open(int port, std::function<Response(const Request&)> handle, std::string spool);
  ~PlainListener();
  int port() const;

 private:
  PlainListener();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace azlab::net
