#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "harness/walk/walk_state.hpp"
#include "sim/core/text.hpp"

namespace azlab::walk {

namespace {

bool looks_like_a_path(std::string_view text) { return text.find('/') != std::string_view::npos; }

/// Whether a status shows a value, in any language or as the service spells it.
bool shows(const portal::Control& status, const Wanted& wanted) {
  portal::Control as_label;
  as_label.label = status.value;
  as_label.also = status.options;
  return closeness(as_label, wanted) < kNoMatch;
}

/// The resource type that a noun names, as lists of resources show it.
std::string_view type_of(std::string_view noun) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kTypes{{
      {"workspace", "Microsoft.MachineLearningServices/workspaces"}, {"storage account", "Microsoft.Storage/storageAccounts"},
      {"key vault", "Microsoft.KeyVault/vaults"}, {"storage", "Microsoft.Storage/storageAccounts"}}};
  const auto* const found = std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& t) { return t.first == noun; });
  return found == kTypes.end() ? std::string_view{} : found->second;
}

const portal::Control* cell(const portal::Control& row, std::string_view column) {
  for (const auto& child : row.children) {
    if (child.id == row.id + "/" + std::string(column)) return &child;
  }
  return nullptr;
}

}  // namespace

OpResult Walker::Impl::check_compute(Task& task, const lab::Predicate& predicate) {
  const bool cluster = predicate.subject == "compute cluster";
  auto view = session.view();
  if (view.app != "studio" && !act("switch-tab", {}, "studio").ok) return task.done("blocked", "The studio is not open, so its computes cannot be checked.");
  if (session.view().screen != "studio.compute" && !act("click", "studio.compute").ok) return task.done("blocked", "The page with the computes does not open.");
  act("click", cluster ? "clusters" : "instances");
  view = session.view();
  const auto table = cluster ? "clusterList/" : "instanceList/";
  std::vector<const portal::Control*> rows;
  each_control(view.controls, [&](const portal::Control& c) {
    if (c.kind == "row" && c.id.starts_with(table)) rows.push_back(&c);
  });
  if (!predicate.value.empty() && predicate.is == "exists") {
    std::erase_if(rows, [&](const portal::Control* row) { return !fits_name(predicate.value, row->label); });
  }
  const std::string noun = cluster ? "compute cluster" : "compute instance";
  if (rows.empty()) {
    task.add("resource/not-found", "There is no " + noun + ".");
    return task.failed("The page lists no " + noun + ".");
  }
  std::vector<std::string> evidence;
  for (const auto* row : rows) {
    const auto* state = cell(*row, "state");
    const auto shown = state == nullptr ? std::string() : state->value;
    bool holds = true;
    if (predicate.is == "running") {
      holds = state != nullptr && shows(*state, {.text = "Running", .en = "Running"});
    } else if (predicate.is == "idle") {
      const auto* busy = cell(*row, "busyNodes");
      holds = state != nullptr && shows(*state, {.text = "Succeeded", .en = "Succeeded"}) && busy != nullptr && busy->value == "0";
    } else if (predicate.is == "nodes") {
      const auto* nodes = cell(*row, "nodes");
      holds = nodes != nullptr && nodes->value == predicate.value;
    } else if (predicate.is == "equals" && state != nullptr) {
      holds = shows(*state, {.text = predicate.value, .en = predicate.value});
    }
    if (!holds) return task.failed("The " + noun + " " + row->label + " should be " + predicate.is + (predicate.value.empty() ? "" : " " + predicate.value) + "; its state is " + in_quotes(shown) + ".");
    evidence.push_back(row->label + " (" + shown + ")");
  }
  return task.passed("The " + noun + " is there: " + join(evidence, ", ") + ".");
}

OpResult Walker::Impl::check(Task& task, const lab::Predicate& predicate) {
  const auto& subject = predicate.subject;
  if (subject == "compute instance" || subject == "compute cluster") return check_compute(task, predicate);
  auto view = session.view();
  if (subject == "subscription") {
    const auto found = find_label(view.controls, {.text = "Subscription", .en = "Subscription"}, {}, [](const portal::Control& c) { return c.kind == "field"; });
    if (found.control == nullptr) return task.passed("No page asks for a subscription.");
    if (found.control->value.empty()) return task.failed("No subscription is chosen.");
    return task.passed("The subscription is " + in_quotes(found.control->value) + ".");
  }
  Wanted wanted{.text = predicate.value, .en = predicate.value};
  for (std::size_t i = 0; i < task.op.args.size() && i < task.op.en.size(); ++i) {
    if (task.op.en[i] == predicate.value) wanted.text = task.op.args[i];
  }
  if (predicate.is == "selected") {
    const auto found = find_label(view.controls, wanted, contexts_of(task.op), [](const portal::Control& c) { return c.kind == "option" || c.kind == "toggle" || c.kind == "tab"; });
    if (found.control == nullptr) return missing(task, wanted, view);
    const bool selected = found.control->value == "selected" || found.control->value == "on";
    if (!selected) return task.failed(in_quotes(found.control->label) + " is there but not selected.");
    return task.passed(in_quotes(found.control->label) + " is selected.");
  }
  if (subject == "file location" || (subject.empty() && predicate.is == "equals")) {
    const auto found = find_label(view.controls, {.text = "File location", .en = "File location"}, {}, [](const portal::Control& c) { return c.kind == "field"; });
    if (found.control != nullptr) {
      const auto path = bind_user(wanted.text);
      if (found.control->value != path) return task.failed("The file location is " + in_quotes(found.control->value) + ", not " + in_quotes(path) + ".");
      return task.passed("The file location is " + in_quotes(path) + ".");
    }
  }
  if ((subject == "folder" || subject == "file") && !predicate.value.empty()) return check_path(task, wanted.text, subject == "folder");
  if (predicate.value.empty() && predicate.is == "exists" && !type_of(subject).empty()) {
    std::vector<std::string> rows;
    each_control(view.controls, [&](const portal::Control& row) {
      const auto* type = row.kind == "row" ? cell(row, "type") : nullptr;
      if (type != nullptr && equals_ignore_case(type->value, type_of(subject))) rows.push_back(row.label);
    });
    if (!rows.empty()) return task.passed("The page " + in_quotes(view.title) + " lists the " + subject + ": " + join(rows, ", ") + ".");
    if (portal::find_control(view.controls, "resources") != nullptr || view.screen == "portal.resourceGroup") return task.failed("The page " + in_quotes(view.title) + " lists no " + subject + ".");
  }
  if (predicate.value.empty()) return task.done("not understood", "Whether the " + subject + " is " + predicate.is + " cannot be seen on " + in_quotes(view.title) + ".");
  if (subject.empty() && looks_like_a_path(wanted.text)) return check_path(task, wanted.text, true);
  const auto found = find_label(view.controls, wanted, contexts_of(task.op), [](const portal::Control&) { return true; });
  if (found.control != nullptr) return task.passed(in_quotes(found.control->label) + " is on the page " + in_quotes(view.title) + ".");
  bool shown = false;
  each_control(view.controls, [&](const portal::Control& c) { shown = shown || (!c.value.empty() && shows(c, wanted)); });
  if (shown) return task.passed("The page " + in_quotes(view.title) + " shows " + in_quotes(wanted.text) + ".");
  return missing(task, wanted, view);
}

OpResult Walker::Impl::verify(Task& task) {
  if (session.apps().empty()) return task.failed("No page is open in the browser yet.");
  open_contexts(task, contexts_of(task.op));
  if (session.view().absent) return not_simulated(task, session.view());
  std::vector<lab::Predicate> predicates = task.op.predicates;
  if (predicates.empty()) {
    for (std::size_t i = 0; i < task.op.args.size(); ++i) {
      // A user name beside a path explains the path's placeholder.
      if (i > 0 && task.op.args[0].find(task.op.args[i]) != std::string::npos) continue;
      predicates.push_back({.subject = {}, .is = "exists", .value = task.op.args[i]});
    }
  }
  if (predicates.empty()) return task.done("not understood", "The text does not say what to check.");
  std::string verdict = "passed";
  std::vector<std::string> evidence;
  if (!task.result.evidence.empty()) evidence.push_back(task.result.evidence);
  for (const auto& predicate : predicates) {
    Task part{.op = task.op, .unit = task.unit, .step = task.step, .result = {}};
    auto result = check(part, predicate);
    task.result.findings.insert(task.result.findings.end(), result.findings.begin(), result.findings.end());
    evidence.push_back(result.evidence);
    // The worst of several checks counts: failed, then not understood, then blocked.
    const auto rank = [](std::string_view v) { return v == "failed" ? 3 : v == "not understood" ? 2 : v == "passed" ? 0 : 1; };
    if (rank(result.verdict) > rank(verdict)) verdict = result.verdict;
  }
  task.result.evidence.clear();
  return task.done(verdict, join(evidence, " "));
}

OpResult Walker::Impl::observe(Task& task) {
  if (session.apps().empty()) return task.failed("No page is open in the browser yet.");
  open_contexts(task, contexts_of(task.op));
  const auto view = session.view();
  if (view.absent) return not_simulated(task, view);
  std::vector<std::string> seen;
  for (std::size_t i = 0; i < task.op.args.size(); ++i) {
    const auto wanted = wanted_of(task.op, i);
    const auto found = find_label(view.controls, wanted, {}, [](const portal::Control&) { return true; });
    if (found.control == nullptr) return missing(task, wanted, view);
    seen.push_back(in_quotes(found.control->label));
  }
  if (seen.empty()) return task.passed("Looked at " + in_quotes(view.title) + ".");
  return task.passed("Saw " + join(seen, ", ") + " on " + in_quotes(view.title) + ".");
}

}  // namespace azlab::walk
