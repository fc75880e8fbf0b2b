#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "harness/lab/inline_text.hpp"
#include "harness/lab/lab.hpp"
#include "harness/lab/labels.hpp"
#include "harness/lab/lexicon.hpp"
#include "harness/twins/numbers.hpp"

namespace azlab::twins {

/// A label of the user interface that a unit names.
struct LabelAt {
  std::string as_written{};
  std::string en{};
};

/// What of a unit does not depend on its language, beside the unit itself.
struct UnitView {
  const lab::Unit* unit = nullptr;
  const lab::Language* language = nullptr;  ///< of the whole document; nullptr when unknown
  lab::InlineText text{};
  std::string code{};                       ///< of a fence
  std::vector<std::string> codes{};         ///< code spans, as written
  std::vector<std::string> addresses{};     ///< links, images and bare addresses, without language and leading dots
  std::vector<Number> numbers{};            ///< of the prose
  std::vector<LabelAt> labels{};            ///< known ones
  std::vector<std::string> anchors{};       ///< sorted; what two units share says that they are the same

  bool is_fence() const { return unit->kind == "C"; }
  bool has_op(std::string_view kind) const;
};

/// A document, read for comparison. Points into the Lab.
struct DocumentView {
  const lab::Lab* lab = nullptr;
  std::vector<UnitView> units{};
  std::set<std::string, std::less<>> code_words{};  ///< every word that stands in code somewhere
};

DocumentView view_of(const lab::Lab& lab);

/// Something that must be typed or found to the letter: a path, a kernel, a name of something that code also names.
bool is_literal(const lab::Mark& mark, const DocumentView& document, const lab::Language* language);

/// An address without what a translation may change of it: the language in its path ("/en-us/"), the way up from
/// where the page lies ("../").
std::string neutral_address(std::string_view address);

}  // namespace azlab::twins
