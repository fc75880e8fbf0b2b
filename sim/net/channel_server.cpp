#include "sim/net/channel_server.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstring>
#include <fstream>
#include <thread>

namespace azlab::net {
namespace {

/// Reads as much as there is: httplib asks for one byte at a time.
class BufferedStream : public httplib::Stream {
 public:
  explicit BufferedStream(socket_t sock) : sock_(sock) {}

  bool is_readable() const override { return at_ < have_ || ready(POLLIN); }
  bool is_writable() const override { return ready(POLLOUT); }
  ssize_t read(char* to, std::size_t size) override {
    if (at_ == have_) {
      const ssize_t got = ::recv(sock_, bytes_.data(), bytes_.size(), 0);
      if (got <= 0) return got;
      at_ = 0;
      have_ = static_cast<std::size_t>(got);
    }
    const std::size_t count = std::min(size, have_ - at_);
    std::memcpy(to, bytes_.data() + at_, count);
    at_ += count;
    return static_cast<ssize_t>(count);
  }
  ssize_t write(const char* from, std::size_t size) override { return ::send(sock_, from, size, MSG_NOSIGNAL); }
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  socket_t socket() const override { return sock_; }

 private:
  bool ready(short what) const {
    pollfd entry{sock_, what, 0};
    return ::poll(&entry, 1, -1) > 0 && (entry.revents & what) != 0;
  }

  socket_t sock_;
  std::array<char, 16384> bytes_{};
  std::size_t at_ = 0;
  std::size_t have_ = 0;
};

/// A thread for each connection. Connections are the processes of one run on one computer: few, and each may
/// wait for the clock as long as it likes without another waiting for it.
class ThreadForEach : public httplib::TaskQueue {
 public:
  void enqueue(std::function<void()> connection) override {
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

}  // namespace

ChannelServer::ChannelServer(Answer answer) : answer_(std::move(answer)) {
  new_task_queue = [] { return new ThreadForEach; };
  const Handler bare = [this](const httplib::Request& from, httplib::Response& to) { read_and_answer(from, to, nullptr); };
  const HandlerWithContentReader full = [this](const httplib::Request& from, httplib::Response& to, const httplib::ContentReader& reader) {
    read_and_answer(from, to, &reader);
  };
  Get(".*", bare);
  Options(".*", bare);
  Delete(".*", bare);  // without a body
  Put(".*", full);
  Post(".*", full);
  Patch(".*", full);
  Delete(".*", full);
}

bool ChannelServer::bind(const std::string& socket_path) {
  spool_ = socket_path + ".body";
  set_address_family(AF_UNIX);
  if (!bind_to_port(socket_path, 80)) return false;
  // httplib's backlog of 5 turns away processes that come together.
  return ::listen(svr_sock_, SOMAXCONN) == 0;
}

void ChannelServer::close_all() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    for (const socket_t sock : open_) ::shutdown(sock, SHUT_RDWR);
  }
  stop();
}

std::vector<int>& ChannelServer::entered() {
  thread_local std::vector<int> processes;
  return processes;
}

bool ChannelServer::process_and_close_socket(socket_t sock) {
  bool welcome = true;
  {
    const std::lock_guard lock(mutex_);
    welcome = !closing_;
    if (welcome) open_.insert(sock);
  }
  if (welcome) {
    BufferedStream stream(sock);
    bool closed = false;
    while (!closed && stream.is_readable() && process_request(stream, false, closed, nullptr)) {
    }
    const std::lock_guard lock(mutex_);
    open_.erase(sock);
  }
  ::shutdown(sock, SHUT_RDWR);
  ::close(sock);
  for (const int process : entered()) {
    if (on_lost) on_lost(process);
  }
  entered().clear();
  return true;
}

void ChannelServer::read_and_answer(const httplib::Request& from, httplib::Response& to, const httplib::ContentReader* reader) {
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
  answer_(from, std::move(body), to);
}

}  // namespace azlab::net
