#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "sim/core/json.hpp"

namespace azlab {

/// Where something stands in a text: both from 1, columns in characters as editors count them.
struct TextPlace {
  int line = 1;
  int column = 1;
};
TextPlace place_of(std::string_view text, std::size_t byte);

/// JSON that a person wrote, with where its parts stand. Parts are named by JSON pointers (RFC 6901): "/start/policies/0/name".
class LocatedJson {
 public:
  /// Parses JSON with comments. A member that stands twice is an error, too. The error is one line that begins with
  /// "line:column: "; its target is empty.
  static Result<LocatedJson> parse(std::string_view text);

  const Json& value() const { return *value_; }
  /// Of a value; where the part does not exist, of the nearest one around it.
  TextPlace place(std::string_view pointer) const { return find(values_, pointer); }
  /// Of a member's name; that of the value where it has none (the elements of lists).
  TextPlace name_place(std::string_view pointer) const;

 private:
  using Places = std::map<std::string, TextPlace, std::less<>>;
  static TextPlace find(const Places& places, std::string_view pointer);

  std::shared_ptr<const Json> value_;
  Places values_{};
  Places names_{};
};

/// `pointer` with one more step.
std::string pointer_to(std::string_view pointer, std::string_view member);
std::string pointer_to(std::string_view pointer, std::size_t index);
/// For people: "/start/policies/0/name" is "start.policies[0].name".
std::string pointer_in_words(std::string_view pointer);

}  // namespace azlab
