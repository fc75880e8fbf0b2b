#include "harness/lab/sentence.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "harness/lab/clauses.hpp"
#include "harness/lab/unicode.hpp"
#include "sim/core/text.hpp"

namespace azlab::lab {
namespace {

constexpr std::size_t kLocativeBytesMax = 60;

struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool is_if = false;
  bool contains(std::size_t at) const { return at >= begin && at < end; }
};

/// Reads one sentence: which verbs are instructions, and which labels belong to which.
class SentenceReader {
 public:
  SentenceReader(const Sentence& sentence, const ProsePlace& place, std::string& last_entity)
      : s_(sentence), place_(place), last_entity_(last_entity) {}

  std::vector<Op> read() {
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
    if (repeats) std::erase_if(actions_, [](const Action& a) { return a.verb != "repeat"; });
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

 private:
  /// A condition at the head of a sentence guards all of it, a later one the instruction before it.
  void guard_actions(const Span& span) {
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

  /// Whether a condition begins its clause: a comma or an "and" before it, and an instruction behind its own comma.
  bool opens_clause(const Span& span) const {
    if (span.end >= s_.text.size() || !is_comma(s_.text, span.end)) return false;
    if (std::none_of(actions_.begin(), actions_.end(), [&](const Action& a) { return a.at >= span.end; })) return false;
    const std::string_view before = trim(s_.text.substr(0, span.begin));
    if (!before.empty() && is_comma(before, before.size() - 1)) return true;
    return std::any_of(s_.hits.begin(), s_.hits.end(), [&](const Hit& h) {
      return h.group == "word" && h.name == "and" && h.end <= span.begin && h.end + 2 >= span.begin;
    });
  }

  bool speaks_of_failure(const Span& span) const {
    return std::any_of(s_.hits.begin(), s_.hits.end(), [&](const Hit& h) {
      return h.group == "word" && h.name == "failure" && span.contains(h.begin);
    });
  }

  bool has(std::string_view group, std::string_view name) const {
    return std::any_of(s_.hits.begin(), s_.hits.end(), [&](const Hit& h) { return h.group == group && h.name == name; });
  }

  void note_entity(const Hit& hit) {
    static constexpr std::array<std::string_view, 9> kThings{"compute instance", "compute cluster", "workspace", "storage", "job", "cell", "query", "pipeline", "virtual machine"};
    if (std::find(kThings.begin(), kThings.end(), hit.name) != kThings.end()) last_entity_ = std::string(hit.name);
  }

  /// A key chord in running text is advice, unless a verb tells to press it and the text is no aside.
  bool is_hint() const {
    if (has("verb", "hint")) return true;
    const bool chord = std::any_of(s_.marks.begin(), s_.marks.end(), [](const Sentence::MarkAt& m) { return is_key_chord(m.mark->text); });
    const bool orders = std::any_of(s_.hits.begin(), s_.hits.end(), [](const Hit& h) {
      return (h.group == "verb" && h.name != "observe" && h.name != "effect") || h.group == "infinitive";
    });
    return chord && (place_.aside || !orders);
  }

  void find_conditions() {
    const bool verb_last = s_.language != nullptr && s_.language->verb_last();
    for (const Hit& hit : s_.hits) {
      if (hit.group != "word" || (hit.name != "if" && hit.name != "when" && hit.name != "when_after")) continue;
      if (in_condition(hit.begin) || means_whether(hit)) continue;
      Span span{.begin = hit.begin, .end = hit.end, .is_if = hit.name == "if"};
      if (verb_last || hit.name == "when_after") {
        for (std::size_t at = 0; at < hit.begin; ++at) {
          if (is_comma(s_.text, at)) span.begin = at;
        }
        if (span.begin == hit.begin) span.begin = 0;
      } else {
        span.end = next_comma(s_.text, hit.end, s_.text.size());
        if (span.end == s_.text.size() && !verb_before(hit.begin)) span.end = first_verb_after(hit.end);
      }
      // "When the editor does not appear": what is expected not to happen is a condition like any other.
      span.is_if = span.is_if || negated_within(span);
      conditions_.push_back(span);
    }
  }

  bool negated_within(const Span& span) const {
    return std::any_of(s_.hits.begin(), s_.hits.end(), [&](const Hit& h) {
      return h.group == "word" && (h.name == "negation" || h.name == "no_before" || h.name == "failure") && span.contains(h.begin) && h.begin > span.begin;
    });
  }

  /// "check if …", "verifique se … e se …": the word asks, it sets no condition.
  bool means_whether(const Hit& word) const {
    if (word.name != "if") return false;
    const Hit* before = nullptr;
    for (const Hit& hit : s_.hits) {
      if (hit.group == "verb" && hit.begin <= word.begin) before = &hit;
    }
    if (before == nullptr || (before->name != "verify" && before->name != "check")) return false;
    return word.end <= before->end || next_comma(s_.text, before->end, word.begin) >= word.begin;
  }

  /// Verbs in the clause that a wait or a check governs ("wait for it to change") are no instructions.
  bool is_subordinate(const Hit& verb) const {
    if (actions_.empty()) return false;
    const Action& before = actions_.back();
    if (before.verb != "wait" && before.verb != "verify" && before.verb != "should") return false;
    if (next_comma(s_.text, before.end, verb.begin) < verb.begin) return false;
    return std::none_of(s_.hits.begin(), s_.hits.end(), [&](const Hit& h) {
      return h.group == "word" && h.name == "and" && h.begin >= before.end && h.begin < verb.begin;
    });
  }

  bool in_condition(std::size_t at) const {
    return std::any_of(conditions_.begin(), conditions_.end(), [&](const Span& c) { return c.contains(at); });
  }
  bool verb_before(std::size_t at) const {
    return std::any_of(s_.hits.begin(), s_.hits.end(), [&](const Hit& h) { return h.group == "verb" && h.begin < at; });
  }
  std::size_t first_verb_after(std::size_t at) const {
    for (const Hit& hit : s_.hits) {
      if (hit.group == "verb" && hit.begin >= at) return hit.begin;
    }
    return s_.text.size();
  }

  Op condition_op(const Span& span) const {
    Op op{.kind = "cond"};
    op.predicates = read_predicates(s_, span.begin, span.end, last_entity_, true);
    op.conditional = span.is_if;
    if (span.is_if) op.predicates.clear();
    return op;
  }

  /// Verbs that are instructions, with the stretch that each governs.
  void find_actions() {
    std::size_t stop = s_.text.size();
    std::size_t from = 0;
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
        negation_ = Op{.kind = "neg"};
        negation_->en.push_back(hit.name == "neg" ? "select" : "create");
        if (hit.name == "neg" && !verb_last) negated_from = hit.end;
        if (verb_last && hit.name == "neg" && !actions_.empty() && next_comma(s_.text, actions_.back().at, hit.begin) == hit.begin) {
          // The negation closes the clause of the verb before it.
          if (actions_.back().verb != "observe") actions_.pop_back();
        }
        continue;
      }
      if (const std::size_t since = std::exchange(negated_from, std::string::npos); since != std::string::npos) {
        const bool and_between = std::any_of(s_.hits.begin(), s_.hits.end(), [&](const Hit& h) {
          return h.group == "word" && h.name == "and" && h.begin >= since && h.end <= hit.begin;
        });
        if (!and_between && next_comma(s_.text, since, hit.begin) >= hit.begin) {
          negated_from = hit.end;
          negated_or_ = true;
          continue;
        }
      }
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
      actions_.push_back(std::move(action));
    }
    const std::size_t count = actions_.size();
    by_infinitive = by_infinitive && s_.language->infinitives_last();
    objects_first_ = verb_last || by_infinitive;
    for (std::size_t i = 0; i < count; ++i) {
      Action& action = actions_[i];
      const std::size_t verb_end = action.end;
      if (objects_first_) {
        action.begin = from;
        action.end = action.at;
        from = verb_end;
      } else {
        // "Laden Sie **X** herunter": the phrase itself may hold the label.
        const bool holds = std::any_of(s_.marks.begin(), s_.marks.end(), [&](const Sentence::MarkAt& m) { return m.at >= action.at && m.at < verb_end; });
        action.begin = holds ? action.at : verb_end;
        action.end = i + 1 < count ? actions_[i + 1].at : stop;
      }
      if (i > 0) action.subject = std::min(next_comma(s_.text, actions_[i - 1].at, action.at), action.at);
    }
    for (std::size_t i = 0; i < count; ++i) fill_action(i, objects_first_);
    share_labels();
    drop_purposes();
    for (std::size_t i = 0; i + 1 < actions_.size(); ++i) {
      if (actions_[i].verb != "locate") continue;
      // "Find your instance and select …": what is found is where the next action happens.
      Action& next = actions_[i + 1];
      next.places.insert(next.places.begin(), actions_[i].places.begin(), actions_[i].places.end());
      next.entities.insert(next.entities.end(), actions_[i].entities.begin(), actions_[i].entities.end());
    }
  }

  /// Takes note of a verb that is forbidden, with those that an "or" joins to it.
  bool forbids(const Hit& hit, std::size_t& negated_from) {
    const bool goes_on = negated_or_ && negated_from != std::string::npos && or_between(s_, negated_from, hit.begin);
    if (!goes_on && !is_forbidden(s_, hit)) return false;
    const bool chooses = hit.name == "select" || hit.name == "input" || hit.name == "use";
    if (!negation_) general_negation_ = true;
    if (!negation_) negation_ = Op{.kind = "neg", .en = {chooses ? "select" : std::string(hit.name)}};
    negated_from = hit.end;
    negated_or_ = true;
    return true;
  }

  /// "Version 1 must not be there": the negation stands before the verb, and presence is not what is asked for.
  bool negated_before(const Hit& verb) const {
    return std::any_of(s_.hits.begin(), s_.hits.end(), [&](const Hit& h) {
      return h.group == "word" && h.name == "negation" && h.end <= verb.begin && h.end + 1 >= verb.begin;
    });
  }

  bool is_verb_too(const Hit& infinitive) const {
    return std::any_of(s_.hits.begin(), s_.hits.end(), [&](const Hit& h) {
      return h.group == "verb" && h.begin < infinitive.end && h.end > infinitive.begin;
    });
  }

  /// "File **type**": the word is part of a noun.
  bool inside_noun(const Hit& verb) const {
    return std::any_of(s_.hits.begin(), s_.hits.end(), [&](const Hit& h) {
      return h.group == "entity" && h.begin <= verb.begin && verb.end <= h.end && h.end - h.begin > verb.end - verb.begin;
    });
  }

  bool is_optional_verb(const Hit& verb) const {
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

  /// "Search for and select **X**", "search for **X** and select it": both are about X.
  void share_labels() {
    for (std::size_t i = 0; i + 1 < actions_.size(); ++i) {
      if (actions_[i].verb == "locate" && (actions_[i + 1].verb == "select" || actions_[i + 1].verb == "drag") && actions_[i + 1].args.empty()) actions_[i + 1].args = actions_[i].args;
      if (actions_[i].verb != "search" || actions_[i + 1].verb != "select") continue;
      if (actions_[i].args.empty() && !actions_[i + 1].args.empty()) actions_[i].args = {actions_[i + 1].args.front()};
      if (actions_[i + 1].args.empty()) actions_[i + 1].args = actions_[i].args;
    }
  }

  /// "Using the **Run** button, run the query": what the control is used for is no step of its own.
  void drop_purposes() {
    for (std::size_t i = 0; i < actions_.size(); ++i) {
      const bool keys = !actions_[i].args.empty() && std::all_of(actions_[i].args.begin(), actions_[i].args.end(), [](const Sentence::MarkAt* m) { return is_key_chord(m->mark->text); });
      if (actions_[i].verb != "use" && !keys) continue;
      if (actions_[i].args.empty()) {
        actions_.erase(actions_.begin() + static_cast<std::ptrdiff_t>(i--));
        continue;
      }
      actions_[i].verb = "select";
      actions_[i].with_tool = true;
      if (i + 1 < actions_.size() && actions_[i + 1].args.empty() && is_purpose(actions_[i], actions_[i + 1])) {
        actions_.erase(actions_.begin() + static_cast<std::ptrdiff_t>(i) + 1);
      }
    }
  }

  bool is_purpose(const Action& tool, const Action& next) const {
    const bool verb_last = s_.language != nullptr && s_.language->verb_last();
    if ((next.verb == "select" && !verb_last) || next.verb == "wait" || next.verb == "verify" || next.verb == "should") return false;
    if (verb_last) return true;
    const std::size_t from = tool.args.back()->at + kMarkBytes;
    return next_comma(s_.text, from, next.at) >= next.at && std::none_of(s_.hits.begin(), s_.hits.end(), [&](const Hit& h) {
             return h.group == "word" && h.name == "and" && h.begin >= from && h.end <= next.at;
           });
  }

  /// Gives an action its labels: what stands in its stretch, minus places that belong to the next verb, plus
  /// places that stand before the first.
  void fill_action(std::size_t i, bool verb_last) {
    Action& action = actions_[i];
    for (const Sentence::MarkAt& mark : s_.marks) {
      if (in_condition(mark.at) || only_until(action, mark)) continue;
      if (!verb_last && owner_of(mark) == i) {
        action.args.push_back(&mark);
      } else if (!verb_last && i == 0 && mark.at < action.at) {
        action.places.push_back(&mark);
      } else if (!verb_last && owner_of(mark) < actions_.size()) {
        continue;
      } else if (mark.at >= action.begin && mark.at < action.end) {
        const bool joined = action.verb == "select" && !action.args.empty() && !has_place_noun(s_, mark) && follows_and(s_, action.args.back()->at + kMarkBytes, mark.at);
        if (joined || joins_next(action, mark) || (!is_locative(mark, verb_last) && !says_of_what(action, mark))) {
          action.args.push_back(&mark);
        } else if (!verb_last && i + 1 < actions_.size() && break_between(action, mark.at)) {
          actions_[i + 1].places.push_back(&mark);
        } else {
          action.places.push_back(&mark);
        }
      }
    }
    if (action.args.empty() && !action.places.empty() && !verb_last && action.verb != "create" && action.verb != "use" && !place_.before_fields) {
      // "Return to the **Designer**" in a language whose preposition is "in": the place is the object.
      const Sentence::MarkAt* last = action.places.back();
      const bool renames = action.verb == "input" && !has_place_noun(s_, *last);
      if (last->at >= action.begin && (action.verb == "input" ? renames : action.verb == "nav" || action.verb == "save" || action.verb == "pin" || !has_thing(action))) {
        action.args.push_back(last);
        action.places.pop_back();
      }
    }
    const std::size_t begin = !verb_last && i == 0 ? 0 : action.begin;
    for (const Hit& hit : s_.hits) {
      if (hit.group == "entity" && hit.begin >= begin && hit.begin < action.end && !in_condition(hit.begin)) {
        if (hit.begin >= action.begin) {
          action.entities.emplace_back(hit.name);
        } else if (hit.name == "home page") {
          home_ = true;
        }
      }
    }
    // "将笔记本的名称设置为…": the object before its verb.
    for (const Hit& word : s_.hits) {
      if (word.group != "word" || word.name != "object_first" || word.end > action.at || (i > 0 && word.begin < actions_[i - 1].at)) continue;
      for (const Hit& hit : s_.hits) {
        if (hit.group == "entity" && hit.begin >= word.end && hit.end <= action.at) action.entities.emplace_back(hit.name);
      }
    }
    if (home_ && i == 0) action.entities.emplace_back("home page");
    if (!verb_last && i == 0 && (action.args.empty() || action.verb == "input") && action.entities.empty()) {
      // Modal verbs send the verb behind its object ("können Sie die Registerkarte schließen").
      for (const Hit& hit : s_.hits) {
        if (hit.group == "entity" && hit.end <= action.at && !in_condition(hit.begin)) action.entities.emplace_back(hit.name);
      }
    }
  }

  /// The action whose object stands before its verb, where a word says so; otherwise none.
  std::size_t owner_of(const Sentence::MarkAt& mark) const {
    if (!goes_before_verb(s_, mark)) return actions_.size();
    for (std::size_t i = 0; i < actions_.size(); ++i) {
      if (actions_[i].at > mark.at) return i;
    }
    return actions_.size();
  }

  /// "Select **Yes** for **Firewall rules**": the second says where the first is.
  bool says_of_what(const Action& action, const Sentence::MarkAt& mark) const {
    if (is_key_chord(mark.mark->text)) return false;
    if (action.verb != "select" || action.args.empty() || action.args.back()->mark->kind == Mark::Kind::glyph) return false;
    return std::any_of(s_.hits.begin(), s_.hits.end(), [&](const Hit& h) {
      return h.group == "word" && h.name == "of_what" && h.begin >= action.args.back()->at + kMarkBytes && h.end <= mark.at;
    }) && next_comma(s_.text, action.args.back()->at, mark.at) >= mark.at;
  }

  /// "Select **Next** until you reach **Review**": the second is where it ends.
  bool only_until(const Action& action, const Sentence::MarkAt& mark) const {
    return action.verb == "select" && std::any_of(s_.hits.begin(), s_.hits.end(), [&](const Hit& h) {
      return h.group == "word" && h.name == "until" && h.begin >= action.begin && h.end <= mark.at && mark.at < action.end;
    });
  }

  /// "In der Seitenleiste **A** und dann **B** auswählen": what "and" joins to an object is one.
  bool joins_next(const Action& action, const Sentence::MarkAt& mark) const {
    if (!objects_first_ || s_.language->verb_last() || action.verb != "select") return false;
    return std::any_of(s_.marks.begin(), s_.marks.end(), [&](const Sentence::MarkAt& next) {
      return next.at > mark.at && next.at < action.end && follows_and(s_, mark.at + kMarkBytes, next.at);
    });
  }

  bool has_thing(const Action& action) const {
    return std::any_of(s_.hits.begin(), s_.hits.end(), [&](const Hit& h) {
      return h.group == "entity" && h.begin >= action.begin && h.begin < action.end && h.name != "page" && h.name != "tab" &&
             h.name != "pane" && h.name != "area" && h.name != "studio" && h.name != "portal";
    });
  }

  /// Whether a comma or an "and" stands between the verb and the place label, so that the place opens a new clause.
  bool break_between(const Action& action, std::size_t at) const {
    if (next_comma(s_.text.substr(0, at), action.begin, at) < at) return true;
    return std::any_of(s_.hits.begin(), s_.hits.end(), [&](const Hit& h) {
      return h.group == "word" && h.name == "and" && h.begin >= action.begin && h.end <= at;
    });
  }

  /// Buttons, options and literals are what is pressed or typed, whatever preposition stands before them.
  static bool can_be_place(const Sentence::MarkAt& mark) {
    if (mark.mark->kind == Mark::Kind::code || mark.mark->kind == Mark::Kind::glyph || is_key_chord(mark.mark->text)) return false;
    if (!canonical_time(mark.mark->text).empty()) return false;
    if (mark.label.known == nullptr) return true;
    static constexpr std::array<std::string_view, 9> kPressed{"button", "option", "toggle", "tile", "link", "menu item", "status", "offer", "kernel"};
    return std::find(kPressed.begin(), kPressed.end(), mark.label.known->kind) == kPressed.end();
  }

  bool is_locative(const Sentence::MarkAt& mark, bool objects_first) const {
    const bool verb_last = objects_first && s_.language->verb_last();
    if (!can_be_place(mark)) return false;
    std::size_t left = mark.at > kLocativeBytesMax ? mark.at - kLocativeBytesMax : 0;
    std::size_t right = std::min(mark.at + kMarkBytes + kLocativeBytesMax, s_.text.size());
    for (const Sentence::MarkAt& other : s_.marks) {
      if (other.at < mark.at) left = std::max(left, other.at + kMarkBytes);
      if (other.at > mark.at) right = std::min(right, other.at);
    }
    for (std::size_t at = left; at < mark.at; ++at) {
      if (is_comma(s_.text, at)) left = at;
    }
    right = next_comma(s_.text.substr(0, right), mark.at + kMarkBytes, right);
    bool locative = false;
    for (const Hit& hit : s_.hits) {
      if (hit.group == "verb" && hit.end <= mark.at) left = std::max(left, hit.end);
      if (hit.group == "verb" && hit.begin >= mark.at + kMarkBytes) right = std::min(right, hit.begin);
      if (hit.group != "word") continue;
      if (hit.name == "unnamed_place" && hit.end <= mark.at && hit.end + 1 >= mark.at) return false;  // "in the results **X**"
      if (!verb_last && hit.name == "in" && hit.begin + 1 >= left && hit.end <= mark.at) locative = true;
      if (hit.name == "in_after" && hit.begin >= mark.at + kMarkBytes && hit.begin < right) locative = true;
    }
    return locative;
  }

  const Sentence& s_;
  const ProsePlace& place_;
  std::string& last_entity_;
  std::vector<Span> conditions_;
  std::vector<Action> actions_;
  std::optional<Op> negation_;
  bool general_negation_ = false;  ///< by a word before or behind any verb: outside of steps that is only told
  bool negated_or_ = false;  ///< a verb was forbidden: one that "or" joins to it is as well
  bool objects_first_ = false;  ///< objects stand before their verbs in this sentence
  bool effect_ = false;
  bool about_failure_ = false;
  bool home_ = false;
};

}  // namespace

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
