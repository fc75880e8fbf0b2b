#include "sim/net/connection.hpp"

#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace azlab::net {
namespace {

constexpr std::size_t kChunkBytes = 16 * 1024;
// A slow answer: so many bytes, so often (real time).
constexpr std::size_t kSlowBytes = 16;
constexpr int kSlowStepMs = 20;

/// A signal to this process (a timer, a child that ended) is no end of a client's connection.
template <class Call>
auto uninterrupted(const Call& call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

}  // namespace

Connection::Connection(socket_t sock, int patience_s) : sock_(sock), patience_s_(patience_s) {
  if (patience_s_ == 0) return;
  const timeval limit{.tv_sec = patience_s_, .tv_usec = 0};
  ::setsockopt(sock_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(sock_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

Connection::~Connection() {
  if (ssl_ == nullptr) return;
  if (broken_.empty()) SSL_shutdown(ssl_);  // one that breaks off says no goodbye
  SSL_free(ssl_);
}

bool Connection::start_tls(SSL_CTX* context) {
  // Nothing may have been read ahead: those bytes would belong to the handshake.
  if (context == nullptr || ssl_ != nullptr || at_ != ahead_.size()) return false;
  ssl_ = SSL_new(context);
  return ssl_ != nullptr && SSL_set_fd(ssl_, sock_) == 1 && SSL_accept(ssl_) == 1;
}

bool Connection::ready(short what, int timeout_ms) const {
  pollfd entry{sock_, what, 0};
  return uninterrupted([&] { return ::poll(&entry, 1, timeout_ms); }) > 0 && (entry.revents & what) != 0;
}

bool Connection::wait() {
  if (at_ < ahead_.size() || (ssl_ != nullptr && SSL_pending(ssl_) > 0)) return true;
  return ready(POLLIN, -1);
}

int Connection::peek() {
  if (at_ < ahead_.size()) return static_cast<unsigned char>(ahead_[at_]);
  char first = 0;
  return uninterrupted([&] { return ::recv(sock_, &first, 1, MSG_PEEK); }) == 1 ? static_cast<unsigned char>(first) : -1;
}

bool Connection::fill() {
  if (at_ == ahead_.size()) {
    ahead_.clear();
    at_ = 0;
  }
  std::array<char, kChunkBytes> chunk;
  const ssize_t got = ssl_ != nullptr ? SSL_read(ssl_, chunk.data(), static_cast<int>(chunk.size())) : uninterrupted([&] { return ::recv(sock_, chunk.data(), chunk.size(), 0); });
  if (got <= 0) return false;
  ahead_.append(chunk.data(), static_cast<std::size_t>(got));
  return true;
}

Connection::Head Connection::read_head(std::string_view& head) {
  std::size_t searched = 0;
  while (true) {
    const std::string_view here = std::string_view(ahead_).substr(at_);
    const auto end = here.find("\r\n\r\n", searched > 3 ? searched - 3 : 0);
    if (end != std::string_view::npos) {
      head = here.substr(0, end + 4);
      return head.size() > kHeadBytesMax ? Head::too_large : Head::whole;
    }
    if (here.size() > kHeadBytesMax) {
      head = here;
      return Head::too_large;
    }
    searched = here.size();
    if (!fill()) return searched == 0 ? Head::ended : Head::too_slow;
  }
}

ssize_t Connection::read(char* to, std::size_t size) {
  if (at_ == ahead_.size() && !fill()) return -1;
  const std::size_t count = std::min(size, ahead_.size() - at_);
  std::memcpy(to, ahead_.data() + at_, count);
  at_ += count;
  return static_cast<ssize_t>(count);
}

ssize_t Connection::write(const char* from, std::size_t size) {
  if (size == 0) return 0;
  return broken_.empty() ? write_plainly(from, size) : write_broken(from, size);
}

/// httplib writes the head of an answer first and its body behind it.
ssize_t Connection::write_broken(const char* from, std::size_t size) {
  if (broken_ == "hang") wait_until_client_goes();
  if (broken_ == "reset" || broken_ == "hang") return -1;
  if (broken_ == "cut") {
    if (++writes_ == 1) return write_plainly(from, size);
    if (writes_ == 2) write_plainly(from, size / 2);
    return -1;
  }
  for (std::size_t done = 0; done < size;) {
    pollfd nobody{sock_, 0, 0};
    if (uninterrupted([&] { return ::poll(&nobody, 1, kSlowStepMs); }) > 0) return -1;  // the client has gone
    const ssize_t sent = write_plainly(from + done, std::min(kSlowBytes, size - done));
    if (sent <= 0) return -1;
    done += static_cast<std::size_t>(sent);
  }
  return static_cast<ssize_t>(size);
}

void Connection::wait_until_client_goes() const {
  pollfd entry{sock_, POLLRDHUP, 0};
  uninterrupted([&] { return ::poll(&entry, 1, -1); });
}

ssize_t Connection::write_plainly(const char* from, std::size_t size) {
  return ssl_ != nullptr ? SSL_write(ssl_, from, static_cast<int>(std::min<std::size_t>(size, 1U << 30))) : uninterrupted([&] { return ::send(sock_, from, size, MSG_NOSIGNAL); });
}

void Connection::shut_down() { ::shutdown(sock_, SHUT_RDWR); }

bool Connection::write_all(std::string_view text) {
  while (!text.empty()) {
    const ssize_t sent = write(text.data(), text.size());
    if (sent <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

}  // namespace azlab::net
