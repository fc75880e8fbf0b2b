#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "harness/walk/walk_state.hpp"
#include "sim/core/text.hpp"

namespace azlab::walk {

namespace {

bool leads_somewhere(const portal::Control& control) {
  return control.kind == "menu" || control.kind == "link" || control.kind == "tab" || control.kind == "button" || control.kind == "icon" || control.kind == "row";
}

}  // namespace

void Walker::Impl::open_portal_if_none(Task& task) {
  static constexpr std::array<std::string_view, 9> kNeedPage{"res.delete", "nav.page", "ui.click", "ui.form", "ui.search", "res.create", "shell.open", "observe", "ctx.switch"};
  if (!session.apps().empty() || std::find(kNeedPage.begin(), kNeedPage.end(), task.op.kind) == kNeedPage.end()) return;
  if (!act("open", {}, "https://portal.azure.com").ok) return;
  task.add("ui/page-not-named", "The text opens no page before this line.", "Say to open the Azure portal at https://portal.azure.com first.");
  task.note("Opened the Azure portal first.");
}

OpResult Walker::Impl::go_url(Task& task) {
  if (task.op.args.empty()) return task.done("not understood", "The text names no address.");
  const auto outcome = act("open", {}, task.op.args.front());
  if (!outcome.ok) return task.done("blocked", "not simulated: " + outcome.error + ".");
  return task.passed("Opened " + task.op.args.front() + ": " + in_quotes(session.view().title) + ".");
}

OpResult Walker::Impl::go_to_resource(Task& task, const std::string& name, const std::string& entity) {
  const auto apps = session.apps();
  if (!apps.empty() && apps.front() != "portal") act("switch-tab", {}, "portal");
  const bool group = entity == "resource group" || (entity.empty() && starts_with_ignore_case(name, "rg-"));
  const auto outcome = act("click", group ? "portal.groups" : "portal.allResources");
  if (!outcome.ok) return task.failed("The list of resources does not open: " + outcome.error + ".");
  return pick_resource(task, name, session.view());
}

OpResult Walker::Impl::go_page(Task& task) {
  if (session.apps().empty()) return task.failed("No page is open in the browser yet.");
  if (task.op.args.empty()) {
    if (task.op.entity == "portal" || task.op.entity == "studio") return switch_app(task);
    if (!last_resource.empty() && (task.op.entity == "workspace" || task.op.entity == "resource group")) return go_to_resource(task, last_resource, task.op.entity);
    return task.done("not understood", "The text names no page.");
  }
  const auto wanted = wanted_of(task.op, 0);
  auto view = session.view();
  if (view.dialog) {
    // What could be carried out has been; a dialog that is still open is left.
    act("cancel");
    view = session.view();
  }
  const bool named = is_pattern(wanted.text) || task.op.entity == "workspace" || task.op.entity == "resource group";
  const auto contexts = contexts_of(task.op);
  if (!named) {
    const auto other = session.apps().size() > 1 ? session.apps()[1] : std::string();
    for (const auto& app : {view.app, other}) {
      if (app.empty()) continue;
      if (app != view.app) act("switch-tab", {}, app);
      view = session.view();
      const auto found = find_label(view.controls, wanted, contexts, leads_somewhere);
      if (found.control != nullptr) return press(task, *found.control, view);
      if (fold(view.title) == fold(wanted.text) || fold(view.title) == fold(wanted.en)) return task.passed("The page " + in_quotes(view.title) + " is open already.");
    }
  }
  const auto rows = find_label(view.controls, wanted, contexts, [](const portal::Control& c) { return c.kind == "row"; });
  if (rows.control != nullptr) {
    if (is_pattern(wanted.text)) return pick_resource(task, wanted.text, view);
    const auto row = *rows.control;
    const bool opened = !act("click", row.id).opened.empty();
    view = session.view();
    // A row may name what was never made (a failed deployment's): then the list of resources decides.
    if (!opened || !view.notices.empty()) return go_to_resource(task, wanted.text, task.op.entity);
    last_resource = row.label;
    if (view.absent) return not_simulated(task, view);
    return task.passed("Selected " + in_quotes(row.label) + ", which opened " + in_quotes(view.title) + ".");
  }
  if (named || wanted.text.find('-') != std::string::npos) return go_to_resource(task, wanted.text, task.op.entity);
  if (go_to_label(task, wanted, contexts, leads_somewhere)) return task.passed("The page with " + in_quotes(wanted.text) + " is open.");
  return missing(task, wanted, view);
}

OpResult Walker::Impl::switch_app(Task& task) {
  const auto apps = session.apps();
  if (apps.empty()) return task.failed("No page is open in the browser yet.");
  const std::string to = !task.op.en.empty() ? task.op.en.front() : task.op.entity.empty() ? "portal" : task.op.entity;
  if (to == "portal" && apps.front() == "studio" && task.op.args.empty()) {
    act("close-tab");
    return task.passed("Closed the studio's tab; the portal shows " + in_quotes(session.view().title) + ".");
  }
  if (apps.front() == to) return task.passed("The " + to + " is in front already: " + in_quotes(session.view().title) + ".");
  const auto outcome = act("switch-tab", {}, to);
  if (!outcome.ok) return task.failed("There is no tab with the " + to + ".");
  return task.passed("Went to the tab of the " + to + ": " + in_quotes(session.view().title) + ".");
}

OpResult Walker::Impl::open_shell(Task& task) {
  if (session.apps().empty()) return task.failed("No page is open in the browser yet.");
  const bool cloud = std::any_of(task.op.en.begin(), task.op.en.end(), [](const std::string& l) { return fold(l) == "cloudshell"; });
  if (cloud) {
    if (session.apps().front() != "portal" && !act("switch-tab", {}, "portal").ok) return task.failed("There is no tab with the portal.");
    auto view = session.view();
    const auto* icon = portal::find_control(view.controls, "portal.shell");
    if (icon == nullptr) return missing(task, {.text = "[>_]", .en = "Cloud Shell"}, view);
    auto result = press(task, *icon, view);
    result.terminal = "cloud-shell";
    return result;
  }
  const auto contexts = contexts_of(task.op);
  open_contexts(task, contexts);
  const auto wanted = wanted_of(task.op, 0);
  auto view = session.view();
  const auto links_of = [&] {
    std::vector<std::pair<const portal::Control*, std::string>> links;
    each_control(view.controls, [&](const portal::Control& row) {
      if (row.kind != "row") return;
      for (const auto& link : row.children) {
        if (link.kind == "link" && closeness(link, wanted) < kNoMatch) links.emplace_back(&link, row.label);
      }
    });
    return links;
  };
  auto links = links_of();
  const auto own_icon = find_label(view.controls, {.text = "Open terminal", .en = "Open terminal"}, {}, is_pressable);
  const bool by_icon = contexts.empty() && view.screen == "studio.notebooks" && own_icon.control != nullptr && own_icon.control->enabled;
  if (links.empty() && !by_icon && go_to_label(task, wanted, contexts, is_pressable)) {
    view = session.view();
    links = links_of();
  }
  if (links.empty()) {
    const auto icon = find_label(view.controls, {.text = "Open terminal", .en = "Open terminal"}, {}, is_pressable);
    if (view.screen != "studio.compute" && icon.control != nullptr && icon.control->enabled) {
      auto result = press(task, *icon.control, view);
      result.terminal = "compute-instance:" + session.parameter("terminal");
      return result;
    }
    if (view.screen == "studio.compute") return task.failed("The page lists no compute instance, so there is no " + in_quotes(wanted.text) + " to select.");
    return missing(task, wanted, view);
  }
  auto chosen = links.front();
  if (links.size() > 1) {
    const auto own = std::find_if(links.begin(), links.end(), [&](const auto& l) { return l.second == last_instance; });
    if (own != links.end()) chosen = *own;
  }
  if (!chosen.first->enabled) return task.failed(in_quotes(wanted.text) + " of " + chosen.second + " is disabled" + (chosen.first->hint.empty() ? "." : ": " + chosen.first->hint));
  auto result = press(task, *chosen.first, view);
  if (result.verdict == "passed") result.terminal = "compute-instance:" + chosen.second;
  return result;
}

OpResult Walker::Impl::choose_shell(Task& task) {
  if (session.apps().empty()) return task.failed("No page is open in the browser yet.");
  const auto view = session.view();
  const auto* pane = portal::find_control(view.controls, "pane");
  const auto wanted = wanted_of(task.op, 0);
  if (pane != nullptr) {
    const auto found = find_label(pane->children, wanted, {}, is_pressable);
    if (found.control != nullptr) return press(task, *found.control, view);
    return task.passed("Nothing asks for a shell; " + in_quotes(pane->label) + " is open.");
  }
  if (task.op.conditional) return task.done("skipped", "Nothing asks for a shell.");
  return task.failed("No Cloud Shell pane is open.");
}

OpResult Walker::Impl::dismiss(Task& task) {
  if (session.apps().empty()) return task.failed("No page is open in the browser yet.");
  const auto before = session.view();
  act("dismiss");
  const auto after = session.view();
  if (before.dialog && !after.dialog) return task.passed("Closed the pop-up " + in_quotes(before.title) + ".");
  return task.passed("No pop-up is open.");
}

OpResult Walker::Impl::close(Task& task) {
  const auto apps = session.apps();
  if (apps.empty()) return task.failed("No page is open in the browser yet.");
  if (task.op.entity == "studio") {
    if (apps.front() != "studio" && !act("switch-tab", {}, "studio").ok) return task.passed("No tab with the studio is open.");
    const auto outcome = act("close-tab");
    if (!outcome.ok) return task.failed(outcome.error + ".");
    return task.passed("Closed the studio's tab; the portal shows " + in_quotes(session.view().title) + ".");
  }
  if (!task.op.args.empty()) return click_label(task, wanted_of(task.op, 0), is_pressable);
  const auto view = session.view();
  if (const auto* tab = portal::find_control(view.controls, "closeTab")) return press(task, *tab, view);
  if (const auto* pane = portal::find_control(view.controls, "shell.close")) return press(task, *pane, view);
  return task.passed("No such tab is open.");
}

OpResult Walker::Impl::refresh(Task& task) {
  if (session.apps().empty()) return task.failed("No page is open in the browser yet.");
  const Wanted wanted{.text = task.op.args.empty() ? "\xE2\x86\xBB" : task.op.args.front(), .en = "Refresh"};
  // "Refresh the page" without a control: the browser's own, which changes nothing that the page would not show.
  if (task.op.args.empty()) {
    const auto view = session.view();
    if (find_label(view.controls, wanted, contexts_of(task.op), is_pressable).control == nullptr) return task.passed("Loaded " + in_quotes(view.title) + " again.");
  }
  return click_label(task, wanted, is_pressable);
}

OpResult Walker::Impl::search(Task& task) {
  if (session.apps().empty()) return task.failed("No page is open in the browser yet.");
  if (task.op.args.empty()) return task.done("not understood", "The text names nothing to search for.");
  const auto view = session.view();
  if (view.absent) return not_simulated(task, view);
  const auto* box = portal::find_control(view.controls, "search");
  if (box == nullptr) box = portal::find_control(view.controls, "portal.search");
  if (box == nullptr) return missing(task, {.text = "search box", .en = "search box"}, view);
  const auto outcome = act("search", box->id, task.op.args.front());
  if (!outcome.ok) return task.failed("The search is refused: " + outcome.error + ".");
  std::vector<std::string> results;
  const auto after = session.view();
  each_control(after.controls, [&](const portal::Control& c) {
    if (c.kind == "row") results.push_back(c.label);
  });
  if (results.empty()) return task.failed("The search for " + in_quotes(task.op.args.front()) + " finds nothing.");
  return task.passed("Searched for " + in_quotes(task.op.args.front()) + "; found " + join(results, ", ") + ".");
}

}  // namespace azlab::walk
