#pragma once

#include "harness/guide/check.hpp"

namespace azlab::guide {

/// Fills a plan's sections and its items (one for each of the lab's steps, in their order) with the lab's text as markup that does
/// nothing: of the lab's own HTML only what arranges text is left, without attributes.
void add_text(const lab::Lab& lab, Plan& plan);

/// What of a piece of HTML may stand on a page; everything else shows as the text that it is.
std::string inert(std::string_view html);
/// A text as HTML shows it.
std::string escaped(std::string_view text);

}  // namespace azlab::guide
