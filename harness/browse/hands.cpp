#include "harness/browse/hands.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "harness/browse/scripts.hpp"
#include "sim/core/text.hpp"
#include "sim/portal/evaluate.hpp"

namespace azlab::browse {
namespace {

using webdriver::Browser;
namespace key = webdriver::key;

Error not_drawn(const portal::Control& control) {
  return {.status = 404, .code = "NotDrawn", .message = "the browser shows no \"" + (control.label.empty() ? control.id : control.label) + "\" (" + control.kind + " " + control.id + ")"};
}

/// The controls around one, outermost first, and itself last; empty: it is not there.
bool path_to(const std::vector<portal::Control>& controls, std::string_view id, std::vector<const portal::Control*>& path) {
  for (const auto& control : controls) {
    path.push_back(&control);
    if (control.id == id || path_to(control.children, id, path)) return true;
    path.pop_back();
  }
  return false;
}

std::string by_id(const std::string& id) { return "[data-id=" + dump(Json(id)) + "]"; }

std::string select_all() { return std::string(key::kControl) + "a" + std::string(key::kNull) + std::string(key::kBackspace); }

}  // namespace

Result<Browser::Element> Hands::element_of(const portal::Control& control) {
  const auto found = browser_.run(script("find"), Json::array({control.id}));
  if (!found) return fail(found.error());
  auto element = Browser::element_of(*found);
  if (element.empty()) return fail(not_drawn(control));
  return element;
}

Result<Done> Hands::carry_out(const portal::View& view, const portal::Action& action) {
  const auto* control = portal::find_control(view.controls, action.target);
  if (const auto closed = close_menus(action.target); !closed) return fail(closed.error());
  if (action.kind == "click" || action.kind == "refresh") return click(view, *control);
  return set(view, *control, action);
}

/// A list that was opened and not chosen from lies over the page.
Result<void> Hands::close_menus(const std::string& target) {
  const auto open = browser_.run("const menu = document.querySelector('[role=menu]'); return menu !== null && menu.querySelector(arguments[0]) === null", Json::array({by_id(target)}));
  if (!open) return fail(open.error());
  if (*open == true) return browser_.press_keys(key::kEscape);
  return {};
}

Result<Done> Hands::click(const portal::View& view, const portal::Control& control) {
  std::vector<const portal::Control*> path;
  path_to(view.controls, control.id, path);
  if (control.kind == "option") return choose(*path[path.size() - 2], control.id.substr(path[path.size() - 2]->id.size() + 1));
  // A chosen tab has nothing to do.
  if (control.kind == "tab" && control.value == "selected") return Done::nothing;
  for (const auto* menu : path) {
    if (menu == &control || menu->kind != "menu" || menu->chrome) continue;
    const auto item = browser_.find(by_id(control.id));
    if (item) continue;
    const auto element = element_of(*menu);
    if (!element) return fail(element.error());
    if (const auto opened = browser_.click(*element); !opened) return fail(opened.error());
  }
  const auto element = element_of(control);
  if (!element) return fail(element.error());
  if (const auto pressed = browser_.click(*element); !pressed) return fail(pressed.error());
  return control.kind == "menu" && !control.children.empty() ? Done::nothing : Done::acted;
}

Result<Done> Hands::set(const portal::View& view, const portal::Control& control, const portal::Action& action) {
  if (control.kind == "component") return paste(control, action.value);
  if (control.kind == "toggle") return control.value == action.value ? Result<Done>(Done::nothing) : click(view, control);
  if (!control.options.empty()) return choose(control, action.value);
  if (control.format == "time") return type_time(control, portal::normal_time(action.value));
  return type_line(control, action.value, action.kind == "search" ? key::kEnter : key::kTab);
}

Result<Done> Hands::type_line(const portal::Control& field, const std::string& text, std::string_view end) {
  const auto element = element_of(field);
  if (!element) return fail(element.error());
  if (const auto typed = browser_.type(*element, select_all() + text + std::string(end)); !typed) return fail(typed.error());
  return Done::acted;
}

/// A field for a time of day takes it as the browser's language writes it: "18:00", or "06:00PM".
Result<Done> Hands::type_time(const portal::Control& field, const std::string& time) {
  if (field.value == time) return Done::nothing;
  const auto element = element_of(field);
  if (!element) return fail(element.error());
  const auto twelve = browser_.run("return new Intl.DateTimeFormat(navigator.language, { hour: 'numeric' }).resolvedOptions().hour12 === true", Json::array());
  if (!twelve) return fail(twelve.error());
  std::string keys = replace_all(time, ":", "");
  if (*twelve == true && keys.size() == 4) {
    const int hour = std::stoi(keys.substr(0, 2));
    const int shown = hour % 12 == 0 ? 12 : hour % 12;
    keys = (shown < 10 ? "0" : "") + std::to_string(shown) + keys.substr(2) + (hour < 12 ? "AM" : "PM");
  }
  if (const auto typed = browser_.type(*element, keys + std::string(key::kTab)); !typed) return fail(typed.error());
  return Done::acted;
}

Result<Done> Hands::choose(const portal::Control& field, const std::string& text) {
  const auto value = portal::option_named(field, text);
  if (!value) return type_line(field, text, key::kTab);  // a name of the person's own
  const auto option = std::find_if(field.children.begin(), field.children.end(), [&](const portal::Control& one) { return one.id == field.id + "/" + *value; });
  if (option->value == "selected") return Done::nothing;
  if (field.format != "radio") {
    const auto list = element_of(field);
    if (!list) return fail(list.error());
    if (const auto opened = browser_.click(*list); !opened) return fail(opened.error());
  }
  const auto element = element_of(*option);
  if (!element) return fail(element.error());
  if (const auto pressed = browser_.click(*element); !pressed) return fail(pressed.error());
  return Done::acted;
}

Result<Done> Hands::paste(const portal::Control& editor, const std::string& text) {
  const auto element = element_of(editor);
  if (!element) return fail(element.error());
  const auto pasted = browser_.run(script("paste"), Json::array({Browser::to_json(*element), text}));
  if (!pasted) return fail(pasted.error());
  return editor.value == text ? Done::nothing : Done::acted;
}

Result<void> Hands::open(const std::string& address) {
  const auto bar = browser_.find("input[data-address]");
  if (!bar) return fail(bar.error());
  return browser_.type(*bar, select_all() + address + std::string(key::kEnter));
}

Result<void> Hands::switch_tab(const std::string& app) {
  const auto tab = browser_.find("[data-app=" + dump(Json(app)) + "]");
  if (!tab) return fail(tab.error());
  return browser_.click(*tab);
}

Result<void> Hands::close_tab() {
  const auto button = browser_.find("[data-close-tab]");
  if (!button) return fail(button.error());
  return browser_.click(*button);
}

Result<void> Hands::escape() {
  // Keys reach a dialog while the focus is in it, where opening it puts the focus.
  const auto focused = browser_.run("const dialog = document.querySelector('[role=dialog]'); if (dialog !== null && !dialog.contains(document.activeElement)) dialog.querySelector('button, input').focus()", Json::array());
  if (!focused) return fail(focused.error());
  return browser_.press_keys(key::kEscape);
}

}  // namespace azlab::browse
