// What stands between a client's bytes and a Request: heads, lengths, chunks. Whatever comes, the connection ends, and the
// next client is served.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>

#include "sim/net/plain_listener.hpp"

namespace {

int connect_to(int port) {
  const int sock = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(sock, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) __builtin_trap();
  return sock;
}

std::string converse(int port, const std::string& bytes) {
  const int sock = connect_to(port);
  static_cast<void>(::send(sock, bytes.data(), bytes.size(), MSG_NOSIGNAL));
  ::shutdown(sock, SHUT_WR);
  std::string answer;
  std::array<char, 4096> piece{};
  // The fuzzer's own timer interrupts whoever waits.
  for (ssize_t got = 1; got > 0 || (got < 0 && errno == EINTR);) {
    got = ::recv(sock, piece.data(), piece.size(), 0);
    if (got > 0) answer.append(piece.data(), static_cast<std::size_t>(got));
  }
  ::close(sock);
  return answer;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace azlab;
  static const auto kListener = net::PlainListener::open(0, [](const Request& request) { return Response{.status = 200, .headers = {{"Content-Type", "text/plain"}}, .body = request.path}; }, "/tmp/azlab-fuzz-body-");
  if (!kListener) __builtin_trap();
  const int port = (*kListener)->port();
  converse(port, std::string(reinterpret_cast<const char*>(data), size));
  const std::string next = converse(port, "GET /alive HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  if (next.find("/alive") == std::string::npos) {
    std::fprintf(stderr, "the next client got %zu bytes: '%s' (%s)\n", next.size(), next.c_str(), std::strerror(errno));
    __builtin_trap();
  }
  return 0;
}
