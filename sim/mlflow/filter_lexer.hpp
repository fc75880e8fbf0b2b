#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/core/result.hpp"

namespace azlab::mlflow {

enum class FilterToken { word, quoted_name, text, number, comparator, open, close, comma, dot, other, end };

struct FilterLexeme {
  FilterToken kind = FilterToken::end;
  std::string text{};     ///< without quotes
  std::string written{};  ///< as it stands in the filter
  bool after_space = false;
};

/// Takes a filter or an order apart. A double-quoted name and a double-quoted value look alike and are `quoted_name`.
Result<std::vector<FilterLexeme>> lex_filter(std::string_view text);

}  // namespace azlab::mlflow
