#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/lab/sentence.hpp"

namespace azlab::lab {

/// Reads one sentence: which verbs are instructions, under which conditions, and which labels belong to which.
class SentenceReader {
 public:
  SentenceReader(const Sentence& sentence, const ProsePlace& place, std::string& last_entity)
      : s_(sentence), place_(place), last_entity_(last_entity) {}

  std::vector<Op> read();

 private:
  /// A clause that says when or if, in the sentence's text.
  struct Span {
    std::size_t begin = 0;
    std::size_t end = 0;
    bool is_if = false;
    bool contains(std::size_t at) const { return at >= begin && at < end; }
  };

  bool has(std::string_view group, std::string_view name) const;
  /// "In the same way, add **X**": what is repeated is no step of its own; what stands apart before it is.
  void drop_repeated();
  void note_entity(const Hit& hit);
  /// A key chord in running text is advice, unless a verb tells to press it and the text is no aside.
  bool is_hint() const;

  // ---- conditions: when and if (conditions.cpp) ----

  void find_conditions();
  bool in_condition(std::size_t at) const;
  /// A condition at the head of a sentence guards all of it, a later one the instruction before it.
  void guard_actions(const Span& span);
  /// Whether a condition begins its clause: a comma or an "and" before it, and an instruction behind its own comma.
  bool opens_clause(const Span& span) const;
  /// Whether an "and" or a comma stands right before.
  bool follows_break(std::size_t at) const;
  bool speaks_of_failure(const Span& span) const;
  bool negated_within(const Span& span) const;
  /// "check if …", "verifique se … e se …": the word asks, it sets no condition.
  bool means_whether(const Hit& word) const;
  bool verb_before(std::size_t at) const;
  std::size_t first_verb_after(std::size_t at) const;
  Op condition_op(const Span& span) const;

  // ---- orders: which verbs are instructions (orders.cpp) ----

  /// Verbs that are instructions, with the stretch that each governs and the labels in it.
  void find_actions();
  /// What is said of "do not" itself; a negation that closes its clause takes the verb before it away.
  void note_negation(const Hit& hit, std::size_t& negated_from);
  /// Takes note of a verb that is forbidden, with those that an "or" joins to it.
  bool forbids(const Hit& hit, std::size_t& negated_from);
  /// Whether a "do not" before it still reaches this verb.
  bool still_negated(const Hit& hit, std::size_t& negated_from);
  /// Verbs in the clause that a wait or a check governs ("wait for it to change") are no instructions.
  bool is_subordinate(const Hit& verb) const;
  /// "Version 1 must not be there": the negation stands before the verb, and presence is not what is asked for.
  bool negated_before(const Hit& verb) const;
  bool is_verb_too(const Hit& infinitive) const;
  /// "File **type**": the word is part of a noun.
  bool inside_noun(const Hit& verb) const;
  bool is_optional_verb(const Hit& verb) const;
  /// "Either drag it or select it": the second is another way.
  void mark_second_ways();

  // ---- objects: which labels belong to which verb (objects.cpp) ----

  /// Gives every action the stretch of the sentence that it governs; what follows `stop` is told, not ordered.
  void give_stretches(std::size_t stop);
  /// Gives an action its labels: what stands in its stretch, minus places that belong to the next verb, plus
  /// places that stand before the first.
  void fill_action(std::size_t i, bool verb_last);
  /// "Find your instance and select …": what is found is where the next action happens.
  void pass_on_found();
  /// "Search for and select **X**", "search for **X** and select it": both are about X.
  void share_labels();
  /// "Using the **Run** button, run the query", "save it by pressing **Ctrl+S**": what a control is used for is no step of its own.
  void drop_purposes();
  /// "Clear the output: select **Edit** > **Clear**": what stands before the colon is said again behind it.
  void drop_headings();
  bool is_means(const Action& purpose, const Action& tool) const;
  bool is_purpose(const Action& tool, const Action& next) const;
  /// The action whose object stands before its verb, where a word says so; otherwise none.
  std::size_t owner_of(const Sentence::MarkAt& mark) const;
  /// "Select **Yes** for **Firewall rules**": the second says where the first is.
  bool says_of_what(const Action& action, const Sentence::MarkAt& mark) const;
  /// "Select **Next** until you reach **Review**": the second is where it ends.
  bool only_until(const Action& action, const Sentence::MarkAt& mark) const;
  /// "In der Seitenleiste **A** und dann **B** auswählen": what "and" joins to an object is one.
  bool joins_next(const Action& action, const Sentence::MarkAt& mark) const;
  /// Whether a label belongs to what is not to be done ("without ticking **X**", "but do not select **Y**").
  bool is_left_out(const Sentence::MarkAt& mark) const;
  /// "为 **A** 选择 **B**": the action behind a label that `words.for_first` makes its place; otherwise none.
  std::size_t served_by(const Sentence::MarkAt& mark) const;
  /// "…, puis, sous **B**, …": whether the last thing before a label is a comma rather than an "and".
  bool behind_comma(const Action& action, const Sentence::MarkAt& mark) const;
  bool has_thing(const Action& action) const;
  /// Whether a comma or an "and" stands between the verb and the place label, so that the place opens a new clause.
  bool break_between(const Action& action, std::size_t at) const;
  /// Buttons, options and literals are what is pressed or typed, whatever preposition stands before them.
  static bool can_be_place(const Sentence::MarkAt& mark);
  bool is_locative(const Sentence::MarkAt& mark, bool objects_first) const;

  const Sentence& s_;
  const ProsePlace& place_;
  std::string& last_entity_;
  std::vector<Span> conditions_;
  std::vector<Action> actions_;
  std::vector<Span> forbidden_;  ///< stretches of verbs that are not to be done
  std::optional<Op> negation_;
  bool general_negation_ = false;  ///< by a word before or behind any verb: outside of steps that is only told
  bool negated_or_ = false;  ///< a verb was forbidden: one that "or" joins to it is as well
  bool objects_first_ = false;  ///< objects stand before their verbs in this sentence
  bool effect_ = false;
  bool about_failure_ = false;
  bool home_ = false;
};

}  // namespace azlab::lab
