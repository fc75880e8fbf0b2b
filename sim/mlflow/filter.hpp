#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/core/result.hpp"

namespace azlab::mlflow {

// MLflow's search filters: comparisons joined by AND, no OR and no brackets around them.
//   metrics.AUC > 0.8 and tags.model_type = 'LogisticRegression' and attributes.status IN ('FINISHED')
// Errors are INVALID_PARAMETER_VALUE in the open-source server's words.

enum class Entity { metric, param, tag, attribute, dataset };
enum class Comparator { equal, not_equal, less, less_equal, greater, greater_equal, like, ilike, in, not_in, is_null, is_not_null };

/// One comparison. What a kind of search allows (attributes, comparators) is its own to check.
struct Comparison {
  Entity entity = Entity::attribute;
  std::string key{};
  Comparator comparator = Comparator::equal;
  /// Quoted texts: one, or the list of IN; empty when a number stands there.
  std::vector<std::string> texts{};
  double number = 0;
  bool is_number = false;
  /// The value as written, for messages.
  std::string written{};
  bool is_list = false;
};

/// Without text, no comparisons.
Result<std::vector<Comparison>> parse_filter(std::string_view text);

/// One item of order_by: "metrics.AUC DESC", "start_time", "tags.`a b` ASC".
struct Order {
  Entity entity = Entity::attribute;
  std::string key{};
  bool ascending = true;
};
Result<Order> parse_order(std::string_view text);

/// SQL's LIKE over the whole text: `%` any characters, `_` one, nothing to escape with.
bool matches_like(std::string_view pattern, std::string_view text, bool ignore_case);
/// Whether a text stands in relation to the comparison's texts; only for comparators of texts.
bool compare_text(const Comparison& comparison, std::string_view text);
/// Whether a number does; NaN equals nothing.
bool compare_number(const Comparison& comparison, double number);
/// "IN", ">=": as the messages spell it.
std::string_view spelling(Comparator comparator);
bool is_numeric(Comparator comparator);

}  // namespace azlab::mlflow
