#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/result.hpp"
#include "sim/net/site_tls.hpp"

namespace azlab::net {

/// What a browser gets for a GET.
struct SiteAnswer {
  int status = 200;
  std::string type = "text/plain; charset=utf-8";
  std::string body{};
  std::string encoding{};   ///< "gzip": the body is compressed so
  bool unchanging = false;  ///< its address holds a digest of it, so it may be kept for good
};

/// One open tab of a browser, for the time of its WebSocket. Any thread may call any member; nothing happens once it has gone.
class SiteTab {
 public:
  virtual ~SiteTab() = default;
  virtual void send(std::string text) = 0;
  virtual void close() = 0;
};

/// Who listens to a tab. Told by one thread at a time; destroyed when the tab has gone.
class SiteVisitor {
 public:
  virtual ~SiteVisitor() = default;
  virtual void told(const std::string& text) = 0;
};

struct SiteHandlers {
  /// `path` without query; called by one thread.
  std::function<SiteAnswer(const std::string& path)> page;
  std::function<std::unique_ptr<SiteVisitor>(const std::shared_ptr<SiteTab>&)> visit;
};

struct SiteOptions {
  int port = 0;                         ///< 0: a free one
  std::string key{};                    ///< who has it may come in; never empty
  std::string address = "127.0.0.1";    ///< on which it listens: an IP address of this computer; 0.0.0.0 and ::: on all
  std::vector<std::string> hosts{};     ///< NAME[:PORT] by which browsers reach it beside its own names, as behind a container's published port
  std::optional<SiteIdentity> identity{};  ///< with it the site speaks TLS; without, it listens on the loopback only
};

/// The learner's site (issue 6): files and one WebSocket a tab ("/live"), for a browser of this computer or, behind TLS, of others.
///
/// Who comes shows the key once, by the link /?key=…, and has it as a cookie (HttpOnly, SameSite=Strict, behind TLS Secure) from then on. A
/// Host that is not ours (DNS rebinding) or an Origin that is not ours (another site's script) is refused with 403, and so is
/// whoever has no key. The only file that uses Boost.Beast is site_server.cpp.
class SiteServer {
 public:
  /// Fails with one line: the port is taken, the address not of this computer, or others could listen in for want of TLS.
  static Result<std::unique_ptr<SiteServer>> open(const SiteOptions& options, SiteHandlers handlers);
  ~SiteServer();
  SiteServer(const SiteServer&) = delete;
  SiteServer& operator=(const SiteServer&) = delete;

  int port() const;
  /// The link that lets a browser in.
  std::string link() const;

 private:
  struct Impl;
  explicit SiteServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace azlab::net
