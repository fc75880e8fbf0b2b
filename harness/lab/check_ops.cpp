#include "harness/lab/op_makers.hpp"

#include <algorithm>
#include <utility>

namespace azlab::lab {
namespace {

/// Whether a clause is nothing but its verb and what joins it to the clause before ("…, and confirm.").
bool is_alone(const Sentence& sentence, const Hit& verb) {
  constexpr std::size_t kRestBytes = 8;
  if (sentence.text.size() - verb.end > kRestBytes) return false;
  std::size_t from = 0;
  for (const Hit& hit : sentence.hits) {
    if (hit.group == "verb" && hit.end <= verb.begin) from = std::max(from, hit.end);
    if (hit.group == "entity" && hit.end <= verb.begin) from = std::max(from, hit.end);
  }
  for (const MarkAt& mark : sentence.marks) {
    if (mark.at < verb.begin) from = std::max(from, mark.at);
  }
  for (std::size_t at = next_comma(sentence.text, from, verb.begin); at < verb.begin; at = next_comma(sentence.text, at + 1, verb.begin)) from = at + 1;
  const bool follows = from > 0 && !std::any_of(sentence.hits.begin(), sentence.hits.end(), [&](const Hit& h) { return h.group == "entity" && h.end == from; });
  return verb.begin - from <= kRestBytes && (from == 0 || follows);
}

}  // namespace

std::vector<Op> check_ops(const Action& action, const Sentence& sentence, const std::string& last_entity, bool before_fields) {
  for (const MarkAt& mark : sentence.marks) {
    if (is_kernel(mark.mark->text)) return {Op{.kind = "nb.kernel", .args = {mark.mark->text}, .en = {mark.label.en}}};
  }
  Op op{.kind = "verify"};
  // "X should be …": the subject stands before the verb.
  const std::size_t begin = action.verb == "should" ? action.subject : action.begin;
  op.predicates = read_predicates(sentence, begin, action.end, last_entity, false);
  for (const MarkAt* mark : labels_of(action)) {
    if (mark->mark->kind != Mark::Kind::glyph) add_label(op, *mark);
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
      return h.group == "verb" && h.name == "verify" && h.begin == action.at && is_alone(sentence, h);
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

std::vector<Op> confirm_ops(const Action& action, const Sentence& sentence, const std::string& last_entity) {
  if (!labels_of(action).empty()) return select_ops(action, sentence);
  Op op{.kind = "verify"};
  op.predicates = read_predicates(sentence, action.begin, action.end, last_entity, false);
  if (op.predicates.empty()) op.kind = "ui.confirm";
  return {std::move(op)};
}

}  // namespace azlab::lab
