#include "harness/lab/op_makers.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "harness/lab/clauses.hpp"
#include "harness/lab/unicode.hpp"

namespace azlab::lab {
namespace {

using Kind = Mark::Kind;

/// "Press **Ctrl+S**", "use **Ctrl+Q** to close it", "stop it with **Ctrl+C**": whatever the verb, keys are pressed.
std::vector<Op> key_ops(const Action& action) {
  std::vector<Op> ops;
  for (const MarkAt* mark : action.args) {
    if (!is_key_chord(mark->mark->text) || mark->mark->kind == Kind::quote) continue;
    Op op{.kind = "key.press"};
    add_label(op, *mark);
    ops.push_back(std::move(op));
  }
  return ops;
}

/// Verbs whose op only carries its labels.
std::string plain_kind(std::string_view verb) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 13> kKinds{{
      {"copy", "ui.copy"}, {"drag", "ui.drag"}, {"connect", "ui.connect"}, {"upload", "ui.upload"}, {"extract", "web.extract"},
      {"save", "ui.save"}, {"runnb", "nb.runall"}, {"search", "ui.search"}, {"observe", "observe"}, {"download", "web.download"},
      {"refresh", "ui.refresh"}, {"pin", "ui.pin"}, {"runcell", "nb.runcell"}}};
  for (const auto& [name, kind] : kKinds) {
    if (name == verb) return std::string(kind);
  }
  return {};
}

}  // namespace

Op op_of_mark(const MarkAt& mark, const Language*) {
  const std::string& text = mark.mark->text;
  const std::string& en = mark.label.en;
  Op op{.kind = "unknown"};
  add_label(op, mark);
  if (mark.mark->kind == Kind::glyph) {
    if (is_shell_icon(text)) return Op{.kind = "shell.open", .args = {"cloudshell"}, .en = {"cloudshell"}};
    op.kind = glyph_name(text) == "Refresh" ? "ui.refresh" : "ui.click";
    op.en = {glyph_name(text)};
    return op;
  }
  if (is_shell_icon(text) || fold(text) == "cloud shell") return Op{.kind = "shell.open", .args = {"cloudshell"}, .en = {"cloudshell"}};
  if (is_key_chord(text)) {
    op.kind = "key.press";
    return op;
  }
  if (const std::string url = url_of(mark); !url.empty()) {
    op.kind = "nav.url";
    op.args = op.en = {url};
    if (url.ends_with(".zip") || url.ends_with(".csv")) op.kind = "web.download";
    return op;
  }
  if (is_kernel(text)) {
    op.kind = "nb.kernel";
  } else if (is_notebook(text)) {
    op.kind = "nb.open";
  } else if (en == "Terminal") {
    op.kind = "shell.open";
  } else if (en == "Bash" || en == "PowerShell") {
    op.kind = "shell.type";
  } else if (looks_like_file(text)) {
    op.kind = "file.open";
  } else if (mark.label.known != nullptr) {
    const std::string& kind = mark.label.known->kind;
    op.kind = is_place(mark.label) && kind == "page" ? "nav.page" : kind == "status" ? "observe" : "ui.click";
  } else if (is_resource_pattern(text)) {
    op.kind = "nav.page";
  }
  return op;
}

std::vector<Op> ops_of(const Action& action, const Sentence& sentence, const ProsePlace& place, const std::string& last_entity) {
  const std::string_view verb = action.verb;
  if (const std::vector<Op> keys = key_ops(action); !keys.empty()) return keys;
  if (verb == "select") return select_ops(action, sentence);
  if (verb == "nav") return nav_ops(action, sentence);
  if (verb == "open") return open_ops(action, sentence);
  if (verb == "close") return close_ops(action);
  if (verb == "input") return input_ops(action, sentence, place);
  if (verb == "create" || verb == "install") return create_ops(action, sentence, place);
  if (verb == "verify" || verb == "should") return check_ops(action, sentence, last_entity, place.before_fields);
  if (verb == "check") {
    std::vector<Op> ops = check_ops(action, sentence, last_entity, place.before_fields);
    for (Op& op : ops) op.optional = true;
    return ops;
  }
  if (verb == "wait") return wait_ops(action, sentence, last_entity);
  if (verb == "exec" && !place.before_code && labels_of(action).empty()) return {};
  if (verb == "exec" || verb == "run") return run_ops(action, sentence, place, last_entity);
  // "Delete the sample, paste the following": what is pasted takes its place.
  const bool pastes = place.before_code && std::any_of(sentence.hits.begin(), sentence.hits.end(), [](const Hit& h) { return h.group == "verb" && h.name == "paste"; });
  if (verb == "delete" && pastes && thing_of(action).empty() && labels_of(action).empty()) return {};
  if (verb == "delete") return delete_ops(action, sentence, place, last_entity);
  if (verb == "confirm") return confirm_ops(action, sentence, last_entity);
  if (verb == "stop" || verb == "start" || verb == "restart") return power_ops(action, verb, last_entity);
  if (verb == "retry") return retry_ops(action, sentence, place, last_entity);
  if (verb == "runcell" && !labels_of(action).empty()) return select_ops(action, sentence);
  if (verb == "repeat") return {Op{.kind = "step.repeat"}};
  if (verb == "signin") return signin_ops(action, sentence);
  const bool pastes_text = verb == "paste" && !place.before_code && action.args.size() == 1 && action.args[0]->mark->kind == Kind::code && !looks_like_file(action.args[0]->mark->text);
  if (pastes_text) return input_ops(action, sentence, place);
  if (verb == "paste" && !place.before_code && !has_entity(action, "file")) return {Op{.kind = "ui.paste"}};
  if (verb == "paste") return {Op{.kind = "file.paste", .entity = has_entity(action, "file") && !has_entity(action, "notebook") ? "file" : ""}};
  if (verb == "locate" || verb == "discard") return {};
  // "Leave **Private** selected", "stay on this page": nothing is done, on purpose.
  if (verb == "keep") return {Op{.kind = "info"}};
  if (verb == "drag" && drags_to_value(action)) return input_ops(action, sentence, place);
  Op op{.kind = plain_kind(verb), .entity = thing_of(action)};
  if (op.kind.empty()) return {unknown_op(action)};
  if (is_button(action, sentence)) return select_ops(action, sentence);
  for (const MarkAt* mark : verb == "search" ? action.args : labels_of(action)) add_label(op, *mark);
  if (verb == "download") {
    // "Download [recipes.csv](https://…)": what is fetched is the address.
    std::size_t i = 0;
    for (const MarkAt* mark : labels_of(action)) {
      if (const std::string url = url_of(*mark); !url.empty()) op.args[i] = op.en[i] = url;
      ++i;
    }
  }
  if (verb == "download" && op.args.empty()) {
    // "From `https://…` download …"
    const auto url = std::find_if(sentence.marks.begin(), sentence.marks.end(), [](const MarkAt& m) { return !url_of(m).empty(); });
    if (url != sentence.marks.end()) {
      op.args = op.en = {url_of(*url)};
      return {std::move(op)};
    }
  }
  if (verb == "download" && action.args.size() == 1 && action.args[0]->mark->kind == Kind::code && !is_url(op.args[0]) && op.args[0].starts_with("download ")) {
    return run_ops(action, sentence, place, last_entity);  // Cloud Shell's own command
  }
  if (verb == "refresh") return {Op{.kind = "ui.refresh", .optional = action.optional}};
  if (verb == "runnb" || verb == "runcell" || verb == "observe" || verb == "refresh") op.entity.clear();
  if (verb == "search" && op.args.empty()) return {unknown_op(action)};
  add_places(op, action);
  return {std::move(op)};
}

}  // namespace azlab::lab
