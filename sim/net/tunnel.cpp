#include "sim/net/tunnel.hpp"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <thread>

namespace azlab::net {
namespace {

constexpr std::size_t kPiece = 16 * 1024;

int connect_to(const std::string& host, const std::string& port) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), port.c_str(), &wanted, &found) != 0) return -1;
  int sock = -1;
  for (const addrinfo* one = found; one != nullptr && sock < 0; one = one->ai_next) {
    sock = ::socket(one->ai_family, one->ai_socktype | SOCK_CLOEXEC, one->ai_protocol);
    if (sock >= 0 && ::connect(sock, one->ai_addr, one->ai_addrlen) != 0) {
      ::close(sock);
      sock = -1;
    }
  }
  ::freeaddrinfo(found);
  return sock;
}

bool send_all(int sock, const char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t sent = ::send(sock, bytes, size, MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes += sent;
    size -= static_cast<std::size_t>(sent);
  }
  return true;
}

}  // namespace

bool tunnel(Connection& connection, const std::string& host, const std::string& port) {
  const int outside = connect_to(host, port);
  if (outside < 0) return false;
  if (connection.write_all("HTTP/1.1 200 Connection Established\r\n\r\n")) {
    std::thread back([&] {
      std::array<char, kPiece> piece{};
      for (ssize_t got = 0; (got = ::recv(outside, piece.data(), piece.size(), 0)) > 0;) {
        if (!connection.write_all({piece.data(), static_cast<std::size_t>(got)})) break;
      }
      connection.shut_down();  // wakes the reader below
    });
    std::array<char, kPiece> piece{};
    while (connection.wait()) {
      const ssize_t got = connection.read(piece.data(), piece.size());
      if (got <= 0 || !send_all(outside, piece.data(), static_cast<std::size_t>(got))) break;
    }
    ::shutdown(outside, SHUT_RDWR);
    back.join();
  }
  ::close(outside);
  return true;
}

}  // namespace azlab::net
