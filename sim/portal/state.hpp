#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/json.hpp"

namespace azlab::portal {

/// A page, dialog or pane that is open, and what the person did to it.
struct Frame {
  std::string screen{};
  Json params = Json::object();  ///< what it is about: {"resourceGroup": …}
  Json form = Json::object();    ///< typed values by control id
  Json tabs = Json::object();    ///< chosen tab by group
  std::string step{};            ///< wizards; empty = the first
  std::uint64_t serial = 0;      ///< counts frames of the session
  bool errors_shown = false;     ///< validation ran, so empty required fields complain
};

/// A browser tab: the page, and the dialogs that lie over it.
struct BrowserTab {
  std::string app{};
  std::vector<Frame> frames{};
};

/// All that a browser holds. Plain data, so that sessions are saved and branched.
struct BrowserState {
  std::vector<BrowserTab> tabs{};
  std::size_t active = 0;
  std::optional<Frame> pane{};  ///< Cloud Shell, below the page
  Json remembered = Json::object();
  std::vector<std::string> notices{};
  std::uint64_t serial = 0;
};

Json to_json(const BrowserState& state);
BrowserState state_from_json(const Json& value);

}  // namespace azlab::portal
