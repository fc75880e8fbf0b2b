#pragma once

#include <string_view>
#include <vector>

#include "harness/lab/blocks.hpp"
#include "harness/lab/lab.hpp"
#include "harness/lab/lexicon.hpp"

namespace azlab::lab {

/// Whether a unit asks the reader to do something.
bool acts(const Unit& unit);
/// An instruction of which nothing was read but its verb.
bool says_nothing(const Op& op);
bool has_op(const Unit& unit, std::string_view kind);
/// A form header that forbids to enable what it lists ("review the settings but do not select them").
bool forbids_selection(const Unit& unit);
/// Whether what is listed below a unit are the fields of a form.
bool is_form_header(const Unit& unit);
/// Settings below an instruction are a form, also where the words for that were not found.
void make_form_header(Unit& unit);

/// A list item `**Label**: value`.
bool is_field_bullet(const Block& block, const Language* language);
/// Bullets `Label: value` without emphasis, at least two in a row and nothing else, below a line that ends with a colon.
bool lists_plain_fields(const Block& item, const Language* language);
/// One whose label is known to take a value: a setting, whatever the sentence before it says.
bool names_known_field(const Block& block, const Language* language);
/// A table whose first column holds labels that take values.
bool table_of_settings(const Block& table, const Language* language);
/// The rows of such a table as fields, a unit each, without section and step; `off` where the text wants them off.
std::vector<Unit> table_fields(const Block& table, const Language* language, bool off);

}  // namespace azlab::lab
