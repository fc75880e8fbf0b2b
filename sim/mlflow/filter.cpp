#include "sim/mlflow/filter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "sim/core/text.hpp"
#include "sim/mlflow/error.hpp"
#include "sim/mlflow/filter_lexer.hpp"
#include "sim/mlflow/number.hpp"

namespace azlab::mlflow {
namespace {

// No client writes a longer one; what is longer costs without end.
constexpr std::size_t kComparisonsMax = 200;

constexpr std::array<std::pair<std::string_view, Entity>, 14> kEntities = {{{"metric", Entity::metric},
                                                                            {"metrics", Entity::metric},
                                                                            {"parameter", Entity::param},
                                                                            {"parameters", Entity::param},
                                                                            {"param", Entity::param},
                                                                            {"params", Entity::param},
                                                                            {"tag", Entity::tag},
                                                                            {"tags", Entity::tag},
                                                                            {"attribute", Entity::attribute},
                                                                            {"attributes", Entity::attribute},
                                                                            {"attr", Entity::attribute},
                                                                            {"run", Entity::attribute},
                                                                            {"dataset", Entity::dataset},
                                                                            {"datasets", Entity::dataset}}};

constexpr std::array<std::pair<std::string_view, Comparator>, 13> kComparatorSpellings = {{{"=", Comparator::equal},
                                                                                           {"!=", Comparator::not_equal},
                                                                                           {"<>", Comparator::not_equal},
                                                                                           {"<", Comparator::less},
                                                                                           {"<=", Comparator::less_equal},
                                                                                           {">", Comparator::greater},
                                                                                           {">=", Comparator::greater_equal},
                                                                                           {"LIKE", Comparator::like},
                                                                                           {"ILIKE", Comparator::ilike},
                                                                                           {"IN", Comparator::in},
                                                                                           {"NOT IN", Comparator::not_in},
                                                                                           {"IS NULL", Comparator::is_null},
                                                                                           {"IS NOT NULL", Comparator::is_not_null}}};

std::optional<Entity> entity_of(std::string_view word) {
  for (const auto& [name, entity] : kEntities) {
    if (name == word) return entity;
  }
  return std::nullopt;
}

/// Reads lexemes one after the other; both filters and orders begin with a name.
class FilterReader {
 public:
  explicit FilterReader(std::vector<FilterLexeme> lexemes) : lexemes_(std::move(lexemes)) {}

  const FilterLexeme& peek() const { return lexemes_[at_]; }
  bool at_end() const { return peek().kind == FilterToken::end; }
  const FilterLexeme& take() { return at_end() ? lexemes_[at_] : lexemes_[at_++]; }
  bool take_word(std::string_view word) {
    if (peek().kind != FilterToken::word || !equals_ignore_case(peek().text, word)) return false;
    ++at_;
    return true;
  }

  /// [entity "."] name: the part before the first dot is the entity, all after it the name.
  Result<std::pair<Entity, std::string>> name() {
    const auto is_name = [](const FilterLexeme& lexeme) { return lexeme.kind == FilterToken::word || lexeme.kind == FilterToken::quoted_name; };
    if (!is_name(peek())) return invalid_clause();
    const std::string first = take().text;
    if (peek().kind != FilterToken::dot || peek().after_space) return std::pair{Entity::attribute, first};
    const auto entity = entity_of(first);
    if (!entity) {
      return invalid_parameter("Invalid entity type '" + first + "'. Valid values are ['metric', 'parameter', 'tag', 'attribute', 'dataset']");
    }
    take();
    if (!is_name(peek()) || peek().after_space) return invalid_clause();
    std::string key = take().text;
    while (peek().kind == FilterToken::dot && !peek().after_space) {
      key += take().text;
      if (is_name(peek()) && !peek().after_space) key += take().text;
    }
    return std::pair{*entity, key};
  }

  tl::unexpected<Error> invalid_clause() const { return invalid_parameter(fmt::format("Invalid clause(s) in filter string: '{}'", at_end() ? "" : peek().written)); }

 private:
  std::vector<FilterLexeme> lexemes_;
  std::size_t at_ = 0;
};

Result<Comparator> read_comparator(FilterReader& reader) {
  if (reader.peek().kind == FilterToken::comparator) {
    const std::string sign = reader.take().text;
    for (const auto& [text, comparator] : kComparatorSpellings) {
      if (text == sign) return comparator;
    }
  }
  if (reader.take_word("LIKE")) return Comparator::like;
  if (reader.take_word("ILIKE")) return Comparator::ilike;
  if (reader.take_word("IN")) return Comparator::in;
  if (reader.take_word("NOT")) {
    if (reader.take_word("IN")) return Comparator::not_in;
    return reader.invalid_clause();
  }
  if (reader.take_word("IS")) {
    const bool negated = reader.take_word("NOT");
    if (reader.take_word("NULL")) return negated ? Comparator::is_not_null : Comparator::is_null;
  }
  return reader.invalid_clause();
}

Result<void> read_list(FilterReader& reader, Comparison& out) {
  out.is_list = true;
  reader.take();
  while (true) {
    const auto& item = reader.peek();
    if (item.kind != FilterToken::text && item.kind != FilterToken::quoted_name) {
      return invalid_parameter("While parsing a list in the query, expected string value, punctuation, or whitespace, but got different type in list: " + item.written);
    }
    out.texts.push_back(reader.take().text);
    if (reader.peek().kind == FilterToken::close) break;
    if (reader.peek().kind != FilterToken::comma) return reader.invalid_clause();
    reader.take();
  }
  reader.take();
  return {};
}

Result<void> read_value(FilterReader& reader, Comparison& out) {
  const FilterLexeme value = reader.peek();
  out.written = value.written;
  if (value.kind == FilterToken::open) return read_list(reader, out);
  if (value.kind == FilterToken::number) {
    out.is_number = true;
    out.number = read_double(std::string_view(value.text)).value_or(0);
  } else if (value.kind == FilterToken::text || value.kind == FilterToken::quoted_name) {
    out.texts.push_back(value.text);
  } else if (value.kind == FilterToken::word) {
    return invalid_parameter("Parameter value is either not quoted or unidentified quote types used for string value " + value.written + ". Use either single or double quotes.");
  } else {
    return invalid_parameter("Invalid comparison clause. Expected 3 tokens found 2");
  }
  reader.take();
  return {};
}

Result<Comparison> read_comparison(FilterReader& reader) {
  const auto name = reader.name();
  if (!name) return fail(name.error());
  const auto comparator = read_comparator(reader);
  if (!comparator) return fail(comparator.error());
  Comparison out{.entity = name->first, .key = name->second, .comparator = *comparator};
  if (*comparator == Comparator::is_null || *comparator == Comparator::is_not_null) return out;
  if (const auto ok = read_value(reader, out); !ok) return fail(ok.error());
  return out;
}

/// The next character's length in bytes.
std::size_t character_length(std::string_view text) {
  std::size_t length = 1;
  while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U) ++length;
  return length;
}

}  // namespace

Result<std::vector<Comparison>> parse_filter(std::string_view text) {
  std::vector<Comparison> out;
  if (trim(text).empty()) return out;
  auto lexemes = lex_filter(text);
  if (!lexemes) return fail(lexemes.error());
  FilterReader reader(std::move(*lexemes));
  while (true) {
    auto comparison = read_comparison(reader);
    if (!comparison) return fail(comparison.error());
    out.push_back(std::move(*comparison));
    if (reader.at_end()) return out;
    if (out.size() == kComparisonsMax) return invalid_parameter(fmt::format("Search filter contained more than {} expressions.", kComparisonsMax));
    if (!reader.take_word("AND")) return reader.invalid_clause();
  }
}

Result<Order> parse_order(std::string_view text) {
  const auto invalid = [&] { return invalid_parameter(fmt::format("Invalid order_by clause '{}'. Could not be parsed.", text)); };
  auto lexemes = lex_filter(text);
  if (!lexemes) return invalid();
  FilterReader reader(std::move(*lexemes));
  auto name = reader.name();
  if (!name) return name.error().message.starts_with("Invalid entity type") ? Result<Order>(fail(name.error())) : Result<Order>(invalid());
  Order out{.entity = name->first, .key = std::move(name->second)};
  if (reader.at_end()) return out;
  out.ascending = reader.take_word("ASC");
  if (!out.ascending && !reader.take_word("DESC")) {
    return invalid_parameter(fmt::format("Invalid ordering key in order_by clause '{}'.", text));
  }
  return reader.at_end() ? Result<Order>(out) : Result<Order>(invalid());
}

bool matches_like(std::string_view pattern, std::string_view text, bool ignore_case) {
  std::size_t p = 0;
  std::size_t t = 0;
  // Where to go on when what follows the last `%` did not match: that `%`, and one character further.
  std::size_t back_p = std::string_view::npos;
  std::size_t back_t = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '%') {
      back_p = p++;
      back_t = t;
    } else if (p < pattern.size() && pattern[p] == '_') {
      ++p;
      t += character_length(text.substr(t));
    } else if (p < pattern.size() && (pattern[p] == text[t] || (ignore_case && to_lower(pattern[p]) == to_lower(text[t])))) {
      ++p;
      ++t;
    } else if (back_p != std::string_view::npos) {
      p = back_p + 1;
      t = ++back_t;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '%') ++p;
  return p == pattern.size();
}

bool compare_text(const Comparison& comparison, std::string_view text) {
  const auto is_it = [&](const std::string& one) { return one == text; };
  switch (comparison.comparator) {
    case Comparator::like:
    case Comparator::ilike: return !comparison.texts.empty() && matches_like(comparison.texts[0], text, comparison.comparator == Comparator::ilike);
    case Comparator::equal:
    case Comparator::in: return std::any_of(comparison.texts.begin(), comparison.texts.end(), is_it);
    case Comparator::not_equal:
    case Comparator::not_in: return std::none_of(comparison.texts.begin(), comparison.texts.end(), is_it);
    default: return false;
  }
}

bool compare_number(const Comparison& comparison, double number) {
  switch (comparison.comparator) {
    case Comparator::equal: return number == comparison.number;
    case Comparator::not_equal: return number != comparison.number;
    case Comparator::less: return number < comparison.number;
    case Comparator::less_equal: return number <= comparison.number;
    case Comparator::greater: return number > comparison.number;
    case Comparator::greater_equal: return number >= comparison.number;
    default: return false;
  }
}

std::string_view spelling(Comparator comparator) {
  for (const auto& [text, value] : kComparatorSpellings) {
    if (value == comparator) return text;
  }
  return "=";
}

bool is_numeric(Comparator comparator) { return comparator <= Comparator::greater_equal; }

}  // namespace azlab::mlflow
