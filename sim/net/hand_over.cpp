#include "sim/net/hand_over.hpp"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "sim/net/listener.hpp"

namespace azlab::net {
namespace {

constexpr int kGiveUpLookMs = 50;

bool unix_address(const std::string& path, sockaddr_un& to) {
  to = {};
  to.sun_family = AF_UNIX;
  if (path.size() >= sizeof to.sun_path) return false;
  std::memcpy(to.sun_path, path.c_str(), path.size() + 1);
  return true;
}

/// One byte with one descriptor beside it, as sendmsg and recvmsg want it.
struct OneDescriptor {
  OneDescriptor() {
    message.msg_iov = &bytes;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
  }
  char byte = 'L';
  iovec bytes{.iov_base = &byte, .iov_len = 1};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
};

std::string namespace_of(const std::string& process) {
  std::error_code gone;
  return std::filesystem::read_symlink("/proc/" + process + "/ns/pid", gone).string();
}

/// The innermost of a process's numbers.
int innermost_pid(const std::string& process) {
  std::ifstream status("/proc/" + process + "/status");
  for (std::string line; std::getline(status, line);) {
    if (!line.starts_with("NSpid:")) continue;
    return std::atoi(line.c_str() + line.find_last_of("\t ") + 1);
  }
  return 0;
}

tl::unexpected<Error> no_loopback(const std::string& what) { return fail(500, "Sandbox", what + ": " + std::strerror(errno)); }

}  // namespace

Result<std::unique_ptr<HandOver>> HandOver::open(const std::string& path) {
  sockaddr_un address{};
  if (!unix_address(path, address)) return fail(400, "SocketPath", "the run's directory has too long a path for a Unix socket: " + path);
  const int listening = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ::unlink(path.c_str());
  if (listening < 0 || ::bind(listening, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || ::listen(listening, 1) != 0) {
    if (listening >= 0) ::close(listening);
    return fail(500, "SocketPath", "cannot make the socket " + path + ": " + std::strerror(errno));
  }
  return std::unique_ptr<HandOver>(new HandOver(path, listening));
}

HandOver::~HandOver() {
  if (peer_ >= 0) ::close(peer_);
  ::close(listening_);
  ::unlink(path_.c_str());
}

int HandOver::receive() {
  const auto wait_for = [this](int socket) {
    pollfd wait{.fd = socket, .events = POLLIN, .revents = 0};
    while (!given_up_) {
      if (::poll(&wait, 1, kGiveUpLookMs) > 0) return true;
    }
    return false;
  };
  if (!wait_for(listening_)) return -1;
  peer_ = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
  if (peer_ < 0 || !wait_for(peer_)) return -1;
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (::getsockopt(peer_, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0) pid_namespace_ = namespace_of(std::to_string(credentials.pid));
  OneDescriptor parcel;
  if (::recvmsg(peer_, &parcel.message, MSG_CMSG_CLOEXEC) != 1) return -1;
  const cmsghdr* header = CMSG_FIRSTHDR(&parcel.message);
  if (header == nullptr || header->cmsg_type != SCM_RIGHTS || header->cmsg_len != CMSG_LEN(sizeof(int))) return -1;
  int descriptor = -1;
  std::memcpy(&descriptor, CMSG_DATA(header), sizeof descriptor);
  return descriptor;
}

void HandOver::confirm() {
  const char byte = 'S';
  if (::send(peer_, &byte, 1, MSG_NOSIGNAL) != 1) given_up_ = true;
}

void HandOver::give_up() { given_up_ = true; }

int HandOver::pid_outside(int pid_inside) const {
  std::error_code why;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", why)) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos || namespace_of(name) != pid_namespace_) continue;
    if (innermost_pid(name) == pid_inside) return std::atoi(name.c_str());
  }
  return 0;
}

Result<void> hand_out_loopback(const std::string& hand_out, int port) {
  const int listening = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (listening < 0 || ::bind(listening, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || ::listen(listening, SOMAXCONN) != 0) {
    return no_loopback("cannot listen on the sandbox's loopback");
  }
  sockaddr_un there{};
  const int peer = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (peer < 0 || !unix_address(hand_out, there) || ::connect(peer, reinterpret_cast<sockaddr*>(&there), sizeof there) != 0) {
    return no_loopback("nobody takes the sandbox's socket at " + hand_out);
  }
  OneDescriptor parcel;
  cmsghdr* header = CMSG_FIRSTHDR(&parcel.message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(header), &listening, sizeof listening);
  char answer = 0;
  if (::sendmsg(peer, &parcel.message, MSG_NOSIGNAL) != 1 || ::recv(peer, &answer, 1, 0) != 1) return no_loopback("the sandbox's socket was not taken");
  ::close(peer);
  ::close(listening);
  return {};
}

}  // namespace azlab::net
