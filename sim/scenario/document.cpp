#include "sim/scenario/document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <tuple>

#include "sim/core/fixtures.hpp"
#include "sim/core/json_schema.hpp"
#include "sim/core/text.hpp"
#include "sim/scenario/members.hpp"
#include "sim/scenario/scenario.hpp"

namespace azlab::scenario {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFolder = "scenarios/";
// Longer chains are circles in all but name, and nobody could follow them.
constexpr std::size_t kChainMax = 20;

std::string in_words(const std::string& file, TextPlace place) { return fmt::format("{}:{}:{}", file, place.line, place.column); }

tl::unexpected<Error> wrong(const std::string& place, const std::string& what) { return fail(400, "InvalidScenario", fmt::format("scenario {}: {}", place, what)); }

/// Reads scenarios and what they extend, and knows which ones it is in the middle of.
class Reader {
 public:
  Result<Document> read(const Source& source) {
    if (const auto errors = form_errors(source); !errors.empty()) return fail(400, "InvalidScenario", "scenario " + errors.front());
    const Document own(*LocatedJson::parse(source.text), source.file);
    const Json extended = own.value().value("extends", Json::array());
    under_way_.push_back(source.file);
    Document out;
    for (std::size_t i = 0; i < extended.size(); ++i) {
      const Json& name = extended.is_array() ? extended[i] : extended;
      const auto below = read_below(name.get<std::string>(), source, own.place(extended.is_array() ? pointer_to("/extends", i) : "/extends"));
      if (!below) return fail(below.error());
      out.lay_over(*below);
    }
    under_way_.pop_back();
    // What a scenario is about it says itself.
    for (const char* member : {"$schema", "description", "extends", "source"}) out.forget(member);
    out.lay_over(own);
    return out;
  }

 private:
  Result<Document> read_below(const std::string& name, const Source& source, const std::string& here) {
    const auto found = find_source(name, source.directory);
    if (!found) return wrong(here, "extends: " + found.error().message);
    if (std::find(under_way_.begin(), under_way_.end(), found->file) != under_way_.end()) {
      return wrong(here, fmt::format("extends: a circle: {} -> {}", join(under_way_, " -> "), found->file));
    }
    if (under_way_.size() >= kChainMax) return wrong(here, fmt::format("extends: more than {} scenarios extend each other", kChainMax));
    return read(*found);
  }

  std::vector<std::string> under_way_{};
};

Result<Source> read_file(const std::string& name, const std::string& directory) {
  const fs::path path = directory.empty() ? fs::path(name) : fs::path(directory) / name;
  std::ifstream file(path, std::ios::binary);
  std::error_code why;
  if (!file || fs::is_directory(path, why)) return fail(404, "UnknownScenario", fmt::format("there is no scenario file '{}'", name));
  return Source{.text = {std::istreambuf_iterator<char>(file), {}}, .file = path.lexically_normal().string(), .directory = path.parent_path().string()};
}

}  // namespace

Document::Document() : value_(std::make_shared<Json>(Json::object())) {}

Document::Document(const LocatedJson& own, const std::string& file) : value_(std::make_shared<Json>(own.value())) {
  const auto note_all = [&](const auto& self, const Json& value, const std::string& pointer) -> void {
    places_[pointer] = in_words(file, own.place(pointer));
    if (value.is_object()) {
      for (const auto& [name, member] : value.items()) self(self, member, pointer_to(pointer, name));
    } else if (value.is_array()) {
      for (std::size_t i = 0; i < value.size(); ++i) self(self, value[i], pointer_to(pointer, i));
    }
  };
  note_all(note_all, *value_, "");
}

std::string Document::place(std::string_view pointer) const {
  while (true) {
    if (const auto found = places_.find(pointer); found != places_.end()) return found->second;
    if (pointer.empty()) return "(nowhere)";
    pointer = pointer.substr(0, pointer.rfind('/'));
  }
}

void Document::note(const Json& value, const std::string& pointer, const std::string& own_pointer, const Document& from) {
  places_[pointer] = from.place(own_pointer);
  if (value.is_object()) {
    for (const auto& [name, member] : value.items()) note(member, pointer_to(pointer, name), pointer_to(own_pointer, name), from);
  } else if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) note(value[i], pointer_to(pointer, i), pointer_to(own_pointer, i), from);
  }
}

void Document::lay(Json& below, const std::string& pointer, const Json& own, const std::string& own_pointer, const Document& from) {
  if (below.is_object() && own.is_object()) {
    places_[pointer] = from.place(own_pointer);
    for (const auto& [name, member] : own.items()) {
      const std::string to = pointer_to(pointer, name);
      const std::string of = pointer_to(own_pointer, name);
      if (below.contains(name)) {
        lay(below[name], to, member, of, from);
      } else {
        below[name] = member;
        note(member, to, of, from);
      }
    }
  } else if (below.is_array() && own.is_array()) {
    for (std::size_t i = 0; i < own.size(); ++i) {
      note(own[i], pointer_to(pointer, below.size()), pointer_to(own_pointer, i), from);
      below.push_back(own[i]);
    }
  } else {
    below = own;
    note(own, pointer, own_pointer, from);
  }
}

void Document::lay_over(const Document& own) { lay(*value_, "", *own.value_, "", own); }

void Document::forget(const std::string& member) { value_->erase(member); }

Result<Source> find_source(std::string_view asked, const std::string& directory) {
  const std::string name = asked.empty() ? "typical" : std::string(asked);
  if (name.ends_with(".json")) return read_file(name, directory);
  if (const auto text = fixtures::find(std::string(kFolder) + name + ".json")) return Source{.text = std::string(*text), .file = std::string(kFolder) + name + ".json", .directory = directory};
  const auto names = scenario_names();
  std::vector<std::string> family;
  for (const auto& known : names) {
    if (known.starts_with(name + "/")) family.push_back(known);
  }
  if (!family.empty()) return fail(404, "UnknownScenario", fmt::format("scenario '{}' has variants; choose one: {}", name, join(family, ", ")));
  const auto near = nearest(name, names, 2);
  return fail(404, "UnknownScenario", fmt::format("unknown scenario '{}'{}", name, near.empty() ? "; azlab scenarios lists them, and a file of your own ends in .json" : "; did you mean " + join(near, " or ") + "?"));
}

Result<Document> read_document(const Source& source) { return Reader().read(source); }

std::vector<std::string> form_errors(const Source& source) {
  const auto own = LocatedJson::parse(source.text);
  if (!own) return {source.file + ":" + own.error().message};
  std::vector<std::tuple<int, int, std::string>> ordered;
  for (const auto& breach : schema_breaches(scenario_schema(), own->value())) {
    const TextPlace place = breach.about_name ? own->name_place(breach.pointer) : own->place(breach.pointer);
    const std::string about = pointer_in_words(breach.about_name ? breach.pointer.substr(0, breach.pointer.rfind('/')) : breach.pointer);
    ordered.emplace_back(place.line, place.column, in_words(source.file, place) + ": " + (about.empty() ? "" : about + ": ") + breach.what);
  }
  std::sort(ordered.begin(), ordered.end());
  std::vector<std::string> out;
  for (auto& [line, column, text] : ordered) out.push_back(std::move(text));
  return out;
}

}  // namespace azlab::scenario
