#include "harness/lab/labels.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "harness/lab/unicode.hpp"
#include "sim/core/fixtures.hpp"
#include "sim/core/json.hpp"
#include "sim/core/text.hpp"

namespace azlab::lab {
namespace {

using Index = std::unordered_map<std::string, std::size_t>;

/// The first label of each spelling, fields and other controls apart.
struct Spellings {
  Index controls;
  Index fields;
};

struct Dictionary {
  std::vector<UiLabel> labels;
  std::unordered_map<std::string, Spellings> by_language;
  std::unordered_map<std::string, std::vector<std::string>> spellings;  ///< keys by language and label, see spellings_key
  Spellings any;
};

void add_spelling(Spellings& to, const std::string& key, std::size_t index, const UiLabel& label) {
  (label.kind == "field" ? to.fields : to.controls).emplace(key, index);
}

std::string spellings_key(std::string_view language, std::string_view en) { return fmt::format("{} {}", language, to_lower(en)); }

const std::size_t* find_spelling(const Spellings& in, const std::string& key, bool as_field) {
  const Index& first = as_field ? in.fields : in.controls;
  const Index& second = as_field ? in.controls : in.fields;
  if (const auto found = first.find(key); found != first.end()) return &found->second;
  if (const auto found = second.find(key); found != second.end()) return &found->second;
  return nullptr;
}

/// Labels compare without case, without the spaces that translators put around "+" and "/", without wrapping.
std::string label_key(std::string_view text) {
  std::string folded = fold(text);
  for (const char* sign : {"+", "/"}) {
    folded = replace_all(folded, std::string(" ") + sign, sign);
    folded = replace_all(folded, std::string(sign) + " ", sign);
  }
  folded = replace_all(folded, " (", "(");
  std::string_view body = folded;
  constexpr std::string_view kWrapping = " \"'[].,:;*";
  while (!body.empty() && kWrapping.find(body.front()) != std::string_view::npos) body.remove_prefix(1);
  const bool pattern = body.ends_with("...");
  while (!body.empty() && kWrapping.find(body.back()) != std::string_view::npos) body.remove_suffix(1);
  return pattern ? std::string(body) + "..." : std::string(body);
}

Dictionary read_dictionary() {
  Dictionary made;
  const Result<Json> file = parse_jsonc(fixtures::get("fixtures/languages/labels.json"));
  if (!file || !file->is_object()) return made;
  const Json* list = find_key(*file, "labels");
  if (list == nullptr) return made;
  for (const Json& entry : *list) {
    const std::size_t index = made.labels.size();
    made.labels.push_back({string_at(entry, "en"), string_at(entry, "kind"), string_at(entry, "surface")});
    const UiLabel label = made.labels.back();
    add_spelling(made.by_language["en"], label_key(label.en), index, label);
    add_spelling(made.any, label_key(label.en), index, label);
    for (const auto& [code, spellings] : entry.items()) {
      if (!spellings.is_array()) continue;
      for (const Json& spelling : spellings) {
        if (!spelling.is_string()) continue;
        const std::string key = label_key(spelling.get<std::string>());
        add_spelling(made.by_language[code], key, index, label);
        made.spellings[spellings_key(code, label.en)].push_back(key);
        add_spelling(made.any, key, index, label);
      }
    }
  }
  return made;
}

const Dictionary& dictionary() {
  static const Dictionary kDictionary = read_dictionary();
  return kDictionary;
}

const UiLabel* look_up(const std::string& key, const Language* language, bool as_field) {
  const Dictionary& all = dictionary();
  const auto find_in = [&](const std::string& code) -> const UiLabel* {
    const auto spellings = all.by_language.find(code);
    if (spellings == all.by_language.end()) return nullptr;
    const std::size_t* found = find_spelling(spellings->second, key, as_field);
    return found == nullptr ? nullptr : &all.labels[*found];
  };
  if (key.empty()) return nullptr;
  if (language != nullptr) {
    if (const UiLabel* found = find_in(language->code())) return found;
  }
  if (const UiLabel* found = find_in("en")) return found;
  const std::size_t* found = find_spelling(all.any, key, as_field);
  return found == nullptr ? nullptr : &all.labels[*found];
}

/// Replaces the reader's own name, however the page spells it, by `<user>`; folder names by the real ones.
std::string with_placeholders(std::string_view as_written, const Language* language) {
  std::string text = even_out(as_written);
  text = replace_all(text, "/ ", "/");
  text = replace_all(text, " /", "/");
  static const RE2 kUser("(?i)<?(?:your|YOUR)[-_ ]?(?:user|alias)[-_ ]?(?:name)?>?");
  RE2::GlobalReplace(&text, kUser, "<user>");
  if (language != nullptr) {
    for (const auto& [canonical, spellings] : language->placeholders()) {
      for (const std::string& spelling : spellings) {
        const std::string quoted = "(?i)<?" + RE2::QuoteMeta(spelling) + ">?";
        RE2::GlobalReplace(&text, RE2(quoted), canonical);
      }
    }
    if (text.find('/') != std::string::npos) {
      for (const auto& [canonical, spellings] : language->path_words()) {
        for (const std::string& spelling : spellings) text = replace_all(text, spelling + "/", canonical + "/");
      }
    }
  }
  if (text.find("<user>") != std::string::npos) {
    if (text.starts_with("/")) text.erase(0, 1);
    if (text.starts_with("users/")) text.replace(0, 6, "Users/");
  }
  return text;
}

/// Takes nouns such as "page" or "tab" off either end of a label that a translator marked up with them.
std::string without_nouns(const std::string& key, const Language& language) {
  std::size_t begin = 0;
  std::size_t end = key.size();
  for (const Hit& hit : language.scan(key)) {
    if (hit.group != "entity") continue;
    static constexpr std::array<std::string_view, 7> kNouns{"page", "tab", "pane", "button", "field", "file", "notebook"};
    if (std::find(kNouns.begin(), kNouns.end(), hit.name) == kNouns.end()) continue;
    if (hit.begin == 0 && hit.end < end) {
      begin = hit.end;
    } else if (hit.end == key.size() && hit.begin > begin) {
      end = hit.begin;
    }
  }
  return label_key(std::string_view(key).substr(begin, end - begin));
}

}  // namespace

CanonicalLabel canonical_label(std::string_view as_written, const Language* language, bool as_field) {
  const std::string text = with_placeholders(as_written, language);
  const std::string key = label_key(text);
  const UiLabel* known = look_up(key, language, as_field);
  if (known == nullptr && language != nullptr && key.size() < 120) known = look_up(without_nouns(key, *language), language, as_field);
  if (known == nullptr) {
    // "**Label** (translation)" inside one emphasis.
    const std::size_t open = key.find('(');
    if (open != std::string::npos && open > 2) known = look_up(label_key(key.substr(0, open)), language, as_field);
  }
  if (known != nullptr) return {known->en, known};
  std::string_view body = text;
  body = trim(body);
  while (body.size() > 1 && (body.back() == ':' || body.back() == ',' || (body.back() == '.' && !body.ends_with("...")))) {
    body.remove_suffix(1);
  }
  return {std::string(body), nullptr};
}

bool may_name_label(std::string_view as_written, const Language* language, std::string_view en) {
  const std::string key = label_key(even_out(as_written));
  if (key == label_key(en)) return true;
  if (language == nullptr) return false;
  const auto found = dictionary().spellings.find(spellings_key(language->code(), en));
  return found != dictionary().spellings.end() && std::find(found->second.begin(), found->second.end(), key) != found->second.end();
}

bool mentions_label(std::string_view folded, const Language* language, std::string_view en) {
  if (folded.find(label_key(en)) != std::string_view::npos) return true;
  if (language == nullptr) return false;
  const auto found = dictionary().spellings.find(spellings_key(language->code(), en));
  return found != dictionary().spellings.end() &&
         std::any_of(found->second.begin(), found->second.end(), [&](const std::string& key) { return folded.find(key) != std::string_view::npos; });
}

bool is_place(const CanonicalLabel& label) {
  if (label.known == nullptr) return false;
  const std::string& kind = label.known->kind;
  static constexpr std::array<std::string_view, 8> kPlaces{"page", "tab", "pane", "blade", "section", "column", "wizard step", "wizard"};
  return std::find(kPlaces.begin(), kPlaces.end(), kind) != kPlaces.end();
}

bool is_field(const CanonicalLabel& label) {
  if (label.known == nullptr) return false;
  const std::string& kind = label.known->kind;
  return kind == "field" || kind == "toggle" || kind == "checkbox";
}

bool looks_like_file(std::string_view text) {
  static const RE2 kFile(R"(^[\w./\\ <>()-]*[\w)-]\.(?:sh|py|ps1|txt|csv|json|ya?ml|ipynb|md|zip|sql|r|parquet|cs|js|ts|bicep|tf|conf|log|env|toml|ini|xml|html)$)");
  return text.size() < 300 && RE2::FullMatch(re2::StringPiece(text.data(), text.size()), kFile);
}

bool looks_like_path(std::string_view text) {
  if (text.size() >= 300 || text.find("://") != std::string_view::npos) return false;
  if (looks_like_file(text)) return true;
  return text.find('/') != std::string_view::npos && text.find(' ') == std::string_view::npos;
}

bool is_notebook(std::string_view text) { return to_lower(text).ends_with(".ipynb"); }

bool is_kernel(std::string_view text) {
  static const RE2 kKernel(R"((?i)Python ?3(?:\.\d+)? ?- ?(?:AzureML|Azure ML|SDK ?v2|PyTorch.*))");
  const std::string even = even_out(text);
  return RE2::PartialMatch(even, kKernel);
}

bool is_resource_pattern(std::string_view text) {
  static const RE2 kResource(R"((?i)^(?:rg|mlw|ws|kv|st|vm|func|app)-[\w.-]*$)");
  return RE2::FullMatch(re2::StringPiece(text.data(), text.size()), kResource);
}

std::string canonical_time(std::string_view text) {
  const std::string folded = fold(text);
  // "6:00 pm", "6:00 p.m", "18:00", "18.00", "18h00", "18 時", "18 uhr"; half days before the number in East Asia.
  static const RE2 kTime(
      R"((?:(午後|下午|晚上|오후|午前|上午|오전) ?|^|[^\d:])(\d{1,2})(?:[:.h](\d{2})|( ?時| ?시| ?点| ?點| ?uhr| ?h|:00)| ?([ap])\.? ?m)(?: ?([ap])\.? ?m)?)");
  std::string half;
  std::string hour;
  std::string minute;
  std::string unit;
  std::string short_meridian;
  std::string meridian;
  if (!RE2::PartialMatch(folded, kTime, &half, &hour, &minute, &unit, &short_meridian, &meridian)) return {};
  int h = std::stoi(hour);
  const int m = minute.empty() ? 0 : std::stoi(minute);
  const bool after_noon = meridian == "p" || short_meridian == "p" || half == "午後" || half == "下午" || half == "晚上" || half == "오후";
  if (after_noon && h < 12) h += 12;
  if (h > 24 || m > 59) return {};
  return fmt::format("{:02}:{:02}", h, m);
}

}  // namespace azlab::lab
