#pragma once

#include <functional>
#include <memory>
#include <string>

#include "sim/core/result.hpp"
#include "sim/core/time.hpp"
#include "sim/http/message.hpp"
#include "sim/net/clock_door.hpp"

namespace azlab::net {

/// What the channel serves, given by whoever owns the simulator.
struct ChannelHandlers {
  std::function<Response(const Request&)> handle;
  ClockHandlers clock;
};

/// The simulator's front door for processes of this computer: HTTP/1.1 on a Unix socket in the run's directory.
/// Requests carry the real host name in `Host`. The host `clock.azlab` is the sleep shim's: `POST /enter`,
/// `/leave/{n}`, `/sleep/{n}/{milliseconds}`, `/now`; answers are plain numbers (milliseconds since 1970).
/// One thread a connection; bodies above Body::kInMemoryBytesMax become files beside the socket. Stops when
/// destroyed, without waiting for clients; whoever owns the clock wakes its sleepers first.
class LocalChannel {
 public:
  /// Fails with one line when the socket cannot be made (path too long, no permission).
  static Result<std::unique_ptr<LocalChannel>> open(const std::string& socket_path, ChannelHandlers handlers, std::string origin);
  ~LocalChannel();

 private:
  LocalChannel();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The other end, for the built-in az and the shims.
class ChannelClient {
 public:
  explicit ChannelClient(const std::string& socket_path);
  ~ChannelClient();
  /// Status 0 and the reason as body when the channel does not answer.
  Response send(const Request& request);
  int enter();
  void leave(int process);
  Time sleep(int process, Duration duration);
  Time now();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace azlab::net
