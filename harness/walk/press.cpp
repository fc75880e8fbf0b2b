#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/walk/walk_state.hpp"
#include "sim/core/text.hpp"

namespace azlab::walk {

namespace {

/// The app's own pages, from its menu or header: (control id, screen).
std::vector<std::pair<std::string, std::string>> menu_pages(const Json& controls) {
  std::vector<std::pair<std::string, std::string>> pages;
  for (const auto& def : controls) {
    if (def.contains("opens") && def["opens"].is_string()) pages.emplace_back(def.value("id", std::string()), def["opens"].get<std::string>());
    const auto inside = menu_pages(def.value("children", Json::array()));
    pages.insert(pages.end(), inside.begin(), inside.end());
  }
  return pages;
}

const Json* find_definition(const Json& controls, std::string_view id) {
  for (const auto& def : controls) {
    if (def.value("id", std::string()) == id) return &def;
    for (const auto* key : {"children", "links", "controls"}) {
      if (!def.contains(key)) continue;
      if (const auto* inside = find_definition(def[key], id)) return inside;
    }
  }
  return nullptr;
}

}  // namespace

/// A button whose screen does not say what it does: pressing it would prove nothing. Pages are always fresh here,
/// so "Refresh" needs to do nothing.
bool Walker::Impl::does_nothing(const portal::Control& control, const portal::View& view) const {
  if (control.kind != "button" && control.kind != "link" && control.kind != "icon") return false;
  const auto* pane = portal::find_control(view.controls, "pane");
  for (const auto& screen : {view.screen, view.app + ".chrome", pane != nullptr ? pane->value : std::string()}) {
    const auto* definition = library.find(screen, options.as_of);
    if (definition == nullptr) continue;
    const auto id = control.id.starts_with("shell.") ? control.id.substr(6) : control.id;
    const Json* found = nullptr;
    for (const auto* key : {"controls", "steps"}) {
      if (found == nullptr && definition->contains(key)) found = find_definition((*definition)[key], id);
    }
    if (found == nullptr) continue;
    if (found->contains("opens") || found->contains("do") || found->contains("children")) return false;
    return !defines_label(*found, library, {.text = "Refresh", .en = "Refresh"}, options.language);
  }
  return false;
}

portal::Outcome Walker::Impl::act(const std::string& kind, const std::string& target, const std::string& value) {
  // A button that is greyed out while something is under way is pressed when that has ended.
  constexpr int kEventsMax = 1000;
  for (int i = 0; kind == "click" && i < kEventsMax; ++i) {
    const auto view = session.view();
    const auto* control = portal::find_control(view.controls, target);
    const auto due = around.next_due();
    if (control == nullptr || !control->busy || !due || around.advance_to(*due) < *due) break;
  }
  return session.act({.kind = kind, .target = target, .value = value});
}

OpResult Walker::Impl::not_simulated(Task& task, const portal::View& view) {
  return task.done("blocked", "not simulated: " + view.screen + ".");
}

OpResult Walker::Impl::press(Task& task, const portal::Control& control, const portal::View& view) {
  const auto before = around.now();
  const auto name = in_quotes(control.label.empty() ? control.id : control.label);
  if (control.kind == "toggle" && control.value == "on") return task.passed(name + " is on already.");
  if (does_nothing(control, view)) return task.done("blocked", "not simulated: what " + name + " on " + in_quotes(view.title) + " does.");
  if (control.id == "portal.shell") task.result.terminal = "cloud-shell";
  const auto outcome = act("click", control.id);
  const auto unverified = control.unverified ? " (a label known from lab texts only)" : "";
  if (outcome.not_simulated) return task.done("blocked", "not simulated: " + outcome.error + ", which " + name + " on " + in_quotes(view.title) + " is about.");
  if (!outcome.ok) return task.failed("Pressed " + name + " on " + in_quotes(view.title) + "; the page refuses: " + outcome.error + ".");
  if (control.id == view.commit) {
    started = before;
    form_touched = false;
    if (view.screen == "studio.newInstance") {
      if (const auto* field = portal::find_control(view.controls, "reviewName")) last_instance = field->value;
    }
  }
  const auto after = session.view();
  if (after.absent) return not_simulated(task, after);
  if (task.result.asked = outcome.asked; !outcome.asked.component.empty()) {
    const auto* component = portal::find_control(after.controls, outcome.asked.component);
    if (component != nullptr && component->format == "terminal") task.result.terminal = "compute-instance:" + component->value;
  }
  if (!outcome.opened.empty() && !after.notices.empty()) {
    return task.failed("Pressed " + name + ", which opened " + in_quotes(after.title) + "; the page shows: " + after.notices.front());
  }
  if (after.commit.empty()) {
    stay_off.clear();
  } else if (!outcome.opened.empty()) {
    form_touched = true;
  }
  return task.passed("Pressed " + name + unverified + (outcome.opened.empty() ? " on " + in_quotes(view.title) : ", which opened " + in_quotes(after.title)) + ".");
}

bool Walker::Impl::open_contexts(Task& task, const std::vector<Wanted>& contexts) {
  for (const auto& context : contexts) {
    const auto view = session.view();
    const auto found = find_label(view.controls, context, {}, [](const portal::Control& c) { return c.kind != "field" && c.kind != "status" && c.kind != "text"; });
    if (found.control == nullptr) {
      if (!go_to_label(task, context, {}, [](const portal::Control&) { return true; })) continue;
      return open_contexts(task, contexts);
    }
    const auto& kind = found.control->kind;
    const bool page = kind == "link" || kind == "menu";
    const bool there = found.control->value == "selected" || found.control->label == view.title;
    if ((kind == "tab" || page) && !there && found.control->enabled) act("click", found.control->id);
  }
  return true;
}

bool Walker::Impl::go_to_label(Task& task, const Wanted& wanted, const std::vector<Wanted>& contexts, const Accept& accept) {
  static_cast<void>(accept);
  const auto apps = session.apps();
  const auto before = session.view();
  if (before.dialog || !before.commit.empty()) return false;
  // "Create" or "Delete" stands on many pages: nobody looks for one of them elsewhere.
  constexpr std::ptrdiff_t kPagesMax = 3;
  const auto ids = library.ids();
  const auto pages = std::count_if(ids.begin(), ids.end(), [&](const std::string& id) {
    const auto* definition = library.find(id, options.as_of);
    return definition != nullptr && defines_label(*definition, library, wanted, options.language);
  });
  if (pages > kPagesMax) return false;
  for (const auto& app : apps) {
    const auto* chrome = library.find(app + ".chrome", options.as_of);
    if (chrome == nullptr) continue;
    for (const auto& [id, screen] : menu_pages((*chrome)["controls"])) {
      if (screen == before.screen) continue;
      const auto* definition = library.find(screen, options.as_of);
      if (definition == nullptr || !defines_label(*definition, library, wanted, options.language)) continue;
      if (!contexts.empty() && !defines_label(*definition, library, contexts.back(), options.language)) continue;
      if (app != before.app) act("switch-tab", {}, app);
      if (!act("click", id).ok) continue;
      const auto title = session.view().title;
      task.add("ui/page-not-named", in_quotes(wanted.text.empty() ? wanted.en : wanted.text) + " stands on the page " + in_quotes(title) + ", but the text last opened " + in_quotes(before.title) + ".",
               "Say to go to the page " + title + " first.");
      task.note("Went to " + in_quotes(title) + " first, where the label stands.");
      return true;
    }
  }
  return false;
}

namespace {

/// The screen a dialog in the pane shows, or the page's own.
std::string screen_of(const portal::View& view) {
  const auto* pane = portal::find_control(view.controls, "pane");
  return pane != nullptr ? pane->value : view.screen;
}

}  // namespace

const Json* Walker::Impl::other_generation(const Wanted& wanted, const portal::View& view) const {
  const auto screen = screen_of(view);
  const auto* current = library.find(screen, options.as_of);
  for (const auto* generation : library.generations(screen)) {
    if (generation != current && defines_label(*generation, library, wanted, options.language)) return generation;
  }
  return nullptr;
}

void Walker::Impl::note_generation(Task& task, const Wanted& wanted, const portal::View& view, const Json& other) {
  const auto& current = *library.find(screen_of(view), options.as_of);
  const auto* pane = portal::find_control(view.controls, "pane");
  const auto title = in_quotes(library.label(current["title"], options.language).text);
  const auto since = current.value("from", std::string());
  const bool older = other.value("from", std::string()) < since;
  const auto text = older ? " belongs to an older form of the dialog " + title + ", which changed on " + since + "."
                          : " belongs to a newer form of the dialog " + title + ", which comes on " + other.value("from", std::string()) + ".";
  task.add("ui/older-dialog", in_quotes(wanted.text) + text,
           "Describe the dialog of the day: " + labels_there(pane != nullptr ? pane->children : view.controls) + ".");
}

bool Walker::Impl::take_older_way(Task& task, const Wanted& wanted, const portal::View& view) {
  const auto* other = other_generation(wanted, view);
  if (other == nullptr) return false;
  note_generation(task, wanted, view, *other);
  const std::string prefix = portal::find_control(view.controls, "pane") != nullptr ? "shell." : "";
  std::vector<std::string> pressed;
  for (const auto& id : library.find(screen_of(view), options.as_of)->value("wayOut", std::vector<std::string>{})) {
    const auto shown = session.view();
    const auto* control = portal::find_control(shown.controls, prefix + id);
    if (control == nullptr) continue;
    pressed.push_back(in_quotes(control->label));
    act("click", control->id);
  }
  task.note("The dialog of the day has no " + in_quotes(wanted.text) + "; pressed " + join(pressed, ", then ") + " instead, as a reader would.");
  return true;
}

bool Walker::Impl::step_to_label(Task& task, const Wanted& wanted) {
  auto view = session.view();
  const auto* screen = library.find(view.screen, options.as_of);
  if (screen == nullptr || !screen->contains("steps") || !defines_label(*screen, library, wanted, options.language)) return false;
  std::vector<std::string> pressed;
  const auto saved = session.save();
  for (std::size_t i = 0; i < (*screen)["steps"].size(); ++i) {
    const auto* next = portal::find_control(view.controls, "next");
    if (next == nullptr || !act("click", next->id).ok) break;
    pressed.push_back(in_quotes(next->label));
    view = session.view();
    if (find_label(view.controls, wanted, {}, is_pressable).control == nullptr && find_label(view.controls, wanted, {}, [](const portal::Control& c) { return c.kind == "field"; }).control == nullptr) continue;
    task.add("ui/missing-next", in_quotes(wanted.text) + " is on a later step of the wizard; the text does not say to press " + pressed.front() + ".", "Add the missing step.");
    task.note("Pressed " + join(pressed, ", ") + " to get to the step that has it.");
    return true;
  }
  session.load(saved);
  return false;
}

/// A control that the page shows when something has ended ("Go to resource" after a deployment): a reader waits for it.
bool Walker::Impl::wait_for_label(Task& task, const Wanted& wanted, const Accept& accept) {
  const auto first = session.view();
  const auto* screen = library.find(first.screen, options.as_of);
  if (screen == nullptr || !first.commit.empty() || !defines_label(*screen, library, wanted, options.language)) return false;
  constexpr int kEventsMax = 1000;
  constexpr auto kPatience = std::chrono::hours(2);
  const auto begin = around.now();
  for (int i = 0; i < kEventsMax; ++i) {
    const auto due = around.next_due();
    if (!due || *due > begin + kPatience || around.advance_to(*due) < *due) return false;
    const auto view = session.view();
    if (find_label(view.controls, wanted, {}, accept).control == nullptr) continue;
    started = around.now();
    task.note("Waited " + to_words(around.now() - begin) + " until the page showed it.");
    return true;
  }
  return false;
}

/// Labels of the page's own controls that the text may mean, as far as their words in its language are not known.
std::vector<std::string> Walker::Impl::untranslated_labels(const Task& task, const portal::View& view) const {
  std::vector<std::string> labels;
  const bool field = task.op.kind == "form.field" || task.op.kind == "ui.fill";
  each_control(view.controls, [&](const portal::Control& control) {
    const bool input = control.kind == "field" || control.kind == "toggle";
    const bool meant = field ? input : is_pressable(control) && control.kind != "row" && control.kind != "option";
    const bool own = !control.id.starts_with(view.app + ".") && !control.id.starts_with("shell.");
    if (meant && own && control.untranslated) labels.push_back(in_quotes(control.label));
  });
  return labels;
}

OpResult Walker::Impl::missing(Task& task, const Wanted& wanted, const portal::View& view) {
  const auto& label = wanted.text.empty() ? wanted.en : wanted.text;
  if (const auto* other = other_generation(wanted, view)) {
    note_generation(task, wanted, view, *other);
    return task.done("skipped", "The dialog of the day has no " + in_quotes(label) + "; another form of it has.");
  }
  if (task.op.conditional) return task.done("skipped", "The page shows no " + in_quotes(label) + "; the text asks for it only if it appears.");
  if (view.absent || !view.complete) return task.done("blocked", "not simulated: " + view.screen + " (no control " + in_quotes(label) + " is known there).");
  if (const auto unknown = untranslated_labels(task, view); !unknown.empty()) {
    return task.done("blocked", "not simulated: whether the page " + in_quotes(view.title) + " has " + in_quotes(label) + " cannot be told, since its labels " + join(unknown, ", ") + " are not known in this language.");
  }
  const auto there = labels_there(view.controls);
  task.add("ui/label-not-on-screen", "The page " + in_quotes(view.title) + " has no " + in_quotes(label) + ".", "There is: " + there + ".");
  return task.failed("The page " + in_quotes(view.title) + " has no " + in_quotes(label) + "; there is: " + there + ".");
}

OpResult Walker::Impl::click_label(Task& task, const Wanted& wanted, const Accept& accept) {
  const auto contexts = contexts_of(task.op);
  open_contexts(task, contexts);
  auto view = session.view();
  auto found = find_label(view.controls, wanted, contexts, accept);
  // A page without a screen still has the menu of its app.
  if (found.control == nullptr && view.absent) return not_simulated(task, view);
  if (found.control == nullptr && view.dialog) {
    // A pop-up hides the page; a reader closes it.
    act("dismiss");
    view = session.view();
    found = find_label(view.controls, wanted, contexts, accept);
  }
  if (found.control != nullptr && found.control->kind == "row" && is_pattern(wanted.text)) return pick_resource(task, wanted.text, view);
  if (found.control != nullptr) return press(task, *found.control, view);
  if (is_pattern(wanted.text)) return pick_resource(task, wanted.text, view);
  if (take_older_way(task, wanted, view)) {
    return task.done(task.op.conditional ? "skipped" : "passed", "");
  }
  if (wait_for_label(task, wanted, accept)) {
    view = session.view();
    found = find_label(view.controls, wanted, contexts, accept);
    if (found.control != nullptr) return press(task, *found.control, view);
  }
  if (step_to_label(task, wanted) || go_to_label(task, wanted, contexts, accept)) {
    open_contexts(task, contexts);
    view = session.view();
    found = find_label(view.controls, wanted, contexts, accept);
    if (found.control != nullptr) return press(task, *found.control, view);
  }
  // "Select the mlw-lab workspace": whether there is one is seen in the list of all, wherever the reader is.
  const bool thing = task.op.entity == "workspace" || task.op.entity == "resource group";
  if (thing && !task.op.conditional && wanted.text.find(' ') == std::string::npos) return go_to_resource(task, wanted.text, task.op.entity);
  return missing(task, wanted, view);
}

OpResult Walker::Impl::pick_resource(Task& task, const std::string& name, const portal::View& view) {
  std::vector<const portal::Control*> rows;
  std::vector<std::string> names;
  each_control(view.controls, [&](const portal::Control& control) {
    if (control.kind != "row") return;
    names.push_back(control.label);
    if (fits_name(name, control.label)) rows.push_back(&control);
  });
  if (rows.size() == 1) {
    last_resource = rows.front()->label;
    return press(task, *rows.front(), view);
  }
  if (rows.empty()) {
    task.add("resource/not-found", "No resource is named " + in_quotes(name) + ".", names.empty() ? "The list is empty." : "There is: " + join(names, ", ") + ".");
    return task.failed("The page " + in_quotes(view.title) + " lists nothing named " + in_quotes(name) + (names.empty() ? "; it is empty." : "; there is: " + join(names, ", ") + "."));
  }
  names.clear();
  for (const auto* row : rows) names.push_back(row->label);
  task.add("resource/ambiguous", in_quotes(name) + " fits several resources: " + join(names, ", ") + ".");
  return task.failed(in_quotes(name) + " fits several resources: " + join(names, ", ") + ".");
}

OpResult Walker::Impl::click(Task& task) {
  if (session.apps().empty()) return task.failed("No page is open in the browser yet.");
  if (!task.op.args.empty()) {
    // Several labels in one op are names for one control: the first that is there.
    const auto view = session.view();
    for (std::size_t i = 0; i + 1 < task.op.args.size(); ++i) {
      if (find_label(view.controls, wanted_of(task.op, i), contexts_of(task.op), is_pressable).control != nullptr) return click_label(task, wanted_of(task.op, i), is_pressable);
    }
    return click_label(task, wanted_of(task.op, task.op.args.size() - 1), is_pressable);
  }
  const auto view = session.view();
  const auto& entity = task.op.entity;
  if (entity.empty()) return task.done("not understood", "The text names nothing to press.");
  if (entity == "workspace" && (view.screen == "portal.workspace" || view.app == "studio")) return task.passed("The workspace's page is open already.");
  if (entity == "resource group" && view.screen == "portal.resourceGroup") return task.passed("The resource group's page is open already.");
  std::vector<const portal::Control*> rows;
  each_control(view.controls, [&](const portal::Control& control) {
    if (control.kind != "row") return;
    const bool workspace = std::any_of(control.children.begin(), control.children.end(), [](const portal::Control& c) { return c.value.find("MachineLearningServices/workspaces") != std::string::npos; });
    if (entity != "workspace" || workspace) rows.push_back(&control);
  });
  if (rows.size() == 1) return press(task, *rows.front(), view);
  return task.done("not understood", "The text names no label, and " + std::to_string(rows.size()) + " rows on " + in_quotes(view.title) + " could be the " + entity + ".");
}

}  // namespace azlab::walk
