#include "sim/net/plain_listener.hpp"

#include <fmt/format.h>

#include <thread>

#include "sim/net/server.hpp"

namespace azlab::net {
namespace {

constexpr int kSlowClientS = 60;

}  // namespace

struct PlainListener::Impl {
  std::unique_ptr<Server> server{};
  std::thread thread{};
  int port = 0;
};

PlainListener::PlainListener() : impl_(std::make_unique<Impl>()) {}

PlainListener::~PlainListener() {
  if (impl_->server) impl_->server->close_all();
  if (impl_->thread.joinable()) impl_->thread.join();
}

int PlainListener::port() const { return impl_->port; }

Result<std::unique_ptr<PlainListener>> PlainListener::open(int port, std::function<Response(const Request&)> handle, std::string spool) {
  std::unique_ptr<PlainListener> listener(new PlainListener());
  Impl& impl = *listener->impl_;
  impl.server = std::make_unique<Server>(std::move(handle), std::move(spool), kSlowClientS);
  impl.port = impl.server->bind_loopback(port);
  if (impl.port == 0) return fail(500, "Port", port == 0 ? "cannot listen on 127.0.0.1" : fmt::format("cannot listen on 127.0.0.1:{}: another program uses that port", port));
  impl.thread = std::thread([&impl] { impl.server->listen_after_bind(); });
  while (!impl.server->is_running()) std::this_thread::yield();
  return listener;
}

}  // namespace azlab::net
