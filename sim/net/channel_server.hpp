#pragma once

#include <httplib.h>

#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "sim/http/message.hpp"

namespace azlab::net {

/// httplib's parser on a Unix socket, with what its own server lacks: a thread for each connection (its pool of
/// idle keep-alive connections starves the next client), buffered reading, and an end that waits for nobody.
class ChannelServer : public httplib::Server {
 public:
  /// Every request, its body read: a string, or a file beside the socket when it is large.
  using Answer = std::function<void(const httplib::Request&, Body, httplib::Response&)>;

  explicit ChannelServer(Answer answer);
  /// False when the socket cannot be made.
  bool bind(const std::string& socket_path);
  /// Ends all connections; `listen_after_bind` then returns.
  void close_all();

  /// The processes that entered the clock room on the connection of this thread: they go when it goes.
  static std::vector<int>& entered();
  std::function<void(int)> on_lost{};

 private:
  bool process_and_close_socket(socket_t sock) override;
  void read_and_answer(const httplib::Request& from, httplib::Response& to, const httplib::ContentReader* reader);

  Answer answer_;
  std::string spool_{};
  std::mutex mutex_{};
  std::set<socket_t> open_{};
  bool closing_ = false;
  unsigned long long spooled_ = 0;
};

}  // namespace azlab::net
