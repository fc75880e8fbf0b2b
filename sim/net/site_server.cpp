#include "sim/net/site_server.hpp"

#include <fmt/format.h>

#include <atomic>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <deque>
#include <optional>
#include <set>
#include <thread>
#include <type_traits>
#include <utility>

#include "sim/core/text.hpp"
#include "sim/net/site_guard.hpp"

namespace azlab::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using asio::ip::tcp;
using GetRequest = http::request<http::empty_body>;
using Plain = beast::tcp_stream;
using Tls = beast::ssl_stream<beast::tcp_stream>;

constexpr std::uint32_t kHeadBytesMax = 16 * 1024;
constexpr std::size_t kMessageBytesMax = 16U << 20U;
constexpr std::size_t kWaitingBytesMax = 64U << 20U;  ///< of a tab that does not read
constexpr std::chrono::seconds kIdle{60};
constexpr std::chrono::seconds kFarewell{2};    ///< for the end of TLS
constexpr std::chrono::milliseconds kBreath{100};  ///< after a connection that could not be taken
constexpr int kConnectionsMax = 500;  ///< with or without a key: strangers must not use up what the process may open
constexpr std::size_t kWorkers = 4;

/// A tab's connection, as its server ends it.
class OpenTab : public SiteTab {
 public:
  /// Ends it at once, and its visitor with it. On the thread of the network.
  virtual void gone() = 0;
};

/// What connections need of the server that owns them.
struct House {
  SiteHandlers handlers;
  SiteGuard guard;
  std::optional<asio::ssl::context> tls{};
  asio::thread_pool workers{kWorkers};
  std::atomic<int> connections = 0;
  std::set<std::shared_ptr<OpenTab>> sockets{};  ///< on the thread of the network alone
};

/// One of the connections, as long as it stands.
class Counted {
 public:
  explicit Counted(House& house) : house_(&house) { ++house.connections; }
  Counted(Counted&& other) noexcept : house_(std::exchange(other.house_, nullptr)) {}
  Counted& operator=(Counted&&) = delete;
  ~Counted() {
    if (house_ != nullptr) --house_->connections;
  }

 private:
  House* house_;
};

/// A tab's WebSocket. Everything but `send` and `close` happens on the thread of the network; the visitor is told on a worker.
template <class Stream>
class Socket : public OpenTab, public std::enable_shared_from_this<Socket<Stream>> {
 public:
  Socket(House& house, Stream stream, Counted counted) : house_(house), counted_(std::move(counted)), stream_(std::move(stream)), visitor_strand_(asio::make_strand(house.workers)) {}

  void run(const GetRequest& request) {
    house_.sockets.insert(this->shared_from_this());
    stream_.set_option(websocket::stream_base::timeout::suggested(beast::role_type::server));
    stream_.read_message_max(kMessageBytesMax);
    stream_.async_accept(request, [self = this->shared_from_this()](beast::error_code error) {
      if (error) return self->gone();
      // The visitor is made where it is told things, so that neither happens twice at a time.
      asio::post(self->visitor_strand_, [self] { self->visitor_ = self->house_.handlers.visit(self); });
      self->read();
    });
  }

  void send(std::string text) override {
    asio::post(stream_.get_executor(), [self = this->shared_from_this(), text = std::move(text)]() mutable {
      if (self->gone_) return;
      self->waiting_bytes_ += text.size();
      self->waiting_.push_back(std::move(text));
      if (self->waiting_bytes_ > kWaitingBytesMax) return self->gone();
      if (self->waiting_.size() == 1) self->write();
    });
  }

  void close() override {
    asio::post(stream_.get_executor(), [self = this->shared_from_this()] { self->gone(); });
  }

  void gone() override {
    if (gone_) return;
    gone_ = true;
    beast::get_lowest_layer(stream_).close();
    asio::post(visitor_strand_, [self = this->shared_from_this()] { self->visitor_.reset(); });
    house_.sockets.erase(this->shared_from_this());
  }

 private:
  void read() {
    stream_.async_read(buffer_, [self = this->shared_from_this()](beast::error_code error, std::size_t) {
      if (error) return self->gone();
      auto text = std::make_shared<std::string>(beast::buffers_to_string(self->buffer_.data()));
      self->buffer_.consume(self->buffer_.size());
      asio::post(self->visitor_strand_, [self, text] {
        if (self->visitor_) self->visitor_->told(*text);
        // The next one is read when this one is done: a tab that asks faster than it is answered waits.
        asio::post(self->stream_.get_executor(), [self] {
          if (!self->gone_) self->read();
        });
      });
    });
  }

  void write() {
    stream_.text(true);
    stream_.async_write(asio::buffer(waiting_.front()), [self = this->shared_from_this()](beast::error_code error, std::size_t) {
      if (error) return self->gone();
      self->waiting_bytes_ -= self->waiting_.front().size();
      self->waiting_.pop_front();
      if (!self->waiting_.empty()) self->write();
    });
  }

  House& house_;
  Counted counted_;
  websocket::stream<Stream> stream_;
  asio::strand<asio::thread_pool::executor_type> visitor_strand_;
  std::unique_ptr<SiteVisitor> visitor_{};
  beast::flat_buffer buffer_{};
  std::deque<std::string> waiting_{};
  std::size_t waiting_bytes_ = 0;
  bool gone_ = false;
};

/// A connection that asks for files, until it becomes a WebSocket.
template <class Stream>
class Visit : public std::enable_shared_from_this<Visit<Stream>> {
 public:
  Visit(House& house, Stream stream, Counted counted, beast::flat_buffer begun) : house_(house), counted_(std::move(counted)), stream_(std::move(stream)), buffer_(std::move(begun)) {}

  void begin() {
    if constexpr (std::is_same_v<Stream, Tls>) {
      beast::get_lowest_layer(stream_).expires_after(kIdle);
      stream_.async_handshake(asio::ssl::stream_base::server, buffer_.data(), [self = this->shared_from_this()](beast::error_code error, std::size_t used) {
        if (error) return self->close();
        self->buffer_.consume(used);
        self->read();
      });
    } else {
      read();
    }
  }

 private:
  void read() {
    parser_.emplace();
    parser_->header_limit(kHeadBytesMax);
    parser_->body_limit(0);
    beast::get_lowest_layer(stream_).expires_after(kIdle);
    http::async_read(stream_, buffer_, *parser_, [self = this->shared_from_this()](beast::error_code error, std::size_t) {
      if (error) return self->close();
      self->answer();
    });
  }

  void close() { beast::get_lowest_layer(stream_).close(); }

  /// The end after an answer: TLS says so, or the other side would have to think it cut off.
  void farewell() {
    if constexpr (std::is_same_v<Stream, Tls>) {
      beast::get_lowest_layer(stream_).expires_after(kFarewell);
      stream_.async_shutdown([self = this->shared_from_this()](beast::error_code) { self->close(); });
    } else {
      close();
    }
  }

  void answer() {
    const GetRequest& request = parser_->get();
    const std::string target(request.target());
    const auto header = [&](http::field field) { return std::string(request[field]); };
    const SiteGuard::Visitor visitor{.target = target, .host = header(http::field::host), .origin = header(http::field::origin), .cookie = header(http::field::cookie), .socket = websocket::is_upgrade(request)};
    const SiteGuard::Decision decision = house_.guard.decide(visitor);
    if (decision.status == 0 && visitor.socket) {
      beast::get_lowest_layer(stream_).expires_never();
      return std::make_shared<Socket<Stream>>(house_, std::move(stream_), std::move(counted_))->run(request);
    }
    SiteAnswer answer{.status = decision.status, .body = decision.says};
    if (decision.status == 0) answer = house_.handlers.page(target.substr(0, target.find('?')));
    if (decision.status == 0 && request.method() != http::verb::get && request.method() != http::verb::head) answer = {.status = 405, .body = "this site is read by GET and changed through its WebSocket\n"};
    respond(std::move(answer), decision, request.method() == http::verb::head, request.keep_alive());
  }

  void respond(SiteAnswer answer, const SiteGuard::Decision& decision, bool head, bool keep) {
    auto response = std::make_shared<http::response<http::string_body>>();
    response->result(static_cast<unsigned>(answer.status));
    for (const auto& [name, value] : SiteGuard::headers()) response->set(std::string(name), std::string(value));
    for (const auto& [name, value] : decision.headers) response->set(name, value);
    response->set(http::field::content_type, answer.type);
    response->set(http::field::cache_control, answer.unchanging ? "public, max-age=31536000, immutable" : "no-cache");
    if (!answer.encoding.empty()) response->set(http::field::content_encoding, answer.encoding);
    response->keep_alive(keep);
    response->content_length(answer.body.size());
    if (!head) response->body() = std::move(answer.body);
    http::async_write(stream_, *response, [self = this->shared_from_this(), response](beast::error_code error, std::size_t) {
      if (error) return self->close();
      if (!response->keep_alive()) return self->farewell();
      self->read();
    });
  }

  House& house_;
  Counted counted_;
  Stream stream_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::empty_body>> parser_{};
};

/// A connection to a site behind TLS, until its first bytes show what it speaks.
class Arrival : public std::enable_shared_from_this<Arrival> {
 public:
  Arrival(House& house, Plain stream, Counted counted) : house_(house), counted_(std::move(counted)), stream_(std::move(stream)) {}

  void begin() {
    stream_.expires_after(kIdle);
    beast::async_detect_ssl(stream_, buffer_, [self = shared_from_this()](beast::error_code error, bool is_tls) {
      if (error) return self->stream_.close();
      if (!is_tls) return self->refuse();
      std::make_shared<Visit<Tls>>(self->house_, Tls(std::move(self->stream_), *self->house_.tls), std::move(self->counted_), std::move(self->buffer_))->begin();
    });
  }

 private:
  /// Whoever asks without TLS is told so, and is not asked for a key that others could read.
  void refuse() {
    auto response = std::make_shared<http::response<http::string_body>>(http::status::bad_request, 11, "azlab: this site is https:// only\n");
    for (const auto& [name, value] : SiteGuard::headers()) response->set(std::string(name), std::string(value));
    response->set(http::field::content_type, "text/plain; charset=utf-8");
    response->keep_alive(false);
    response->prepare_payload();
    http::async_write(stream_, *response, [self = shared_from_this(), response](beast::error_code, std::size_t) { self->stream_.close(); });
  }

  House& house_;
  Counted counted_;
  Plain stream_;
  beast::flat_buffer buffer_{};
};

}  // namespace

struct SiteServer::Impl {
  Impl(SiteHandlers handlers, std::string key) : house{.handlers = std::move(handlers), .guard = SiteGuard(std::move(key))} {}

  Result<void> listen(const SiteOptions& options) {
    beast::error_code error;
    const auto address = asio::ip::make_address(options.address, error);
    if (error) return fail(400, "SiteAddress", fmt::format("'{}' is no IP address", options.address));
    if (options.identity) {
      auto context = site_tls(*options.identity);
      if (!context) return fail(context.error());
      house.tls.emplace(context->release());
    } else if (!address.is_loopback()) {
      return fail(400, "SiteAddress", fmt::format("the site listens on {} behind TLS only", options.address));
    }
    const tcp::endpoint here(address, static_cast<unsigned short>(options.port));
    acceptor.open(here.protocol(), error);
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor.bind(here, error);
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error) return fail(500, "PortTaken", fmt::format("cannot listen on {}:{}: {}", address.is_v6() ? "[" + options.address + "]" : options.address, options.port, error.message()));
    port = acceptor.local_endpoint().port();
    house.guard.is_at(site_hosts(options.address, port, options.hosts, names_of_computer()), options.identity.has_value());
    return {};
  }

  void accept() {
    acceptor.async_accept(asio::make_strand(network), [this](beast::error_code error, tcp::socket socket) {
      if (error == asio::error::operation_aborted) return;
      if (error) return rest();
      // Beyond the most it is closed at once.
      if (house.connections < kConnectionsMax) welcome(std::move(socket));
      accept();
    });
  }

  void welcome(tcp::socket socket) {
    Counted counted(house);
    if (house.tls) {
      std::make_shared<Arrival>(house, Plain(std::move(socket)), std::move(counted))->begin();
    } else {
      std::make_shared<Visit<Plain>>(house, Plain(std::move(socket)), std::move(counted), beast::flat_buffer())->begin();
    }
  }

  /// What could not be taken (no file descriptor is left) comes again at once.
  void rest() {
    breath.expires_after(kBreath);
    breath.async_wait([this](beast::error_code error) {
      if (!error) accept();
    });
  }

  House house;
  asio::io_context network{1};
  tcp::acceptor acceptor{network};
  asio::steady_timer breath{network};
  int port = 0;
  std::thread thread{};
};

Result<std::unique_ptr<SiteServer>> SiteServer::open(const SiteOptions& options, SiteHandlers handlers) {
  auto impl = std::make_unique<Impl>(std::move(handlers), options.key);
  if (const auto listening = impl->listen(options); !listening) return fail(listening.error());
  impl->accept();
  impl->thread = std::thread([server = impl.get()] { server->network.run(); });
  return std::unique_ptr<SiteServer>(new SiteServer(std::move(impl)));
}

SiteServer::SiteServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

SiteServer::~SiteServer() {
  asio::post(impl_->network, [this] {
    beast::error_code ignored;
    impl_->acceptor.close(ignored);
    const auto sockets = impl_->house.sockets;
    for (const auto& socket : sockets) socket->gone();
    // What is left are connections that ask for files, and answers on their way.
    impl_->network.stop();
  });
  impl_->thread.join();
  impl_->house.workers.join();
}

int SiteServer::port() const { return impl_->port; }

std::string SiteServer::link() const { return impl_->house.guard.link(); }

}  // namespace azlab::net
