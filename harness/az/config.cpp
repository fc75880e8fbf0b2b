#include "harness/az/config.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "sim/core/fixtures.hpp"
#include "sim/core/text.hpp"

namespace azlab::az {
namespace {

std::map<std::string, std::map<std::string, std::string>> parse_ini(const std::string& text) {
  std::map<std::string, std::map<std::string, std::string>> sections;
  std::string section = "DEFAULT";
  for (const std::string& raw : split(text, '\n')) {
    const std::string line(trim(raw));
    if (line.empty() || line.front() == '#' || line.front() == ';') continue;
    if (line.front() == '[' && line.back() == ']') {
      section = line.substr(1, line.size() - 2);
      continue;
    }
    const auto equals = line.find('=');
    if (equals == std::string::npos) continue;
    sections[section][to_lower(trim(line.substr(0, equals)))] = std::string(trim(line.substr(equals + 1)));
  }
  return sections;
}

}  // namespace

std::string Config::path() const {
  return environment_.config_dir + "/config";
}

std::optional<std::string> Config::variable(const std::string& name) const {
  for (const auto& [key, value] : environment_.variables) {
    if (key == name) return value;
  }
  return std::nullopt;
}

void Config::load() {
  if (loaded_) return;
  loaded_ = true;
  if (const auto text = read_file("config")) sections_ = parse_ini(*text);
}

std::optional<std::string> Config::find(const std::string& section, const std::string& name) {
  std::string variable_name = "AZURE_" + section + "_" + name;
  std::transform(variable_name.begin(), variable_name.end(), variable_name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  if (auto value = variable(variable_name); value && !value->empty()) return value;
  load();
  const auto found = sections_.find(section);
  if (found == sections_.end()) return std::nullopt;
  const auto entry = found->second.find(name);
  if (entry == found->second.end() || entry->second.empty()) return std::nullopt;
  return entry->second;
}

std::map<std::string, std::map<std::string, std::string>> Config::sections() {
  load();
  return sections_;
}

bool Config::set(const std::string& section, const std::string& name, const std::string& value) {
  load();
  if (value.empty()) {
    sections_[section].erase(name);
    if (sections_[section].empty()) sections_.erase(section);
  } else {
    sections_[section][name] = value;
  }
  std::string text;
  for (const auto& [title, entries] : sections_) {
    text += "[" + title + "]\n";
    for (const auto& [key, entry] : entries) text += key + " = " + entry + "\n";
    text += "\n";
  }
  return write_file("config", text);
}

std::optional<std::string> Config::read_file(const std::string& name) const {
  std::ifstream file(environment_.config_dir + "/" + name, std::ios::binary);
  if (!file) return std::nullopt;
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

bool Config::write_file(const std::string& name, const std::string& bytes) const {
  const std::filesystem::path target = std::filesystem::path(environment_.config_dir) / name;
  std::error_code error;
  std::filesystem::create_directories(target.parent_path(), error);
  // Written beside and renamed: a killed az leaves the old file or the new one, never half of one.
  const std::filesystem::path beside = target.string() + ".new";
  {
    std::ofstream file(beside, std::ios::binary | std::ios::trunc);
    file << bytes;
    file.flush();
    if (!file) return false;
  }
  std::filesystem::rename(beside, target, error);
  return !error;
}

void Config::remove_directory(const std::string& name) const {
  std::error_code error;
  std::filesystem::remove_all(std::filesystem::path(environment_.config_dir) / name, error);
}

std::map<std::string, std::string> Config::extensions() {
  const std::filesystem::path folder = std::filesystem::path(environment_.config_dir) / "cliextensions";
  std::error_code error;
  if (!std::filesystem::exists(folder, error)) {
    std::filesystem::create_directories(folder, error);
    const auto known = parse_jsonc(fixtures::get("fixtures/az/extensions.json"));
    if (known) {
      for (const auto& [name, version] : known->at("installed_at_first_start").items()) {
        write_file("cliextensions/" + name + "/metadata.json",
                   dump_pretty({{"name", name}, {"version", version.get<std::string>()}}) + "\n");
      }
    }
  }
  std::map<std::string, std::string> installed;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    const auto text = read_file("cliextensions/" + name + "/metadata.json");
    if (!text) continue;
    if (const auto metadata = parse_json(*text)) installed[name] = string_at(*metadata, "version");
  }
  return installed;
}

bool Config::is_true(const std::string& value) {
  const std::string lower = to_lower(value);
  return lower == "1" || lower == "yes" || lower == "true" || lower == "on";
}

}  // namespace azlab::az
