#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace azlab {

/// A parsed ARM resource id. Segments keep the case they were written with; `key()` is how the World files it.
struct ResourceId {
  std::string subscription{};
  std::string resource_group{};
  std::string provider{};                                       ///< "Contoso.Things"; empty for a group or subscription
  std::vector<std::pair<std::string, std::string>> parts{};  ///< (type segment, name), outermost first

  /// Reads "/subscriptions/…"; nothing on other text. A trailing '/' is accepted.
  static std::optional<ResourceId> parse(std::string_view text);
  std::string to_string() const;
  /// Lower case, the World's key: ids compare without case.
  std::string key() const;
  /// "Contoso.Things/things/parts".
  std::string type() const;
  /// The innermost name.
  std::string name() const;
  /// The id without its innermost (type, name).
  ResourceId parent() const;
};

}  // namespace azlab
