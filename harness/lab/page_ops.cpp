#include "harness/lab/op_makers.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <utility>

namespace azlab::lab {
namespace {

using Kind = Mark::Kind;

/// "Using the CLI, `az group delete …`": another way to do it.
std::vector<Op> command_ops(const Action& action) {
  for (const MarkAt* mark : action.args) {
    static const RE2 kCommand(R"(az .*|(?:Remove|New|Get|Set|Start|Stop)-Az\w+( .*)?)");
    if (mark->mark->kind != Kind::code || !RE2::FullMatch(mark->mark->text, kCommand)) continue;
    return {Op{.kind = "shell.run", .optional = true}, Op{.kind = "shell.block", .code = mark->mark->text + "\n", .optional = true}};
  }
  return {};
}

/// "Select **A** in **B** and **C** in **D**": each label has the place behind it; what stands before the first is for all.
Action with_own_places(const Action& action, const std::vector<const MarkAt*>& labels, std::size_t i) {
  const auto behind = [&](std::size_t label) {
    const std::size_t end = label + 1 < labels.size() ? labels[label + 1]->at : action.end;
    return std::count_if(action.places.begin(), action.places.end(), [&](const MarkAt* m) { return m->at > labels[label]->at && m->at < end; });
  };
  bool each = labels.size() > 1;
  for (std::size_t label = 0; label < labels.size(); ++label) each = each && behind(label) == 1;
  if (!each) return action;
  Action out = action;
  std::erase_if(out.places, [&](const MarkAt* m) {
    const std::size_t end = i + 1 < labels.size() ? labels[i + 1]->at : action.end;
    return m->at > labels[0]->at && (m->at < labels[i]->at || m->at >= end);
  });
  return out;
}

/// "Switch from **A** to **B**": A is no place of B.
Action without_origin(Action action, const Sentence& sentence) {
  constexpr std::size_t kNounBytes = 12;
  std::erase_if(action.places, [&](const MarkAt* mark) {
    return std::any_of(sentence.hits.begin(), sentence.hits.end(), [&](const Hit& h) {
      const bool before = h.end <= mark->at && h.end + 1 >= mark->at;
      const bool behind = sentence.language->verb_last() && h.begin >= mark->at + kMarkBytes && h.begin <= mark->at + kMarkBytes + kNounBytes;
      return h.group == "word" && h.name == "from_where" && (before || behind);
    });
  });
  return action;
}

}  // namespace

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
    if (op.kind == "shell.open" && heads_path(sentence, *labels[i])) op.kind = "ui.click";
    if (op.kind == "ui.click" && op.en[0] == "Enter resource group name") {
      // The portal's label of a field begins with the verb, and pages print it as one.
      ops.push_back({.kind = "ui.fill", .label = op.args[0], .label_en = op.en[0]});
      continue;
    }
    add_places(op, with_own_places(action, labels, i));
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
    if ((op.kind != "nb.open" && op.kind != "shell.open" && op.kind != "nb.kernel") || heads_path(sentence, *mark)) op.kind = "nav.page";
    op.entity = op.kind == "nav.page" ? thing : "";
    add_places(op, without_origin(action, sentence));
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
    if (op.kind == "shell.open" && heads_path(sentence, *mark)) op.kind = "ui.click";
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

std::vector<Op> close_ops(const Action& action) {
  if (has_entity(action, "popup")) return {Op{.kind = "ui.dismiss"}};
  Op op{.kind = "ui.close"};
  for (const MarkAt* mark : labels_of(action)) add_label(op, *mark);
  if (has_entity(action, "studio") || has_entity(action, "portal")) op.entity = "studio";
  if (op.entity.empty() && (has_entity(action, "terminal") || has_entity(action, "cloud shell"))) op.entity = "terminal";
  if (op.entity.empty() && has_entity(action, "tab")) op.entity = "tab";
  if (op.entity.empty()) op.entity = thing_of(action);
  return {std::move(op)};
}

std::vector<Op> signin_ops(const Action& action, const Sentence& sentence) {
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

}  // namespace azlab::lab
