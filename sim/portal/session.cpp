#include "sim/portal/session.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/core/text.hpp"
#include "sim/portal/effects.hpp"

namespace azlab::portal {

struct Session::Impl {
  Send send;
  Options options;
  Evaluator evaluator;
  Resolver resolver;
  BrowserState state;

  Impl(Send s, Options o)
      : send(std::move(s)), options(std::move(o)), evaluator(options.seed),
        resolver(Library::builtin(), evaluator, send, options) {}
};

namespace {

Outcome refused(std::string why) { return {.ok = false, .error = std::move(why), .opened = {}}; }

std::string local_id(const Target& target) { return target.def->value("id", std::string()); }

/// A control or option that does something in Azure which is not simulated says so rather than do nothing.
std::optional<Outcome> not_simulated(const Json& def) {
  const auto what = def.find("notSimulated");
  if (what == def.end()) return std::nullopt;
  return Outcome{.ok = false, .error = what->get<std::string>(), .opened = {}, .not_simulated = true};
}

const Json* option_definition(const Json& field, const std::string& value) {
  const auto options = field.find("options");
  if (options == field.end() || !options->is_array()) return nullptr;
  for (const auto& option : *options) {
    if (option.is_object() && option.value("value", std::string()) == value) return &option;
  }
  return nullptr;
}

Outcome choose(Effects& effects, const Target& target, const std::string& value) {
  const auto* option = option_definition(*target.def, value);
  if (option != nullptr) {
    if (auto absent = not_simulated(*option)) return *absent;
  }
  effects.set(target.frame, local_id(target), value);
  return {};
}

Outcome fill_field(Effects& effects, const Control& control, const Target& target, std::string value) {
  if (control.kind == "component") {
    effects.set(target.frame, local_id(target), value);
    return {};
  }
  if (control.kind == "toggle") {
    if (auto absent = not_simulated(*target.def); absent && value == "on") return *absent;
    effects.set(target.frame, local_id(target), value);
    return {};
  }
  if (control.format == "time") value = normal_time(value);
  return choose(effects, target, option_named(control, value).value_or(value));
}

bool is_typed(const std::string& kind) { return kind == "fill" || kind == "choose" || kind == "toggle" || kind == "type" || kind == "search"; }

/// What a control says to a value that it cannot take.
std::optional<Outcome> refused_value(const Control& control, const std::string& value) {
  if (control.kind == "component") return std::nullopt;
  if (control.kind == "toggle") {
    if (value != "on" && value != "off") return refused("a toggle is on or off, not \"" + value + "\"");
    return std::nullopt;
  }
  if (control.kind != "field") return refused("\"" + control.label + "\" is a " + control.kind + "; nothing can be typed there");
  if (!control.options.empty() && !control.free && !option_named(control, control.format == "time" ? normal_time(value) : value)) {
    return refused("\"" + control.label + "\" does not offer \"" + value + "\"");
  }
  return std::nullopt;
}

Outcome press(Effects& effects, const Control& control, const Target& target) {
  if (!target.option.empty() && target.option != "step") {
    const auto chosen = choose(effects, target, target.option);
    return chosen.ok ? effects.run(target, "whenChosen") : chosen;
  }
  if (target.option == "step") return effects.go_to_step(target);
  if (!target.path.empty()) return effects.open_path(target, control.value == "directory");
  if (auto absent = not_simulated(*target.def)) return *absent;
  if (control.kind == "toggle") {
    effects.set(target.frame, local_id(target), control.value == "on" ? "off" : "on");
    return {};
  }
  if (control.kind == "tab" && target.def->contains("group")) {
    effects.choose_tab(target);
    return {};
  }
  return effects.run(target, "do");
}

}  // namespace

const Control* find_control(const std::vector<Control>& controls, std::string_view id) {
  for (const auto& control : controls) {
    if (control.id == id) return &control;
    if (const auto* inside = find_control(control.children, id)) return inside;
  }
  return nullptr;
}

std::optional<std::string> option_named(const Control& field, const std::string& text) {
  for (const auto& option : field.children) {
    if (option.kind != "option") continue;
    const auto value = option.id.substr(field.id.size() + 1);
    if (equals_ignore_case(value, text) || equals_ignore_case(option.label, text)) return value;
    for (const auto& spelling : option.also) {
      if (equals_ignore_case(spelling, text)) return value;
    }
  }
  return std::nullopt;
}

std::optional<Outcome> refusal(const View& view, const Action& action) {
  const auto* control = find_control(view.controls, action.target);
  if (control == nullptr) return refused("there is no control \"" + action.target + "\" on " + view.screen);
  if (!control->enabled) return refused("\"" + control->label + "\" is disabled" + (control->hint.empty() ? std::string() : ": " + control->hint));
  return is_typed(action.kind) ? refused_value(*control, action.value) : std::nullopt;
}

Session::Session(Send send, Options options) : impl_(std::make_unique<Impl>(std::move(send), std::move(options))) {}
Session::~Session() = default;
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;

View Session::view() const { return impl_->resolver.resolve(impl_->state).view; }

std::optional<View> Session::under() const {
  BrowserState beneath = impl_->state;
  if (beneath.tabs.empty()) return std::nullopt;
  auto& frames = beneath.tabs[beneath.active].frames;
  const auto is_dialog = [this](const Frame& frame) {
    const auto* screen = Library::builtin().find(frame.screen, impl_->options.as_of);
    return screen != nullptr && screen->value("dialog", false);
  };
  const auto open = frames.size();
  while (!frames.empty() && is_dialog(frames.back())) frames.pop_back();
  if (frames.empty() || frames.size() == open) return std::nullopt;
  return impl_->resolver.resolve(beneath).view;
}

Outcome Session::act(const Action& action) {
  auto& state = impl_->state;
  Effects effects(impl_->resolver, state);
  if (action.kind == "open") {
    state.notices.clear();
    return effects.open_address(action.value);
  }
  if (state.tabs.empty()) return refused("no page is open yet");
  if (action.kind == "close-tab") return effects.close_tab();
  if (action.kind == "close-pane") return effects.close_pane();
  if (action.kind == "switch-tab") return effects.switch_tab(action.value);
  if (action.kind == "dismiss") return effects.dismiss(true);
  if (action.kind == "cancel") return effects.dismiss(false);
  if (action.kind == "refresh" && action.target.empty()) return {};

  const auto page = impl_->resolver.resolve(state);
  state.notices.clear();
  if (auto no = refusal(page.view, action)) return *no;
  const auto found = page.targets.find(action.target);
  const auto* control = find_control(page.view.controls, action.target);
  if (found == page.targets.end()) return refused("there is no control \"" + action.target + "\" on " + page.view.screen);
  const auto before = state.tabs[state.active].frames.back().screen;
  Outcome outcome;
  if (action.kind == "click" || action.kind == "refresh") {
    outcome = press(effects, *control, found->second);
  } else if (is_typed(action.kind)) {
    outcome = fill_field(effects, *control, found->second, action.value);
    if (outcome.ok && action.kind == "search") {
      auto target = found->second;
      Json typed = *target.root;
      typed["form"][local_id(target)] = action.value;
      target.root = std::make_shared<const Json>(std::move(typed));
      outcome = effects.run(target, "do");
    }
  } else {
    return refused("unknown action \"" + action.kind + "\"");
  }
  const auto& after = state.tabs[state.active].frames.back().screen;
  if (outcome.ok && outcome.opened.empty() && after != before) outcome.opened = after;
  return outcome;
}

std::vector<std::string> Session::apps() const {
  std::vector<std::string> apps;
  const auto& state = impl_->state;
  if (!state.tabs.empty()) apps.push_back(state.tabs[state.active].app);
  for (std::size_t i = 0; i < state.tabs.size(); ++i) {
    if (i != state.active) apps.push_back(state.tabs[i].app);
  }
  return apps;
}

std::string Session::parameter(std::string_view name) const {
  const auto& state = impl_->state;
  if (state.tabs.empty()) return {};
  return plain_text(state.tabs[state.active].frames.back().params.value(std::string(name), Json()));
}

std::string Session::remembered(std::string_view name) const {
  return plain_text(impl_->state.remembered.value(std::string(name), Json()));
}

const Session::Options& Session::options() const { return impl_->options; }

std::string Session::save() const { return dump(to_json(impl_->state)); }

void Session::load(std::string_view saved) {
  const auto value = parse_json(saved);
  if (value && value->is_object()) impl_->state = state_from_json(*value);
}

}  // namespace azlab::portal
