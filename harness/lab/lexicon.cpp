#include "harness/lab/lexicon.hpp"

#include <re2/re2.h>
#include <re2/set.h>

#include <algorithm>
#include <iterator>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <utility>

#include "harness/lab/unicode.hpp"
#include "sim/core/fixtures.hpp"
#include "sim/core/json.hpp"
#include "sim/core/text.hpp"

namespace azlab::lab {
/// A pattern that is compiled when it is first asked for: a page holds few of a language's phrases, and most pages are in one
/// language.
class LazyPattern {
 public:
  LazyPattern(std::string text, const RE2::Options& options) : text_(std::move(text)), options_(options) {}
  const std::string& text() const { return text_; }
  const RE2& get() {
    std::call_once(once_, [&] { compiled_ = std::make_unique<RE2>(text_, options_); });
    return *compiled_;
  }

 private:
  std::string text_;
  RE2::Options options_;
  std::once_flag once_{};
  std::unique_ptr<RE2> compiled_{};
};

/// Phrases of one class that share a condition on what stands around them.
struct PhraseList {
  std::string group;
  std::string name;
  std::unique_ptr<LazyPattern> pattern;
  std::vector<std::string> not_after;
  std::vector<std::string> not_before;
};

namespace {

RE2::Options phrase_options() {
  RE2::Options options;
  options.set_longest_match(true);
  options.set_log_errors(false);
  options.set_max_mem(64 << 20);
  return options;
}

/// RE2 knows word boundaries for ASCII only, so they are spelled out.
std::string whole_pattern(const std::vector<std::string>& phrases, bool glued) {
  const std::string any = "(" + join(phrases, "|") + ")";
  return glued ? any : "(?:^|[^\\pL\\pN])" + any + "(?:$|[^\\pL\\pN])";
}

std::vector<std::string> strings_of(const Json& value) {
  std::vector<std::string> out;
  if (value.is_array()) {
    for (const Json& item : value) {
      if (item.is_string()) out.push_back(item.get<std::string>());
    }
  }
  return out;
}

std::map<std::string, std::vector<std::string>> spellings_of(const Json& parent, const char* key) {
  std::map<std::string, std::vector<std::string>> out;
  if (const Json* found = find_key(parent, key); found != nullptr) {
    for (const auto& [name, list] : found->items()) out[name] = strings_of(list);
  }
  return out;
}

bool ends_with_any(std::string_view text, const std::vector<std::string>& endings) {
  while (text.ends_with(' ')) text.remove_suffix(1);
  return std::any_of(endings.begin(), endings.end(), [&](const std::string& e) { return text.ends_with(e); });
}

bool starts_with_any(std::string_view text, const std::vector<std::string>& beginnings) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  return std::any_of(beginnings.begin(), beginnings.end(), [&](const std::string& b) { return text.starts_with(b); });
}

}  // namespace

struct Language::Impl {
  std::string code;
  bool verb_last = false;
  bool glued = false;
  bool infinitives_last = false;
  std::set<std::string, std::less<>> function_words;
  std::vector<PhraseList> lists;
  std::once_flag once;
  std::unique_ptr<RE2::Set> all;  ///< tells in one pass which lists can match at all; made when first asked for
  std::map<std::string, std::vector<std::string>> placeholders;
  std::map<std::string, std::vector<std::string>> values;
  std::map<std::string, std::vector<std::string>> path_words;

  bool add_list(std::string group, std::string name, const std::vector<std::string>& phrases, const Json* guard) {
    if (phrases.empty()) return true;
    PhraseList list{.group = std::move(group), .name = std::move(name), .pattern = nullptr, .not_after = {}, .not_before = {}};
    list.pattern = std::make_unique<LazyPattern>(whole_pattern(phrases, glued), phrase_options());
    if (guard != nullptr) {
      if (const Json* found = find_key(*guard, "not_after")) list.not_after = strings_of(*found);
      if (const Json* found = find_key(*guard, "not_before")) list.not_before = strings_of(*found);
    }
    lists.push_back(std::move(list));
    return true;
  }

  bool add_group(const Json& file, const char* key, const std::string& group) {
    const Json* classes = find_key(file, key);
    if (classes == nullptr) return true;
    for (const auto& [name, entries] : classes->items()) {
      if (!add_list(group, name, strings_of(entries), nullptr)) return false;
      for (const Json& entry : entries) {
        if (!entry.is_object()) continue;
        const Json* is = find_key(entry, "is");
        if (is == nullptr || !is->is_string()) return false;
        if (!add_list(group, name, {is->get<std::string>()}, &entry)) return false;
      }
    }
    return true;
  }

  /// Null where a pattern is none.
  const RE2::Set* set() {
    std::call_once(once, [&] {
      auto made = std::make_unique<RE2::Set>(phrase_options(), RE2::UNANCHORED);
      for (const auto& list : lists) {
        if (made->Add(list.pattern->text(), nullptr) < 0) return;
      }
      if (made->Compile()) all = std::move(made);
    });
    return all.get();
  }

  bool is_valid() {
    return set() != nullptr && std::all_of(lists.begin(), lists.end(), [](const PhraseList& list) { return list.pattern->get().ok(); });
  }

  void find_list(const PhraseList& list, std::string_view folded, std::vector<Hit>& hits) const {
    const re2::StringPiece text(folded.data(), folded.size());
    std::size_t from = 0;
    re2::StringPiece groups[2];
    while (from < folded.size() && list.pattern->get().Match(text, from, folded.size(), RE2::UNANCHORED, groups, 2)) {
      const auto begin = static_cast<std::size_t>(groups[1].data() - folded.data());
      const std::size_t end = begin + groups[1].size();
      if (!ends_with_any(folded.substr(0, begin), list.not_after) && !starts_with_any(folded.substr(end), list.not_before)) {
        hits.push_back({.group = list.group, .name = list.name, .begin = begin, .end = end});
      }
      from = std::max(end, from + 1);
    }
  }
};

Language::Language() : impl_(std::make_unique<Impl>()) {}
Language::~Language() = default;

std::unique_ptr<Language> Language::parse(std::string_view json_text) {
  auto made = load(json_text);
  return made && made->impl_->is_valid() ? std::move(made) : nullptr;
}

std::unique_ptr<Language> Language::load(std::string_view json_text) {
  const Result<Json> file = parse_jsonc(json_text);
  if (!file || !file->is_object()) return nullptr;
  std::unique_ptr<Language> made(new Language());
  Impl& impl = *made->impl_;
  impl.code = string_at(*file, "language");
  const std::string order = string_at(*file, "order");
  impl.verb_last = order == "verb last";
  impl.glued = string_at(*file, "phrases") == "anywhere";
  impl.infinitives_last = order == "infinitives last";
  if (const Json* words = find_key(*file, "function_words")) {
    for (std::string& word : strings_of(*words)) impl.function_words.insert(std::move(word));
  }
  for (const auto& [key, group] : {std::pair{"verbs", "verb"}, {"entities", "entity"}, {"infinitives", "infinitive"}, {"states", "state"}, {"words", "word"}, {"numbers", "number"}}) {
    if (!impl.add_group(*file, key, group)) return nullptr;
  }
  impl.placeholders = spellings_of(*file, "placeholders");
  impl.values = spellings_of(*file, "values");
  impl.path_words = spellings_of(*file, "path_words");
  return made;
}

const std::string& Language::code() const { return impl_->code; }
bool Language::verb_last() const { return impl_->verb_last; }
bool Language::glued() const { return impl_->glued; }
bool Language::infinitives_last() const { return impl_->infinitives_last; }
const std::map<std::string, std::vector<std::string>>& Language::placeholders() const { return impl_->placeholders; }
const std::map<std::string, std::vector<std::string>>& Language::values() const { return impl_->values; }
const std::map<std::string, std::vector<std::string>>& Language::path_words() const { return impl_->path_words; }

std::vector<Hit> Language::scan(std::string_view folded) const {
  std::vector<int> candidates;
  RE2::Set::ErrorInfo error{};
  const RE2::Set* set = impl_->set();
  if (set == nullptr) throw std::logic_error("fixtures/languages/" + impl_->code + ".json holds a pattern that is none");
  if (!set->Match(re2::StringPiece(folded.data(), folded.size()), &candidates, &error)) {
    candidates.clear();
    if (error.kind == RE2::Set::kOutOfMemory) {
      for (std::size_t i = 0; i < impl_->lists.size(); ++i) candidates.push_back(static_cast<int>(i));
    }
  }
  std::sort(candidates.begin(), candidates.end());
  std::vector<Hit> found;
  for (const int index : candidates) impl_->find_list(impl_->lists[static_cast<std::size_t>(index)], folded, found);
  std::stable_sort(found.begin(), found.end(), [](const Hit& a, const Hit& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
  });
  if (impl_->glued) {
    // Without spaces a verb may be part of a longer noun or state ("運行" in "正在運行的節點").
    std::vector<Hit> nouns;
    std::copy_if(found.begin(), found.end(), std::back_inserter(nouns), [](const Hit& h) { return h.group == "entity" || h.group == "state"; });
    std::size_t first = 0;
    std::erase_if(found, [&](const Hit& hit) {
      if (hit.group != "verb") return false;
      while (first < nouns.size() && nouns[first].end + 60 < hit.begin) ++first;
      for (std::size_t i = first; i < nouns.size() && nouns[i].begin <= hit.begin; ++i) {
        if (nouns[i].end >= hit.end && nouns[i].end - nouns[i].begin > hit.end - hit.begin) return true;
      }
      return false;
    });
  }
  std::vector<Hit> kept;
  std::map<std::string_view, std::size_t> end_of_group;
  for (const Hit& hit : found) {
    // Words of different classes may share letters ("if" inside a phrase of "may"); verbs, entities and states may not.
    std::size_t& end = end_of_group[hit.group == "word" ? hit.name : hit.group];
    if (hit.begin < end) continue;
    end = hit.end;
    kept.push_back(hit);
  }
  return kept;
}

std::size_t Language::count_function_words(std::string_view folded) const {
  std::size_t count = 0;
  if (impl_->glued) {
    for (const std::string& word : impl_->function_words) {
      for (std::size_t at = folded.find(word); at != std::string_view::npos; at = folded.find(word, at + word.size())) ++count;
    }
    return count;
  }
  std::size_t begin = 0;
  for (std::size_t at = 0; at <= folded.size();) {
    const CodePoint point = code_point_at(folded, at);
    if (point.length != 0 && is_letter_or_digit(point.value)) {
      at += point.length;
      continue;
    }
    if (at > begin && impl_->function_words.find(folded.substr(begin, at - begin)) != impl_->function_words.end()) ++count;
    at += std::max<std::size_t>(point.length, 1);
    begin = at;
  }
  return count;
}

const std::vector<std::unique_ptr<Language>>& languages() {
  static const std::vector<std::unique_ptr<Language>> kAll = [] {
    std::vector<std::unique_ptr<Language>> all;
    for (const std::string& path : fixtures::list("fixtures/languages/")) {
      if (path.ends_with("/labels.json") || !path.ends_with(".json")) continue;
      if (auto language = Language::load(fixtures::get(path))) all.push_back(std::move(language));
    }
    return all;
  }();
  return kAll;
}

const Language* find_language(std::string_view code) {
  for (const auto& language : languages()) {
    if (language->code() == code) return language.get();
  }
  return nullptr;
}

const Language* detect_language(std::string_view text) {
  const std::string folded = fold(text.substr(0, 40000));
  const Language* best = nullptr;
  std::size_t most = 1;
  for (const auto& language : languages()) {
    const std::size_t count = language->count_function_words(folded);
    if (count > most) {
      most = count;
      best = language.get();
    }
  }
  // Few function words prove nothing yet: the orders that a lab gives count as well.
  constexpr std::size_t kProof = 4;
  constexpr std::size_t kOrdersBytesMax = 4000;
  if (most < kProof) {
    most = 0;
    const std::string_view head = std::string_view(folded).substr(0, kOrdersBytesMax);
    for (const auto& language : languages()) {
      const std::vector<Hit> hits = language->scan(head);
      const std::size_t orders = static_cast<std::size_t>(std::count_if(hits.begin(), hits.end(), [](const Hit& h) { return h.group == "verb"; }));
      const std::size_t count = language->count_function_words(folded) + 2 * orders;
      if (count <= most) continue;
      most = count;
      best = language.get();
    }
    if (most < 2) best = nullptr;
  }
  return best;
}

}  // namespace azlab::lab
