#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace azlab::twins {

/// A number of a text with everything it may mean: "10,000" is ten thousand or ten, "18 h" an hour of the day or so
/// many of them. Two numbers are the same where they share a reading.
struct Number {
  std::string as_written{};
  std::vector<std::string> readings{};  ///< "10000", "0.01", "t18:00"
};

/// The numbers of a folded text (lab::fold), those of names such as "dp-100" left out. Linear in the text.
std::vector<Number> numbers_of(std::string_view folded);

bool same_number(const Number& one, const Number& other);
/// Those of `all` that `others` has not.
std::vector<Number> numbers_missing(const std::vector<Number>& all, const std::vector<Number>& others);

}  // namespace azlab::twins
