#include "harness/lab/sentence_reader.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "harness/lab/clauses.hpp"

namespace azlab::lab {

std::vector<Op> SentenceReader::read() {
  if (has("verb", "ignore")) return {Op{.kind = "tolerate"}};
  if (is_hint()) return {Op{.kind = "hint"}};
  find_conditions();
  find_actions();
  std::vector<Op> ops;
  for (const Span& span : conditions_) {
    ops.push_back(condition_op(span));
    if (span.is_if) guard_actions(span);
    about_failure_ = about_failure_ || (span.is_if && speaks_of_failure(span));
  }
  // "In the same way, add **X**": only the reader knows which way.
  const bool repeats = std::any_of(actions_.begin(), actions_.end(), [](const Action& a) { return a.verb == "repeat"; });
  if (repeats) drop_repeated();
  for (const Action& action : actions_) {
    std::vector<Op> made = ops_of(action, s_, place_, last_entity_);
    for (Op& op : made) {
      op.optional = op.optional || action.optional;
      op.conditional = op.conditional || action.conditional;
      op.after_failure = op.after_failure || (action.conditional && about_failure_);
      ops.push_back(std::move(op));
    }
    if (!action.entities.empty()) last_entity_ = action.entities.back();
  }
  if (negation_ && (place_.in_step || !general_negation_)) ops.push_back(*negation_);
  if (effect_) ops.push_back(Op{.kind = "effect"});
  for (const Hit& hit : s_.hits) {
    if (hit.group == "entity") note_entity(hit);
  }
  return ops;
}

bool SentenceReader::has(std::string_view group, std::string_view name) const {
  return std::any_of(s_.hits.begin(), s_.hits.end(), [&](const Hit& h) { return h.group == group && h.name == name; });
}

void SentenceReader::drop_repeated() {
  const auto repeat = std::find_if(actions_.begin(), actions_.end(), [](const Action& a) { return a.verb == "repeat"; });
  const std::size_t at = repeat->at;
  std::erase_if(actions_, [&](const Action& a) {
    if (a.verb == "repeat") return false;
    const bool apart = a.at < at && (next_comma(s_.text, a.at, at) < at || std::any_of(s_.hits.begin(), s_.hits.end(), [&](const Hit& h) {
                                      return h.group == "word" && h.name == "and" && h.begin >= a.at && h.end <= at;
                                    }));
    return !apart;
  });
}

void SentenceReader::note_entity(const Hit& hit) {
  static constexpr std::array<std::string_view, 9> kThings{"compute instance", "compute cluster", "workspace", "storage", "job", "cell", "query", "pipeline", "virtual machine"};
  if (std::find(kThings.begin(), kThings.end(), hit.name) != kThings.end()) last_entity_ = std::string(hit.name);
}

bool SentenceReader::is_hint() const {
  if (has("verb", "hint")) return true;
  const bool chord = std::any_of(s_.marks.begin(), s_.marks.end(), [](const Sentence::MarkAt& m) { return is_key_chord(m.mark->text); });
  const bool orders = std::any_of(s_.hits.begin(), s_.hits.end(), [](const Hit& h) {
    return (h.group == "verb" && h.name != "observe" && h.name != "effect") || h.group == "infinitive";
  });
  return chord && (place_.aside || !orders);
}

std::size_t next_comma(std::string_view text, std::size_t from, std::size_t otherwise) {
  for (std::size_t at = from; at < text.size(); ++at) {
    // "0,01" and "5,000" are numbers.
    const bool number = text[at] == ',' && at > 0 && at + 1 < text.size() && text[at - 1] >= '0' && text[at - 1] <= '9' &&
                        text[at + 1] >= '0' && text[at + 1] <= '9';
    if (is_comma(text, at) && !number) return at;
  }
  return otherwise;
}

bool is_comma(std::string_view text, std::size_t at) {
  return text[at] == ',' || text[at] == ';' || text.substr(at, 3) == "\xE3\x80\x81";
}

std::vector<Op> read_sentence(const Sentence& sentence, const ProsePlace& place, std::string& last_entity) {
  return SentenceReader(sentence, place, last_entity).read();
}

}  // namespace azlab::lab
