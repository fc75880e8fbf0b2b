#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/net/site_address.hpp"

namespace azlab::net {

/// Who may look at the learner's site, and what browsers are told to forbid. No network in here.
class SiteGuard {
 public:
  /// 128 bits as hexadecimal digits that nobody can guess, and so not of the run's seed.
  static std::string new_key();

  explicit SiteGuard(std::string key) : key_(std::move(key)) {}
  /// The names that lead to this site (never empty; the first is the link's), and whether TLS is between it and browsers.
  void is_at(std::vector<SiteHost> hosts, bool https);
  /// The link that lets a browser in.
  std::string link() const;

  struct Visitor {
    std::string target{};  ///< path and query
    std::string host{};
    std::string origin{};  ///< empty: the browser sent none
    std::string cookie{};
    bool socket = false;   ///< asks to become a WebSocket
  };
  struct Decision {
    int status = 0;  ///< 0: come in; else what to answer
    std::string says{};
    std::vector<std::pair<std::string, std::string>> headers{};
  };
  Decision decide(const Visitor& visitor) const;

  /// With every answer: nothing from elsewhere is loaded, run or embedded, and no page of elsewhere embeds this one.
  static const std::array<std::pair<std::string_view, std::string_view>, 6>& headers();

 private:
  /// As a Host header has it, without a scheme; nothing when it is not ours.
  std::optional<SiteHost> ours(std::string_view host) const;
  std::string scheme() const { return https_ ? "https://" : "http://"; }

  std::string key_;
  std::vector<SiteHost> hosts_{};
  bool https_ = false;
};

}  // namespace azlab::net
