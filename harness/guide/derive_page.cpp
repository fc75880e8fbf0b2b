// What of portal and studio can be seen: pages that are shown, resources with their settings.
#include <algorithm>

#include "harness/guide/deriver.hpp"
#include "harness/guide/pages.hpp"
#include "harness/guide/settings.hpp"
#include "sim/core/text.hpp"
#include "sim/portal/address.hpp"

namespace azlab::guide {
namespace {

/// Buttons that carry a form out: what comes of them is what can be seen.
constexpr std::string_view kCommits[] = {"create", "reviewcreate", "reviewandcreate", "submit", "save", "ok", "yes", "confirm", "add"};

walk::Wanted wanted_at(const lab::Op& op, std::size_t at) {
  return {.text = at < op.args.size() ? op.args[at] : std::string(), .en = at < op.en.size() ? op.en[at] : std::string()};
}

std::vector<walk::Wanted> contexts_of(const lab::Op& op) {
  std::vector<walk::Wanted> out;
  for (std::size_t i = 0; i < op.context.size(); ++i) out.push_back({.text = i < op.ctx.size() ? op.ctx[i] : op.context[i], .en = op.context[i]});
  return out;
}

bool is_commit(const std::string& folded) { return std::find(std::begin(kCommits), std::end(kCommits), folded) != std::end(kCommits); }

/// Names that people give are written small, with dashes, or as a pattern.
bool looks_like_a_name(const std::string& text) {
  if (walk::is_pattern(text)) return true;
  return text.find('-') != std::string::npos && text.find(' ') == std::string::npos && to_lower(text) == text;
}

}  // namespace

void Deriver::add_page(const lab::Op& op, std::size_t at) {
  const auto label = wanted_at(op, at);
  Check check{.kind = Check::Kind::page, .look = true, .label = label.text};
  const bool resource = find_noun(op.entity) != nullptr || looks_like_a_name(label.text);
  if (resource) {
    check.name = label.text;
    chosen_ = goal(op.entity.empty() ? (starts_with_ignore_case(label.text, "rg-") ? "resource group" : "workspace") : op.entity, label.text);
  } else {
    check.screens = pages_of(label, contexts_of(op), lab_.language);
    if (check.screens.empty()) return;
  }
  add(std::move(check));
}

void Deriver::open_page(const lab::Op& op) {
  on_the_way_ = true;
  if (op.args.empty()) return;
  if (op.kind == "nav.page") return add_page(op, 0);
  const auto page = portal::find_page(portal::Library::builtin(), "", op.args[0]);
  const bool studio = op.args[0].find("ml.azure.com") != std::string::npos;
  if (!page && !studio && op.args[0].find("portal.azure.com") == std::string::npos) return;
  Check check{.kind = Check::Kind::page, .look = true, .app = studio ? "studio" : "portal", .label = op.args[0]};
  const std::string end = op.args[0].substr(op.args[0].find("azure.com") + std::string_view("azure.com").size());
  if (page && end.size() > 1) check.screens = {page->screen};
  add(std::move(check));
}

void Deriver::switch_app(const lab::Op& op) {
  on_the_way_ = true;
  const std::string to = op.en.empty() ? "portal" : op.en[0];
  add({.kind = Check::Kind::page, .look = true, .app = to, .not_app = to == "portal" ? "studio" : "", .label = to});
}

void Deriver::click_delete(const std::string& label) {
  if (label == "delete") {
    if (deleting_ < 0) deleting_ = chosen_;
    delete_item_ = at_;
    close_delete();
    return;
  }
  if (chosen_ >= 0 && label.find(walk::fold(goal_at(chosen_).noun)) != std::string::npos) {
    deleting_ = chosen_;
    delete_item_ = at_;
  }
}

void Deriver::click(const lab::Op& op) {
  on_the_way_ = true;
  const auto label = wanted_at(op, 0);  // where there are more, they are other names of it
  const std::string folded = walk::fold(label.en.empty() ? label.text : label.en);
  const auto* const place = form_ < 0 ? nullptr : find_setting(goal_at(form_).noun, op.entity == "script" ? "Creation script" : label.en);
  if (folded.starts_with("delete")) {
    click_delete(folded);
  } else if (machine_ == "cloud-shell" && (folded == "apply" || folded == "createstorage")) {
    add({.kind = Check::Kind::terminal, .look = true, .machine = machine_, .value = "ready"});
  } else if (form_ >= 0 && is_commit(folded)) {
    commit_ = at_;
  } else if (place != nullptr && (place->how == "switch" || op.entity == "script")) {
    add_setting(*place, label.text, op.entity == "script" ? label.text : "on");
  } else if (form_ < 0 && !label.text.empty() && !is_commit(folded)) {
    add_page(op, 0);
  }
}

void Deriver::add_setting(const SettingPlace& place, const std::string& label, const std::string& value) {
  add({.kind = Check::Kind::setting, .goal = form_, .path = std::string(place.path), .how = std::string(place.how), .label = label, .value = value});
}

void Deriver::form(const lab::Op& op) {
  on_the_way_ = true;
  close_form();
  const auto* noun = find_noun(op.entity);
  if (noun == nullptr) return;
  plan_.goals.push_back({.type = std::string(noun->type), .noun = op.entity, .kind = std::string(noun->kind)});
  form_ = static_cast<int>(plan_.goals.size()) - 1;
}

void Deriver::field(const lab::Op& op) {
  if (form_ < 0) return;
  Goal& goal = plan_.goals[static_cast<std::size_t>(form_)];
  const std::string label = walk::fold(op.label_en.empty() ? op.label : op.label_en);
  const bool literal = op.value_mode == lab::ValueMode::literal;
  if (literal && label == "resourcegroup" && goal.noun != "resource group") goal.group = op.value;
  if (literal && (label.ends_with("name") || (label == "resourcegroup" && goal.noun == "resource group"))) goal.name = op.value;
  const auto* place = find_setting(goal.noun, op.label_en);
  if (place == nullptr) return;
  const bool off = op.value_mode == lab::ValueMode::must_stay_off;
  if (!literal && !off) return;
  add_setting(*place, op.label, off ? "off" : op.value_en.empty() ? op.value : op.value_en);
}

void Deriver::fill(const lab::Op& op) {
  on_the_way_ = true;
  const std::string label = walk::fold(op.label_en.empty() ? op.label : op.label_en);
  if (label == "filename" && !op.args.empty()) {
    file_ = op.args[0];
    add({.kind = Check::Kind::file, .name = file_});
    return;
  }
  if (form_ < 0) return;
  Goal& goal = plan_.goals[static_cast<std::size_t>(form_)];
  const auto time = std::find_if(op.en.begin(), op.en.end(), [](const std::string& one) { return one.size() == 5 && one[2] == ':'; });
  const auto action = std::find_if(op.en.begin(), op.en.end(), [](const std::string& one) { return one == "stop" || one == "start"; });
  if (time != op.en.end() && action != op.en.end()) {
    const auto* place = find_setting(goal.noun, "Schedule");
    if (place != nullptr) add_setting(*place, *action, *action + " " + *time);
    return;
  }
  if (op.args.empty()) return;
  if (label.ends_with("name")) goal.name = op.args[0];
  const auto* place = find_setting(goal.noun, op.label_en);
  if (place != nullptr) add_setting(*place, op.label, op.en.empty() ? op.args[0] : op.en[0]);
}

void Deriver::create(const lab::Op& op) {
  on_the_way_ = true;
  if (op.args.empty() || find_noun(op.entity) == nullptr) return;
  add({.kind = Check::Kind::exists, .goal = goal(op.entity, op.args[0])});
}

void Deriver::erase(const lab::Op& op) {
  const std::string name = op.args.empty() ? std::string() : op.args[0];
  const std::string noun = op.entity.empty() && starts_with_ignore_case(name, "rg-") ? "resource group" : op.entity;
  if (const int which = goal(noun, name); which >= 0) add({.kind = Check::Kind::gone, .goal = which});
}

void Deriver::start_or_stop(const lab::Op& op) {
  const int which = goal("compute instance", op.args.empty() ? std::string() : op.args[0]);
  add({.kind = Check::Kind::state, .look = true, .goal = which, .value = op.kind == "res.stop" ? "stopped" : "running"});
}

/// One statement of "verify …" or "wait until …".
void Deriver::predicate(const lab::Predicate& predicate, bool waits) {
  const std::string& subject = predicate.subject;
  const bool finished = predicate.is == "done" || predicate.is == "created";
  if (waits && last_outcome_ && (subject == "command" || subject == "script" || subject == "package" || subject == "repository")) {
    return add({.kind = Check::Kind::with_item, .item = *last_outcome_});
  }
  if ((subject == "folder" || subject == "file") && !predicate.value.empty()) {
    return add({.kind = Check::Kind::file, .look = true, .name = own_path(predicate.value), .directory = subject == "folder"});
  }
  if (find_noun(subject) == nullptr) return;
  const bool named = predicate.is == "exists" && !predicate.value.empty();
  const int which = goal(subject, named ? predicate.value : std::string());
  if (predicate.is == "exists" || finished) return add({.kind = Check::Kind::state, .look = !waits, .goal = which, .value = "ready"});
  if (predicate.is == "running" || predicate.is == "idle") return add({.kind = Check::Kind::state, .look = !waits, .goal = which, .value = predicate.is});
  if (predicate.is == "nodes") add({.kind = Check::Kind::state, .look = !waits, .goal = which, .value = "nodes " + predicate.value});
}

void Deriver::look_for(const lab::Op& op) {
  const bool waits = op.kind == "wait";
  if (waits) close_form();
  for (const auto& one : op.predicates) predicate(one, waits);
  // A wait that names nothing is for what was begun last.
  if (waits && op.predicates.empty() && last_outcome_ && *last_outcome_ != at_) add({.kind = Check::Kind::with_item, .item = *last_outcome_});
}

}  // namespace azlab::guide
