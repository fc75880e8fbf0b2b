#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/json.hpp"

namespace azlab::portal {

/// A label as one language shows it.
struct LabelText {
  std::string text{};
  std::string en{};
  std::vector<std::string> also{};  ///< every other spelling, of every language and generation
  bool unverified = false;          ///< this language's text is known from lab texts only
  bool untranslated = false;        ///< this language's text is not known; `text` is the English one
};

/// The screens and labels of fixtures/screens. Immutable once built; any thread may read it.
class Library {
 public:
  /// The one that is embedded in the binary.
  static const Library& builtin();
  /// From parsed screen files (each an array of screens) and the label dictionary; for tests.
  Library(std::vector<Json> screens, Json labels, Json absent, std::vector<std::string> defects = {});
  ~Library();
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  /// The generation of a screen that is valid on a day ("" = the newest); nullptr when there is none.
  const Json* find(std::string_view id, std::string_view as_of) const;
  /// All generations, oldest first.
  std::vector<const Json*> generations(std::string_view id) const;
  std::vector<std::string> ids() const;
  /// Whether a page is known to exist in Azure without a screen here.
  bool declared_absent(std::string_view id) const;
  /// What such a page is called, in English; its id where nobody says.
  std::string name_of_absent(std::string_view id) const;
  /// `label` is a key of the dictionary (canonical English) or an object of texts by language.
  LabelText label(const Json& label, std::string_view language) const;
  bool knows_label(std::string_view key) const;
  /// What is wrong with the data: unreadable files, doubles. Empty in a good build.
  const std::vector<std::string>& defects() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Whether an entry with optional "from"/"until" dates is valid on a day; "" means the newest.
bool valid_on(const Json& entry, std::string_view as_of);

}  // namespace azlab::portal
