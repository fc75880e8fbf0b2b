#include "harness/report/kinds.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <ostream>

#include "harness/report/report.hpp"
#include "harness/run/run_directory.hpp"
#include "sim/core/text.hpp"

namespace azlab::report {
namespace {

constexpr Kind kKinds[] = {
    {.name = "json", .what = "everything, for programs and for azlab explain", .text = to_json},
    {.name = "junit", .what = "test cases, as most systems of continuous integration show them", .text = to_junit},
    {.name = "sarif", .what = "SARIF 2.1.0, for code scanning", .text = to_sarif},
    {.name = "github", .what = "annotations of a pull request's lines in GitHub Actions, and the job's summary", .text = to_github, .to_standard_output = true,
     .appends_to = "GITHUB_STEP_SUMMARY", .appended = to_markdown},
    {.name = "markdown", .what = "a comment for a pull request", .text = to_markdown},
    {.name = "html", .what = "one page that works offline, filters and prints", .text = to_html},
};

std::string names_of_kinds() {
  std::vector<std::string> names;
  for (const auto& kind : kKinds) names.emplace_back(kind.name);
  return join(names, ", ");
}

Result<void> append(const std::string& file, const std::string& text) {
  std::ofstream out(file, std::ios::app | std::ios::binary);
  out << text;
  if (!out.flush()) return fail(400, "", "cannot write to " + file);
  return {};
}

}  // namespace

std::span<const Kind> kinds() { return kKinds; }

std::string help_on_kinds() {
  std::string out = "KIND=FILE, repeatable; kinds:";
  for (const auto& kind : kKinds) out += "\n" + std::string(kind.name) + ": " + std::string(kind.what) + (kind.to_standard_output ? " (without =FILE: printed)" : "");
  return out;
}

Result<std::vector<Target>> parse_targets(const std::vector<std::string>& texts) {
  std::vector<Target> out;
  for (const auto& text : texts) {
    const auto equals = text.find('=');
    const std::string name = text.substr(0, equals);
    const auto kind = std::find_if(std::begin(kKinds), std::end(kKinds), [&](const Kind& k) { return k.name == name; });
    const bool has_file = equals != std::string::npos && equals + 1 < text.size();
    const bool alone = equals == std::string::npos;
    if (kind == std::end(kKinds) && alone) return fail(400, "", "--report '" + text + "': write KIND=FILE, for instance json=report.json; kinds: " + names_of_kinds());
    if (kind == std::end(kKinds)) return fail(400, "", "--report '" + name + "' is not known; known: " + names_of_kinds());
    if (!has_file && !(alone && kind->to_standard_output)) return fail(400, "", "--report '" + text + "': write KIND=FILE, for instance " + name + "=report");
    if (has_file) {
      const auto folder = std::filesystem::absolute(text.substr(equals + 1)).parent_path();
      if (!std::filesystem::is_directory(folder)) return fail(400, "", "--report: the directory " + folder.string() + " does not exist");
    }
    out.push_back({.kind = &*kind, .file = has_file ? text.substr(equals + 1) : std::string()});
  }
  return out;
}

Result<void> write_reports(const std::vector<Target>& targets, const std::vector<run::LabRecord>& labs, std::ostream& standard_output) {
  for (const auto& target : targets) {
    const std::string text = target.kind->text(labs);
    if (target.file.empty()) {
      standard_output << text << std::flush;
    } else if (auto written = run::write_file(target.file, text); !written) {
      return written;
    }
    const char* beside = target.kind->appended == nullptr ? nullptr : std::getenv(std::string(target.kind->appends_to).c_str());
    if (beside == nullptr || *beside == '\0') continue;
    if (auto written = append(beside, target.kind->appended(labs)); !written) return written;
  }
  return {};
}

}  // namespace azlab::report
