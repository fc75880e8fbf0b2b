#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <span>

#include "harness/walk/walk_state.hpp"
#include "sim/core/text.hpp"

namespace azlab::walk {

namespace {

/// What can be done while a form stays open.
constexpr std::array<std::string_view, 12> kOnForm = {"ui.fill", "ui.form", "form.field", "neg", "observe", "cond", "effect", "info", "hint", "field.desc", "ui.confirm", "retry"};
/// What needs the form's result or another page.
constexpr std::array<std::string_view, 15> kNeedsResult = {"res.delete", "res.stop", "res.start", "res.restart", "nav.page", "nav.url", "ctx.switch", "shell.open", "shell.run", "shell.block",
                                                            "file.open", "file.paste", "file.content", "wait", "nb.open"};

bool is_among(std::string_view kind, std::span<const std::string_view> kinds) { return std::find(kinds.begin(), kinds.end(), kind) != kinds.end(); }

/// Screens that carrying the form out leads to.
void collect_opened(const Json& def, std::vector<std::string>& out) {
  if (def.is_array()) {
    for (const auto& item : def) collect_opened(item, out);
  } else if (def.is_object()) {
    for (const auto* key : {"open", "opens", "pane", "close"}) {
      if (def.contains(key) && def[key].is_string()) out.push_back(def[key].get<std::string>());
    }
    for (const auto& item : def) collect_opened(item, out);
  }
}

const Json* control_definition(const Json& controls, const std::string& id) {
  for (const auto& def : controls) {
    if (def.value("id", std::string()) == id) return &def;
  }
  return nullptr;
}


}  // namespace

bool Walker::Impl::stays_on_form(const lab::Op& op, const portal::View& view, const std::string& screen) const {
  if (op.kind == "wait" && op.entity == "validation") return true;
  if (is_among(op.kind, kNeedsResult)) return false;
  if (is_among(op.kind, kOnForm)) return true;
  const auto* definition = library.find(screen, options.as_of);
  if (definition == nullptr) return true;
  for (std::size_t i = 0; i < op.args.size(); ++i) {
    if (defines_label(*definition, library, wanted_of(op, i), options.language)) return true;
    // Values, such as a script to pick, are not in the definition.
    if (find_label(view.controls, wanted_of(op, i), {}, [](const portal::Control&) { return true; }).control != nullptr) return true;
  }
  if (op.kind == "ui.click" && !op.args.empty()) {
    // Leaves only for a page that the commit leads to; a label that stands nowhere is a wrong label.
    const auto commit_id = definition->value("commit", std::string());
    const Json controls = definition->value("controls", Json::array());
    const auto* commit_def = control_definition(controls, commit_id);
    std::vector<std::string> opened;
    if (commit_def != nullptr) collect_opened(*commit_def, opened);
    for (const auto& to : opened) {
      const auto* next = library.find(to, options.as_of);
      if (next != nullptr && defines_label(*next, library, wanted_of(op, 0), options.language)) return false;
    }
    return true;
  }
  return op.kind == "verify" || op.kind == "ui.click" || op.kind == "shell.type" || op.kind == "ui.dismiss";
}

/// Whether the same step goes on to press a button of the form that is open ("wait for the check, then select **Create**").
bool Walker::Impl::pressed_later(const Task& task, const portal::View& view) const {
  const auto* definition = library.find(view.screen, options.as_of);
  if (definition == nullptr || view.commit.empty()) return false;
  bool behind = false;
  for (const auto& unit : task.step.units) {
    for (const auto& op : unit.ops) {
      if (behind && op.kind == "ui.click" && !op.args.empty() && defines_label(*definition, library, wanted_of(op, 0), options.language)) return true;
      behind = behind || &op == &task.op;
    }
  }
  return false;
}

std::string Walker::Impl::commit(std::vector<lab::Finding>& findings, int line, const portal::View& first) {
  auto view = first;
  const auto* pane = portal::find_control(view.controls, "pane");
  const bool in_pane = view.commit.empty() && pane != nullptr;
  const auto screen = in_pane ? pane->value : view.screen;
  const auto* definition = library.find(screen, options.as_of);
  if (definition == nullptr) return {};
  const auto id = definition->value("commit", std::string());
  if (id.empty() || (!in_pane && !form_touched) || screen == refused_form) return {};
  const std::string prefix = in_pane ? "shell." : "";
  commit_refused = false;
  std::vector<std::string> pressed;
  constexpr int kPressesMax = 10;
  std::string error;
  for (int i = 0; i < kPressesMax; ++i) {
    // The commit itself, or what leads to it: the review, then the steps on the way.
    const portal::Control* next = nullptr;
    for (const auto& candidate : {prefix + id, prefix + "reviewCreate", prefix + "review", prefix + "next"}) {
      next = portal::find_control(view.controls, candidate);
      if (next != nullptr && next->kind == "button" && (next->enabled || next->busy)) break;
      next = nullptr;
    }
    if (next == nullptr) break;
    const auto name = next->label;
    const bool last = next->id == prefix + id;
    const auto before = around.now();
    if (last && screen == "studio.newInstance") {
      if (const auto* field = portal::find_control(view.controls, "reviewName")) last_instance = field->value;
    }
    const auto outcome = act("click", next->id);
    pressed.push_back(in_quotes(name));
    if (!outcome.ok) {
      error = outcome.error;
      break;
    }
    if (last) {
      started = before;
      form_touched = false;
      break;
    }
    view = session.view();
  }
  if (pressed.empty()) return {};
  const auto title = library.label((*definition)["title"], options.language).text;
  const auto what = join(pressed, ", then ");
  findings.push_back(rules::finding("ui/forgotten-commit", line, "The form " + in_quotes(title) + " is filled in, but the text never says to press " + what + ".",
                             "Add: select " + pressed.back() + "."));
  if (!error.empty()) {
    commit_refused = true;
    refused_form = screen;
    return "Pressed " + what + ", which the text forgot; the page refuses: " + error + ".";
  }
  return "Pressed " + what + ", which the text forgot.";
}

bool Walker::Impl::commit_if_left(Task& task) {
  if (session.apps().empty()) return true;
  const auto view = session.view();
  const auto* pane = portal::find_control(view.controls, "pane");
  const auto screen = view.commit.empty() && pane != nullptr ? pane->value : view.screen;
  if (stays_on_form(task.op, view, screen) || (task.op.kind == "wait" && pressed_later(task, view))) return true;
  // An operation on the older form of the dialog is met by the reader's way out, not by the commit.
  for (std::size_t i = 0; i < task.op.args.size(); ++i) {
    for (const auto* generation : library.generations(screen)) {
      if (defines_label(*generation, library, wanted_of(task.op, i), options.language)) return true;
    }
  }
  commit_refused = false;
  const auto evidence = commit(task.result.findings, task.unit.line, view);
  if (!evidence.empty()) task.note(evidence);
  return !commit_refused;
}

}  // namespace azlab::walk
