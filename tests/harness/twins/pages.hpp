#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "harness/lab/lab.hpp"
#include "tests/support/catch.hpp"

/// Labs of the tests, read; and findings in a form that is compared at a glance.
namespace azlab::pages {

inline std::string text_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  REQUIRE(in.good());
  return {std::istreambuf_iterator<char>(in), {}};
}

inline lab::Lab page(const std::string& markdown, const std::string& name = "page.md") {
  auto read = lab::read_lab(markdown, name);
  REQUIRE(read);
  return *std::move(read);
}

inline std::string bicycles_text(const std::string& language) {
  return text_of(std::filesystem::path(AZLAB_SOURCE_DIR) / "tests/harness/lab/documents" / ("bicycles-" + language + ".md"));
}

inline lab::Lab bicycles(const std::string& language) { return page(bicycles_text(language), "bicycles-" + language + ".md"); }

/// "line rule; line rule".
inline std::string rules_in(const std::vector<lab::Finding>& findings) {
  std::string out;
  for (const lab::Finding& finding : findings) {
    if (!out.empty()) out += "; ";
    out += std::to_string(finding.line) + " " + finding.rule;
  }
  return out;
}

inline std::string told(const std::vector<lab::Finding>& findings) {
  std::string out;
  for (const lab::Finding& finding : findings) out += std::to_string(finding.line) + " " + finding.rule + ": " + finding.message + "\n";
  return out;
}

}  // namespace azlab::pages
