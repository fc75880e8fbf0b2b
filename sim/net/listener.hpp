#pragma once

#include <functional>
#include <memory>
#include <string>

#include "sim/core/result.hpp"
#include "sim/http/message.hpp"
#include "sim/net/certificate_authority.hpp"
#include "sim/net/clock_door.hpp"

namespace azlab::net {

struct ListenerHandlers {
  std::function<Response(const Request&)> handle;
  /// Whether we serve a host. Others are refused by name and never tunnelled.
  std::function<bool(const std::string& host)> serves;
  /// A host was refused, once for each attempt.
  std::function<void(const std::string& host)> refused;
  ClockHandlers clock;
};

/// The simulator's front door for unmodified clients: a proxy on 127.0.0.1. CONNECT answers as the host itself, with
/// a leaf certificate of the run's authority; absolute-form requests are plain HTTP (instance metadata); a TLS hello
/// without CONNECT is answered too, by its server name. One thread a connection, keep-alive without limit.
/// Proxy credentials with the user `shim` mark a client that has our sleep shim; everybody else waits by polling.
class Listener {
 public:
  /// `port` 0: any free one. `spool`: beginning of the paths of large bodies. Fails with one line.
  static Result<std::unique_ptr<Listener>> open(int port, CertificateAuthority& authority, ListenerHandlers handlers, std::string spool);
  /// Ends every connection.
  ~Listener();
  int port() const;

 private:
  Listener();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace azlab::net
