#include "sim/net/site_address.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>

#include "sim/core/text.hpp"

namespace azlab::net {
namespace {

constexpr int kPortMax = 65'535;
constexpr std::size_t kNameMax = 253;  // RFC 1035
constexpr std::array<std::string_view, 2> kEverywhere = {"0.0.0.0", "::"};

bool is_v6(const std::string& text) {
  in6_addr address{};
  return ::inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

bool is_name(const std::string& text) {
  if (text.empty() || text.size() > kNameMax || text.front() == '.' || text.front() == '-') return false;
  return text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-._") == std::string::npos;
}

std::optional<int> parse_port(std::string_view text) {
  int port = 0;
  const auto [end, why] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (why != std::errc() || end != text.data() + text.size() || port < 1 || port > kPortMax) return std::nullopt;
  return port;
}

}  // namespace

bool is_ip_address(const std::string& text) {
  in_addr address{};
  return ::inet_pton(AF_INET, text.c_str(), &address) == 1 || is_v6(text);
}

bool is_loopback(const std::string& address) { return address == "::1" || (is_ip_address(address) && address.starts_with("127.")); }

std::optional<SiteHost> parse_site_host(std::string_view text, int port) {
  const bool bracketed = text.starts_with('[');
  const std::size_t end = bracketed ? text.find(']') : text.find(':');
  if (bracketed && end == std::string_view::npos) return std::nullopt;
  SiteHost out{.name = to_lower(text.substr(bracketed ? 1 : 0, bracketed ? end - 1 : end)), .port = port};
  if (bracketed ? !is_v6(out.name) : !is_name(out.name)) return std::nullopt;
  const std::string_view rest = text.substr(std::min(bracketed ? end + 1 : end, text.size()));
  if (rest.empty()) return out;
  const auto told = rest.starts_with(':') ? parse_port(rest.substr(1)) : std::nullopt;
  if (!told) return std::nullopt;
  out.port = *told;
  return out;
}

std::string to_text(const SiteHost& host, bool https) {
  const std::string name = is_v6(host.name) ? "[" + host.name + "]" : host.name;
  return host.port == (https ? kHttpsPort : kHttpPort) ? name : fmt::format("{}:{}", name, host.port);
}

std::vector<SiteHost> given_hosts(const std::vector<std::string>& more, int port) {
  std::vector<SiteHost> out;
  for (const auto& text : more) {
    auto host = parse_site_host(text, port);
    if (host && std::find(out.begin(), out.end(), *host) == out.end()) out.push_back(std::move(*host));
  }
  return out;
}

std::vector<SiteHost> site_hosts(const std::string& address, int port, const std::vector<std::string>& more, const std::vector<std::string>& computer) {
  std::vector<SiteHost> out = given_hosts(more, port);
  const auto add = [&](SiteHost host) {
    if (std::find(out.begin(), out.end(), host) == out.end()) out.push_back(std::move(host));
  };
  const bool everywhere = std::find(kEverywhere.begin(), kEverywhere.end(), address) != kEverywhere.end();
  if (!everywhere) add({address, port});
  if (everywhere || !is_loopback(address)) {
    for (const auto& name : computer) {
      if (everywhere || !is_ip_address(name)) add({name, port});
    }
  }
  if (everywhere) add({"127.0.0.1", port});
  if (address == "::") add({"::1", port});
  if (everywhere || address == "127.0.0.1" || address == "::1") add({"localhost", port});
  return out;
}

std::vector<std::string> names_of_computer() {
  std::vector<std::string> out;
  ifaddrs* all = nullptr;
  if (::getifaddrs(&all) != 0) all = nullptr;
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owned(all, ::freeifaddrs);
  for (const int family : {AF_INET, AF_INET6}) {
    for (const ifaddrs* one = all; one != nullptr; one = one->ifa_next) {
      if (one->ifa_addr == nullptr || one->ifa_addr->sa_family != family || (one->ifa_flags & IFF_LOOPBACK) != 0) continue;
      std::array<char, NI_MAXHOST> text{};
      const auto size = static_cast<socklen_t>(family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6));
      if (::getnameinfo(one->ifa_addr, size, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) != 0) continue;
      // A link's own address has the link's name behind it, which no browser takes.
      if (std::string_view(text.data()).find('%') == std::string_view::npos) out.emplace_back(text.data());
    }
  }
  std::array<char, kNameMax + 1> name{};
  if (::gethostname(name.data(), name.size() - 1) == 0 && is_name(to_lower(name.data()))) out.push_back(to_lower(name.data()));
  return out;
}

}  // namespace azlab::net
