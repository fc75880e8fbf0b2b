#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace azlab::lint {

/// A statement of Python as far as its brackets tell: what stands inside them is joined to one line.
struct Statement {
  std::string text{};   ///< without comments
  std::string first{};  ///< its first line as written, for quotations
  int line = 0;         ///< in its text, from 1
  int indent = 0;       ///< blanks before it
};

/// The statements of a piece of Python, comments left out, magics of notebooks included. It reads quotes and brackets, not the
/// grammar: enough to see who calls what on what.
std::vector<Statement> statements_of(std::string_view python);

/// The comments of a piece of Python, one text.
std::string comments_of(std::string_view python);

}  // namespace azlab::lint
