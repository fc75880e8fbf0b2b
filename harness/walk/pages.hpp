#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/portal/session.hpp"

namespace azlab::walk {

/// The portal and the studio as one person has them in front of them: all that a walker sees of them and does to them. The
/// headless walker's is a portal::Session; harness/browse has one that looks at Chromium and presses what is drawn there.
/// Used by one thread.
class Pages {
 public:
  virtual ~Pages() = default;

  /// The page as it is now.
  virtual portal::View view() = 0;
  virtual portal::Outcome act(const portal::Action& action) = 0;
  /// Apps of the open tabs, the active one first; none before the first address was opened.
  virtual std::vector<std::string> apps() = 0;
  /// A session in the state of these pages, only to be read; it is as it was asked for until the next call.
  virtual const portal::Session& session() = 0;
  /// As portal::Session has them.
  virtual std::string parameter(std::string_view name) = 0;
  virtual std::string remembered(std::string_view name) = 0;
  virtual std::string user_name() = 0;
  /// The whole state as text, and back: a walker that only looked somewhere goes back to where it was.
  virtual std::string save() = 0;
  virtual void load(const std::string& saved) = 0;

  /// What the person sees now, as a PNG file; empty where nothing is drawn.
  virtual std::string picture() = 0;
  /// What the pages have and a browser does not show as they say, a line each, since this was asked last. A mistake of azlab's,
  /// never of the lab's.
  virtual std::vector<std::string> defects() = 0;
};

/// The pages without a browser.
std::unique_ptr<Pages> session_pages(portal::Session::Send send, portal::Session::Options options);

}  // namespace azlab::walk
