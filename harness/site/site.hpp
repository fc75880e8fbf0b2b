#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "harness/site/house.hpp"
#include "harness/site/site_door.hpp"
#include "sim/net/site_server.hpp"

namespace azlab::site {

/// Whether this azlab was built with the page (Node was there then). Without it the site says so, and all else works.
bool has_page();

/// How long a site's key is, in hexadecimal digits.
constexpr std::size_t kKeyBytes = 32;

/// What a site goes on with that outlives the process.
struct SiteMemory {
  std::string key{};  ///< empty: a new one
  int port = 0;       ///< the one that browsers know; 0: none
  std::optional<net::SiteIdentity> identity{};  ///< the one that was made, which browsers know as well
  std::map<std::string, std::string> sessions{};  ///< of tabs, as `keep` heard of them, by id
  Sessions::Keep keep{};
};

/// The learner's site: the page in a browser, in front of a simulator that runs in TimeMode::scaled.
class Site {
 public:
  /// `lab`: beside the page, with its score at /score and /score.json; null: none. Fails with one line.
  static Result<std::unique_ptr<Site>> open(Simulator& simulator, run::Machines& machines, const SiteDoor& door, SiteMemory memory = {}, guide::Guide* lab = nullptr);
  /// A site on a free port for a program that drives a browser: time is the simulator's, in any mode; a page changes when it is asked to
  /// (refresh); nothing is open at first; the machines are not touched.
  static Result<std::unique_ptr<Site>> open_driven(Simulator& simulator, run::Machines& machines, Driven driven);
  ~Site();
  Site(const Site&) = delete;
  Site& operator=(const Site&) = delete;

  /// With the key: whoever has it is let in.
  std::string link() const { return server_->link(); }
  int port() const { return server_->port(); }
  const std::string& key() const { return key_; }
  /// What it proves itself with; nothing without TLS.
  const std::optional<net::SiteIdentity>& identity() const { return identity_; }
  /// Whether that was made by azlab, so that browsers warn.
  bool has_made_identity() const { return made_; }

  /// Calls `ask` with the tab of a session that was opened last (Welcome::session of the page's protocol); false where there is none.
  bool with_tab(const std::string& session, const std::function<void(Tab&)>& ask);

 private:
  Site(Simulator& simulator, run::Machines& machines, std::optional<Driven> driven);
  Result<void> find_identity(const SiteDoor& door, const std::optional<net::SiteIdentity>& kept);
  Result<void> listen(const SiteDoor& door, int port);
  void watch();
  void remember(const std::vector<Happening>& happened);

  Pace pace_;
  House house_;
  Happenings happenings_{};
  std::string key_{};
  std::optional<net::SiteIdentity> identity_{};
  bool made_ = false;
  std::mutex mutex_{};
  std::condition_variable ending_{};
  bool ended_ = false;
  std::thread watcher_{};
  std::unique_ptr<net::SiteServer> server_{};  // last: its threads use what stands above
};

}  // namespace azlab::site
