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
  /// Hosts outside that clients may reach all the same (`--allow-host`), through CONNECT. Empty: none.
  std::function<bool(const std::string& host)> allowed{};
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
  /// The same for a sandbox with a network of its own (design 7): its first process opens the listening socket there
  /// and hands it out over the Unix socket `hand_out`, made here (hand_out_loopback is the other end); from then on
  /// this serves it from outside. One sandbox a Listener. Numbers of processes that come to the clock are taken from
  /// the sandbox's numbering to ours.
  static Result<std::unique_ptr<Listener>> open_for_sandbox(const std::string& hand_out, CertificateAuthority& authority, ListenerHandlers handlers, std::string spool);
  /// Ends every connection.
  ~Listener();
  /// 0 for a sandbox's: its port is a matter of its own.
  int port() const;

 private:
  Listener();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The sandbox's side: listens on 127.0.0.1:`port` here and gives the socket to whoever listens on `hand_out`.
/// Returns when it is being served.
Result<void> hand_out_loopback(const std::string& hand_out, int port);

}  // namespace azlab::net
