#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/core/text.hpp"
#include "sim/portal/address.hpp"
#include "sim/portal/effects.hpp"

namespace azlab::portal {

namespace {

Outcome deny(std::string why) { return {.ok = false, .error = std::move(why), .opened = {}}; }

/// Addresses that a person types or that a lab names, and the page they lead to. The rest of the two sites is
/// reached from there.
struct Site {
  std::string_view host;
  std::string_view screen;
};
constexpr Site kSites[] = {{"portal.azure.com", "portal.home"}, {"ml.azure.com", "studio.workspaces"}};

}  // namespace

Frame Effects::make_frame(const std::string& id, const Json& effect, const Json& root) {
  Frame made;
  made.screen = id;
  made.serial = ++state_.serial;
  const auto* screen = resolver_.library().find(id, resolver_.options().as_of);
  // A page takes over the parameters it declares from the page it was opened on.
  if (screen != nullptr && root.contains("page")) {
    const auto inherited = root["page"].value("params", Json::object());
    for (const auto& name : screen->value("params", std::vector<std::string>{})) {
      if (inherited.contains(name)) made.params[name] = inherited[name];
    }
  } else if (screen != nullptr) {
    const auto inherited = root.value("params", Json::object());
    for (const auto& name : screen->value("params", std::vector<std::string>{})) {
      if (inherited.contains(name)) made.params[name] = inherited[name];
    }
  }
  if (const auto with = effect.find("with"); with != effect.end()) {
    for (const auto& [name, value] : with->items()) {
      auto filled = value.is_string() ? resolver_.evaluator().query(value.get<std::string>(), root)
                                      : resolver_.evaluator().fill(value, root, made.serial);
      if (!filled.is_null()) made.params[name] = std::move(filled);
    }
  }
  return made;
}

Outcome Effects::enter(Frame& entered) {
  const auto* screen = resolver_.library().find(entered.screen, resolver_.options().as_of);
  if (screen == nullptr || !screen->contains("enter")) return {};
  const auto scope = std::make_shared<const Json>(resolver_.scope_of(*screen, entered, state_, state_.notices));
  const Target here{.def = screen, .root = scope,
                    .frame = static_cast<FrameIndex>(state_.tabs[state_.active].frames.size()) - 1};
  return run_list((*screen)["enter"], here, *scope);
}

Outcome Effects::open_screen(const std::string& id, const Json& effect, const Json& root) {
  if (id.empty()) return deny("the screen leads nowhere");
  const auto* screen = resolver_.library().find(id, resolver_.options().as_of);
  auto made = make_frame(id, effect, root);
  const auto app = id.substr(0, id.find('.'));
  if (app != state_.tabs[state_.active].app) {
    // Another site opens in its own browser tab, or the one that is there comes to the front.
    const auto found = std::find_if(state_.tabs.begin(), state_.tabs.end(), [&](const BrowserTab& tab) { return tab.app == app; });
    state_.active = static_cast<std::size_t>(found - state_.tabs.begin());
    if (found == state_.tabs.end()) state_.tabs.push_back({.app = app, .frames = {}});
  }
  auto& frames = state_.tabs[state_.active].frames;
  if (screen == nullptr || !screen->value("dialog", false)) frames.clear();
  frames.push_back(std::move(made));
  auto outcome = enter(frames.back());
  outcome.opened = state_.tabs[state_.active].frames.back().screen;
  return outcome;
}

Outcome Effects::open_address(const std::string& address) {
  const auto request = Request::make(Method::get, address);
  const auto site = std::find_if(std::begin(kSites), std::end(kSites), [&](const Site& one) { return equals_ignore_case(request.host, one.host); });
  if (site == std::end(kSites)) return deny("no page of " + request.host + " is simulated");
  const auto page = find_page(resolver_.library(), resolver_.options().as_of, address);
  // The bare address of a site leads to its first page; any other that no screen has is a page that is not simulated.
  const auto behind_host = address.find(request.host) + request.host.size();
  if (!page && address.find_first_not_of("/#?", behind_host) != std::string::npos) return Outcome{.ok = false, .error = "the page " + address + " is not simulated", .opened = {}, .not_simulated = true};
  const std::string screen = page ? page->screen : std::string(site->screen);
  if (state_.tabs.empty()) state_.tabs.push_back({.app = screen.substr(0, screen.find('.')), .frames = {}});
  return open_screen(screen, Json::object(), {{"params", page ? Json(page->params) : Json::object()}});
}

Outcome Effects::close_tab() {
  if (state_.tabs.size() < 2) return deny("only one tab is open");
  state_.tabs.erase(state_.tabs.begin() + static_cast<std::ptrdiff_t>(state_.active));
  state_.active = 0;
  state_.notices.clear();
  return {.ok = true, .error = {}, .opened = state_.tabs[0].frames.back().screen};
}

Outcome Effects::close_pane() {
  state_.pane.reset();
  return {};
}

Outcome Effects::switch_tab(const std::string& app) {
  for (std::size_t i = 0; i < state_.tabs.size(); ++i) {
    if (state_.tabs[i].app != app) continue;
    state_.active = i;
    return {.ok = true, .error = {}, .opened = state_.tabs[i].frames.back().screen};
  }
  return deny("no tab shows the " + app);
}

Outcome Effects::dismiss(bool popups_only) {
  auto& frames = state_.tabs[state_.active].frames;
  if (frames.size() < 2) return {};
  const auto* screen = resolver_.library().find(frames.back().screen, resolver_.options().as_of);
  if (popups_only && (screen == nullptr || !screen->value("popup", false))) return {};
  frames.pop_back();
  return {.ok = true, .error = {}, .opened = frames.back().screen};
}

}  // namespace azlab::portal
