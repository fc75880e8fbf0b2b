#include "sim/net/server.hpp"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <thread>

#include "sim/core/strike.hpp"
#include "sim/core/text.hpp"
#include "sim/core/workloads.hpp"

namespace azlab::net {
namespace {

// How often at least somebody whose process runs looks whether the program ends, in real time.
constexpr Duration kLookAgain = std::chrono::seconds(2);
constexpr std::size_t kLineBytesMax = 8 * 1024;
constexpr std::size_t kNameShownMax = 60;
constexpr const char* kKeptEncoding = "x-azlab-content-encoding";
constexpr std::uint64_t kStrayBodyBytesMax = 1024 * 1024;

/// A thread for each connection. Connections are the processes of one run on one computer: few, and each may
/// wait for the clock as long as it likes without another waiting for it.
class ThreadForEach : public httplib::TaskQueue {
 public:
  /// Newer versions of httplib want to hear whether there was room.
  using Enqueued = decltype(std::declval<httplib::TaskQueue&>().enqueue(std::function<void()>()));

  Enqueued enqueue(std::function<void()> connection) override {
    {
      const std::lock_guard lock(mutex_);
      ++running_;
    }
    std::thread([this, connection = std::move(connection)] {
      connection();
      const std::lock_guard lock(mutex_);
      --running_;
      ended_.notify_all();
    }).detach();
    return static_cast<Enqueued>(true);
  }
  void shutdown() override {
    std::unique_lock lock(mutex_);
    ended_.wait(lock, [this] { return running_ == 0; });
  }

 private:
  std::mutex mutex_{};
  std::condition_variable ended_{};
  int running_ = 0;
};

/// Collects a body: in memory as far as it is small, then in a file.
class Collector {
 public:
  explicit Collector(std::string path) : path_(std::move(path)) {}

  bool take(const char* bytes, std::size_t size) {
    size_ += size;
    if (!file_.is_open() && size_ <= Body::kInMemoryBytesMax) {
      text_.append(bytes, size);
      return true;
    }
    if (!file_.is_open()) {
      file_.open(path_, std::ios::binary);
      file_.write(text_.data(), static_cast<std::streamsize>(text_.size()));
      text_ = {};
    }
    return file_.write(bytes, static_cast<std::streamsize>(size)).good();
  }
  Body finish() {
    if (!file_.is_open()) return Body(std::move(text_));
    file_.close();
    return Body::spooled(path_, size_);
  }

 private:
  std::string path_;
  std::string text_{};
  std::ofstream file_{};
  std::size_t size_ = 0;
};

Request to_request(const httplib::Request& from, Body body, const std::string& connect_host, const Caller& caller) {
  Request out;
  out.method = parse_method(from.method).value_or(Method::get);
  std::string_view target = from.target;
  std::string_view host = connect_host;
  const std::string named = from.get_header_value("Host");
  if (!named.empty()) host = named;
  if (const auto scheme = target.find("://"); scheme != std::string_view::npos && scheme < target.find('/')) {
    target.remove_prefix(scheme + 3);  // absolute form, as clients of a proxy send it
    const auto end = std::min(target.find_first_of("/?"), target.size());
    host = target.substr(0, end);
    target.remove_prefix(end);
  }
  out.host = to_lower(host.substr(0, host.find(':')));
  const auto question = target.find('?');
  out.path = question == 0 || target.empty() ? "/" : std::string(target.substr(0, question));
  if (question != std::string_view::npos) out.query = target.substr(question + 1);
  for (const auto& [name, value] : from.headers) {
    // httplib adds these four to what the client sent; credentials for the proxy are nobody else's business.
    if (name == "REMOTE_ADDR" || name == "REMOTE_PORT" || name == "LOCAL_ADDR" || name == "LOCAL_PORT" || equals_ignore_case(name, "Proxy-Authorization")) continue;
    out.headers.add(name == kKeptEncoding ? "Content-Encoding" : name, value);
  }
  out.body = std::move(body);
  out.caller = caller;
  return out;
}

/// httplib 0.11 decodes percent signs in the values of headers. What the client wrote counts: it signs the address in
/// x-ms-copy-source as it stands there (@azure/storage-blob 12.26, StorageSharedKeyCredentialPolicy).
void restore_values(std::string_view head, httplib::Headers& headers) {
  if (head.find('%') == std::string_view::npos) return;
  httplib::Headers written;
  const auto lines = split(head, '\n');
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const auto colon = lines[i].find(':');
    if (colon != std::string::npos) written.emplace(lines[i].substr(0, colon), std::string(trim(std::string_view(lines[i]).substr(colon + 1))));
  }
  for (const auto& [name, value] : written) {
    if (value.find('%') == std::string::npos) continue;
    headers.erase(name);
    const auto [begin, end] = written.equal_range(name);
    headers.insert(begin, end);
  }
}

/// Streams a file as a response's body; the file lives as long as `body` does.
void send_file(const Body& body, const std::string& type, httplib::Response& to) {
  const auto file = std::make_shared<std::ifstream>(body.path(), std::ios::binary);
  to.set_content_provider(body.size(), type, [file, body](std::size_t offset, std::size_t length, httplib::DataSink& sink) {
    std::string chunk(std::min<std::size_t>(length, 256 * 1024), '\0');
    file->seekg(static_cast<std::streamoff>(offset));
    file->read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
    return file->gcount() > 0 && sink.write(chunk.data(), static_cast<std::size_t>(file->gcount()));
  });
}

void to_httplib(const Response& response, bool head, httplib::Response& to) {
  to.status = response.status;
  std::string type(response.headers.get("Content-Type"));
  for (const auto& [name, value] : response.headers.fields()) {
    if (equals_ignore_case(name, "Content-Type")) continue;
    // The length of a body belongs to whoever sends it; only the answer to a HEAD has one without a body.
    if (equals_ignore_case(name, "Content-Length") && !head) continue;
    to.headers.emplace(name, value);
  }
  if (response.body.empty()) {
    if (!type.empty()) to.headers.emplace("Content-Type", type);
    return;
  }
  if (type.empty()) type = "application/octet-stream";
  if (response.body.is_spooled()) {
    send_file(response.body, type, to);
  } else {
    to.set_content(response.body.text(), type);
  }
}

/// The number behind a header of a head, 0 without it.
std::uint64_t content_length(std::string_view head) {
  for (const auto& line : split(head, '\n')) {
    if (starts_with_ignore_case(line, "content-length:")) return std::strtoull(line.c_str() + sizeof "content-length:" - 1, nullptr, 10);
  }
  return 0;
}

bool has_no_body(std::string_view head) { return head.starts_with("GET ") || head.starts_with("HEAD ") || head.starts_with("OPTIONS "); }

// Set while a thread answers one request; httplib's handlers see only what it parsed.
thread_local const std::string* t_host = nullptr;
thread_local const Caller* t_caller = nullptr;
thread_local bool t_understood = false;
thread_local Connection* t_connection = nullptr;

std::string refusal_of_head(Connection::Head how, std::string_view head) {
  const auto refuse = [](int status, const char* reason, const std::string& message) {
    const std::string body = R"({"error":{"code":"RequestHeadTooLarge","message":")" + message + "\"}}";
    return fmt::format("HTTP/1.1 {} {}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}", status, reason, body.size(), body);
  };
  if (how == Connection::Head::too_slow) return refuse(408, "Request Timeout", "the request's head did not come to its end");
  std::size_t at = 0;
  for (std::size_t line = 0; at < head.size(); ++line) {
    const auto end = std::min(head.find("\r\n", at), head.size());
    if (end - at > kLineBytesMax) {
      if (line == 0) return refuse(414, "URI Too Long", fmt::format("the request line is longer than {} bytes", kLineBytesMax));
      const auto colon = std::min(head.find(':', at), end);
      std::string name(head.substr(at, std::min(colon - at, kNameShownMax)));
      for (char& c : name) c = c >= ' ' && c < 127 && c != '"' && c != '\\' ? c : '?';
      return refuse(431, "Request Header Fields Too Large", fmt::format("the header {} is longer than {} bytes", name, kLineBytesMax));
    }
    at = end + 2;
  }
  if (how == Connection::Head::too_large) return refuse(431, "Request Header Fields Too Large", fmt::format("the request's head is longer than {} bytes", Connection::kHeadBytesMax));
  return {};
}

}  // namespace

Server::Server(Handle handle, std::string spool, int patience_s) : handle_(std::move(handle)), spool_(std::move(spool)), patience_s_(patience_s) {
  new_task_queue = [] { return new ThreadForEach; };
  const Handler bare = [this](const httplib::Request& from, httplib::Response& to) { answer_one(from, to, nullptr); };
  const HandlerWithContentReader full = [this](const httplib::Request& from, httplib::Response& to, const httplib::ContentReader& reader) {
    answer_one(from, to, &reader);
  };
  // One pattern: the path is set to it before httplib looks (its expressions recurse, our router does not).
  Get("/", bare);
  Options("/", bare);
  Delete("/", bare);  // without a body
  Put("/", full);
  Post("/", full);
  Patch("/", full);
  Delete("/", full);
}

bool Server::bind_unix(const std::string& socket_path) {
  set_address_family(AF_UNIX);
  if (!bind_to_port(socket_path, 80)) return false;
  // httplib's backlog of 5 turns away processes that come together.
  return ::listen(svr_sock_, SOMAXCONN) == 0;
}

int Server::bind_loopback(int port) {
  set_tcp_nodelay(true);
  // httplib would share the port with another program.
  set_socket_options([](socket_t sock) {
    const int on = 1;
    ::setsockopt(sock, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  });
  const int bound = port == 0 ? bind_to_any_port("127.0.0.1") : bind_to_port("127.0.0.1", port) ? port : 0;
  return bound > 0 && ::listen(svr_sock_, SOMAXCONN) == 0 ? bound : 0;
}

void Server::adopt(int listening_socket) {
  set_tcp_nodelay(true);
  svr_sock_ = listening_socket;
}

void Server::close_all() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    for (const socket_t sock : open_) ::shutdown(sock, SHUT_RDWR);
  }
  stop();
}

bool Server::next_head(Connection& connection, std::string_view& head) {
  const auto how = connection.read_head(head);
  if (how == Connection::Head::ended) return false;
  const std::string refusal = refusal_of_head(how, head);
  if (!refusal.empty()) connection.write_all(refusal);
  return refusal.empty();
}

template <class Stream, class Setup>
bool Server::parse_and_answer(Stream& stream, bool& closed, const Setup& setup) {
  if constexpr (requires { this->process_request(stream, false, closed, setup); }) {
    return this->process_request(stream, false, closed, setup);
  } else {  // httplib 0.16 and up want the addresses, too
    return this->process_request(stream, std::string(), 0, std::string(), 0, false, closed, setup);
  }
}

void Server::answer_requests(Connection& connection, const Peer& peer) {
  t_host = &peer.host;
  t_caller = &peer.caller;
  t_connection = &connection;
  bool closed = false;
  while (!closed && connection.wait()) {
    std::string_view head;
    if (!next_head(connection, head)) return;
    const std::uint64_t stray = has_no_body(head) ? content_length(head) : 0;
    const auto setup = [head = std::string(head)](httplib::Request& request) {
      restore_values(head, request.headers);
      request.path = "/";
      request.ranges.clear();  // ranges are the service's to answer, not the parser's
      request.headers.erase("Accept-Encoding");  // nor does it compress what the service sends
      // What is stored compressed stays so: httplib would unpack it.
      for (auto [at, end] = request.headers.equal_range("Content-Encoding"); at != end; at = request.headers.erase(at)) request.headers.emplace(kKeptEncoding, at->second);
    };
    t_understood = false;
    if (stray > kStrayBodyBytesMax || !parse_and_answer(connection, closed, setup) || connection.is_broken()) return;
    if (!t_understood) return;  // httplib has said 400 and stopped reading somewhere in it: what follows means nothing
    // A GET with a body is answered without it; what stays unread would be taken for the next request.
    char byte = 0;
    for (std::uint64_t i = 0; i < stray; ++i) {
      if (connection.read(&byte, 1) != 1) return;
    }
  }
}

void Server::converse(Connection& connection, Peer& peer) { answer_requests(connection, peer); }

bool Server::process_and_close_socket(socket_t sock) {
  bool welcome = true;
  bool reset = false;
  {
    const std::lock_guard lock(mutex_);
    welcome = !closing_;
    if (welcome) open_.insert(sock);
  }
  if (welcome) {
    {
      Connection connection(sock, patience_s_);
      Peer peer;
      converse(connection, peer);
      t_host = nullptr;
      t_caller = nullptr;
      t_connection = nullptr;
      reset = connection.wants_reset();
    }
    const std::lock_guard lock(mutex_);
    open_.erase(sock);
  }
  if (reset) {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(sock, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  } else {
    ::shutdown(sock, SHUT_RDWR);
  }
  ::close(sock);
  ended();
  return true;
}

Response Server::answer_in_time(const Request& request) {
  std::uint64_t seen = reports_so_far();
  Response response = handle_(request);
  while (response.headers.has(kPendingHeader)) {
    wait_for_report(seen, kLookAgain);
    {
      const std::lock_guard lock(mutex_);
      if (closing_) return empty_response(503);
    }
    seen = reports_so_far();
    Request again = Request::make(Method::get, "https://" + std::string(kWorkloadsHost) + "/" + std::string(response.headers.get(kPendingHeader)) + "/answer");
    again.caller.origin = "azure";
    response = handle_(again);
  }
  return response;
}

void Server::answer_one(const httplib::Request& from, httplib::Response& to, const httplib::ContentReader* reader) {
  t_understood = true;
  Body body;
  // Without either header there is no body; httplib would wait for the end of the connection.
  if (reader != nullptr && (from.has_header("Content-Length") || from.has_header("Transfer-Encoding"))) {
    std::string path;
    {
      const std::lock_guard lock(mutex_);
      path = spool_ + std::to_string(++spooled_);
    }
    Collector collector(path);
    const bool whole = (*reader)([&](const char* bytes, std::size_t size) { return collector.take(bytes, size); });
    body = collector.finish();
    if (!whole) {
      to.status = 400;
      to.set_content("the request's body did not arrive whole", "text/plain");
      return;
    }
  }
  Response response = answer_in_time(to_request(from, std::move(body), *t_host, *t_caller));
  if (response.headers.has(kTransportHeader)) {
    t_connection->break_answer(std::string(response.headers.get(kTransportHeader)));
    response.headers.remove(kTransportHeader);
  }
  to_httplib(response, from.method == "HEAD", to);
}

}  // namespace azlab::net
