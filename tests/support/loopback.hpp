#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>

#include "tests/support/catch.hpp"

namespace azlab::test {

/// A socket that is connected to a port of this computer; the caller closes it.
inline int connect_to(int port) {
  const int sock = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::connect(sock, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  return sock;
}

}  // namespace azlab::test
