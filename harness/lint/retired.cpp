#include "harness/lint/retired.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "sim/core/fixtures.hpp"
#include "sim/core/json.hpp"
#include "sim/core/text.hpp"

namespace azlab::lint {
namespace {

constexpr std::array<std::pair<std::string_view, Place>, 4> kPlaces{{{"shell", Place::shell}, {"file", Place::file}, {"python", Place::python}, {"text", Place::text}}};

/// An entry with its patterns, one a place where it counts; each captures the name as it stands on the line.
struct Known {
  Retirement thing{};
  std::map<Place, std::shared_ptr<RE2>> patterns{};
};

struct Catalogue {
  std::vector<Known> known{};
  std::vector<std::shared_ptr<RE2>> said{};
};

std::shared_ptr<RE2> compiled(const std::string& pattern, const std::string& path) {
  auto out = std::make_shared<RE2>(pattern, RE2::Quiet);
  if (!out->ok()) throw std::logic_error(path + ": " + pattern + ": " + out->error());
  return out;
}

/// A package's name is one only where packages are named: behind `install`, or alone on a line of a conda or pip file.
std::string in_its_place(const std::string& kind, const std::string& pattern, Place place) {
  if (kind == "package" && place == Place::shell) return R"re(\binstall\b(?:.*[\s"'])?((?:)re" + pattern + R"re())(?:[=<>~!;\[\s"'].*|$))re";
  if (kind == "package" && place == Place::file) return R"re(^\s*(?:-\s+)?["']?((?:)re" + pattern + R"re())["']?\s*(?:[=<>~!;\[].*)?$)re";
  return R"re((?:^|[^\w./-])((?:)re" + pattern + R"re())(?:$|[^\w-]))re";
}

Known read_entry(const Json& one, const std::string& path) {
  Known out{.thing = {.kind = string_at(one, "kind"), .name = string_at(one, "name"), .retired_on = string_at(one, "retiredOn"),
                      .replaced_by = string_at(one, "replacedBy"), .source = string_at(one, "source"), .grade = string_at(one, "grade")}};
  const Json* in = find_path(one, "in");
  for (const auto& [name, place] : kPlaces) {
    const bool counts = in != nullptr && in->is_array() && std::find(in->begin(), in->end(), std::string(name)) != in->end();
    if (counts) out.patterns[place] = compiled(in_its_place(out.thing.kind, string_at(one, "pattern"), place), path);
  }
  return out;
}

Json read_list(const std::string& path) {
  auto described = parse_jsonc(fixtures::get(path));
  if (!described || !described->is_array()) throw std::logic_error(path + " is no list" + (described ? "" : ": " + described.error().message));
  return std::move(*described);
}

/// Curated environments have their day where the simulator has them.
void add_environments(Catalogue& catalogue) {
  const std::string path = "fixtures/azure/environments.json";
  for (const Json& one : read_list(path)) {
    if (string_at(one, "retiredOn").empty()) continue;
    Known known{.thing = {.kind = "environment", .name = "the curated environment " + string_at(one, "name"), .retired_on = string_at(one, "retiredOn"),
                          .replaced_by = "a curated environment of today, such as AzureML-sklearn-1.5", .source = string_at(one, "source"), .grade = "C"}};
    const auto pattern = compiled(in_its_place("environment", RE2::QuoteMeta(string_at(one, "name")), Place::text), path);
    for (const auto& [name, place] : kPlaces) known.patterns[place] = pattern;
    catalogue.known.push_back(std::move(known));
  }
}

Catalogue read_catalogue_of_retired() {
  Catalogue out;
  for (const auto& path : fixtures::list("fixtures/retired/")) {
    if (!path.ends_with(".json")) continue;
    for (const Json& one : read_list(path)) {
      if (const std::string said = string_at(one, "said"); !said.empty()) {
        out.said.push_back(compiled("(?i)" + said, path));
      } else {
        out.known.push_back(read_entry(one, path));
      }
    }
  }
  add_environments(out);
  return out;
}

const Catalogue& catalogue_of_retired() {
  static const Catalogue out = read_catalogue_of_retired();
  return out;
}

/// The same day a year later.
std::string a_year_after(std::string_view day) {
  if (day.size() < 4) return std::string(day);
  const int year = std::atoi(std::string(day.substr(0, 4)).c_str());
  return fmt::format("{:04}{}", year + 1, day.substr(4));
}

/// A line that is about taking something away, or looking whether it is there.
bool takes_away(const std::string& line) {
  static const RE2 kAway(R"(\b(?:uninstall|remove|delete|purge|show|list|freeze)\b)");
  return RE2::PartialMatch(line, kAway);
}

lab::Finding say(const Retirement& thing, const std::string& named, int line, const std::string& quote, std::string_view as_of) {
  const bool over = thing.retired_on <= as_of;
  auto out = rules::finding("retired/" + thing.kind, line,
                            over ? fmt::format("'{}': {} has been retired since {}.", named, thing.name, thing.retired_on)
                                 : fmt::format("'{}': {} will be retired on {}.", named, thing.name, thing.retired_on),
                            fmt::format("Use {} (source: {}).", thing.replaced_by, thing.source));
  if (!over) out.severity = "note";
  out.quote = quote;
  return out;
}

}  // namespace

std::vector<Retirement> retirements() {
  std::vector<Retirement> out;
  for (const auto& known : catalogue_of_retired().known) out.push_back(known.thing);
  return out;
}

bool says_retired(std::string_view text) {
  const auto& said = catalogue_of_retired().said;
  const re2::StringPiece piece(text.data(), text.size());
  return std::any_of(said.begin(), said.end(), [&](const auto& pattern) { return RE2::PartialMatch(piece, *pattern); });
}

Place place_of(std::string_view language_or_file) {
  static constexpr std::array<std::string_view, 4> kPython = {"python", "py", "ipython", "python3"};
  static constexpr std::array<std::string_view, 10> kFiles = {"yaml", "yml", "dockerfile", "docker", "json", "toml", "txt", "text", "ini", "cfg"};
  std::string word = to_lower(language_or_file.substr(0, language_or_file.find_first_of(" \t,{")));
  if (const auto dot = word.rfind('.'); dot != std::string::npos) word = word.substr(dot + 1);
  if (std::find(kPython.begin(), kPython.end(), word) != kPython.end()) return Place::python;
  if (std::find(kFiles.begin(), kFiles.end(), word) != kFiles.end()) return Place::file;
  return Place::shell;
}

std::vector<lab::Finding> find_retired(std::string_view text, Place place, int first_line, std::string_view as_of) {
  std::vector<lab::Finding> out;
  const std::string horizon = a_year_after(as_of);
  int number = first_line - 1;
  for (const auto& line : split(text, '\n')) {
    ++number;
    if (place != Place::text && (trim(line).starts_with("#") || takes_away(line) || says_retired(line))) continue;
    std::vector<std::string> named_before;
    for (const auto& known : catalogue_of_retired().known) {
      const auto pattern = known.patterns.find(place);
      std::string named;
      if (known.thing.retired_on > horizon || pattern == known.patterns.end() || !RE2::PartialMatch(line, *pattern->second, &named)) continue;
      // An image on an old system is said once, by the rule that knows more of it.
      const bool known_already = std::any_of(named_before.begin(), named_before.end(), [&](const auto& one) { return one.find(named) != std::string::npos || named.find(one) != std::string::npos; });
      if (known_already) continue;
      named_before.push_back(named);
      out.push_back(say(known.thing, named, number, std::string(trim(line)), as_of));
    }
  }
  return out;
}

std::vector<lab::Finding> check_retired(const lab::Lab& lab, std::string_view as_of) {
  std::vector<lab::Finding> out;
  const auto add = [&](std::vector<lab::Finding> found) { std::move(found.begin(), found.end(), std::back_inserter(out)); };
  std::string_view before;  // the words that introduce a fence
  for (const auto& unit : lab.units) {
    const auto fence = std::find_if(unit.ops.begin(), unit.ops.end(), [](const lab::Op& op) { return !op.code.empty(); });
    if (unit.kind == "C" && fence != unit.ops.end()) {
      const Place place = fence->kind == "file.content" && !fence->args.empty() ? place_of(fence->args[0]) : place_of(fence->fence_language);
      if (fence->kind != "info" && !says_retired(before)) add(find_retired(fence->code, place, unit.line + 1, as_of));
      continue;
    }
    before = unit.text;
    // Only steps send a reader somewhere; other prose may tell how things were.
    const bool step = unit.step > 0 || unit.kind.starts_with("Do") || unit.kind.starts_with("Du");
    if (!step || says_retired(unit.text)) continue;
    auto found = find_retired(replace_all(unit.text, "\n", " "), Place::text, unit.line, as_of);
    for (auto& one : found) one.quote.clear();  // the line itself
    add(std::move(found));
  }
  return out;
}

}  // namespace azlab::lint
