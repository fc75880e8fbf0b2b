#pragma once

#include <httplib.h>

#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "sim/http/message.hpp"
#include "sim/net/connection.hpp"

namespace azlab::net {

/// httplib's parser with what its own server lacks: a thread for each connection (its pool of idle keep-alive
/// connections starves the next client), reading ahead, heads that are checked before they are parsed, bodies that
/// become files when they are large, and an end that waits for nobody. The local channel and the listener are both
/// this; they differ in how a conversation begins.
class Server : public httplib::Server {
 public:
  using Handle = std::function<Response(const Request&)>;

  /// Large bodies become files whose paths begin with `spool`.
  Server(Handle handle, std::string spool, int patience_s);
  /// False when the socket cannot be made.
  bool bind_unix(const std::string& socket_path);
  /// A free port of 127.0.0.1 when `port` is 0. Returns the port, 0 when it cannot be had.
  int bind_loopback(int port);
  /// Listens on a socket that somebody else has bound; closes it at its end.
  void adopt(int listening_socket);
  /// Ends all connections; `listen_after_bind` then returns.
  void close_all();

 protected:
  /// What a connection is beside its bytes: filled in as the conversation begins.
  struct Peer {
    std::string host{};         ///< of CONNECT; requests without Host are for it
    std::string credentials{};  ///< of the proxy
    Caller caller{};
  };
  /// Everything a client says. The default: requests, one after the other.
  virtual void converse(Connection& connection, Peer& peer);
  /// Called when the connection has ended, on its thread.
  virtual void ended() {}
  void answer_requests(Connection& connection, const Peer& peer);
  /// Reads the next head, without taking it. One that is too long is refused here, by the name of its header, where
  /// httplib would answer a bare 400. False when there is none to go on with.
  static bool next_head(Connection& connection, std::string_view& head);

 private:
  bool process_and_close_socket(socket_t sock) override;
  template <class Stream, class Setup>
  bool parse_and_answer(Stream& stream, bool& closed, const Setup& setup);
  /// The answer to a request; where it waits for a process, once that has ended.
  Response answer_in_time(const Request& request);
  void answer_one(const httplib::Request& from, httplib::Response& to, const httplib::ContentReader* reader);

  Handle handle_;
  std::string spool_;
  int patience_s_;
  std::mutex mutex_{};
  std::set<socket_t> open_{};
  bool closing_ = false;
  unsigned long long spooled_ = 0;
};

}  // namespace azlab::net
