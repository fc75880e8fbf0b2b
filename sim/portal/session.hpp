#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/time.hpp"
#include "sim/http/message.hpp"

namespace azlab::portal {

/// A control of a resolved screen.
struct Control {
  std::string id;              ///< unique on the screen
  std::string kind;            ///< "button", "link", "tab", "field", "option", "toggle", "row", "menu", "status", "text", "icon", "component"
  std::string label{};         ///< in the session's language
  std::string label_en{};
  std::vector<std::string> also{};  ///< other spellings that name the same control, any language and generation
  bool enabled = true;
  bool required = false;
  bool unverified = false;     ///< the label is known from lab texts only (design 8)
  std::string value{};         ///< fields, toggles ("on"/"off"), status
  std::vector<std::string> options{};
  std::string error{};         ///< validation message under a field
  std::vector<Control> children{};
};

/// The page that the user sees.
struct View {
  std::string screen;          ///< "studio.compute"
  std::string app;             ///< "portal" or "studio"
  std::string title{};
  std::string address{};       ///< what the address bar shows
  bool complete = false;       ///< whether `controls` is all there is on the real page
  std::vector<Control> controls{};
  std::vector<std::string> notices{};  ///< notifications, errors of the last request
};

struct Action {
  std::string kind;   ///< "click", "fill", "choose", "toggle", "open" (an address), "search", "close-tab", "refresh", "dismiss", "type"
  std::string target{};  ///< control id
  std::string value{};
};

/// What pressing did. `error` is what the page shows when it refuses.
struct Outcome {
  bool ok = true;
  std::string error{};
  std::string opened{};        ///< screen that is shown now, when it changed
};

/// One person's browser on the simulated portal and studio: tabs, the current screen, what is typed. It never
/// touches the World; everything goes through `send`, i.e. Simulator::handle.
class Session {
 public:
  using Send = std::function<Response(Request)>;
  struct Options {
    std::string language = "en";
    std::string as_of{};       ///< ISO date; screens of that day
    std::string user_name{};
  };
  Session(Send send, Options options);
  ~Session();
  Session(Session&&) noexcept;
  Session& operator=(Session&&) noexcept;

  View view() const;
  Outcome act(const Action& action);

  /// The whole state as JSON text, and back: sessions are branched with the World.
  std::string save() const;
  void load(std::string_view saved);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace azlab::portal
