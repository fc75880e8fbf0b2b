#pragma once

#include <condition_variable>
#include <memory>
#include <string>
#include <thread>

#include "harness/site/house.hpp"
#include "sim/net/site_server.hpp"

namespace azlab::site {

/// Whether this azlab was built with the page (Node was there then). Without it the site says so, and all else works.
bool has_page();

/// The learner's site: the page in a browser of this computer, in front of a simulator that runs in TimeMode::scaled.
class Site {
 public:
  /// `port` 0: a free one. Fails with one line.
  static Result<std::unique_ptr<Site>> open(Simulator& simulator, run::Machines& machines, int port);
  ~Site();
  Site(const Site&) = delete;
  Site& operator=(const Site&) = delete;

  /// With the key: whoever has it is let in.
  std::string link() const { return server_->link(); }
  int port() const { return server_->port(); }

 private:
  Site(Simulator& simulator, run::Machines& machines);
  void watch();

  Pace pace_;
  House house_;
  std::mutex mutex_{};
  std::condition_variable ending_{};
  bool ended_ = false;
  std::thread watcher_{};
  std::unique_ptr<net::SiteServer> server_{};  // last: its threads use what stands above
};

}  // namespace azlab::site
