#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "sim/clock_room.hpp"
#include "sim/net/certificate_authority.hpp"
#include "sim/net/listener.hpp"
#include "sim/simulator.hpp"

namespace azlab::door {

/// Where a program finds the door's things, as it sees them.
struct Places {
  int port = 0;               ///< of the proxy, on 127.0.0.1
  std::string certificate{};  ///< PEM file of the authority
  std::string python{};       ///< folder with Python's sleep shim
};

/// What every client needs, name and value: proxy, certificates, Python's sleep shim, telemetry off. No credentials.
std::vector<std::pair<std::string, std::string>> proxy_settings(const Places& places);

/// Patterns of the names of variables that would lead a client to the real Azure, to real credentials or around the proxy.
std::vector<std::string> foreign_variables();

/// How unmodified clients reach a simulator (design 7): the proxy, the run's certificate authority, and the
/// environment in which a program finds both. Everything lies in one directory; nothing global is touched.
class ClientDoor {
 public:
  struct Options {
    std::string directory;  ///< of the run; must exist
    int port = 0;           ///< 0: any free one
    std::vector<std::string> allow{};  ///< hosts outside, with `*`, that are tunnelled instead of refused
    bool loopback = true;   ///< false: for sandboxes only, nothing listens on this computer
  };
  /// `simulator` and `room` must outlive it. Fails with one line.
  static Result<std::unique_ptr<ClientDoor>> open(Simulator& simulator, ClockRoom& room, const Options& options);

  /// 0 without a loopback.
  int port() const { return listener_ ? listener_->port() : 0; }
  /// Serves the loopback of one sandbox, whose first process hands its socket out on `hand_out` (net::hand_out_loopback).
  Result<std::unique_ptr<net::Listener>> serve_sandbox(const std::string& hand_out);
  /// The authority's certificate, a PEM file.
  std::string certificate_file() const { return directory_ + "/ca.pem"; }
  /// Hosts that clients asked for and we do not serve, with how often.
  std::map<std::string, int> refused() const;

  /// The folder that leads PYTHONPATH: Python's sleep shim.
  std::string python_folder() const { return directory_ + "/python"; }

  /// The environment of a program: `base` ("NAME=value", as of the calling process) without what would lead it to the
  /// real Azure or around the proxy, with proxy, certificates, invented credentials and a home of its own instead.
  std::vector<std::string> environment(const std::vector<std::string>& base) const;
  /// Only what `environment` sets, name and value: for `azlab env`.
  std::vector<std::pair<std::string, std::string>> settings() const;

 private:
  ClientDoor() = default;
  std::string directory_{};
  std::unique_ptr<net::CertificateAuthority> authority_{};
  mutable std::mutex mutex_{};
  std::map<std::string, int> refused_{};
  net::ListenerHandlers handlers_{};
  int sandboxes_ = 0;
  std::unique_ptr<net::Listener> listener_{};  // last: its threads use what stands above
};

}  // namespace azlab::door
