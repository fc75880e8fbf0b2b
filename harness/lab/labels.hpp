#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/lab/lexicon.hpp"

namespace azlab::lab {

/// A label of the portal or the studio, as far as lab texts and their translations show it.
struct UiLabel {
  std::string en;
  std::string kind;     ///< "button", "page", "tab", "field", "option", "toggle", "status", "pane"… ; "" unknown
  std::string surface;  ///< where it is seen
};

/// A label of a page in canonical English.
struct CanonicalLabel {
  std::string en;
  const UiLabel* known = nullptr;
};

/// Looks a label up as a reader of that language would: its own spellings first, then English, then any language;
/// with surrounding words such as "page" taken off. Placeholders become `<user>`. `language` may be nullptr.
/// One spelling may name a field and something to press (Chinese does not tell "Resource group" from "Resource groups"):
/// `as_field` says which is meant.
CanonicalLabel canonical_label(std::string_view as_written, const Language* language, bool as_field = false);

/// Whether a text may name that label: one spelling can stand for several, and `canonical_label` gives the first.
bool may_name_label(std::string_view as_written, const Language* language, std::string_view en);
/// Whether a folded text holds a spelling of that label, marked up or not.
bool mentions_label(std::string_view folded, const Language* language, std::string_view en);

/// Control kinds that are places rather than things to press.
bool is_place(const CanonicalLabel& label);
/// Control kinds that take a value.
bool is_field(const CanonicalLabel& label);

/// A file name or path: no spaces around, an extension or a slash.
bool looks_like_path(std::string_view text);
bool looks_like_file(std::string_view text);
bool is_notebook(std::string_view text);
bool is_kernel(std::string_view text);
/// "rg-dp100-...": a prefix of a resource name that must match exactly one.
bool is_resource_pattern(std::string_view text);
/// "18:00" for the ways of writing a time of day in eleven languages; empty when it is none.
std::string canonical_time(std::string_view text);

}  // namespace azlab::lab
