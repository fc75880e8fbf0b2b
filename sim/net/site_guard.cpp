#include "sim/net/site_guard.hpp"

#include <fmt/format.h>
#include <openssl/rand.h>

#include <algorithm>
#include <optional>
#include <stdexcept>

#include "sim/core/text.hpp"

namespace azlab::net {
namespace {

/// Compares in a time that tells nothing about where they differ.
bool same(std::string_view one, std::string_view other) {
  if (one.size() != other.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < one.size(); ++i) difference |= static_cast<unsigned>(static_cast<unsigned char>(one[i]) ^ static_cast<unsigned char>(other[i]));
  return difference == 0;
}

constexpr std::string_view kPolicy =
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self'; worker-src 'self' blob:; frame-src 'self' blob: data:; object-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'";

}  // namespace

std::string SiteGuard::new_key() {
  std::array<unsigned char, 16> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) throw std::runtime_error("OpenSSL has no random numbers");
  std::string out;
  for (const unsigned char byte : bytes) out += fmt::format("{:02x}", byte);
  return out;
}

void SiteGuard::is_at(std::vector<SiteHost> hosts, bool https) {
  hosts_ = std::move(hosts);
  https_ = https;
}

std::string SiteGuard::link() const { return fmt::format("{}{}/?key={}", scheme(), to_text(hosts_.front(), https_), key_); }

std::optional<SiteHost> SiteGuard::ours(std::string_view host) const {
  auto asked = parse_site_host(host, https_ ? kHttpsPort : kHttpPort);
  if (!asked || std::find(hosts_.begin(), hosts_.end(), *asked) == hosts_.end()) return std::nullopt;
  return asked;
}

SiteGuard::Decision SiteGuard::decide(const Visitor& visitor) const {
  // Another site's name may lead to this address, and its scripts then count as ours for a browser.
  const auto host = ours(visitor.host);
  if (!host) return {.status = 403, .says = "azlab: this site is " + to_text(hosts_.front(), https_) + " and not known by this name (azlab serve --site-host NAME[:PORT])\n", .headers = {}};
  const bool foreign = !visitor.origin.empty() && !(visitor.origin.starts_with(scheme()) && ours(std::string_view(visitor.origin).substr(scheme().size())));
  if (foreign || (visitor.socket && visitor.origin.empty())) return {.status = 403, .says = "azlab: only pages of this site may ask it\n", .headers = {}};
  // Browsers give a cookie to all ports of a name, so its own name tells whose it is: by the port that the browser knows, which is
  // another than that of a container.
  const std::string name = fmt::format("azlab-{}", host->port);
  const auto question = std::min(visitor.target.find('?'), visitor.target.size());
  std::optional<std::string> shown;
  std::string rest;  ///< the query without the key
  for (const auto& pair : split(visitor.target.substr(std::min(question + 1, visitor.target.size())), '&')) {
    if (pair.starts_with("key=")) {
      shown = pair.substr(4);
    } else if (!pair.empty()) {
      rest += (rest.empty() ? "?" : "&") + pair;
    }
  }
  if (shown && !same(*shown, key_)) return {.status = 403, .says = "azlab: this key is not the one of this run; use the link that azlab serve printed\n", .headers = {}};
  // Once it is a cookie it goes out of the address, so that no history or picture keeps it.
  if (shown) return {.status = 303, .says = "", .headers = {{"Location", visitor.target.substr(0, question) + rest}, {"Set-Cookie", fmt::format("{}={}; Path=/; HttpOnly; SameSite=Strict{}", name, key_, https_ ? "; Secure" : "")}}};
  for (const auto& part : split(visitor.cookie, ';')) {
    const auto pair = trim(part);
    if (pair.starts_with(name + "=") && same(pair.substr(name.size() + 1), key_)) return {};
  }
  return {.status = 403, .says = "azlab: open the link that azlab serve printed; it holds the key\n", .headers = {}};
}

const std::array<std::pair<std::string_view, std::string_view>, 6>& SiteGuard::headers() {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kHeaders = {{{"Content-Security-Policy", kPolicy},
                                                                                            {"X-Content-Type-Options", "nosniff"},
                                                                                            {"X-Frame-Options", "DENY"},
                                                                                            {"Referrer-Policy", "no-referrer"},
                                                                                            {"Cross-Origin-Opener-Policy", "same-origin"},
                                                                                            {"Cross-Origin-Resource-Policy", "same-origin"}}};
  return kHeaders;
}

}  // namespace azlab::net
