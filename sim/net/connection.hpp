#pragma once

#include <httplib.h>

#include <string>
#include <string_view>

typedef struct ssl_ctx_st SSL_CTX;
typedef struct ssl_st SSL;

namespace azlab::net {

/// One client's bytes, plain or TLS, on a blocking socket that it does not own. Reads ahead: httplib asks for one
/// byte at a time. Idle time between requests has no limit; inside a request a client that stands still is given up
/// after `patience_s` real seconds (0: never).
class Connection final : public httplib::Stream {
 public:
  Connection(socket_t sock, int patience_s);
  ~Connection() override;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Speaks TLS from here on. False when the client does not agree (it trusts another authority, or speaks no TLS).
  bool start_tls(SSL_CTX* context);
  /// Waits until something comes. False at the end of the connection.
  bool wait();
  /// The first byte of what comes next, not taken; -1 at the end. 0x16 is a TLS handshake.
  int peek();

  enum class Head { whole, ended, too_large, too_slow };
  /// Reads until a whole request head is there, without taking it: up to and with its empty line.
  Head read_head(std::string_view& head);
  /// Takes bytes that were read ahead.
  void take(std::size_t size) { at_ += size; }

  bool is_readable() const override { return true; }
  bool is_writable() const override { return true; }
  ssize_t read(char* to, std::size_t size) override;
  ssize_t write(const char* from, std::size_t size) override;
  bool write_all(std::string_view text);
  /// What a fault does to the answer that is about to be written: "reset", "cut", "slow" or "hang" (kTransportHeader); empty: nothing.
  void break_answer(std::string how) { broken_ = std::move(how); }
  bool is_broken() const { return !broken_.empty(); }
  /// Whether the connection is to be closed with a RST instead of in good order.
  bool wants_reset() const { return broken_ == "reset"; }
  /// Ends the conversation from another thread: whoever waits here wakes up.
  void shut_down();
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  /// Not the real one: httplib refuses numbers above FD_SETSIZE, and does nothing else with it.
  socket_t socket() const override { return 0; }

  static constexpr std::size_t kHeadBytesMax = 64 * 1024;

 private:
  bool fill();
  ssize_t write_plainly(const char* from, std::size_t size);
  ssize_t write_broken(const char* from, std::size_t size);
  void wait_until_client_goes() const;
  bool ready(short what, int timeout_ms) const;

  socket_t sock_;
  int patience_s_;
  SSL* ssl_ = nullptr;
  std::string broken_{};
  int writes_ = 0;  ///< since break_answer
  std::string ahead_{};
  std::size_t at_ = 0;
};

}  // namespace azlab::net
