#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/core/result.hpp"

namespace azlab::shell {

/// -1, 0 or 1, by the order of Python versions (PEP 440: epochs aside, a < b < rc < final < post; dev before all).
int compare_versions(std::string_view a, std::string_view b);
bool is_prerelease(std::string_view version);

/// "azure-ai-ml[azureml]>=1.5,<2; python_version < '3.12'" without its marker.
struct Requirement {
  std::string text;  ///< as pip repeats it: name and specifiers
  std::string name;  ///< as written
  std::string key;   ///< normalised: lower case, runs of - _ . as one -
  std::vector<std::string> specifiers{};
};

Result<Requirement> parse_requirement(std::string_view text);
std::string normalised_name(std::string_view name);
/// Whether every specifier (">=1.2", "==1.*", "~=1.4", "!=2") accepts the version.
bool accepts(const std::vector<std::string>& specifiers, std::string_view version);

}  // namespace azlab::shell
