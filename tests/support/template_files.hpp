#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sim/core/json.hpp"

namespace azlab::test {

inline const std::filesystem::path kTemplates = std::filesystem::path(AZLAB_SOURCE_DIR) / "tests/templates";

inline std::string read_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// One of tests/templates (its README), with the parameters that lie beside it.
struct TemplateFile {
  explicit TemplateFile(std::string of)
      : name(std::move(of)), text(read_text(kTemplates / (name + ".json"))), parameters(Json::parse(read_text(kTemplates / (name + ".parameters.json")))["parameters"]) {}

  std::string name;
  std::string text;
  Json parameters;

  bool is_for_subscription() const { return text.find("subscriptionDeploymentTemplate") != std::string::npos; }
  std::size_t lines() const { return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')); }
};

/// In the order of their names.
inline std::vector<std::string> template_names() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kTemplates)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(".json") && !name.ends_with(".parameters.json")) names.push_back(name.substr(0, name.size() - 5));
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace azlab::test
