#include <re2/re2.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/walk/walk_state.hpp"
#include "sim/core/text.hpp"
#include "sim/portal/evaluate.hpp"

namespace azlab::walk {

namespace {

bool is_input(const portal::Control& control) { return control.kind == "field" || control.kind == "toggle"; }

/// The option of a field that a text means; a value may carry an explanation in parentheses.
const portal::Control* option_of(const portal::Control& field, const Wanted& wanted) {
  const auto bare = wanted.text.substr(0, wanted.text.find(" ("));
  for (const Wanted& each : {wanted, Wanted{.text = bare, .en = wanted.en}}) {
    for (const auto& option : field.children) {
      if (option.kind == "option" && closeness(option, each) < kNoMatch) return &option;
    }
  }
  return nullptr;
}

std::vector<const portal::Control*> inputs_of(const portal::View& view) {
  std::vector<const portal::Control*> inputs;
  each_control(view.controls, [&](const portal::Control& c) {
    // The search box of the header belongs to no form.
    if (is_input(c) && c.id != "portal.search") inputs.push_back(&c);
  });
  return inputs;
}

std::string without_markup(std::string text) {
  for (const std::string_view sign : {"*", "\xE2\x9F\xA8", "\xE2\x9F\xA9", "`"}) text = replace_all(std::move(text), sign, "");
  return std::string(trim(text));
}

}  // namespace

OpResult Walker::Impl::form(Task& task) {
  if (session.apps().empty()) return task.failed("No page is open in the browser yet.");
  auto view = session.view();
  if (view.absent) return not_simulated(task, view);
  if (view.commit.empty()) {
    // An offer or a list of computes leads to its form by one button; a text that forgets it is repaired.
    const portal::Control* button = nullptr;
    if (view.screen == "portal.offer") button = portal::find_control(view.controls, "create");
    if (view.screen == "portal.resourceGroups" && (task.op.entity.empty() || task.op.entity == "resource group")) button = portal::find_control(view.controls, "create");
    if (view.screen == "studio.compute") button = portal::find_control(view.controls, "newCluster");
    if (view.screen == "studio.compute" && button == nullptr) button = portal::find_control(view.controls, "new");
    if (button != nullptr) {
      const auto name = in_quotes(button->label);
      if (const auto outcome = act("click", button->id); !outcome.ok) return task.failed(outcome.error + ".");
      task.add("ui/missing-next", "The settings stand in a form that " + name + " on " + in_quotes(view.title) + " opens; the text does not say to press it.", "Add: select " + name + ".");
      task.note("Pressed " + name + ", which the text forgot.");
      view = session.view();
    }
  }
  if (inputs_of(view).empty()) {
    if (!view.complete) return task.done("blocked", "not simulated: a form on " + view.screen + ".");
    return task.failed("The page " + in_quotes(view.title) + " has no form to fill in.");
  }
  form_touched = true;
  return task.passed("The form " + in_quotes(view.title) + " is open.");
}

OpResult Walker::Impl::set_field(Task& task, const portal::Control& control, const std::string& value) {
  // What is typed into a search box is searched for.
  const bool search_box = control.format == "search";
  const auto outcome = act(control.kind == "toggle" ? "toggle" : search_box ? "search" : "fill", control.id, value);
  if (outcome.not_simulated) return task.done("blocked", "not simulated: " + outcome.error + ", which " + in_quotes(control.label) + " is about.");
  if (!outcome.ok) {
    std::vector<std::string> offered;
    for (const auto& option : control.children) offered.push_back(option.label);
    if (offered.size() > 8) offered.resize(8);
    task.add("ui/option-not-offered", outcome.error + ".", offered.empty() ? std::string() : "It offers " + join(offered, ", ") + ".");
    return task.failed(outcome.error + (offered.empty() ? "." : "; it offers " + join(offered, ", ") + "."));
  }
  form_touched = true;
  refused_form.clear();
  const auto view = session.view();
  const auto* after = portal::find_control(view.controls, control.id);
  if (after != nullptr && !after->error.empty()) return task.failed("Set " + in_quotes(control.label) + " to " + in_quotes(value) + "; the page says: " + after->error);
  return task.passed("Set " + in_quotes(control.label) + " to " + in_quotes(after == nullptr ? value : after->value) + ".");
}

std::string Walker::Impl::made_up_value(const portal::Control& control) {
  const auto n = generated++;
  if (control.format == "compute-name") return "ci-" + draw.hex(10, "walk.name", control.id, n);
  return "lab" + draw.hex(10, "walk.name", control.id, n);
}

OpResult Walker::Impl::field(Task& task) {
  if (session.apps().empty()) return task.failed("No page is open in the browser yet.");
  const auto& op = task.op;
  const Wanted wanted{.text = without_markup(op.label), .en = op.label_en};
  const Wanted value{.text = without_markup(op.value), .en = op.value_en};
  auto view = session.view();
  if (view.absent) return not_simulated(task, view);
  auto found = find_label(view.controls, wanted, contexts_of(op), is_input);
  if (found.control == nullptr && step_to_label(task, wanted)) {
    view = session.view();
    found = find_label(view.controls, wanted, contexts_of(op), is_input);
  }
  if (found.control == nullptr) return missing(task, wanted, view);
  const auto& control = *found.control;
  const auto unverified = control.unverified ? " (a label known from lab texts only)" : "";
  if (op.value_mode == lab::ValueMode::must_stay_off) {
    if (control.value == "on") {
      task.add("form/stays-off", in_quotes(control.label) + " is on, though the text wants it off.");
      return task.failed(in_quotes(control.label) + " is on.");
    }
    stay_off.push_back(control.id);
    return task.passed(in_quotes(control.label) + unverified + " is there and stays off.");
  }
  if (op.value_mode == lab::ValueMode::default_note) {
    return task.passed(in_quotes(control.label) + unverified + " is left at " + in_quotes(control.value) + ".");
  }
  if (control.kind == "toggle") return set_field(task, control, "on");
  const auto* option = option_of(control, value);
  if (option != nullptr) return set_field(task, control, option->id.substr(control.id.size() + 1));
  if (op.value_mode == lab::ValueMode::literal) return set_field(task, control, value.text);

  // Free choice: what the page proposes is a choice; else the first one offered; else a name made up.
  if (!control.value.empty()) return task.passed(in_quotes(control.label) + unverified + " is left at " + in_quotes(control.value) + ", a free choice.");
  if (!control.children.empty()) return set_field(task, control, control.children.front().id.substr(control.id.size() + 1));
  constexpr int kAttemptsMax = 5;
  OpResult result;
  for (int i = 0; i < kAttemptsMax; ++i) {
    Task attempt{.op = task.op, .unit = task.unit, .step = task.step, .result = task.result};
    result = set_field(attempt, control, made_up_value(control));
    if (result.verdict == "passed") return result;
  }
  return result;
}

namespace {

/// The field that a `ui.fill` value goes into: the one named; the one that offers it; the one that wants a
/// time; the one whose label the sentence holds; the only text field there is.
const portal::Control* field_for(const portal::View& view, const lab::Op& op, const lab::Unit& unit, const Wanted& value) {
  const auto inputs = inputs_of(view);
  const auto visible_first = [&](const auto& test) -> const portal::Control* {
    const auto found = std::find_if(inputs.begin(), inputs.end(), [&](const portal::Control* c) { return test(*c); });
    return found == inputs.end() ? nullptr : *found;
  };
  const Wanted label{.text = op.label, .en = op.label_en};
  if (!label.text.empty() || !label.en.empty()) {
    if (const auto* named = visible_first([&](const portal::Control& c) { return closeness(c, label) < kNoMatch; })) return named;
  }
  if (const auto* offering = visible_first([&](const portal::Control& c) { return option_of(c, value) != nullptr; })) return offering;
  const bool time = portal::normal_time(value.text) != value.text || RE2::FullMatch(value.text, R"(\d{1,2}:\d{2})");
  if (time) {
    if (const auto* clock = visible_first([](const portal::Control& c) { return c.format == "time"; })) return clock;
  }
  const auto text = fold(unit.text);
  const auto named = visible_first([&](const portal::Control& c) { return c.children.empty() && c.kind == "field" && !c.label.empty() && text.find(fold(c.label)) != std::string::npos; });
  if (named != nullptr) return named;
  const auto plain = [](const portal::Control& c) { return c.kind == "field" && c.children.empty() && c.format.empty(); };
  const auto count = std::count_if(inputs.begin(), inputs.end(), [&](const portal::Control* c) { return plain(*c); });
  return count == 1 ? visible_first(plain) : nullptr;
}

}  // namespace

OpResult Walker::Impl::fill(Task& task) {
  if (session.apps().empty()) return task.failed("No page is open in the browser yet.");
  open_contexts(task, contexts_of(task.op));
  auto view = session.view();
  if (view.absent) return not_simulated(task, view);
  if (task.op.args.empty()) {
    const auto inputs = inputs_of(view);
    // A confirmation says on the page what is to be typed.
    const auto asked = std::find_if(inputs.begin(), inputs.end(), [](const portal::Control* c) { return !c->hint.empty(); });
    if (asked != inputs.end()) return set_field(task, **asked, (*asked)->hint);
    const auto* named = field_for(view, task.op, task.unit, {});
    if (named != nullptr) return set_field(task, *named, made_up_value(*named));
    if (!inputs.empty()) return task.passed("The form " + in_quotes(view.title) + " is open.");
    return missing(task, {.text = task.op.label.empty() ? task.op.entity : task.op.label, .en = task.op.label_en}, view);
  }
  std::vector<std::string> evidence;
  std::vector<std::string> filled;
  for (std::size_t i = 0; i < task.op.args.size(); ++i) {
    const auto value = wanted_of(task.op, i);
    view = session.view();
    const auto* field = field_for(view, task.op, task.unit, value);
    if (field == nullptr) {
      // A second way to write a value that is set already ("18:00 or 6:00 PM") needs no field of its own.
      if (std::find(filled.begin(), filled.end(), portal::normal_time(value.text)) != filled.end()) continue;
      return missing(task, value, view);
    }
    const auto* option = option_of(*field, value);
    const auto text = option != nullptr ? option->id.substr(field->id.size() + 1) : without_markup(value.text);
    Task part{.op = task.op, .unit = task.unit, .step = task.step, .result = {}};
    auto result = set_field(part, *field, text);
    task.result.findings.insert(task.result.findings.end(), result.findings.begin(), result.findings.end());
    if (result.verdict != "passed") return task.done(result.verdict, result.evidence);
    evidence.push_back(result.evidence);
    filled.push_back(portal::normal_time(text));
  }
  return task.passed(join(evidence, " "));
}

OpResult Walker::Impl::create_folder(Task& task, const std::string& name) {
  const auto view = session.view();
  const auto* button = portal::find_control(view.controls, "newFolder");
  if (button == nullptr) return missing(task, {.text = "Create new folder", .en = "Create new folder"}, view);
  if (const auto opened = act("click", button->id); !opened.ok) return task.failed(opened.error + ".");
  act("fill", "name", without_markup(name));
  const auto outcome = act("click", "create");
  if (!outcome.ok) return task.failed("The folder " + in_quotes(name) + " is refused: " + outcome.error + ".");
  return task.passed("Created the folder " + in_quotes(name) + " in the Files pane.");
}

OpResult Walker::Impl::create(Task& task) {
  // Mostly the caption of the commands below it: those create.
  for (const auto& unit : task.step.units) {
    for (const auto& op : unit.ops) {
      if (op.kind == "shell.block" || op.kind == "shell.run") return task.passed("The command below creates it.");
    }
  }
  if (session.apps().empty()) return task.failed("No page is open in the browser yet.");
  const auto view = session.view();
  if (view.absent) return not_simulated(task, view);
  if (!view.commit.empty()) return form(task);
  const auto& entity = task.op.entity;
  if (entity == "folder" && !task.op.args.empty() && show_notebooks(task)) return create_folder(task, task.op.args.front());
  // The page's button makes what the page lists, and nothing else.
  const bool compute = view.screen == "studio.compute" && entity.starts_with("compute");
  const bool group = view.screen == "portal.resourceGroups" && entity == "resource group";
  const bool offered = view.screen == "portal.offer" && entity == "workspace";
  if (!compute && !group && !offered) {
    return task.done("not understood", "The text does not say how " + (entity.empty() ? std::string("it") : "a " + entity) + " is made, and nothing on " + in_quotes(view.title) + " is for that.");
  }
  for (const std::string_view label : {"+ New", "Create", "+ Create"}) {
    const Wanted wanted{.text = std::string(label), .en = std::string(label)};
    const auto found = find_label(view.controls, wanted, {}, is_pressable);
    if (found.control != nullptr) return press(task, *found.control, view);
  }
  return task.done("not understood", "The page " + in_quotes(view.title) + " has no button that creates " + (task.op.entity.empty() ? "something" : "a " + task.op.entity) + ".");
}

OpResult Walker::Impl::negation(Task& task) {
  if (session.apps().empty()) return task.passed("Nothing was pressed.");
  const auto view = session.view();
  for (const auto& id : stay_off) {
    const auto* control = portal::find_control(view.controls, id);
    if (control != nullptr && control->value == "on") {
      task.add("form/stays-off", in_quotes(control->label) + " is on, though the text wants it off.");
      return task.failed(in_quotes(control->label) + " is on.");
    }
  }
  if (view.commit.empty()) return task.passed("Nothing was pressed.");
  return task.passed("The form " + in_quotes(view.title) + " is open and was not carried out.");
}

}  // namespace azlab::walk
