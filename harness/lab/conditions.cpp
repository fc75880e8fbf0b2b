#include "harness/lab/sentence_reader.hpp"

#include <algorithm>

#include "harness/lab/clauses.hpp"
#include "sim/core/text.hpp"

namespace azlab::lab {

void SentenceReader::guard_actions(const Span& span) {
  Action* last = nullptr;
  for (Action& action : actions_) {
    if (action.at < span.begin) last = &action;
  }
  const bool verb_last = s_.language != nullptr && s_.language->verb_last();
  if (!verb_last && last != nullptr && opens_clause(span)) {
    // "Open the pane and, if you are asked, select **Bash**": what follows is guarded.
    for (Action& action : actions_) action.conditional = action.conditional || action.at >= span.end;
    return;
  }
  for (Action& action : actions_) {
    if (&action == last || last == nullptr || (verb_last && action.at > span.begin)) action.conditional = true;
  }
  if (verb_last && last != nullptr && actions_.back().at > span.begin) last->conditional = false;
}

bool SentenceReader::opens_clause(const Span& span) const {
  const bool up_to_verb = std::any_of(s_.hits.begin(), s_.hits.end(), [&](const Hit& h) { return h.group == "verb" && h.begin == span.end; });
  if (span.end >= s_.text.size() || !(is_comma(s_.text, span.end) || up_to_verb)) return false;
  if (std::none_of(actions_.begin(), actions_.end(), [&](const Action& a) { return a.at >= span.end; })) return false;
  return follows_break(span.begin);
}

bool SentenceReader::follows_break(std::size_t at) const {
  const std::string_view before = trim(s_.text.substr(0, at));
  if (!before.empty() && is_comma(before, before.size() - 1)) return true;
  return std::any_of(s_.hits.begin(), s_.hits.end(), [&](const Hit& h) {
    return h.group == "word" && h.name == "and" && h.end <= at && h.end + 2 >= at;
  });
}

bool SentenceReader::speaks_of_failure(const Span& span) const {
  return std::any_of(s_.hits.begin(), s_.hits.end(), [&](const Hit& h) {
    return h.group == "word" && h.name == "failure" && span.contains(h.begin);
  });
}

void SentenceReader::find_conditions() {
  const bool verb_last = s_.language != nullptr && s_.language->verb_last();
  for (const Hit& hit : s_.hits) {
    if (hit.group != "word" || (hit.name != "if" && hit.name != "when" && hit.name != "when_after")) continue;
    if (in_condition(hit.begin) || means_whether(hit) || in_parentheses(s_, hit.begin)) continue;
    Span span{.begin = hit.begin, .end = hit.end, .is_if = hit.name == "if"};
    if (verb_last || hit.name == "when_after") {
      for (std::size_t at = 0; at < hit.begin; ++at) {
        if (is_comma(s_.text, at)) span.begin = at;
      }
      if (span.begin == hit.begin) span.begin = 0;
    } else {
      span.end = next_comma(s_.text, hit.end, s_.text.size());
      // "… and if necessary use **X**"
      if (span.end == s_.text.size() && (!verb_before(hit.begin) || follows_break(hit.begin))) span.end = first_verb_after(hit.end);
    }
    // "When the editor does not appear": what is expected not to happen is a condition like any other.
    span.is_if = span.is_if || negated_within(span);
    conditions_.push_back(span);
  }
}

bool SentenceReader::negated_within(const Span& span) const {
  return std::any_of(s_.hits.begin(), s_.hits.end(), [&](const Hit& h) {
    return h.group == "word" && (h.name == "negation" || h.name == "no_before" || h.name == "failure") && span.contains(h.begin) && h.begin > span.begin;
  });
}

bool SentenceReader::means_whether(const Hit& word) const {
  if (word.name != "if") return false;
  const Hit* before = nullptr;
  for (const Hit& hit : s_.hits) {
    if (hit.group == "verb" && hit.begin <= word.begin) before = &hit;
  }
  if (before == nullptr || (before->name != "verify" && before->name != "check")) return false;
  return word.end <= before->end || next_comma(s_.text, before->end, word.begin) >= word.begin;
}

bool SentenceReader::in_condition(std::size_t at) const {
  return std::any_of(conditions_.begin(), conditions_.end(), [&](const Span& c) { return c.contains(at); });
}
bool SentenceReader::verb_before(std::size_t at) const {
  return std::any_of(s_.hits.begin(), s_.hits.end(), [&](const Hit& h) { return h.group == "verb" && h.begin < at; });
}
std::size_t SentenceReader::first_verb_after(std::size_t at) const {
  for (const Hit& hit : s_.hits) {
    if (hit.group == "verb" && hit.begin >= at) return hit.begin;
  }
  return s_.text.size();
}

Op SentenceReader::condition_op(const Span& span) const {
  Op op{.kind = "cond"};
  op.predicates = read_predicates(s_, span.begin, span.end, last_entity_, true);
  op.conditional = span.is_if;
  if (span.is_if) op.predicates.clear();
  return op;
}

}  // namespace azlab::lab
