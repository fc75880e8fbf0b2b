#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/json.hpp"

namespace azlab {

namespace jmespath {
struct Node;
}

/// A compiled JMESPath expression (jmespath.org, the whole specification): what `az --query` takes and what
/// screens use to pick values out of answers. Immutable; copies share the tree; safe to use from any thread.
/// Keys compare exactly. Two strings may be ordered with `<` and its kin, as in the Python engine inside az.
class Query {
 public:
  /// Code "JMESPathSyntax"; the message names the column, counted in characters from 1.
  static Result<Query> parse(std::string_view expression);

  /// Code "JMESPathType" for what only shows on data: wrong argument types, unknown functions, a slice step of 0.
  Result<Json> search(const Json& document) const;

  /// The keys of the multi-select hash that shapes the result (`[].{Name:name, Where:location}`), in the order
  /// written: az prints table and tsv columns in that order. Empty where no hash shapes it.
  const std::vector<std::string>& columns() const { return columns_; }
  const std::string& text() const { return text_; }

 private:
  Query() = default;
  std::string text_;
  std::shared_ptr<const jmespath::Node> root_;
  std::vector<std::string> columns_;
};

}  // namespace azlab
