#include "sim/portal/library.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/core/fixtures.hpp"

namespace azlab::portal {

struct Library::Impl {
  std::vector<Json> files;
  Json labels;
  Json absent;
  std::map<std::string, std::vector<const Json*>, std::less<>> by_id;
  std::vector<std::string> defects;
};

bool valid_on(const Json& entry, std::string_view as_of) {
  const auto from = entry.value("from", std::string());
  const auto until = entry.value("until", std::string());
  if (as_of.empty()) return until.empty();
  const auto day = as_of.substr(0, 10);  // ISO dates compare as text
  return (from.empty() || from <= day) && (until.empty() || day < until);
}

Library::Library(std::vector<Json> screens, Json labels, Json absent, std::vector<std::string> defects)
    : impl_(std::make_unique<Impl>()) {
  impl_->defects = std::move(defects);
  impl_->files = std::move(screens);
  impl_->labels = std::move(labels);
  impl_->absent = std::move(absent);
  for (const auto& file : impl_->files) {
    for (const auto& screen : file) impl_->by_id[screen.value("screen", std::string())].push_back(&screen);
  }
  for (auto& [id, list] : impl_->by_id) {
    std::stable_sort(list.begin(), list.end(), [](const Json* a, const Json* b) {
      return a->value("from", std::string()) < b->value("from", std::string());
    });
    const auto current = std::count_if(list.begin(), list.end(), [](const Json* s) { return valid_on(*s, ""); });
    if (current != 1) impl_->defects.push_back("screen " + id + " has " + std::to_string(current) + " undated generations");
  }
}

Library::~Library() = default;

const Library& Library::builtin() {
  static const Library library = [] {
    std::vector<Json> screens;
    std::vector<std::string> defects;
    Json labels = Json::object();
    Json absent = Json::object();
    for (const auto& path : fixtures::list("fixtures/screens/")) {
      auto parsed = parse_jsonc(fixtures::get(path));
      if (!parsed) {
        defects.push_back(path + ": " + parsed.error().message);
      } else if (path.ends_with("/labels.json")) {
        labels = std::move(*parsed);
      } else if (path.ends_with("/absent.json")) {
        absent = std::move(*parsed);
      } else if (path.ends_with(".json")) {
        screens.push_back(std::move(*parsed));
      }
    }
    return Library(std::move(screens), std::move(labels), std::move(absent), std::move(defects));
  }();
  return library;
}

const Json* Library::find(std::string_view id, std::string_view as_of) const {
  const auto found = impl_->by_id.find(id);
  if (found == impl_->by_id.end()) return nullptr;
  for (const auto* screen : found->second) {
    if (valid_on(*screen, as_of)) return screen;
  }
  return nullptr;
}

std::vector<const Json*> Library::generations(std::string_view id) const {
  const auto found = impl_->by_id.find(id);
  return found == impl_->by_id.end() ? std::vector<const Json*>{} : found->second;
}

std::vector<std::string> Library::ids() const {
  std::vector<std::string> ids;
  for (const auto& [id, list] : impl_->by_id) ids.push_back(id);
  return ids;
}

bool Library::declared_absent(std::string_view id) const { return impl_->absent.contains(std::string(id)); }

std::string Library::name_of_absent(std::string_view id) const { return impl_->absent.value(std::string(id), std::string(id)); }

bool Library::knows_label(std::string_view key) const { return impl_->labels.contains(std::string(key)); }

LabelText Library::label(const Json& label, std::string_view language) const {
  LabelText out;
  if (!label.is_string() && !label.is_object()) return out;
  static const Json kNothing = Json::object();
  const Json* texts = &label;
  if (label.is_string()) {
    out.en = label.get<std::string>();
    const auto found = impl_->labels.find(out.en);
    texts = found == impl_->labels.end() ? &kNothing : &*found;
  } else {
    out.en = label.value("en", std::string());
  }
  out.text = texts->value(std::string(language), out.en);
  out.untranslated = language != "en" && !texts->contains(language) && !texts->value("everywhere", false);
  for (const auto& [key, value] : texts->items()) {
    if (key == "also") {
      for (const auto& spelling : value) out.also.push_back(spelling.get<std::string>());
    } else if (key == "source") {
      // One source for all languages, or one for each of those that differ from "docs".
      const auto source = value.is_object() ? value.value(std::string(language), std::string()) : value.get<std::string>();
      out.unverified = source == "labs" || source == "own";
    } else if (value.is_string() && value.get<std::string>() != out.text) {
      out.also.push_back(value.get<std::string>());
    }
  }
  return out;
}

const std::vector<std::string>& Library::defects() const { return impl_->defects; }

}  // namespace azlab::portal
