#include "harness/lab/sentence_reader.hpp"

#include <algorithm>
#include <utility>

#include "harness/lab/clauses.hpp"

namespace azlab::lab {

bool SentenceReader::is_subordinate(const Hit& verb) const {
  if (actions_.empty()) return false;
  const Action& before = actions_.back();
  if (before.verb != "wait" && before.verb != "verify" && before.verb != "should" && before.verb != "keep") return false;
  if (next_comma(s_.text, before.end, verb.begin) < verb.begin) return false;
  return std::none_of(s_.hits.begin(), s_.hits.end(), [&](const Hit& h) {
    return h.group == "word" && h.name == "and" && h.begin >= before.end && h.begin < verb.begin;
  });
}

void SentenceReader::find_actions() {
  std::size_t stop = s_.text.size();
  const bool verb_last = s_.language != nullptr && s_.language->verb_last();
  for (const Hit& hit : s_.hits) {
    if (hit.group != "verb" || hit.name != "effect" || in_condition(hit.begin)) continue;
    effect_ = true;
    if (!verb_last) stop = std::min(stop, hit.begin);
  }
  std::size_t negated_from = std::string::npos;
  bool by_infinitive = false;
  for (const Hit& hit : s_.hits) {
    const bool infinitive = hit.group == "infinitive";
    if ((hit.group != "verb" && !infinitive) || in_condition(hit.begin) || hit.begin >= stop) continue;
    if (hit.name == "effect" || hit.name == "hint" || inside_noun(hit) || behind_note_word(s_, hit)) continue;
    if (place_.in_step && hit.name != "should" && has_subject(s_, hit)) continue;
    if (infinitive && (is_verb_too(hit) || is_purpose_infinitive(s_, hit))) continue;
    if (!hit.name.starts_with("neg") && (in_parentheses(s_, hit.begin) || is_attribute(s_, hit))) continue;
    if (hit.name == "should" && negated_before(hit)) continue;
    const bool may = is_optional_verb(hit);
    if (infinitive && !may && !infinitive_orders(s_, hit, by_infinitive)) continue;
    if (hit.name != "neg" && hit.name != "neg_create" && forbids(hit, negated_from)) continue;
    by_infinitive = by_infinitive || infinitive;
    if (hit.name == "neg" || hit.name == "neg_create") {
      note_negation(hit, negated_from);
      continue;
    }
    if (still_negated(hit, negated_from)) continue;
    if (hit.name == "should" && !actions_.empty() && (actions_.back().verb == "should" || actions_.back().verb == "verify")) {
      if (verb_last) {  // "… must be running, … must be idle": one statement up to the last verb
        actions_.back().at = hit.begin;
        actions_.back().end = hit.end;
      }
      continue;
    }
    if (!verb_last && is_subordinate(hit)) continue;
    Action action{.verb = hit.name, .at = hit.begin, .begin = hit.begin, .end = hit.end};
    action.optional = may || (hit.name == "check");
    // "In this exercise you delete …", outside of steps: nothing that a lexicon calls an order.
    if (!place_.in_step && hit.name != "should" && is_narrative(s_) && has_subject(s_, hit)) action.verb = "told";
    actions_.push_back(std::move(action));
  }
  by_infinitive = by_infinitive && s_.language->infinitives_last();
  objects_first_ = verb_last || by_infinitive;
  give_stretches(stop);
  for (std::size_t i = 0; i < actions_.size(); ++i) fill_action(i, objects_first_);
  share_labels();
  drop_purposes();
  drop_headings();
  pass_on_found();
  mark_second_ways();
}

void SentenceReader::mark_second_ways() {
  const bool verb_last = s_.language != nullptr && s_.language->verb_last();
  for (std::size_t i = 1; i < actions_.size() && !verb_last; ++i) {
    // "Press **F5** or select **Run**": one of them is enough.
    const bool other_way = std::any_of(s_.hits.begin(), s_.hits.end(), [&](const Hit& h) {
      if (h.group != "word" || h.name != "or" || h.begin < actions_[i - 1].at || h.end > actions_[i].at) return false;
      return next_comma(s_.text, h.end, actions_[i].at) >= actions_[i].at && std::none_of(s_.hits.begin(), s_.hits.end(), [&](const Hit& a) {
               return a.group == "word" && a.name == "and" && a.begin >= h.end && a.end <= actions_[i].at;
             });
    });
    actions_[i].optional = actions_[i].optional || (other_way && actions_[i].verb != "wait" && actions_[i].verb != "verify" && actions_[i].verb != "should");
  }
  const auto either = std::find_if(s_.hits.begin(), s_.hits.end(), [](const Hit& h) { return h.group == "word" && h.name == "either"; });
  if (either == s_.hits.end()) return;
  const auto second = std::find_if(either, s_.hits.end(), [](const Hit& h) { return h.group == "word" && h.name == "or"; });
  if (second == s_.hits.end()) return;
  for (Action& action : actions_) action.optional = action.optional || action.at >= second->end;
}

void SentenceReader::note_negation(const Hit& hit, std::size_t& negated_from) {
  const bool verb_last = s_.language != nullptr && s_.language->verb_last();
  negation_ = Op{.kind = "neg"};
  negation_->en.push_back(hit.name == "neg" ? "select" : "create");
  if (!verb_last) forbidden_.push_back({.begin = hit.end, .end = clause_end(s_, hit.end)});
  if (hit.name != "neg") return;
  if (!verb_last) {
    negated_from = hit.end;
  } else if (!actions_.empty() && next_comma(s_.text, actions_.back().at, hit.begin) == hit.begin && actions_.back().verb != "observe") {
    actions_.pop_back();
  }
}

bool SentenceReader::still_negated(const Hit& hit, std::size_t& negated_from) {
  const std::size_t since = std::exchange(negated_from, std::string::npos);
  if (since == std::string::npos) return false;
  const bool and_between = std::any_of(s_.hits.begin(), s_.hits.end(), [&](const Hit& h) {
    return h.group == "word" && h.name == "and" && h.begin >= since && h.end <= hit.begin;
  });
  if (and_between || next_comma(s_.text, since, hit.begin) < hit.begin) return false;
  forbidden_.push_back({.begin = hit.end, .end = clause_end(s_, hit.end)});
  negated_from = hit.end;
  negated_or_ = true;
  return true;
}

bool SentenceReader::forbids(const Hit& hit, std::size_t& negated_from) {
  const bool goes_on = negated_or_ && negated_from != std::string::npos && or_between(s_, negated_from, hit.begin);
  if (!goes_on && !is_forbidden(s_, hit)) return false;
  const bool chooses = hit.name == "select" || hit.name == "input" || hit.name == "use";
  if (!negation_) general_negation_ = true;
  if (!negation_) negation_ = Op{.kind = "neg", .en = {chooses ? "select" : std::string(hit.name)}};
  negated_from = hit.end;
  negated_or_ = true;
  const bool verb_last = s_.language->verb_last();
  const std::size_t behind = verb_last && !actions_.empty() ? actions_.back().end : 0;
  std::size_t left = behind;
  for (std::size_t at = next_comma(s_.text, behind, hit.begin); at < hit.begin; at = next_comma(s_.text, at + 1, hit.begin)) left = at;
  forbidden_.push_back(verb_last ? Span{.begin = left, .end = hit.begin} : Span{.begin = hit.end, .end = clause_end(s_, hit.end)});
  return true;
}

bool SentenceReader::negated_before(const Hit& verb) const {
  return std::any_of(s_.hits.begin(), s_.hits.end(), [&](const Hit& h) {
    return h.group == "word" && h.name == "negation" && h.end <= verb.begin && h.end + 1 >= verb.begin;
  });
}

bool SentenceReader::is_verb_too(const Hit& infinitive) const {
  return std::any_of(s_.hits.begin(), s_.hits.end(), [&](const Hit& h) {
    return h.group == "verb" && h.begin < infinitive.end && h.end > infinitive.begin;
  });
}

bool SentenceReader::inside_noun(const Hit& verb) const {
  return std::any_of(s_.hits.begin(), s_.hits.end(), [&](const Hit& h) {
    return h.group == "entity" && h.begin <= verb.begin && verb.end <= h.end && h.end - h.begin > verb.end - verb.begin;
  });
}

bool SentenceReader::is_optional_verb(const Hit& verb) const {
  const bool verb_last = s_.language != nullptr && s_.language->verb_last();
  for (const Hit& hit : s_.hits) {
    if (hit.group != "word" || hit.name != "may" || in_condition(hit.begin)) continue;
    if (verb_last ? hit.begin >= verb.begin && hit.begin <= verb.end + 30
                  : hit.begin <= verb.begin && next_comma(s_.text, hit.end, s_.text.size()) >= verb.begin) {
      return true;
    }
  }
  return false;
}

}  // namespace azlab::lab
