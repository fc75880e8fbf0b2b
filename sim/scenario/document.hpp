#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/located_json.hpp"

namespace azlab::scenario {

/// The JSON of a scenario with those that it extends laid under it. Every part knows the file, line and column that it came
/// from, so that what turns out to be wrong later can still be pointed at.
class Document {
 public:
  Document();
  Document(const LocatedJson& own, const std::string& file);
  const Json& value() const { return *value_; }
  /// "file:line:column" of a part (a JSON pointer into `value`), or of the nearest part around it that stands somewhere.
  std::string place(std::string_view pointer) const;

  /// Lays another over this one: objects merge, lists append, everything else is replaced.
  void lay_over(const Document& own);
  /// Takes a member of the top away.
  void forget(const std::string& member);

 private:
  void lay(Json& below, const std::string& pointer, const Json& own, const std::string& own_pointer, const Document& from);
  void note(const Json& value, const std::string& pointer, const std::string& own_pointer, const Document& from);

  std::shared_ptr<Json> value_;
  std::map<std::string, std::string, std::less<>> places_{};
};

/// A scenario's text and what it is called in errors: the path of its file, or "(given text)".
struct Source {
  std::string text;
  std::string file;
  std::string directory{};  ///< where relative files that it extends lie; empty: the current one
};

/// Finds a scenario by the name of one in scenarios/ or, when it ends in ".json", by the path of a file. `directory` is where a relative
/// path starts. The error is one line with the nearest names.
Result<Source> find_source(std::string_view name, const std::string& directory);
/// Reads a text and all that it extends. The error is one line, "file:line:column: what".
Result<Document> read_document(const Source& source);
/// Everything that is wrong with the form of one text, in its order; each "file:line:column: what". Does not look at what it extends.
std::vector<std::string> form_errors(const Source& source);

}  // namespace azlab::scenario
