#include "harness/project/project.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "harness/rules/catalogue.hpp"
#include "sim/core/located_json.hpp"
#include "sim/core/text.hpp"
#include "sim/core/time.hpp"

namespace azlab::project {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFile = "azlab.json";
const std::vector<std::string>& known_members() {
  static const std::vector<std::string> members = {"$schema", "asOf", "clones", "date", "exclude", "failOn", "files", "languages", "notSimulated", "rules", "scenarios", "seed", "twins"};
  return members;
}

/// Reads members one by one; the first thing that is wrong is kept as the error.
class ProjectReader {
 public:
  ProjectReader(std::string_view text, std::string root) : text_(text) { project_.root = std::move(root); }

  Result<Project> read() {
    auto located = LocatedJson::parse(text_);
    if (!located) return fail(400, "BadProject", std::string(kFile) + ":" + located.error().message);
    located_ = std::move(*located);
    const Json* json = &located_.value();
    if (!json->is_object()) return fail(400, "BadProject", std::string(kFile) + ":1: it must be an object, { … }");
    for (const auto& [name, value] : json->items()) {
      read_member(name, value);
      if (!error_.empty()) return fail(400, "BadProject", error_);
    }
    return std::move(project_);
  }

 private:
  void wrong(const std::vector<std::string>& path, const std::string& what) {
    std::string pointer;
    for (const auto& name : path) pointer = pointer_to(pointer, name);
    if (error_.empty()) error_ = fmt::format("{}:{}: {}: {}", kFile, located_.name_place(pointer).line, pointer_in_words(pointer), what);
  }

  std::string text_at(const std::vector<std::string>& path, const Json& value) {
    if (!value.is_string() || value.get<std::string>().empty()) {
      wrong(path, "a text is expected");
      return {};
    }
    return value.get<std::string>();
  }

  std::vector<std::string> texts_at(const std::vector<std::string>& path, const Json& value) {
    std::vector<std::string> out;
    if (!value.is_array()) wrong(path, "a list of texts is expected");
    for (std::size_t i = 0; value.is_array() && i < value.size(); ++i) {
      auto at = path;
      at.push_back(std::to_string(i));
      out.push_back(text_at(at, value[i]));
    }
    return out;
  }

  std::string date_at(const std::string& name, const Json& value) {
    const std::string date = text_at({name}, value);
    if (!date.empty() && !parse_iso8601(date)) wrong({name}, "'" + date + "' is not a date; write YYYY-MM-DD");
    return date;
  }

  void read_clones(const Json& value) {
    if (!value.is_object()) return wrong({"clones"}, "an object is expected: address to directory");
    for (const auto& [address, directory] : value.items()) {
      const std::string relative = text_at({"clones", address}, directory);
      const fs::path place = fs::path(project_.root) / relative;
      std::error_code why;
      if (error_.empty() && !fs::is_directory(place, why)) wrong({"clones", address}, "the directory '" + relative + "' does not exist");
      project_.clones.emplace_back(address, place.lexically_normal().string());
    }
  }

  void read_rules(const Json& value) {
    if (!value.is_object()) return wrong({"rules"}, "an object is expected: rule to severity");
    for (const auto& [rule, severity] : value.items()) {
      if (rules::find_rule(rule) == nullptr) {
        const std::string near = rules::nearest_rule(rule);
        return wrong({"rules", rule}, "there is no such rule" + (near.empty() ? std::string("; azlab rules lists them") : "; do you mean '" + near + "'?"));
      }
      const std::string word = text_at({"rules", rule}, severity);
      if (word != "off" && word != "note" && word != "warning" && word != "error") return wrong({"rules", rule}, "'" + word + "' is no severity; write off, note, warning or error");
      project_.rules[rule] = word;
    }
  }

  void read_twins(const Json& value) {
    if (!value.is_object() || !value.contains("source") || !value.contains("translation") || value.size() != 2) {
      return wrong({"twins"}, R"(write {"source": "Instructions/{name}.md", "translation": "Instructions/{language}/{name}.md"})");
    }
    project_.source_of_twins = text_at({"twins", "source"}, value["source"]);
    project_.twins = text_at({"twins", "translation"}, value["translation"]);
    if (project_.source_of_twins.find("{name}") == std::string::npos) wrong({"twins", "source"}, "{name} must stand in it");
    if (project_.twins.find("{name}") == std::string::npos || project_.twins.find("{language}") == std::string::npos) wrong({"twins", "translation"}, "{name} and {language} must stand in it");
  }

  void read_not_simulated(const Json& value) {
    if (!value.is_array()) return wrong({"notSimulated"}, "a list is expected");
    for (std::size_t i = 0; i < value.size(); ++i) {
      const Json& one = value[i];
      const std::string index = std::to_string(i);
      if (!one.is_object()) return wrong({"notSimulated", index}, R"(write {"text": "words of the step", "reason": "why"})");
      NotSimulated known;
      for (const auto& [name, member] : one.items()) {
        if (name == "file") {
          known.file = text_at({"notSimulated", index, name}, member);
        } else if (name == "text") {
          known.text = text_at({"notSimulated", index, name}, member);
        } else if (name == "reason") {
          known.reason = text_at({"notSimulated", index, name}, member);
        } else {
          return wrong({"notSimulated", index, name}, "there is no such member; there is file, text, reason");
        }
      }
      if (known.text.empty() || known.reason.empty()) return wrong({"notSimulated", index}, "each needs text and reason");
      project_.not_simulated.push_back(std::move(known));
    }
  }

  void read_seed(const Json& value) {
    if (!value.is_number_unsigned()) return wrong({"seed"}, "a whole number from 0 is expected");
    project_.seed = value.get<std::uint64_t>();
  }

  void read_fail_on(const Json& value) {
    project_.fail_on = text_at({"failOn"}, value);
    if (project_.fail_on != "error" && project_.fail_on != "warning" && project_.fail_on != "never") wrong({"failOn"}, "write error, warning or never");
  }

  void read_member(const std::string& name, const Json& value) {
    if (name == "$schema") {
      text_at({name}, value);
    } else if (name == "files") {
      project_.files = texts_at({name}, value);
    } else if (name == "exclude") {
      project_.exclude = texts_at({name}, value);
    } else if (name == "languages") {
      project_.languages = texts_at({name}, value);
    } else if (name == "scenarios") {
      project_.scenarios = texts_at({name}, value);
    } else if (name == "clones") {
      read_clones(value);
    } else if (name == "rules") {
      read_rules(value);
    } else if (name == "twins") {
      read_twins(value);
    } else if (name == "notSimulated") {
      read_not_simulated(value);
    } else if (name == "asOf") {
      project_.as_of = date_at(name, value);
    } else if (name == "date") {
      project_.date = date_at(name, value);
    } else if (name == "seed") {
      read_seed(value);
    } else if (name == "failOn") {
      read_fail_on(value);
    } else {
      const auto near = nearest(name, known_members(), 1);
      wrong({name}, "there is no such member" + (near.empty() ? "; there is " + join(known_members(), ", ") : "; do you mean '" + near.front() + "'?"));
    }
  }

  std::string_view text_;
  LocatedJson located_{};
  Project project_{};
  std::string error_{};
};

}  // namespace

Result<Project> read_project(std::string_view text, const std::string& root) { return ProjectReader(text, root).read(); }

std::string find_project_file(const std::string& directory) {
  std::error_code why;
  for (fs::path at = fs::absolute(directory, why).lexically_normal(); !at.empty(); at = at.parent_path()) {
    if (fs::is_regular_file(at / kFile, why)) return (at / kFile).string();
    if (at == at.root_path()) break;
  }
  return {};
}

bool fits_pattern(std::string_view path, std::string_view pattern) {
  std::string expression;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern.substr(i).starts_with("**/")) {
      expression += "(?:.*/)?";
      i += 2;
    } else if (pattern.substr(i).starts_with("**")) {
      expression += ".*";
      ++i;
    } else if (pattern[i] == '*') {
      expression += "[^/]*";
    } else if (pattern[i] == '?') {
      expression += "[^/]";
    } else {
      expression += RE2::QuoteMeta(re2::StringPiece(pattern.data() + i, 1));
    }
  }
  return RE2::FullMatch(re2::StringPiece(path.data(), path.size()), expression);
}

std::vector<std::string> files_of(const Project& project) {
  std::vector<std::string> out;
  const auto fits_any = [](const std::string& path, const std::vector<std::string>& patterns) {
    return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) { return fits_pattern(path, pattern); });
  };
  std::error_code why;
  for (auto it = fs::recursive_directory_iterator(project.root, fs::directory_options::skip_permission_denied, why); !why && it != fs::recursive_directory_iterator(); it.increment(why)) {
    const std::string name = it->path().filename().string();
    if (it->is_directory(why) && (name.starts_with('.') || name == "node_modules")) it.disable_recursion_pending();
    if (!it->is_regular_file(why)) continue;
    const std::string path = it->path().lexically_relative(project.root).string();
    if (fits_any(path, project.files) && !fits_any(path, project.exclude)) out.push_back(path);
  }
  std::sort(out.begin(), out.end());
  return out;
}

void apply(const Project& project, run::LabRecord& record) {
  std::erase_if(record.findings, [&](const lab::Finding& finding) {
    const auto wanted = project.rules.find(finding.rule);
    const bool off = wanted != project.rules.end() && wanted->second == "off";
    record.silenced += off ? 1 : 0;
    return off;
  });
  for (auto& finding : record.findings) {
    if (const auto wanted = project.rules.find(finding.rule); wanted != project.rules.end()) finding.severity = wanted->second;
  }
  for (auto& step : record.steps) {
    if (step.verdict != run::verdict::kBlocked && step.verdict != run::verdict::kNotUnderstood) continue;
    for (const auto& known : project.not_simulated) {
      if (!known.file.empty() && !fits_pattern(record.file, known.file)) continue;
      if (step.text.find(known.text) != std::string::npos) step.known = known.reason;
    }
  }
}

}  // namespace azlab::project
