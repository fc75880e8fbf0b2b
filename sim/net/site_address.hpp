#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace azlab::net {

/// What a Host header leaves out.
inline constexpr int kHttpPort = 80;
inline constexpr int kHttpsPort = 443;

/// A host as a browser names it: a DNS name in lower case or an IP address (without brackets), and a port.
struct SiteHost {
  std::string name{};
  int port = 0;
  bool operator==(const SiteHost&) const = default;
};

/// Reads "name", "name:8443", "192.168.1.5:8443", "[::1]:8443"; without a port it is `port`. Nothing for anything else.
std::optional<SiteHost> parse_site_host(std::string_view text, int port);
/// As it stands in a link and in a Host header: without the port where that is the scheme's own.
std::string to_text(const SiteHost& host, bool https);

/// Whether it is an IP address, and one that only this computer reaches.
bool is_ip_address(const std::string& text);
bool is_loopback(const std::string& address);

/// Under which names browsers reach a site that listens on `address` (0.0.0.0 and ::: all of `computer`) and `port`, the
/// best first. `more` are names that a user gave it, which come before all others; they must be readable.
std::vector<SiteHost> site_hosts(const std::string& address, int port, const std::vector<std::string>& more, const std::vector<std::string>& computer);
/// Those of `more` alone.
std::vector<SiteHost> given_hosts(const std::vector<std::string>& more, int port);
/// The addresses of this computer's networks, and its name; no loopback, nothing that is valid on one link only.
std::vector<std::string> names_of_computer();

}  // namespace azlab::net
