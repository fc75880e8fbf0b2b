#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/faults/fault.hpp"
#include "sim/faults/placeholders.hpp"

namespace azlab::faults {

/// A fault that an error text may be of.
struct Recognised {
  const Fault* fault = nullptr;
  double share = 0;   ///< of its wording's letters that the text has, in order: 1 when all of it is there
  std::size_t letters = 0;  ///< of that wording
  bool code = false;  ///< its error code is in the text as well
  Values values{};    ///< what stood in the places of its {placeholders}, where the whole wording is there
};

/// Which faults of the catalogue a pasted error text is of, the likeliest first: those whose whole wording is in it, the longest
/// before shorter ones and errors before the shells around them; then those that share most of a wording, or only the code.
/// Empty when none is near. Case, line breaks, quotes and backslashes do not matter, as clients print them in many ways.
std::vector<Recognised> recognise(std::string_view text);

/// Whether a recognised fault can be told a reader as the answer, rather than as a guess.
bool is_sure(const Recognised& one);

}  // namespace azlab::faults
