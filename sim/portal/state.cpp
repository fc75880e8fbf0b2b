#include "sim/portal/state.hpp"

namespace azlab::portal {

namespace {

Json frame_to_json(const Frame& frame) {
  return {{"screen", frame.screen}, {"params", frame.params}, {"form", frame.form},     {"tabs", frame.tabs},
          {"step", frame.step},     {"serial", frame.serial}, {"errors", frame.errors_shown}};
}

Frame frame_from_json(const Json& value) {
  Frame frame;
  frame.screen = value.value("screen", std::string());
  frame.params = value.value("params", Json::object());
  frame.form = value.value("form", Json::object());
  frame.tabs = value.value("tabs", Json::object());
  frame.step = value.value("step", std::string());
  frame.serial = value.value("serial", std::uint64_t{0});
  frame.errors_shown = value.value("errors", false);
  return frame;
}

}  // namespace

Json to_json(const BrowserState& state) {
  Json tabs = Json::array();
  for (const auto& tab : state.tabs) {
    Json frames = Json::array();
    for (const auto& frame : tab.frames) frames.push_back(frame_to_json(frame));
    tabs.push_back({{"app", tab.app}, {"frames", std::move(frames)}});
  }
  Json out = {{"tabs", std::move(tabs)},          {"active", state.active},   {"remembered", state.remembered},
              {"notices", state.notices}, {"serial", state.serial}};
  if (state.pane) out["pane"] = frame_to_json(*state.pane);
  return out;
}

BrowserState state_from_json(const Json& value) {
  BrowserState state;
  for (const auto& saved : value.value("tabs", Json::array())) {
    BrowserTab tab;
    tab.app = saved.value("app", std::string());
    for (const auto& frame : saved.value("frames", Json::array())) tab.frames.push_back(frame_from_json(frame));
    if (!tab.frames.empty()) state.tabs.push_back(std::move(tab));
  }
  state.active = value.value("active", std::size_t{0});
  if (state.active >= state.tabs.size()) state.active = 0;
  state.remembered = value.value("remembered", Json::object());
  state.notices = value.value("notices", std::vector<std::string>{});
  state.serial = value.value("serial", std::uint64_t{0});
  if (value.contains("pane")) state.pane = frame_from_json(value["pane"]);
  return state;
}

}  // namespace azlab::portal
