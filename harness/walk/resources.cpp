#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/walk/walk_state.hpp"
#include "sim/core/text.hpp"

namespace azlab::walk {

/// "Confirm.": the button that carries out what the page asks about.
OpResult Walker::Impl::confirm(Task& task) {
  if (session.apps().empty()) return task.failed("No page is open in the browser yet.");
  const auto view = session.view();
  if (!view.commit.empty()) {
    const auto* button = portal::find_control(view.controls, view.commit);
    if (button != nullptr) return press(task, *button, view);
  }
  if (task.op.conditional) return task.done("skipped", "Nothing asks for a confirmation.");
  return task.done("not understood", "Nothing on " + in_quotes(view.title) + " asks for a confirmation.");
}

/// Opens the studio's list of computes and selects the one that the text means: the one it names, or the only one.
OpResult Walker::Impl::choose_compute(Task& task, bool cluster, std::string& name) {
  if (session.apps().empty()) return task.failed("No page is open in the browser yet.");
  if (session.view().app != "studio" && !act("switch-tab", {}, "studio").ok) return task.done("blocked", "The studio is not open, so its computes cannot be reached.");
  if (session.view().dialog) act("cancel");
  if (session.view().screen != "studio.compute" && !act("click", "studio.compute").ok) return task.done("blocked", "The page with the computes does not open.");
  act("click", cluster ? "clusters" : "instances");
  const auto view = session.view();
  std::vector<std::string> ids;
  std::vector<std::string> names;
  each_control(view.controls, [&](const portal::Control& control) {
    if (control.kind != "row") return;
    if (!name.empty() && !fits_name(name, control.label)) return;
    ids.push_back(control.id);
    names.push_back(control.label);
  });
  const std::string noun = cluster ? "compute cluster" : "compute instance";
  const auto own = std::find(names.begin(), names.end(), last_instance);
  if (ids.size() > 1 && own == names.end()) {
    task.add("resource/ambiguous", "The text does not say which " + noun + " it means; there is: " + join(names, ", ") + ".");
    return task.failed("There are several: " + join(names, ", ") + ".");
  }
  if (ids.empty()) {
    task.add("resource/not-found", "There is no " + noun + (name.empty() ? "." : " named " + in_quotes(name) + "."));
    return task.failed("The page lists no " + noun + (name.empty() ? "." : " named " + in_quotes(name) + "."));
  }
  const auto at = ids.size() > 1 ? static_cast<std::size_t>(own - names.begin()) : 0;
  name = names[at];
  act("click", ids[at]);
  return task.passed("Selected " + name + ".");
}

OpResult Walker::Impl::switch_instance(Task& task) {
  const auto& entity = task.op.entity;
  if (!entity.empty() && entity != "compute instance" && entity != "compute") {
    return task.done("not understood", "The text does not say how the " + entity + " is stopped or started.");
  }
  std::string name = task.op.args.empty() ? std::string() : task.op.args.front();
  auto chosen = choose_compute(task, false, name);
  if (chosen.verdict != "passed") return chosen;
  task.result = {};
  const auto view = session.view();
  const auto* button = portal::find_control(view.controls, task.op.kind.substr(std::string_view("res.").size()));
  if (button == nullptr) return missing(task, {.text = task.op.kind, .en = task.op.kind}, view);
  started = around.now();
  last_instance = name;
  task.note(chosen.evidence);
  return press(task, *button, view);
}

OpResult Walker::Impl::delete_group(Task& task, const std::string& name) {
  auto opened = go_to_resource(task, name, "resource group");
  if (opened.verdict != "passed") return opened;
  task.result = {};
  if (const auto pressed = act("click", "delete"); !pressed.ok) return task.failed(pressed.error + ".");
  act("fill", "confirm", name);
  started = around.now();
  const auto deleted = act("click", "delete");
  if (!deleted.ok) return task.failed("The page refuses to delete " + in_quotes(name) + ": " + deleted.error + ".");
  return task.passed("Opened the resource group " + in_quotes(name) + ", selected \"Delete resource group\" and confirmed with its name.");
}

OpResult Walker::Impl::delete_resource(Task& task) {
  const auto& entity = task.op.entity;
  std::string name = task.op.args.empty() ? std::string() : task.op.args.front();
  if (entity == "resource group" || (entity.empty() && starts_with_ignore_case(name, "rg-"))) {
    if (session.apps().empty()) return task.failed("No page is open in the browser yet.");
    if (name.empty() && session.view().screen == "portal.resourceGroup") name = session.parameter("resourceGroup");
    if (!name.empty()) return delete_group(task, name);
    return task.done("not understood", "The text does not say which resource group is deleted.");
  }
  if (entity == "compute instance" || entity == "compute cluster") {
    auto chosen = choose_compute(task, entity == "compute cluster", name);
    if (chosen.verdict != "passed") return chosen;
    task.result = {};
    const auto asked = act("click", entity == "compute cluster" ? "deleteCluster" : "delete");
    const auto deleted = asked.ok ? act("click", "delete") : asked;
    started = around.now();
    if (!deleted.ok) return task.failed("The page refuses to delete " + in_quotes(name) + ": " + deleted.error + ".");
    return task.passed("Selected " + name + ", pressed Delete and confirmed.");
  }
  return task.done("blocked", "not simulated: deleting a " + (entity.empty() ? "resource" : entity) + " where the text does not say how.");
}

}  // namespace azlab::walk
