#include "sim/net/local_channel.hpp"

#include <httplib.h>
#include <unistd.h>

#include <algorithm>

#include <cstdlib>
#include <thread>

#include "sim/core/text.hpp"
#include "sim/net/server.hpp"

namespace azlab::net {
namespace {

// Longest wait of a sleeping process for its answer: a held clock may wait for a script of ten real minutes.
constexpr time_t kReadTimeoutS = 3600;

}  // namespace

class Channel final : public Server {
 public:
  Channel(ChannelHandlers handlers, std::string origin, std::string spool)
      : Server([this](const Request& request) { return answer(request); }, std::move(spool), 0), handlers_(std::move(handlers)), origin_(std::move(origin)) {}

 protected:
  void ended() override { leave_clock(handlers_.clock); }

 private:
  Response answer(Request request) {
    if (request.host == kClockHost) return {.status = 200, .headers = {{"Content-Type", "text/plain"}}, .body = ask_clock(handlers_.clock, request.path)};
    request.caller.origin = origin_;
    request.caller.waiting = request.headers.has("x-azlab-shim") ? Waiting::sleeps : Waiting::polls;
    return handlers_.handle(request);
  }

  ChannelHandlers handlers_;
  std::string origin_;
};

struct LocalChannel::Impl {
  std::unique_ptr<Channel> server{};
  std::thread thread{};
  std::string path{};
};

LocalChannel::LocalChannel() : impl_(std::make_unique<Impl>()) {}

LocalChannel::~LocalChannel() {
  if (impl_->server) impl_->server->close_all();
  if (impl_->thread.joinable()) impl_->thread.join();
  ::unlink(impl_->path.c_str());
}

Result<std::unique_ptr<LocalChannel>> LocalChannel::open(const std::string& socket_path, ChannelHandlers handlers, std::string origin) {
  if (socket_path.size() > 100) return fail(400, "SocketPath", "the run's directory has too long a path for a Unix socket: " + socket_path);
  std::unique_ptr<LocalChannel> channel(new LocalChannel());
  Impl& impl = *channel->impl_;
  impl.path = socket_path;
  impl.server = std::make_unique<Channel>(std::move(handlers), std::move(origin), socket_path + ".body");
  if (!impl.server->bind_unix(socket_path)) return fail(500, "SocketPath", "cannot make the local channel's socket " + socket_path);
  impl.thread = std::thread([&impl] { impl.server->listen_after_bind(); });
  while (!impl.server->is_running()) std::this_thread::yield();
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

long long ask(ChannelClient& client, const std::string& path) {
  Request request = Request::make(Method::post, "https://" + std::string(kClockHost) + path);
  return std::strtoll(client.send(request).body.text().c_str(), nullptr, 10);
}

}  // namespace

int ChannelClient::enter() { return static_cast<int>(ask(*this, "/enter")); }
void ChannelClient::leave(int process) { ask(*this, "/leave/" + std::to_string(process)); }
Time ChannelClient::now() { return Time(Duration(ask(*this, "/now"))); }
Time ChannelClient::sleep(int process, Duration duration) {
  return Time(Duration(ask(*this, "/sleep/" + std::to_string(process) + "/" + std::to_string(duration.count()))));
}

}  // namespace azlab::net
