#include "sim/portal/effects.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/core/text.hpp"

namespace azlab::portal {

namespace {

Outcome refuse(std::string why) { return {.ok = false, .error = std::move(why), .opened = {}}; }

const Json kNoEffects = Json::array();

/// "opens" may depend on the row: {"by": "<JMESPath>", "<value>": "<screen>", "*": "<screen>"}.
std::string opened_screen(const Json& opens, const Json& root, Evaluator& evaluator) {
  if (opens.is_string()) return opens.get<std::string>();
  const auto key = plain_text(evaluator.query(opens.value("by", std::string()), root));
  for (const auto& [name, screen] : opens.items()) {
    if (name != "by" && equals_ignore_case(name, key)) return screen.get<std::string>();
  }
  return opens.value("*", std::string());
}

}  // namespace

Frame* Effects::frame(FrameIndex index) {
  if (index < 0) return state_.pane ? &*state_.pane : nullptr;
  auto& frames = state_.tabs[state_.active].frames;
  const auto at = static_cast<std::size_t>(index);
  return at < frames.size() ? &frames[at] : nullptr;
}

void Effects::set(FrameIndex index, const std::string& field, const Json& value) {
  if (auto* at = frame(index)) at->form[field] = value;
}

void Effects::choose_tab(const Target& target) {
  if (auto* at = frame(target.frame)) at->tabs[target.def->value("group", std::string())] = target.def->value("id", std::string());
}

Outcome Effects::run(const Target& target, const char* key) {
  const auto effects = target.def->find(key);
  if (effects != target.def->end()) return run_list(*effects, target, *target.root);
  if (std::string_view(key) == "do" && target.def->contains("opens")) {
    const auto screen = opened_screen((*target.def)["opens"], *target.root, resolver_.evaluator());
    if (!screen.empty()) return open_screen(screen, *target.def, *target.root);
  }
  return {};
}

Outcome Effects::run_list(const Json& effects, const Target& target, Json root) {
  Outcome all;
  for (const auto& effect : effects) {
    if (effect.contains("when") && !resolver_.evaluator().truth(effect["when"], root)) continue;
    auto outcome = run_one(effect, target, root);
    if (!outcome.ok) return outcome;
    if (!outcome.asked.component.empty()) all.asked = std::move(outcome.asked);
  }
  return all;
}

Outcome Effects::run_one(const Json& effect, const Target& target, Json& root) {
  auto& evaluator = resolver_.evaluator();
  if (effect.contains("request")) return run_request(effect, target, root);
  if (effect.contains("validate")) return run_validate(effect["validate"], target);
  if (effect.contains("step")) return run_step(effect["step"], target);
  if (effect.contains("set")) {
    for (const auto& [field, value] : effect["set"].items()) {
      auto filled = evaluator.fill(value, root);
      root["form"][field] = filled;
      set(target.frame, field, filled);
    }
    return {};
  }
  if (effect.contains("params")) {
    auto* at = frame(target.frame);
    for (const auto& [name, value] : effect["params"].items()) {
      auto filled = evaluator.fill(value, root);
      if (at != nullptr) at->params[name] = filled;
      root["params"][name] = std::move(filled);
    }
    return {};
  }
  if (effect.contains("remember")) {
    for (const auto& [name, value] : effect["remember"].items()) state_.remembered[name] = evaluator.fill(value, root);
    return {};
  }
  if (effect.contains("component")) {
    const auto text = effect.contains("text") ? plain_text(evaluator.fill(effect["text"], root)) : std::string();
    return {.asked = {.component = effect["component"].get<std::string>(), .does = effect["does"].get<std::string>(), .text = text}};
  }
  if (effect.contains("close")) {
    auto& frames = state_.tabs[state_.active].frames;
    if (target.frame < 0) {
      state_.pane.reset();
    } else if (frames.size() > 1) {
      frames.pop_back();
    }
    return {};
  }
  if (effect.contains("notice")) {
    state_.notices.push_back(resolver_.library().label(effect["notice"], resolver_.options().language).text);
    return {};
  }
  if (effect.contains("pane")) {
    if (!state_.pane || target.frame < 0) state_.pane = make_frame(effect["pane"].get<std::string>(), effect, root);
    return {};
  }
  if (effect.contains("open")) return open_screen(opened_screen(effect["open"], root, evaluator), effect, root);
  return refuse("the screen asks for an unknown effect: " + dump(effect));
}

Outcome Effects::run_request(const Json& effect, const Target& target, Json& root) {
  const auto text = effect["request"].get<std::string>();
  const auto space = text.find(' ');
  const auto method = parse_method(text.substr(0, space));
  if (!method || space == std::string::npos) return refuse("the screen makes an unreadable request: " + text);
  auto& evaluator = resolver_.evaluator();
  Body body;
  const auto* at = frame(target.frame);
  if (effect.contains("body")) {
    const auto filled = evaluator.fill(effect["body"], root, at == nullptr ? 0 : at->serial);
    body = effect.value("raw", false) ? Body(plain_text(filled)) : Body(dump(filled));
  }
  const auto response = resolver_.request(*method, evaluator.expand(text.substr(space + 1), root), std::move(body), false);
  if (!response.ok()) {
    if (effect.value("quiet", false)) return {};
    auto error = error_text(response);
    state_.notices.push_back(error);
    return refuse(std::move(error));
  }
  if (effect.contains("as")) {
    const auto answer = response.body.text();
    auto parsed = effect.value("text", false) ? Result<Json>(Json(answer)) : parse_json(answer);
    root[effect["as"].get<std::string>()] = parsed ? std::move(*parsed) : Json();
  }
  return {};
}

Outcome Effects::run_validate(const Json& what, const Target& target) {
  auto* at = frame(target.frame);
  const auto* screen = at == nullptr ? nullptr : resolver_.library().find(at->screen, resolver_.options().as_of);
  if (screen == nullptr) return {};
  // Values typed on the way count, so the scope is taken afresh.
  const auto scope = resolver_.scope_of(*screen, *at, state_, state_.notices);
  const auto errors = resolver_.errors_of(*screen, scope, what == "step" ? current_step(*screen, *at) : nullptr);
  if (errors.empty()) return {};
  at->errors_shown = true;
  return refuse(join(errors, "; "));
}

Outcome Effects::run_step(const Json& to, const Target& target) {
  auto* at = frame(target.frame);
  const auto* screen = at == nullptr ? nullptr : resolver_.library().find(at->screen, resolver_.options().as_of);
  if (screen == nullptr || !screen->contains("steps")) return refuse("the screen has no steps");
  const auto& steps = (*screen)["steps"];
  const auto* current = current_step(*screen, *at);
  std::size_t index = 0;
  while (index < steps.size() && &steps[index] != current) ++index;
  if (to == "next") {
    index = std::min(index + 1, steps.size() - 1);
  } else if (to == "back") {
    index = index == 0 ? 0 : index - 1;
  } else {
    const auto named = std::find_if(steps.begin(), steps.end(), [&](const Json& step) { return step["id"] == to; });
    if (named == steps.end()) return refuse("the screen has no step " + plain_text(to));
    index = static_cast<std::size_t>(named - steps.begin());
  }
  at->step = steps[index].value("id", std::string());
  at->errors_shown = false;
  return {};
}

Outcome Effects::go_to_step(const Target& target) {
  const auto to = target.def->value("id", std::string());
  const auto* at = frame(target.frame);
  const auto* screen = at == nullptr ? nullptr : resolver_.library().find(at->screen, resolver_.options().as_of);
  if (screen == nullptr) return {};
  const auto* current = current_step(*screen, *at);
  // Most wizards let only steps be chosen that lie behind; the create form's tabs are all open.
  for (const auto& step : (*screen)["steps"]) {
    if (step["id"] == to) break;
    if (&step == current && !screen->value("freeSteps", false)) return refuse("the wizard's later steps open with its own button");
  }
  return run_step(to, target);
}

Outcome Effects::open_path(const Target& target, bool directory) {
  auto* at = frame(target.frame);
  if (at == nullptr) return refuse("the pane is closed");
  at->form["chosenPath"] = target.path;
  at->form["chosenType"] = directory ? "directory" : "file";
  if (!directory) {
    // What was typed into the file that was open, and chosen for it, is not about this one.
    for (const char* own : {"editor", "kernel"}) at->form.erase(own);
    at->params["file"] = target.path;
    at->params.erase("terminal");
    return {};
  }
  auto& opened = at->form["openFolders"];
  if (!opened.is_array()) opened = Json::array();
  const auto found = std::find(opened.begin(), opened.end(), Json(target.path));
  if (found == opened.end()) {
    opened.push_back(target.path);
  } else {
    opened.erase(found);
  }
  return {};
}

}  // namespace azlab::portal
