#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace azlab::lab {

/// A phrase of a language found in a folded text.
struct Hit {
  std::string_view group;  ///< "verb", "infinitive", "entity", "state", "number" or "word"
  std::string_view name;   ///< the class within the group: "select", "compute instance", "running", "if"…
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// What the reader knows of one language: the data of fixtures/languages/<code>.json. Immutable to whoever uses it, from any
/// thread; phrases are compiled when they are first looked for, since all languages together take seconds.
class Language {
 public:
  /// Reads the data and compiles all of it; nullptr when the file is not valid (a defect that a test finds).
  static std::unique_ptr<Language> parse(std::string_view json_text);
  /// Reads the data alone: what is wrong with its patterns shows when they are looked for, by std::logic_error.
  static std::unique_ptr<Language> load(std::string_view json_text);
  ~Language();

  const std::string& code() const;
  /// Verbs stand behind their objects (Japanese, Korean).
  bool verb_last() const;
  /// Words are written without spaces, or with endings glued on: phrases match anywhere.
  bool glued() const;
  /// Infinitives end their clauses ("Auf **X** klicken"), whatever imperatives do.
  bool infinitives_last() const;

  /// Every phrase found, by position; of overlapping ones in the same group the longest. Linear in the text.
  std::vector<Hit> scan(std::string_view folded) const;

  /// The number of function words of this language in a folded text: how it is told from others.
  std::size_t count_function_words(std::string_view folded) const;

  /// Canonical spelling -> spellings of the language ("<user>": "votre-nom-utilisateur"), folded.
  const std::map<std::string, std::vector<std::string>>& placeholders() const;
  /// Values of form fields that have a canonical name ("None": "aucun"), folded.
  const std::map<std::string, std::vector<std::string>>& values() const;
  /// Names of folders that translators translate ("Users": "Utenti"), as written.
  const std::map<std::string, std::vector<std::string>>& path_words() const;

 private:
  struct Impl;
  Language();
  std::unique_ptr<Impl> impl_;
};

/// All languages of fixtures/languages, parsed once for the process.
const std::vector<std::unique_ptr<Language>>& languages();
const Language* find_language(std::string_view code);
/// The language of a text, or nullptr when too little of it is known.
const Language* detect_language(std::string_view text);

}  // namespace azlab::lab
