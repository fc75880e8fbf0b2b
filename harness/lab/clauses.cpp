#include "harness/lab/clauses.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <array>

#include "harness/lab/unicode.hpp"
#include "sim/core/text.hpp"

namespace azlab::lab {
namespace {

bool has_mark_between(const Sentence& sentence, std::size_t from, std::size_t to) {
  return std::any_of(sentence.marks.begin(), sentence.marks.end(), [&](const Sentence::MarkAt& m) { return m.at >= from && m.at < to; });
}

bool is_word(const Hit& hit, std::string_view name) { return hit.group == "word" && hit.name == name; }

/// "l'enregistrer", "y déposer": where an infinitive begins with the pronouns before it.
std::size_t begin_with_clitic(const Sentence& sentence, const Hit& infinitive) {
  std::size_t begin = infinitive.begin;
  for (auto it = sentence.hits.rbegin(); it != sentence.hits.rend(); ++it) {
    if (is_word(*it, "clitic") && it->end <= begin && it->end + 1 >= begin) begin = it->begin;
  }
  // Elided, it is glued to its verb.
  if (begin > 1 && sentence.text[begin - 1] == '\'' && !is_purpose_infinitive(sentence, infinitive)) {
    const std::size_t space = sentence.text.rfind(' ', begin);
    begin = space == std::string_view::npos ? 0 : space + 1;
  }
  return begin;
}

bool has_word_between(const Sentence& sentence, std::string_view name, std::size_t from, std::size_t to) {
  return std::any_of(sentence.hits.begin(), sentence.hits.end(), [&](const Hit& h) { return is_word(h, name) && h.begin >= from && h.end <= to; });
}

}  // namespace

std::size_t clause_end(const Sentence& sentence, std::size_t from) {
  std::size_t end = next_comma(sentence.text, from, sentence.text.size());
  for (const Hit& hit : sentence.hits) {
    const bool verb = hit.group == "verb" && !hit.name.starts_with("neg");
    if (hit.begin >= from && (verb || is_word(hit, "and"))) end = std::min(end, hit.begin);
  }
  return end;
}

bool is_forbidden(const Sentence& sentence, const Hit& verb) {
  constexpr std::size_t kBesideBytes = 14;
  constexpr std::size_t kAtEndBytes = 20;
  if (sentence.language == nullptr) return false;
  if (sentence.language->verb_last()) {
    // "閉じ|ないでください": the negation is glued to the stem.
    return std::any_of(sentence.hits.begin(), sentence.hits.end(), [&](const Hit& h) { return is_word(h, "no_after") && h.begin >= verb.begin && h.begin <= verb.end + 1; });
  }
  const std::size_t end = clause_end(sentence, verb.end);
  return std::any_of(sentence.hits.begin(), sentence.hits.end(), [&](const Hit& hit) {
    if (is_word(hit, "no_before")) {
      if (hit.end > verb.begin || verb.begin - hit.end > kBesideBytes || has_mark_between(sentence, hit.end, verb.begin)) return false;
      return next_comma(sentence.text, hit.end, verb.begin) >= verb.begin && !has_word_between(sentence, "and", hit.end, verb.begin);
    }
    if (!is_word(hit, "no_after") || hit.begin + 1 < verb.end || hit.begin >= end) return false;
    // "Configurez (ne créez pas encore) …": it belongs to the verb between.
    const bool of_another = std::any_of(sentence.hits.begin(), sentence.hits.end(), [&](const Hit& h) { return h.group == "verb" && h.begin >= verb.end && h.begin < hit.begin && h.end > hit.begin; });
    if (of_another) return false;
    // Beside the verb, or with nothing but an adverb or a prefix up to the end of the clause.
    if (hit.begin <= verb.end + kBesideBytes && !has_mark_between(sentence, verb.end, hit.begin)) return true;
    return hit.end + kAtEndBytes >= end && !has_mark_between(sentence, hit.end, end);
  });
}

bool or_between(const Sentence& sentence, std::size_t from, std::size_t to) {
  return next_comma(sentence.text, from, to) >= to && has_word_between(sentence, "or", from, to);
}

bool is_purpose_infinitive(const Sentence& sentence, const Hit& infinitive) {
  return std::any_of(sentence.hits.begin(), sentence.hits.end(), [&](const Hit& h) {
    return is_word(h, "purpose") && h.end <= infinitive.begin && h.end + 1 >= infinitive.begin;
  });
}

bool has_subject(const Sentence& sentence, const Hit& verb) {
  return std::any_of(sentence.hits.begin(), sentence.hits.end(), [&](const Hit& h) {
    return is_word(h, "subject") && h.end <= verb.begin && h.end + 1 >= verb.begin;
  });
}

namespace {

/// "Die Abfrage **X** speichern.": an object and the infinitive that closes the sentence, with no verb beside it.
bool orders_at_end(const Sentence& sentence) {
  if (sentence.language == nullptr || !sentence.language->infinitives_last()) return false;
  if (std::none_of(sentence.hits.begin(), sentence.hits.end(), [](const Hit& h) { return is_word(h, "article") && h.begin <= 1; })) return false;
  return std::any_of(sentence.hits.begin(), sentence.hits.end(), [&](const Hit& h) {
    const std::string_view behind = trim(sentence.text.substr(h.end));
    if (h.group != "infinitive" || is_purpose_infinitive(sentence, h) || (behind.size() > 1 && !is_comma(behind, 0))) return false;
    return std::none_of(sentence.hits.begin(), sentence.hits.end(), [&](const Hit& before) {
      return before.begin < h.begin && (before.group == "verb" || is_word(before, "modal") || is_word(before, "may"));
    });
  });
}

}  // namespace

bool is_narrative(const Sentence& sentence) {
  const bool narrative = std::any_of(sentence.hits.begin(), sentence.hits.end(), [](const Hit& h) { return is_word(h, "narrative") && h.begin <= 1; });
  if (narrative && orders_at_end(sentence)) return false;
  return narrative && std::none_of(sentence.hits.begin(), sentence.hits.end(), [&](const Hit& h) {
    return h.group == "infinitive" && h.begin > 1 && begin_with_clitic(sentence, h) <= 1;
  });
}

bool infinitive_orders(const Sentence& sentence, const Hit& infinitive, bool earlier_order) {
  const std::size_t begin = begin_with_clitic(sentence, infinitive);
  const std::string_view before = trim(sentence.text.substr(0, begin));
  if (is_narrative(sentence) || (sentence.language != nullptr && sentence.language->verb_last())) return false;
  const bool imperative = std::any_of(sentence.hits.begin(), sentence.hits.end(), [&](const Hit& h) {
    return h.group == "verb" && h.begin < infinitive.begin && h.name != "exec" && h.name != "should";
  });
  if (imperative) return false;
  if (before.empty()) return true;
  const bool only_joins = std::any_of(sentence.hits.begin(), sentence.hits.end(), [&](const Hit& h) { return (is_word(h, "or") || is_word(h, "and")) && h.begin <= 1 && h.end >= before.size(); });
  if (only_joins) return true;  // a bullet: "or select it"
  if (before.back() == ':' || is_comma(before, before.size() - 1) || before.ends_with(")")) return true;
  if (std::any_of(sentence.hits.begin(), sentence.hits.end(), [&](const Hit& h) {
        return (is_word(h, "and") || is_word(h, "or")) && h.end <= begin && h.end + 1 >= begin && earlier_order;
      })) {
    return true;
  }
  // "Auf **X** klicken": languages whose infinitives end the clause.
  const std::size_t clause = before.rfind(',') == std::string_view::npos ? 0 : before.rfind(',');
  if (has_word_between(sentence, "means", clause, infinitive.begin)) return false;  // "indem Sie auf X klicken"
  const bool ends = sentence.language != nullptr && sentence.language->infinitives_last();
  const std::size_t end = clause_end(sentence, infinitive.end);
  return ends && trim(sentence.text.substr(infinitive.end, end - infinitive.end)).size() <= 1;
}

bool is_attribute(const Sentence& sentence, const Hit& verb) {
  const bool glued = sentence.language != nullptr && sentence.language->glued() && !sentence.language->verb_last();
  const std::string_view after = sentence.text.substr(verb.end);
  return glued && (after.starts_with("的") || after.starts_with("时打开") || after.starts_with("時開啟"));
}

bool in_parentheses(const Sentence& sentence, std::size_t at) {
  const std::size_t open = sentence.text.rfind('(', at);
  if (open == std::string_view::npos || sentence.text.substr(open, at - open).find(')') != std::string_view::npos) return false;
  // A sentence that is nothing but parentheses speaks for itself.
  return open > 1 || sentence.text.find(')', at) + 2 < sentence.text.size();
}

bool behind_note_word(const Sentence& sentence, const Hit& hit) {
  constexpr std::size_t kHeadBytes = 40;
  const std::size_t colon = sentence.text.substr(0, kHeadBytes).find(':');
  if (colon == std::string_view::npos || hit.end > colon) return false;
  return std::any_of(sentence.hits.begin(), sentence.hits.end(), [&](const Hit& h) { return is_word(h, "note") && h.end <= colon && h.begin <= 3; });
}

bool follows_and(const Sentence& sentence, std::size_t from, std::size_t mark) {
  constexpr std::size_t kJoinBytes = 28;
  if (from > mark || mark - from > kJoinBytes) return false;
  const bool noun = std::any_of(sentence.hits.begin(), sentence.hits.end(), [&](const Hit& h) {
    return (h.group == "entity" || h.group == "verb") && h.begin >= from && h.end <= mark;
  });
  return !noun && has_word_between(sentence, "and", from, mark);
}

bool goes_before_verb(const Sentence& sentence, const Sentence::MarkAt& mark) {
  constexpr std::size_t kBesideBytes = 24;
  return std::any_of(sentence.hits.begin(), sentence.hits.end(), [&](const Hit& h) {
    if (!is_word(h, "object_first") || h.end > mark.at || mark.at - h.end > kBesideBytes) return false;
    return std::none_of(sentence.hits.begin(), sentence.hits.end(), [&](const Hit& v) { return v.group == "verb" && v.begin >= h.end && v.end <= mark.at; });
  });
}

bool has_place_noun(const Sentence& sentence, const Sentence::MarkAt& mark) {
  static constexpr std::array<std::string_view, 5> kNouns{"page", "tab", "pane", "menu", "area"};
  constexpr std::size_t kBesideBytes = 2;
  return std::any_of(sentence.hits.begin(), sentence.hits.end(), [&](const Hit& h) {
    if (h.group != "entity" || std::find(kNouns.begin(), kNouns.end(), h.name) == kNouns.end()) return false;
    const bool behind = h.begin >= mark.at + kMarkBytes && h.begin <= mark.at + kMarkBytes + kBesideBytes;
    return behind || (h.end <= mark.at && h.end + kBesideBytes >= mark.at);
  });
}

bool is_key_chord(std::string_view text) {
  static const RE2 kKeys(
      R"((?:(?:shift|ctrl|control|strg|steuerung|maj|mayús|mayus|maiusc|cmd|command|alt|option|windows|win|umschalt|ctl|fn)\s*[+-]\s*)+(?:\S{1,12}))"
      R"(|f(?:[1-9]|1[0-2])|enter|return|esc|escape|eingabe|eingabetaste|entrée|échap|suppr|supr|entf|entrar|intro|invio|tab|backspace|del)");
  std::string folded = fold(text);
  std::string_view body = trim(folded);
  if (body.ends_with(" key")) body.remove_suffix(4);
  return body.size() < 40 && RE2::FullMatch(re2::StringPiece(body.data(), body.size()), kKeys);
}

}  // namespace azlab::lab
