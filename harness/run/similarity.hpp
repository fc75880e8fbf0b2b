#pragma once

#include <string_view>

namespace azlab::run {

/// Jaro's similarity of two texts by bytes, 0 to 1 (M. A. Jaro, 1989); two empty texts are alike.
double jaro(std::string_view a, std::string_view b);
/// With Winkler's credit of a tenth for each of up to four equal bytes at the beginning, from 0.7 on: what InnovationEngine
/// compares outputs by.
double jaro_winkler(std::string_view a, std::string_view b);

}  // namespace azlab::run
