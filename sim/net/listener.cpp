#include "sim/net/listener.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <atomic>
#include <thread>

#include "sim/core/strike.hpp"
#include "sim/core/text.hpp"
#include "sim/net/hand_over.hpp"
#include "sim/net/server.hpp"
#include "sim/net/tunnel.hpp"

namespace azlab::net {
namespace {

// Real seconds for which a client may stand still inside a request.
constexpr int kPatienceS = 60;
constexpr int kTlsHandshake = 0x16;
constexpr std::size_t kHostShownMax = 100;
constexpr int kLookAgainMs = 5;

/// The value of one header of a head, trimmed; empty without it.
std::string header_of(std::string_view head, std::string_view name) {
  for (const auto& line : split(head, '\n')) {
    if (line.size() > name.size() && line[name.size()] == ':' && starts_with_ignore_case(line, name)) return std::string(trim(std::string_view(line).substr(name.size() + 1)));
  }
  return {};
}

/// "user:password" of Basic credentials.
std::string basic_credentials(const std::string& header) {
  if (!starts_with_ignore_case(header, "Basic ")) return {};
  return base64_decode(trim(std::string_view(header).substr(6))).value_or("");
}

/// What may stand in a reason phrase.
std::string printable(std::string_view text) {
  std::string out(text.substr(0, kHostShownMax));
  for (char& c : out) c = c > ' ' && c < 127 ? c : '?';
  return out;
}

}  // namespace

class Proxy final : public Server {
 public:
  Proxy(ListenerHandlers handlers, CertificateAuthority& authority, std::string spool)
      : Server([this](const Request& request) { return answer(request); }, std::move(spool), kPatienceS), handlers_(std::move(handlers)), authority_(authority) {}

 protected:
  void ended() override { leave_clock(handlers_.clock); }

  void converse(Connection& connection, Peer& peer) override {
    peer.caller.origin = "network";
    peer.caller.waiting = Waiting::polls;
    if (connection.peek() == kTlsHandshake) {
      if (connection.start_tls(authority_.context_for("azlab.invalid"))) answer_requests(connection, peer);
      return;
    }
    std::string_view head;
    if (!next_head(connection, head)) return;
    if (basic_credentials(header_of(head, "Proxy-Authorization")).starts_with("shim:")) peer.caller.waiting = Waiting::sleeps;
    if (!head.starts_with("CONNECT ")) {
      answer_requests(connection, peer);
      return;
    }
    const std::string target(head.substr(8, head.find_first_of(" \r", 8) - 8));
    peer.host = to_lower(target.substr(0, target.rfind(':')));
    connection.take(head.size());
    if (!handlers_.serves(peer.host)) {
      const std::string port = target.rfind(':') == std::string::npos ? "443" : target.substr(target.rfind(':') + 1);
      if (handlers_.allowed && handlers_.allowed(peer.host)) {
        if (!tunnel(connection, peer.host, port)) connection.write_all(fmt::format("HTTP/1.1 502 cannot reach {}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", printable(peer.host)));
        return;
      }
      handlers_.refused(peer.host);
      connection.write_all(fmt::format("HTTP/1.1 403 azlab does not serve {}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", printable(peer.host)));
      return;
    }
    if (!connection.write_all("HTTP/1.1 200 Connection Established\r\n\r\n")) return;
    if (connection.peek() == kTlsHandshake && (handshake_breaks(peer.host) || !connection.start_tls(authority_.context_for(peer.host)))) return;
    answer_requests(connection, peer);
  }

 private:
  bool handshake_breaks(const std::string& host) {
    Request asked{.host = host};
    asked.caller.origin = kHandshakeOrigin;
    return handlers_.handle(asked).headers.has(kTransportHeader);
  }

  Response answer(const Request& request) {
    if (request.host == kClockHost) return {.status = 200, .headers = {{"Content-Type", "text/plain"}}, .body = ask_clock(handlers_.clock, request.path)};
    if (handlers_.serves(request.host)) return handlers_.handle(request);
    handlers_.refused(request.host);
    return {.status = 403, .headers = {{"Content-Type", "text/plain; charset=utf-8"}}, .body = "azlab does not serve " + printable(request.host) + "\n"};
  }

  ListenerHandlers handlers_;
  CertificateAuthority& authority_;
};

struct Listener::Impl {
  std::unique_ptr<Proxy> proxy{};
  std::thread thread{};
  int port = 0;
  std::unique_ptr<HandOver> hand_over{};  ///< of a sandbox
  std::atomic<bool> ended = false;        ///< the thread of a sandbox's listener
};

Listener::Listener() : impl_(std::make_unique<Impl>()) {}

Listener::~Listener() {
  if (impl_->hand_over) {
    impl_->hand_over->give_up();
    // It may be just about to listen, when nothing would stop it yet.
    while (!impl_->ended) {
      impl_->proxy->close_all();
      ::poll(nullptr, 0, kLookAgainMs);
    }
  }
  if (impl_->proxy) impl_->proxy->close_all();
  if (impl_->thread.joinable()) impl_->thread.join();
}

int Listener::port() const { return impl_->port; }

Result<std::unique_ptr<Listener>> Listener::open(int port, CertificateAuthority& authority, ListenerHandlers handlers, std::string spool) {
  std::unique_ptr<Listener> listener(new Listener());
  Impl& impl = *listener->impl_;
  impl.proxy = std::make_unique<Proxy>(std::move(handlers), authority, std::move(spool));
  impl.port = impl.proxy->bind_loopback(port);
  if (impl.port == 0) return fail(500, "Port", port == 0 ? "cannot listen on 127.0.0.1" : fmt::format("cannot listen on 127.0.0.1:{}: another program uses that port", port));
  impl.thread = std::thread([&proxy = *impl.proxy] { proxy.listen_after_bind(); });
  while (!impl.proxy->is_running()) std::this_thread::yield();
  return listener;
}

Result<std::unique_ptr<Listener>> Listener::open_for_sandbox(const std::string& hand_out, CertificateAuthority& authority, ListenerHandlers handlers, std::string spool) {
  std::unique_ptr<Listener> listener(new Listener());
  Impl& impl = *listener->impl_;
  auto hand_over = HandOver::open(hand_out);
  if (!hand_over) return fail(hand_over.error());
  impl.hand_over = std::move(*hand_over);
  HandOver& from = *impl.hand_over;
  handlers.clock.enter = [enter = handlers.clock.enter, &from](int pid) { return enter(pid == 0 ? 0 : from.pid_outside(pid)); };
  impl.proxy = std::make_unique<Proxy>(std::move(handlers), authority, std::move(spool));
  impl.thread = std::thread([&impl] {
    if (const int listening = impl.hand_over->receive(); listening >= 0) {
      impl.proxy->adopt(listening);
      impl.hand_over->confirm();
      impl.proxy->listen_after_bind();
    }
    impl.ended = true;
  });
  return listener;
}

}  // namespace azlab::net
