#include "sim/portal/resolve.hpp"

#include <re2/re2.h>

#include <nlohmann/json.hpp>
#include <set>

#include "sim/core/text.hpp"

namespace azlab::portal {

namespace {

const Json kNoControls = Json::array();

const Json& part(const Json& object, const char* key, const Json& otherwise) {
  const auto found = object.find(key);
  return found == object.end() ? otherwise : *found;
}

const Json kNoExpression;
const Json kNoBody = Json::object();

}  // namespace

std::string plain_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.is_null() ? std::string() : dump(value);
}

std::string error_text(const Response& response) {
  const auto body = parse_json(response.body.text());
  if (body) {
    auto code = string_at(*body, "error.code", string_at(*body, "code"));
    auto message = string_at(*body, "error.message", string_at(*body, "message"));
    if (!code.empty()) return code + ": " + message;
  }
  return "HTTP " + std::to_string(response.status);
}

const Json* current_step(const Json& screen, const Frame& frame) {
  const auto steps = screen.find("steps");
  if (steps == screen.end() || steps->empty()) return nullptr;
  for (const auto& step : *steps) {
    if (step.value("id", std::string()) == frame.step) return &step;
  }
  return &steps->front();
}

void for_each_field(const Json& defs, const std::function<void(const Json&)>& visit) {
  for (const auto& def : defs) {
    const auto kind = def.value("kind", std::string());
    if (kind == "field" || kind == "toggle") visit(def);
    for_each_field(part(def, "children", kNoControls), visit);
  }
}

void for_each_field_of_screen(const Json& screen, const std::function<void(const Json&)>& visit) {
  for_each_field(part(screen, "controls", kNoControls), visit);
  for (const auto& step : part(screen, "steps", kNoControls)) for_each_field(part(step, "controls", kNoControls), visit);
}

Response Resolver::request(Method method, const std::string& url, Body body, bool draws_page) {
  auto request = Request::make(method, url, std::move(body));
  request.caller.origin = "portal";
  request.caller.user_name = options_.user_name;
  request.caller.draws_page = draws_page;
  if (!request.body.empty()) request.headers.set("Content-Type", "application/json");
  return send_(std::move(request));
}

Json Resolver::get(const std::string& url, bool quiet, bool as_text, std::vector<std::string>& notices) {
  return read(request(Method::get, url, {}, true), quiet, as_text, notices);
}

Json Resolver::read(const Response& response, bool quiet, bool as_text, std::vector<std::string>& notices) {
  if (!response.ok()) {
    if (!quiet) notices.push_back(error_text(response));
    return Json();
  }
  if (as_text) return response.body.text();
  auto parsed = parse_json(response.body.text());
  if (parsed) return std::move(*parsed);
  notices.push_back("an answer of Azure could not be read");
  return Json();
}

/// Puts the form's values into the scope: what was typed, and defaults for the rest.
void Resolver::add_form(const Json& screen, const Frame& frame, Json& scope) {
  scope["form"] = frame.form;
  // Later defaults may depend on earlier fields (the storage account's name on the workspace's).
  for_each_field_of_screen(screen, [&](const Json& def) {
    const auto id = def.value("id", std::string());
    if (frame.form.contains(id)) return;
    if (!evaluator_.truth(part(def, "visibleWhen", kNoExpression), scope)) return;
    const auto otherwise = def.value("kind", std::string()) == "toggle" ? Json("off") : Json("");
    auto value = evaluator_.fill(part(def, "default", otherwise), scope, frame.serial);
    scope["form"][id] = value.is_null() ? otherwise : std::move(value);
  });
}

Json Resolver::scope_of(const Json& screen, const Frame& frame, const BrowserState& state,
                        std::vector<std::string>& notices) {
  const auto& user_name = options_.user_name;
  const auto* step = current_step(screen, frame);
  Json scope = {{"session", {{"userName", user_name}, {"user", user_name.substr(0, user_name.find('@'))}, {"userId", Caller{}.principal_id}, {"language", options_.language}}},
                {"params", frame.params},
                {"remembered", state.remembered},
                {"step", step == nullptr ? std::string() : step->value("id", std::string())}};
  for (const auto& load : part(screen, "load", kNoControls)) {
    const auto as = load.value("as", std::string());
    if (!evaluator_.truth(part(load, "when", kNoExpression), scope)) {
      scope[as] = Json();
      continue;
    }
    if (const auto value = load.find("value"); value != load.end()) {
      scope[as] = evaluator_.fill(*value, scope);
      continue;
    }
    // Some of Azure's lists and secrets are read by POST.
    const auto posted = load.find("post");
    const auto body = posted == load.end() ? Body() : Body(dump(evaluator_.fill(part(load, "body", kNoBody), scope)));
    scope[as] = read(request(posted == load.end() ? Method::get : Method::post, evaluator_.expand((posted == load.end() ? load["get"] : *posted).get<std::string>(), scope), body, true),
                     load.value("quiet", false), load.value("text", false), notices);
    if (load.contains("pick")) scope[as] = evaluator_.query(load["pick"].get<std::string>(), scope[as]);
  }
  add_form(screen, frame, scope);
  return scope;
}

std::string Resolver::text_of(const Json& label) { return library_.label(label, options_.language).text; }

void Resolver::apply_label(const Json& def, const Json& root, Control& control) {
  if (const auto text = def.find("text"); text != def.end()) {
    control.label = control.label_en = plain_text(evaluator_.fill(*text, root));
  } else if (def.contains("label")) {
    auto label = library_.label(def["label"], options_.language);
    control.label = std::move(label.text);
    control.label_en = std::move(label.en);
    control.also = std::move(label.also);
    control.unverified = label.unverified;
    control.untranslated = label.untranslated;
  }
  for (const auto& spelling : part(def, "also", kNoControls)) control.also.push_back(plain_text(evaluator_.fill(spelling, root)));
}

void Resolver::add_controls(const Json& defs, const Root& root, const Place& place, std::vector<Control>& out) {
  for (const auto& def : defs) add_control(def, root, place, out);
}

void Resolver::add_control(const Json& def, const Root& root, const Place& place, std::vector<Control>& out) {
  if (!valid_on(def, options_.as_of)) return;
  if (!evaluator_.truth(part(def, "visibleWhen", kNoExpression), *root)) return;
  if (def.contains("each") && !root->contains("item")) return add_each(def, root, place, out);
  const auto kind = def.value("kind", std::string("text"));
  if (kind == "table") return add_table(def, root, place, out);

  Control control;
  control.id = place.prefix + def.value("id", std::string());
  control.kind = kind;
  control.format = def.value(kind == "component" ? "component" : "format", std::string());
  // A field that does something when it is entered is a search box.
  if (kind == "field" && (def.contains("do") || def.contains("opens"))) control.format = "search";
  apply_label(def, *root, control);
  control.enabled = evaluator_.truth(part(def, "enabledWhen", kNoExpression), *root);
  if (def.contains("busyWhen") && evaluator_.truth(def["busyWhen"], *root)) {
    control.busy = true;
    control.enabled = kind == "status";
  }
  if (!control.enabled && def.contains("disabledBecause")) control.hint = text_of(def["disabledBecause"]);
  fill_value(def, *root, place, control);
  if (def.contains("options")) add_options(def, root, place, control);
  if (kind == "field") check_field(def, *root, place, control);
  if (control.format == "files") add_files(def, root, place, control);

  const bool hidden_tab = kind == "tab" && control.value != "selected" && def.contains("group");
  if (!hidden_tab) add_controls(part(def, "children", kNoControls), root, place, control.children);
  place.page->targets[control.id] = Target{.def = &def, .root = root, .frame = place.index};
  out.push_back(std::move(control));
}

void Resolver::add_each(const Json& def, const Root& root, const Place& place, std::vector<Control>& out) {
  const auto items = evaluator_.fill(def["each"], *root);
  std::set<std::string> seen;
  for (const auto& item : items.is_array() ? items : kNoControls) {
    const auto key = plain_text(def.contains("key") ? evaluator_.query(def["key"].get<std::string>(), item) : item);
    if (!seen.insert(key).second) continue;
    Json scope = *root;
    scope["item"] = item;
    const auto first = out.size();
    const auto id = place.prefix + def.value("id", std::string());
    add_control(def, std::make_shared<const Json>(std::move(scope)), place, out);
    if (out.size() == first) continue;
    out[first].id = id + "/" + key;
    auto target = place.page->targets.extract(id);
    target.key() = out[first].id;
    place.page->targets.insert(std::move(target));
  }
}

void Resolver::fill_value(const Json& def, const Json& root, const Place& place, Control& control) {
  const auto id = def.value("id", std::string());
  if (control.kind == "field" || control.kind == "toggle") {
    const auto* value = find_path(root, "form");
    if (value != nullptr && value->contains(id)) control.value = plain_text((*value)[id]);
    control.required = def.value("required", false);
    control.free = def.value("free", false);
    if (def.contains("expect")) control.hint = plain_text(evaluator_.fill(def["expect"], root));
    return;
  }
  if (control.kind == "tab" && def.contains("group")) {
    const auto chosen = place.frame->tabs.value(def.value("group", std::string()), std::string());
    if (chosen == id || (chosen.empty() && def.value("first", false))) control.value = "selected";
    return;
  }
  if (control.kind == "component" && def.contains("path")) control.hint = plain_text(evaluator_.fill(def["path"], root));
  if (control.kind == "component" && def.contains("content")) {
    // A typed text stands until it is saved; before that, what the share holds.
    if (place.frame->form.contains(id)) {
      control.value = place.frame->form[id].get<std::string>();
    } else {
      control.value = plain_text(get(evaluator_.expand(def["content"].get<std::string>(), root), true, true, place.page->view.notices));
    }
    return;
  }
  if (control.kind == "component" && control.format != "files" && def.contains("address")) {
    control.value = evaluator_.expand(def["address"].get<std::string>(), root);
    return;
  }
  if (!def.contains("value")) return;
  auto value = evaluator_.fill(def["value"], root);
  control.value = plain_text(value);
  const auto& labels = part(def, "labels", kNoExpression);
  control.options = {control.value};
  if (labels.is_object() && labels.contains(control.value)) {
    const auto label = library_.label(labels[control.value], options_.language);
    control.value = label.text;
    control.options.push_back(label.en);
    control.options.insert(control.options.end(), label.also.begin(), label.also.end());
  }
}

void Resolver::add_options(const Json& def, const Root& root, const Place& place, Control& control) {
  auto options = evaluator_.fill(def["options"], *root);
  if (!options.is_array()) return;
  for (const auto& entry : options) {
    Control option;
    option.kind = "option";
    if (entry.is_object()) {
      if (!valid_on(entry, options_.as_of)) continue;
      option.label = plain_text(part(entry, "value", kNoExpression));
      option.id = control.id + "/" + option.label;
      if (entry.contains("label")) apply_label(entry, *root, option);
    } else {
      option.label = option.label_en = plain_text(entry);
      option.id = control.id + "/" + option.label;
    }
    const auto value = option.id.substr(control.id.size() + 1);
    control.options.push_back(value);
    if (value == control.value) option.value = "selected";
    option.enabled = control.enabled;
    place.page->targets[option.id] = Target{.def = &def, .root = root, .frame = place.index, .field = control.id, .option = value};
    control.children.push_back(std::move(option));
  }
}

std::string Resolver::field_error(const Json& def, const Json& root, const std::string& value) {
  if (value.empty()) return def.value("required", false) ? text_of("The value must not be empty.") : std::string();
  for (const auto& rule : part(def, "rules", kNoControls)) {
    bool broken = false;
    if (const auto pattern = rule.find("matches"); pattern != rule.end()) {
      broken = !RE2::FullMatch(value, RE2(pattern->get<std::string>(), RE2::Quiet));
    } else if (const auto free = rule.find("free"); free != rule.end()) {
      broken = request(Method::get, evaluator_.expand(free->get<std::string>(), root), {}, true).ok();
    } else {
      broken = !evaluator_.truth(part(rule, "holds", kNoExpression), root);
    }
    if (broken) return text_of(part(rule, "message", kNoExpression));
  }
  return {};
}

std::vector<std::string> Resolver::errors_of(const Json& screen, const Json& scope, const Json* only_step) {
  std::vector<std::string> errors;
  const auto check = [&](const Json& def) {
    if (!valid_on(def, options_.as_of) || !evaluator_.truth(part(def, "visibleWhen", kNoExpression), scope)) return;
    const auto* value = find_path(scope, "form");
    const auto id = def.value("id", std::string());
    const auto error = field_error(def, scope, value == nullptr ? std::string() : plain_text(part(*value, id.c_str(), kNoExpression)));
    if (!error.empty()) errors.push_back(text_of(part(def, "label", kNoExpression)) + ": " + error);
  };
  if (only_step != nullptr) {
    for_each_field(part(*only_step, "controls", kNoControls), check);
  } else {
    for_each_field_of_screen(screen, check);
  }
  return errors;
}

void Resolver::check_field(const Json& def, const Json& root, const Place& place, Control& control) {
  auto error = field_error(def, root, control.value);
  if (error.empty()) return;
  const auto id = def.value("id", std::string());
  if (place.frame->errors_shown || place.frame->form.contains(id)) control.error = std::move(error);
}

void Resolver::add_steps(const Place& place, const Root& root, std::vector<Control>& out) {
  const auto* current = current_step(*place.screen, *place.frame);
  if (current == nullptr) return;
  for (const auto& step : (*place.screen)["steps"]) {
    if (!evaluator_.truth(part(step, "visibleWhen", kNoExpression), *root)) continue;
    Control tab;
    tab.id = place.prefix + "step:" + step.value("id", std::string());
    tab.kind = "tab";
    apply_label(step, *root, tab);
    if (&step == current) tab.value = "selected";
    place.page->targets[tab.id] = Target{.def = &step, .root = root, .frame = place.index, .option = "step"};
    if (&step == current) add_controls(part(step, "controls", kNoControls), root, place, tab.children);
    out.push_back(std::move(tab));
  }
}

}  // namespace azlab::portal
