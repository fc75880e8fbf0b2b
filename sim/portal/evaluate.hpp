#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/json.hpp"

namespace azlab::portal {

/// Fills the templates of screens: values are JMESPath, addresses URI templates (RFC 6570, `{x}` and `{+x}`
/// with dotted names), bodies JSON in which `{"$": "<JMESPath>"}` stands for a value. `"as"` beside "$" names
/// a formatter (format.cpp) for what JMESPath cannot say, such as base64;
/// `"match": {"key", "to", "pick"}` beside it takes of a list the item whose key is what `to` gives on the page (which
/// JMESPath's filters cannot see), else `"otherwise"`;
/// `"$when"` in an object leaves the whole object out when its expression is false.
class Evaluator {
 public:
  explicit Evaluator(std::uint64_t seed);
  ~Evaluator();

  /// Null when the expression is broken, which is remembered as a defect.
  Json query(const std::string& expression, const Json& root);
  /// JMESPath truth: not null, false, "", [] or {}. An absent expression (null) gives `otherwise`.
  bool truth(const Json& expression, const Json& root, bool otherwise = true);
  /// A body template; keys whose value comes out null are left out.
  Json fill(const Json& form, const Json& root, std::uint64_t serial = 0);
  std::string expand(std::string_view uri_template, const Json& root);
  /// Broken expressions and unknown formatters met so far; a good screen has none.
  const std::vector<std::string>& defects() const;

 private:
  Json matched(const Json& form, const Json& list, const Json& root);
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// "18:00" for "18:00", "6:00 PM" and "6 p.m."; the text itself when it is no time.
std::string normal_time(std::string_view text);

}  // namespace azlab::portal
