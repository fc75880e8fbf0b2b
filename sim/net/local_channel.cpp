#include "sim/net/local_channel.hpp"

#include <httplib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

#include <cstdlib>
#include <thread>

#include "sim/core/text.hpp"
#include "sim/net/channel_server.hpp"

namespace azlab::net {
namespace {

constexpr const char* kClockHost = "clock.azlab";
// Longest wait of a sleeping process for its answer: a held clock may wait for a script of ten real minutes.
constexpr time_t kReadTimeoutS = 3600;

Request to_request(const httplib::Request& from, Body body, const std::string& origin) {
  Request out;
  out.method = parse_method(from.method).value_or(Method::get);
  out.host = to_lower(from.get_header_value("Host"));
  if (const auto colon = out.host.find(':'); colon != std::string::npos) out.host.resize(colon);
  const auto question = from.target.find('?');
  out.path = from.target.substr(0, question);
  if (question != std::string::npos) out.query = from.target.substr(question + 1);
  for (const auto& [name, value] : from.headers) {
    // httplib adds these four to what the client sent.
    if (name == "REMOTE_ADDR" || name == "REMOTE_PORT" || name == "LOCAL_ADDR" || name == "LOCAL_PORT") continue;
    out.headers.add(name, value);
  }
  out.body = std::move(body);
  out.caller.origin = origin;
  out.caller.waiting = out.headers.has("x-azlab-shim") ? Waiting::sleeps : Waiting::polls;
  return out;
}

std::string number(Time time) { return std::to_string(time.time_since_epoch().count()); }

}  // namespace

struct LocalChannel::Impl {
  ChannelServer server{[this](const httplib::Request& from, Body body, httplib::Response& to) { answer(from, std::move(body), to); }};
  std::thread thread{};
  ChannelHandlers handlers{};
  std::string origin{};
  std::string path{};

  void answer(const httplib::Request& from, Body body, httplib::Response& to) {
    const Request request = to_request(from, std::move(body), origin);
    if (request.host == kClockHost) {
      to.set_content(clock(split(request.path, '/')), "text/plain");
      return;
    }
    const Response response = handlers.handle(request);
    to.status = response.status;
    for (const auto& [name, value] : response.headers.fields()) {
      if (!equals_ignore_case(name, "Content-Type")) to.headers.emplace(name, value);
    }
    const std::string type(response.headers.get("Content-Type"));
    to.set_content(response.body.text(), type.empty() ? "application/octet-stream" : type);
  }

  std::string clock(const std::vector<std::string>& parts) {
    const std::string verb = parts.size() > 1 ? parts[1] : "";
    const int process = parts.size() > 2 ? std::atoi(parts[2].c_str()) : 0;
    if (verb == "enter") {
      ChannelServer::entered().push_back(handlers.enter());
      return std::to_string(ChannelServer::entered().back());
    }
    if (verb == "leave") {
      std::erase(ChannelServer::entered(), process);
      handlers.leave(process);
    }
    if (verb == "sleep" && parts.size() > 3) return number(handlers.sleep(process, Duration(std::strtoll(parts[3].c_str(), nullptr, 10))));
    return number(handlers.now());
  }
};

LocalChannel::LocalChannel() : impl_(std::make_unique<Impl>()) {}

LocalChannel::~LocalChannel() {
  impl_->server.close_all();
  if (impl_->thread.joinable()) impl_->thread.join();
  ::unlink(impl_->path.c_str());
}

Result<std::unique_ptr<LocalChannel>> LocalChannel::open(const std::string& socket_path, ChannelHandlers handlers, std::string origin) {
  if (socket_path.size() > 100) return fail(400, "SocketPath", "the run's directory has too long a path for a Unix socket: " + socket_path);
  std::unique_ptr<LocalChannel> channel(new LocalChannel());
  Impl& impl = *channel->impl_;
  impl.handlers = std::move(handlers);
  impl.origin = std::move(origin);
  impl.path = socket_path;
  impl.server.on_lost = [&impl](int process) { impl.handlers.leave(process); };
  if (!impl.server.bind(socket_path)) return fail(500, "SocketPath", "cannot make the local channel's socket " + socket_path);
  impl.thread = std::thread([&impl] { impl.server.listen_after_bind(); });
  while (!impl.server.is_running()) std::this_thread::yield();
  return channel;
}

struct ChannelClient::Impl {
  explicit Impl(const std::string& path) : client(path) {
    client.set_address_family(AF_UNIX);
    client.set_keep_alive(true);
    client.set_read_timeout(kReadTimeoutS, 0);
  }
  httplib::Client client;
};

ChannelClient::ChannelClient(const std::string& socket_path) : impl_(std::make_unique<Impl>(socket_path)) {}
ChannelClient::~ChannelClient() = default;

Response ChannelClient::send(const Request& request) {
  httplib::Request out;
  out.method = std::string(to_string(request.method));
  out.path = request.path + (request.query.empty() ? "" : "?" + request.query);
  for (const auto& [name, value] : request.headers.fields()) out.headers.emplace(name, value);
  out.headers.emplace("Host", request.host);
  out.headers.emplace("x-azlab-shim", "1");
  out.body = request.body.text();
  const auto result = impl_->client.send(out);
  if (!result) return {.status = 0, .body = "the simulator's local channel does not answer (" + httplib::to_string(result.error()) + ")"};
  Response response{.status = result->status, .body = result->body};
  for (const auto& [name, value] : result->headers) response.headers.add(name, value);
  return response;
}

namespace {

long long ask_clock(ChannelClient& client, const std::string& path) {
  Request request = Request::make(Method::post, "https://" + std::string(kClockHost) + path);
  return std::strtoll(client.send(request).body.text().c_str(), nullptr, 10);
}

}  // namespace

int ChannelClient::enter() { return static_cast<int>(ask_clock(*this, "/enter")); }
void ChannelClient::leave(int process) { ask_clock(*this, "/leave/" + std::to_string(process)); }
Time ChannelClient::now() { return Time(Duration(ask_clock(*this, "/now"))); }
Time ChannelClient::sleep(int process, Duration duration) {
  return Time(Duration(ask_clock(*this, "/sleep/" + std::to_string(process) + "/" + std::to_string(duration.count()))));
}

}  // namespace azlab::net
