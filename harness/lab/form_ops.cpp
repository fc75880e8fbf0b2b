#include "harness/lab/op_makers.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "harness/lab/clauses.hpp"
#include "sim/core/text.hpp"

namespace azlab::lab {
namespace {

using Kind = Mark::Kind;

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

/// "Enter a unique name for **Compute name**": the words say that the value is free, the label is the field.
bool is_free_field(const Action& action, const Sentence& sentence, const std::vector<const MarkAt*>& labels) {
  if (labels.size() != 1 || labels[0]->mark->kind == Kind::italic) return false;
  const bool verb_last = sentence.language != nullptr && sentence.language->verb_last();
  const auto word_between = [&](std::string_view name, std::size_t from, std::size_t to) {
    return std::any_of(sentence.hits.begin(), sentence.hits.end(), [&](const Hit& h) { return h.group == "word" && h.name == name && h.begin >= from && h.end <= to + 1; });
  };
  const std::size_t at = labels[0]->at;
  constexpr std::size_t kBesideBytes = 10;
  const bool value_of = word_between("value_of", at > kBesideBytes + 8 ? at - kBesideBytes - 8 : 0, at) || word_between("value_of", at + kMarkBytes, at + kMarkBytes + kBesideBytes);
  const bool unique = word_between("unique", verb_last ? at : action.begin, std::max(action.end, at));
  if (labels[0]->mark->kind == Kind::code) return value_of && unique;
  if (verb_last) return word_between("unique", at + kMarkBytes, action.end) && !word_between("of_value", at + kMarkBytes, action.end);
  return word_between("unique", action.begin, at) && (word_between("in", action.begin, at) || word_between("of_what", action.begin, at));
}

/// "Set **A** to `1` and **B** to `2`", "enter `1` as **A** and `2` as **B**": as many fields as values, in turn.
std::vector<Op> paired_ops(const Action& action, std::vector<const MarkAt*> labels) {
  labels.insert(labels.end(), action.places.begin(), action.places.end());
  std::sort(labels.begin(), labels.end(), [](const MarkAt* a, const MarkAt* b) { return a->at < b->at; });
  if (labels.size() < 4 || labels.size() % 2 != 0) return {};
  const auto is_value = [](const MarkAt* m) { return m->mark->kind == Kind::code; };
  const bool value_first = is_value(labels[0]);
  std::vector<Op> out;
  for (std::size_t i = 0; i < labels.size(); i += 2) {
    const MarkAt* field = labels[value_first ? i + 1 : i];
    const MarkAt* value = labels[value_first ? i : i + 1];
    if (is_value(field) || !is_value(value)) return {};
    out.push_back({.kind = "ui.fill", .args = {value->mark->text}, .en = {value->label.en}, .label = field->mark->text, .label_en = field->label.en});
  }
  return out;
}

}  // namespace

std::vector<Op> input_ops(const Action& action, const Sentence& sentence, const ProsePlace& place) {
  if (place.before_fields) {
    Op op{.kind = "ui.form", .entity = thing_of(action)};
    Action rest = action;
    for (const MarkAt* mark : labels_of(action)) {
      // "Fill in the **Basics** tab": where the form is.
      if (mark->is_place) {
        rest.places.push_back(mark);
      } else {
        add_label(op, *mark);
      }
    }
    add_places(op, rest);
    return {std::move(op)};
  }
  Op op{.kind = "ui.fill"};
  std::vector<const MarkAt*> labels = labels_of(action);
  if (labels.size() == 1 && labels[0]->mark->kind == Kind::code && labels[0]->mark->text.starts_with("az ")) return run_ops(action, sentence, place, {});
  if (std::vector<Op> pairs = paired_ops(action, labels); !pairs.empty()) return pairs;
  if (is_free_field(action, sentence, labels)) {
    op.label = labels[0]->mark->text;
    op.label_en = labels[0]->label.en;
    op.value_mode = ValueMode::free_choice;
    add_places(op, action);
    return {std::move(op)};
  }
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
  if (op.args.empty() && op.label.empty() && op.entity.empty() && !place.before_code) op.value_mode = ValueMode::free_choice;  // "enter a question"
  for (const Hit& hit : sentence.hits) {
    if (op.args.empty() && hit.group == "word" && (hit.name == "free_choice" || hit.name == "free_value") && hit.begin >= action.begin && hit.end <= action.end) op.value_mode = ValueMode::free_choice;
  }
  return {std::move(op)};
}

std::vector<Op> create_ops(const Action& action, const Sentence& sentence, const ProsePlace& place) {
  if (place.before_fields) return input_ops(action, sentence, place);
  // "Deploy the pipeline with **Deploy**."
  const bool ends = !action.args.empty() && trim(sentence.text.substr(action.args.back()->at + kMarkBytes)).size() <= 1;
  if (ends && !thing_of(action).empty() && is_button(action, sentence)) return select_ops(action, sentence);
  Op op{.kind = "res.create", .entity = thing_of(action)};
  for (const MarkAt* mark : labels_of(action)) add_label(op, *mark);
  add_places(op, action);
  return {std::move(op)};
}

bool drags_to_value(const Action& action) {
  const std::vector<const MarkAt*> labels = labels_of(action);
  return labels.size() == 2 && labels[1]->mark->kind == Kind::code && labels[1]->mark->text.find_first_not_of("0123456789.,%") == std::string::npos;
}

}  // namespace azlab::lab
