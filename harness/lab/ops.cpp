#include <algorithm>
#include <array>
#include <utility>

#include "harness/lab/action_parts.hpp"
#include "harness/lab/clauses.hpp"
#include "harness/lab/sentence.hpp"
#include "harness/lab/unicode.hpp"
#include "sim/core/text.hpp"

namespace azlab::lab {
namespace {

using Kind = Mark::Kind;

/// "Using the CLI, `az group delete …`": another way to do it.
std::vector<Op> command_ops(const Action& action) {
  for (const MarkAt* mark : action.args) {
    if (mark->mark->kind != Kind::code || mark->mark->text.find(' ') == std::string::npos || mark->mark->text.find("az ") != 0) continue;
    return {Op{.kind = "shell.run", .optional = true}, Op{.kind = "shell.block", .code = mark->mark->text + "\n", .optional = true}};
  }
  return {};
}

std::vector<Op> select_ops(const Action& action, const Sentence& sentence) {
  std::vector<Op> ops;
  if (action.with_tool) {
    if (std::vector<Op> commands = command_ops(action); !commands.empty()) return commands;
  }
  const std::vector<const MarkAt*> labels = labels_of(action);
  const std::string thing = thing_of(action).empty() && has_entity(action, "file") ? "file" : thing_of(action);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (!ops.empty() && joined_by_or(sentence, *labels[i - 1], *labels[i])) {
      add_label(ops.back(), *labels[i]);
      continue;
    }
    Op op = op_of_mark(*labels[i], sentence.language);
    if (op.kind == "unknown" || op.kind == "nav.page" || op.kind == "form.field" || op.kind == "verify" || op.kind == "file.open" ||
        op.kind == "observe") {
      op.kind = "ui.click";
    }
    if (labels[i]->mark->kind == Kind::glyph && op.kind == "ui.click" && i + 1 < labels.size()) {
      // "the icon ⨁ to **Add files**": one control, the label is its name.
      continue;
    }
    if (thing == "file type" && op.kind == "shell.type") op.kind = "ui.click";
    add_places(op, action);
    if (op.kind == "ui.click" && labels[i]->label.known == nullptr) op.entity = thing;
    ops.push_back(std::move(op));
  }
  const bool another = std::any_of(sentence.hits.begin(), sentence.hits.end(), [&](const Hit& h) {
    return h.group == "word" && (h.name == "free_choice" || h.name == "free_value") && h.begin >= action.begin && h.end <= action.end;
  });
  if (ops.empty() && another && has_entity(action, "name")) return {Op{.kind = "ui.fill", .entity = "name", .label_en = "Name", .value_mode = ValueMode::free_choice}};
  if (ops.empty()) {
    if (has_entity(action, "cloud shell")) {
      Op op{.kind = "shell.open", .args = {"cloudshell"}, .en = {"cloudshell"}};
      ops.push_back(std::move(op));
    } else if (has_entity(action, "terminal")) {
      ops.push_back(Op{.kind = "shell.open", .args = {"Terminal"}, .en = {"Terminal"}});
    } else if (!thing.empty()) {
      Op op{.kind = "ui.click", .entity = thing};
      add_places(op, action);
      ops.push_back(std::move(op));
    } else {
      Op op{.kind = "ui.click"};
      add_places(op, action);
      ops.push_back(std::move(op));
    }
  }
  return ops;
}

std::vector<Op> nav_ops(const Action& action, const Sentence& sentence) {
  std::vector<Op> ops;
  for (const MarkAt* mark : action.args) {
    const bool remark = mark->mark->in_parentheses && has_entity(action, "tab");
    if (const std::string url = remark ? std::string() : url_of(*mark); !url.empty()) return {Op{.kind = "nav.url", .args = {url}, .en = {url}}};
  }
  const std::string thing = thing_of(action).empty() && has_entity(action, "file") ? "file" : thing_of(action);
  const std::vector<const MarkAt*> labels = labels_of(action);
  for (const MarkAt* mark : labels) {
    if (mark->mark->in_parentheses && has_entity(action, "tab")) continue;
    // "Switch from **A** to **B**" goes to the second.
    const bool left = std::any_of(sentence.hits.begin(), sentence.hits.end(), [&](const Hit& h) {
      return h.group == "word" && h.name == "from_where" && h.end <= mark->at && h.end + 1 >= mark->at;
    });
    if (left && labels.size() > 1 && mark == labels.front()) continue;
    Op op = op_of_mark(*mark, sentence.language);
    if (op.kind != "nb.open" && op.kind != "shell.open" && op.kind != "nb.kernel") op.kind = "nav.page";
    op.entity = op.kind == "nav.page" ? thing : "";
    add_places(op, action);
    ops.push_back(std::move(op));
  }
  if (!ops.empty()) return ops;
  if (has_entity(action, "home page")) return {Op{.kind = "nav.page", .args = {"Home"}, .en = {"Home"}, .entity = "portal"}};
  for (const MarkAt* mark : action.places) {
    // Where verbs stand behind the place: "at `address` open the portal".
    const std::string url = has_entity(action, "portal") && thing.empty() ? url_of(*mark) : std::string();
    if (!url.empty()) return {Op{.kind = "nav.url", .args = {url}, .en = {url}}};
  }
  if (has_entity(action, "portal") && thing.empty()) return {Op{.kind = "ctx.switch", .args = {"portal"}, .en = {"portal"}}};
  if (has_entity(action, "studio") && thing.empty()) return {Op{.kind = "ctx.switch", .args = {"studio"}, .en = {"studio"}}};
  if (thing == "cloud shell") return {Op{.kind = "shell.open", .args = {"cloudshell"}, .en = {"cloudshell"}}};
  if (thing == "terminal") return {Op{.kind = "shell.open", .args = {"Terminal"}, .en = {"Terminal"}}};
  if (!thing.empty() && thing != "popup") {
    Op op{.kind = "nav.page", .entity = thing};
    add_places(op, action);
    return {std::move(op)};
  }
  // "Back on the page of the app, select …" only says where the reader is.
  const bool only_says_where = action.begin < next_comma(sentence.text, action.begin, 0) && action.at <= 1;
  if (only_says_where) return {};
  Op op{.kind = "nav.page"};
  add_places(op, action);
  return {std::move(op)};
}

std::vector<Op> open_ops(const Action& action, const Sentence& sentence) {
  std::vector<Op> ops;
  for (const MarkAt* mark : labels_of(action)) {
    if (const std::string url = url_of(*mark); !url.empty()) return {Op{.kind = "nav.url", .args = {url}, .en = {url}}};
    Op op = op_of_mark(*mark, sentence.language);
    if (op.kind == "unknown" && has_entity(action, "notebook")) op.kind = "nb.open";
    if (op.kind == "unknown" && has_entity(action, "file")) op.kind = "file.open";
    if (op.kind == "nav.page") op.entity = thing_of(action);
    if (op.kind == "unknown") op.kind = "ui.click";
    add_places(op, action);
    ops.push_back(std::move(op));
  }
  if (ops.empty() && has_entity(action, "tab") && thing_of(action).empty()) return {Op{.kind = "nav.page", .entity = "tab"}};
  return ops.empty() ? nav_ops(action, sentence) : ops;
}

std::vector<Op> close_ops(const Action& action, const Sentence& sentence) {
  if (has_entity(action, "popup")) return {Op{.kind = "ui.dismiss"}};
  Op op{.kind = "ui.close"};
  for (const MarkAt* mark : labels_of(action)) add_label(op, *mark);
  if (has_entity(action, "studio") || has_entity(action, "portal")) op.entity = "studio";
  if (op.entity.empty() && (has_entity(action, "terminal") || has_entity(action, "cloud shell"))) op.entity = "terminal";
  if (op.entity.empty() && has_entity(action, "tab")) op.entity = "tab";
  if (op.entity.empty()) op.entity = thing_of(action);
  static_cast<void>(sentence);
  return {std::move(op)};
}

/// The field that the words name ("the file name"), by its canonical label.
std::pair<std::string, std::string> field_of_words(const Action& action) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kFields{{
      {"file name", "File name"}, {"file type", "File type"}, {"file location", "File location"},
      {"resource group name", "Resource group name"}, {"workspace name", "Workspace name"}, {"name", "Name"}}};
  for (const auto& [entity, label] : kFields) {
    if (has_entity(action, entity)) return {std::string(entity), std::string(label)};
  }
  return {};
}

bool joined_by_and(const Sentence& sentence, const MarkAt& a, const MarkAt& b) {
  return std::any_of(sentence.hits.begin(), sentence.hits.end(), [&](const Hit& h) {
    return h.group == "word" && (h.name == "and" || h.name == "or") && h.begin >= a.at + kMarkBytes && h.end <= b.at;
  }) || next_comma(sentence.text, a.at + kMarkBytes, b.at) < b.at;
}

/// Stays apart from the values: the label of the field that is filled.
const MarkAt* field_label(const Action& action, const Sentence& sentence, const std::vector<const MarkAt*>& labels) {
  for (const MarkAt* place : action.places) {
    if (is_field(place->label)) return place;
  }
  if (labels.size() == 1 && !action.places.empty()) {
    // "Type `x` into **Y**": a place that is neither a page nor a part of one takes the value.
    const MarkAt* place = action.places.back();
    const bool beside = place->at > labels[0]->at || labels[0]->mark->kind == Kind::code || (sentence.language != nullptr && sentence.language->glued());
    if (beside && place->label.known == nullptr && place->mark->kind != Kind::code && !looks_like_path(place->mark->text) && !has_place_noun(sentence, *place)) return place;
  }
  for (const MarkAt* label : labels) {
    if (is_field(label->label) && label->mark->kind != Kind::code && labels.size() > 1) return label;
  }
  if (labels.size() == 2 && labels[0]->mark->kind == Kind::bold && labels[1]->mark->kind != Kind::bold) return labels[0];
  if (labels.size() == 2 && labels[1]->mark->kind == Kind::bold && labels[0]->mark->kind != Kind::bold) return labels[1];
  // "Set **A** to **B**".
  if (labels.size() == 2 && !joined_by_and(sentence, *labels[0], *labels[1]) && canonical_time(labels[0]->mark->text).empty() && canonical_time(labels[1]->mark->text).empty()) return labels[0];
  return nullptr;
}

/// "Establezca **A** en **B**": verbs that set (`words.sets`) take the field first, and the value behind a preposition.
const MarkAt* value_place(const Action& action, const Sentence& sentence, const std::vector<const MarkAt*>& labels) {
  if (labels.empty() || action.places.empty()) return nullptr;
  const bool sets = std::any_of(sentence.hits.begin(), sentence.hits.end(), [&](const Hit& h) { return h.group == "word" && h.name == "sets" && h.begin == action.at; });
  if (!sets) return nullptr;
  const auto value = std::find_if(action.places.begin(), action.places.end(), [&](const MarkAt* m) { return m->at > labels[0]->at; });
  return value == action.places.end() || has_place_noun(sentence, **value) ? nullptr : *value;
}

std::vector<Op> input_ops(const Action& action, const Sentence& sentence, const ProsePlace& place) {
  if (place.before_fields) {
    Op op{.kind = "ui.form", .entity = thing_of(action)};
    for (const MarkAt* mark : labels_of(action)) add_label(op, *mark);
    add_places(op, action);
    return {std::move(op)};
  }
  Op op{.kind = "ui.fill"};
  std::vector<const MarkAt*> labels = labels_of(action);
  const MarkAt* field = field_label(action, sentence, labels);
  if (const MarkAt* value = value_place(action, sentence, labels); value != nullptr) {
    field = labels[0];
    labels = {labels[0], value};
  }
  if (field != nullptr) {
    op.label = field->mark->text;
    op.label_en = field->label.en;
  } else {
    std::tie(op.entity, op.label_en) = field_of_words(action);
  }
  if (op.entity.empty()) op.entity = thing_of(action);
  for (const MarkAt* mark : labels) {
    if (mark == field) continue;
    const std::string time = canonical_time(mark->mark->text);
    const std::string value = time.empty() ? mark->label.en : time;
    if (!time.empty() && std::find(op.en.begin(), op.en.end(), time) != op.en.end()) continue;  // the same time twice
    op.args.push_back(mark->mark->text);
    op.en.push_back(value);
  }
  Action rest = action;
  std::erase_if(rest.places, [&](const MarkAt* m) { return m == field || std::find(labels.begin(), labels.end(), m) != labels.end(); });
  add_places(op, rest);
  for (const Hit& hit : sentence.hits) {
    if (op.args.empty() && hit.group == "word" && (hit.name == "free_choice" || hit.name == "free_value") && hit.begin >= action.begin && hit.end <= action.end) op.value_mode = ValueMode::free_choice;
  }
  return {std::move(op)};
}

std::vector<Op> create_ops(const Action& action, const Sentence& sentence, const ProsePlace& place) {
  if (place.before_fields) return input_ops(action, sentence, place);
  Op op{.kind = "res.create", .entity = thing_of(action)};
  for (const MarkAt* mark : labels_of(action)) add_label(op, *mark);
  add_places(op, action);
  return {std::move(op)};
}

std::vector<Op> check_ops(const Action& action, const Sentence& sentence, const std::string& last_entity, bool before_fields) {
  for (const MarkAt& mark : sentence.marks) {
    if (is_kernel(mark.mark->text)) return {Op{.kind = "nb.kernel", .args = {mark.mark->text}, .en = {mark.label.en}}};
  }
  Op op{.kind = "verify"};
  // "X should be …": the subject stands before the verb.
  const std::size_t begin = action.verb == "should" ? action.subject : action.begin;
  op.predicates = read_predicates(sentence, begin, action.end, last_entity, false);
  for (const MarkAt* mark : labels_of(action)) {
    if (mark->mark->kind != Kind::glyph) add_label(op, *mark);
  }
  add_places(op, action);
  // "This should take about a minute", "… about **40** minutes".
  const Duration duration = action.verb == "should" ? read_duration(sentence) : Duration{};
  const bool only_numbers = std::all_of(op.args.begin(), op.args.end(), [](const std::string& arg) { return arg.find_first_not_of("0123456789-") == std::string::npos; });
  if (duration.max_s > 0 && only_numbers && thing_of(action).empty()) return {Op{.kind = "wait", .wait_min_s = duration.min_s, .wait_max_s = duration.max_s}};
  if (op.predicates.empty() && op.args.empty()) {
    // "Check the settings, but do not select them" only asks to look.
    const bool only_look = std::any_of(sentence.hits.begin(), sentence.hits.end(), [](const Hit& h) {
      return h.group == "verb" && h.name == "neg";
    });
    if (only_look) return {Op{.kind = "observe"}};
    // "Confirm." alone: where a language has one word for both, a page that asks decides.
    const bool alone = std::any_of(sentence.hits.begin(), sentence.hits.end(), [&](const Hit& h) {
      return h.group == "verb" && h.begin == action.at && sentence.text.size() <= h.end - h.begin + 8;
    });
    if (alone && thing_of(action).empty()) return {Op{.kind = "ui.confirm"}};
    if (action.verb == "should" && duration.max_s > 0) return {Op{.kind = "wait", .wait_min_s = duration.min_s, .wait_max_s = duration.max_s}};
    if (before_fields) {
      op.kind = "ui.form";
      return {std::move(op)};
    }
    op.entity = thing_of(action);
  }
  return {std::move(op)};
}

std::vector<Op> wait_ops(const Action& action, const Sentence& sentence, const std::string& last_entity) {
  Op op{.kind = "wait"};
  op.predicates = read_predicates(sentence, action.begin, action.end, last_entity, true);
  for (const MarkAt* mark : labels_of(action)) add_label(op, *mark);
  const Duration duration = read_duration(sentence);
  op.wait_min_s = duration.min_s;
  op.wait_max_s = duration.max_s;
  if (has_entity(action, "validation") && op.args.empty()) {
    op.entity = "validation";  // the form's own check, not what it makes
    op.predicates.clear();
  }
  return {std::move(op)};
}

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

/// What "run it" means: something that runs, and was spoken of last.
std::string thing_to_run(const Action& action, const std::string& last_entity) {
  static constexpr std::array<std::string_view, 3> kRunnable{"cell", "query", "pipeline"};
  const std::string thing = thing_of(action);
  const bool means_last = thing.empty() && std::find(kRunnable.begin(), kRunnable.end(), last_entity) != kRunnable.end();
  return means_last ? last_entity : thing;
}

std::vector<Op> run_ops(const Action& action, const ProsePlace& place, const std::string& last_entity) {
  const std::string thing = thing_to_run(action, last_entity);
  if (thing == "visual studio code") return {Op{.kind = "nav.page", .entity = thing}};
  // "Paste this and run the cell:" comes behind the code.
  const bool ran_otherwise = thing == "cell" || thing == "query" || thing == "pipeline";
  if (thing == "cell" && labels_of(action).empty()) return {Op{.kind = "nb.runcell"}};
  if (place.before_code && !ran_otherwise) return {Op{.kind = "shell.run"}};
  for (const MarkAt* mark : action.args) {
    // "Git: Clone" is a command of an editor's palette.
    if (mark->mark->kind == Kind::code && !is_url(mark->mark->text) && mark->mark->text.find(": ") == std::string::npos) {
      return {Op{.kind = "shell.run"}, Op{.kind = "shell.block", .code = mark->mark->text + "\n"}};
    }
  }
  Op op{.kind = "ui.run", .entity = thing};
  const std::vector<const MarkAt*> labels = labels_of(action);
  for (const MarkAt* mark : labels) {
    if (labels.size() == 1 || url_of(*mark).empty()) add_label(op, *mark);
  }
  add_places(op, action);
  return {std::move(op)};
}

/// "Delete the resource group **X**": what is deleted, by its page or by the command that follows.
std::vector<Op> delete_ops(const Action& action, const ProsePlace& place, const std::string& last_entity) {
  const bool command = std::any_of(action.args.begin(), action.args.end(), [](const MarkAt* m) {
    return m->mark->kind == Kind::code && m->mark->text.find(' ') != std::string::npos;
  });
  if (command) return run_ops(action, place, last_entity);
  if (place.before_code && thing_of(action).empty() && labels_of(action).empty()) return {Op{.kind = "res.delete"}};
  Op op{.kind = "res.delete", .entity = thing_of(action)};
  for (const MarkAt* mark : labels_of(action)) add_label(op, *mark);
  if (op.entity.empty() && op.args.empty()) op.entity = last_entity;
  add_places(op, action);
  return {std::move(op)};
}

/// "Confirm.", "Confirm with **Delete**", "Confirm the deletion".
std::vector<Op> confirm_ops(const Action& action, const Sentence& sentence, const std::string& last_entity) {
  if (!labels_of(action).empty()) return select_ops(action, sentence);
  Op op{.kind = "verify"};
  op.predicates = read_predicates(sentence, action.begin, action.end, last_entity, false);
  if (op.predicates.empty()) op.kind = "ui.confirm";
  return {std::move(op)};
}

/// Stopping, starting and restarting: what the studio does with a compute instance.
std::vector<Op> power_ops(const Action& action, std::string_view verb) {
  Op op{.kind = "res." + std::string(verb), .entity = thing_of(action)};
  for (const MarkAt* mark : labels_of(action)) add_label(op, *mark);
  if (verb != "stop" && op.entity.empty()) op.entity = "compute instance";  // the phrase holds the noun
  if (op.entity.empty() && op.args.empty()) return {unknown_op(action)};
  return {std::move(op)};
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
  if (verb == "close") return close_ops(action, sentence);
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
  if (verb == "exec" || verb == "run") return run_ops(action, place, last_entity);
  if (verb == "delete") return delete_ops(action, place, last_entity);
  if (verb == "confirm") return confirm_ops(action, sentence, last_entity);
  if (verb == "stop" || verb == "start" || verb == "restart") return power_ops(action, verb);
  if (verb == "retry") {
    // Without a failure to repair, running again is running.
    const std::string thing = action.conditional ? std::string() : thing_to_run(action, {});
    if (thing == "cell" || thing == "query" || thing == "pipeline") return run_ops(action, place, last_entity);
    if (!action.conditional && !labels_of(action).empty()) return {Op{.kind = "step.repeat"}};
    return {Op{.kind = "retry"}};
  }
  if (verb == "runcell" && !labels_of(action).empty()) return select_ops(action, sentence);
  if (verb == "repeat") return {Op{.kind = "step.repeat"}};
  if (verb == "signin") {
    for (const MarkAt& mark : sentence.marks) {
      if (const std::string url = url_of(mark); !url.empty()) return {Op{.kind = "nav.url", .args = {url}, .en = {url}}};
    }
    constexpr std::size_t kBesideBytes = 14;
    const bool portal = std::any_of(sentence.hits.begin(), sentence.hits.end(), [&](const Hit& h) {
      return h.group == "entity" && h.name == "portal" && h.begin >= action.begin && h.begin <= action.begin + kBesideBytes;
    });
    if (portal) return {Op{.kind = "ctx.switch", .args = {"portal"}, .en = {"portal"}}};
    return {Op{.kind = "ui.signin"}};
  }
  if (verb == "paste" && !place.before_code && !has_entity(action, "file")) return {Op{.kind = "ui.paste"}};
  if (verb == "paste") return {Op{.kind = "file.paste", .entity = has_entity(action, "file") && !has_entity(action, "notebook") ? "file" : ""}};
  if (verb == "locate" || verb == "discard") return {};
  Op op{.kind = plain_kind(verb), .entity = thing_of(action)};
  if (op.kind.empty()) return {unknown_op(action)};
  if (verb == "drag") {
    const std::vector<const MarkAt*> labels = labels_of(action);
    // "Drag the **Temperature** slider to `0.2`" sets a value.
    if (labels.size() == 2 && labels[1]->mark->kind == Kind::code && labels[1]->mark->text.find_first_not_of("0123456789.,%") == std::string::npos) return input_ops(action, sentence, place);
  }
  for (const MarkAt* mark : verb == "search" ? action.args : labels_of(action)) add_label(op, *mark);
  if (verb == "download" && op.args.empty()) {
    // "From `https://…` download …"
    const auto url = std::find_if(sentence.marks.begin(), sentence.marks.end(), [](const MarkAt& m) { return !url_of(m).empty(); });
    if (url != sentence.marks.end()) {
      op.args = op.en = {url_of(*url)};
      return {std::move(op)};
    }
  }
  if (verb == "download" && action.args.size() == 1 && action.args[0]->mark->kind == Kind::code && !is_url(op.args[0]) && op.args[0].starts_with("download ")) {
    return run_ops(action, place, last_entity);  // Cloud Shell's own command
  }
  if (verb == "refresh") return {Op{.kind = "ui.refresh", .optional = action.optional}};
  if (verb == "runnb" || verb == "runcell" || verb == "observe" || verb == "refresh") op.entity.clear();
  if (verb == "search" && op.args.empty()) return {unknown_op(action)};
  add_places(op, action);
  return {std::move(op)};
}

}  // namespace azlab::lab
