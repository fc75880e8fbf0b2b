#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/lab/inline_text.hpp"
#include "harness/lab/lab.hpp"
#include "harness/lab/labels.hpp"
#include "harness/lab/lexicon.hpp"

namespace azlab::lab {

/// What surrounds a piece of prose, as far as it changes what the prose means.
struct ProsePlace {
  bool in_step = false;       ///< a list item's own text, or an aside in it
  bool first = false;         ///< the first paragraph of a step: an instruction unless it is plainly narrative
  bool before_code = false;   ///< a fence follows in the same item
  bool before_fields = false; ///< nested bullets `**Field**: value` follow
  bool introduces = false;    ///< a numbered list follows: what the prose says is done there
  bool lists = false;         ///< bullets that are no fields follow: ways to do it, or parts of it
  bool aside = false;         ///< a remark beside a step: keys that it names are advice
  bool settings = false;      ///< those bullets, or the rows of a table, name known fields
  std::string antecedent{};   ///< what "it" means where the prose itself does not say: the thing of the last form
};

/// Reads the prose of one unit into ops (labs.md 2.3: markup first, then known labels, then verbs). `language` may be
/// nullptr: markup and known labels are read in any language.
std::vector<Op> read_prose(const InlineText& text, const Language* language, const ProsePlace& place);

/// A sentence with everything found in it; the parts of the reader hand it on.
struct Sentence {
  std::string_view text{};  ///< folded
  const InlineText* whole = nullptr;
  const Language* language = nullptr;
  std::vector<Hit> hits{};
  struct MarkAt {
    std::size_t at = 0;
    const Mark* mark = nullptr;
    CanonicalLabel label{};
    bool is_place = false;  ///< a noun beside it says so ("the *Basics* page")
  };
  std::vector<MarkAt> marks{};
};

/// The ops of one sentence, conditions and asides included (sentence_reader.hpp); none where no verb of it is an instruction.
/// `last_entity` is what "it" means, before and after.
std::vector<Op> read_sentence(const Sentence& sentence, const ProsePlace& place, std::string& last_entity);

bool is_comma(std::string_view text, std::size_t at);
/// Where the next comma of a folded text stands that is none of a number.
std::size_t next_comma(std::string_view text, std::size_t from, std::size_t otherwise);

/// The checkable statements of `[begin, end)` of a sentence. `fallback` is what "it" means; `waiting` keeps
/// "created" and "done" apart from "exists".
std::vector<Predicate> read_predicates(const Sentence& sentence, std::size_t begin, std::size_t end,
                                       const std::string& fallback, bool waiting);

/// A stated duration in seconds, be it in digits or in words ("a minute or two").
struct Duration {
  double min_s = 0;
  double max_s = 0;
};
Duration read_duration(const Sentence& sentence);

/// A verb of a sentence with what belongs to it; see objects.cpp for how labels find their verb.
struct Action {
  std::string_view verb{};
  std::size_t at = 0;                        ///< where the verb stands
  std::size_t begin = 0;                     ///< the stretch of text that the verb governs
  std::size_t end = 0;
  std::size_t subject = 0;                   ///< where the clause begins whose verb this is ("X should be …")
  std::vector<const Sentence::MarkAt*> args{};
  std::vector<const Sentence::MarkAt*> places{};
  std::vector<std::string> entities{};       ///< nouns of the stretch, in order
  bool optional = false;
  bool conditional = false;
  bool with_tool = false;                    ///< says by which control the next action is done ("using the **X** button, …")
};

/// Ops of one action (ops.cpp).
std::vector<Op> ops_of(const Action& action, const Sentence& sentence, const ProsePlace& place, const std::string& last_entity);
/// The op that markup alone gives a mark (labs.md 2.3, layer 1); kind "unknown" where nothing is known of it.
Op op_of_mark(const Sentence::MarkAt& mark, const Language* language);

}  // namespace azlab::lab
