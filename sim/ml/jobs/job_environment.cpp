#include "sim/ml/jobs/job_environment.hpp"

#include <yaml-cpp/yaml.h>

#include <array>
#include <nlohmann/json.hpp>

#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"
#include "sim/ml/assets/curated.hpp"

namespace azlab::ml {
namespace {

// Packages that conda and the Python package index call differently.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kPipNames = {{{"pytorch", "torch"}, {"matplotlib-base", "matplotlib"}, {"py-xgboost", "xgboost"}, {"opencv", "opencv-python"}}};
// What a conda environment has that is no package of Python.
constexpr std::array<std::string_view, 4> kNotPython = {"pip", "setuptools", "wheel", "gcc"};

/// "scikit-learn=1.5" as pip writes it; empty for what is none of pip's business.
std::string pip_requirement(std::string text) {
  text = replace_all(std::move(text), " ", "");
  if (const auto channel = text.find("::"); channel != std::string::npos) text = text.substr(channel + 2);
  const auto end = text.find_first_of("=<>!~[");
  std::string name = to_lower(text.substr(0, end));
  for (const auto word : kNotPython) {
    if (name == word) return {};
  }
  for (const auto& [conda, pip] : kPipNames) {
    if (name == conda) name = pip;
  }
  if (end == std::string::npos) return name;
  std::string rest = text.substr(end);
  const bool single = rest.starts_with("=") && !rest.starts_with("==");
  if (single) rest = "=" + rest + (rest.find('*') == std::string::npos ? ".*" : "");
  return name + rest;
}

struct NameAndVersion {
  std::string name;
  std::string version;
};

/// The asset behind "name:version", "name@label" or an ARM id.
NameAndVersion split_reference(std::string_view text) {
  const auto at = text.find("/environments/");
  if (at != std::string_view::npos) {
    const auto parts = split(text.substr(at + 14), '/');
    if (parts.size() >= 3) return {parts[0], parts[2]};
    return {parts.empty() ? "" : parts[0], ""};
  }
  const auto mark = text.find_first_of("@:");
  if (mark == std::string_view::npos) return {std::string(text), ""};
  return {std::string(text.substr(0, mark)), std::string(text.substr(mark + 1))};
}

ResolvedEnvironment from_curated(const CuratedEnvironment& curated) {
  const std::string id = curated.registry.empty() ? "azureml:" + curated.name + ":" + curated.version : "azureml://registries/azureml/environments/" + curated.registry + "/versions/" + curated.version;
  return {.id = id, .name = curated.name + ":" + curated.version, .image = curated.image, .curated = true, .python = curated.python, .requirements = curated.requirements, .blocked = {}};
}

/// An image without a conda file: one of ours is known, the bare ones have Python and nothing in it.
void read_image(const std::string& image, ResolvedEnvironment& out) {
  for (const auto& one : curated_environments()) {
    const std::string bare = one.image.substr(0, one.image.rfind(':'));
    if (image.starts_with(bare)) {
      out.python = one.python;
      out.requirements = one.requirements;
      return;
    }
  }
  if (!image.starts_with("mcr.microsoft.com/azureml/")) out.blocked = "the image " + image + " cannot be had here, so what it holds is not known";
}

}  // namespace

std::string image_key(const ResourceId& workspace, const std::string& image) { return "image/" + workspace.key() + "/" + image; }

Result<CondaNeeds> read_conda_file(const std::string& yaml) {
  CondaNeeds out;
  try {
    const YAML::Node root = YAML::Load(yaml);
    const YAML::Node dependencies = root["dependencies"];
    if (!dependencies || !dependencies.IsSequence()) return out;
    for (const auto& one : dependencies) {
      if (one.IsMap() && one["pip"]) {
        for (const auto& line : one["pip"]) out.requirements.push_back(line.as<std::string>());
        continue;
      }
      const std::string text = one.as<std::string>();
      if (starts_with_ignore_case(text, "python") && (text.size() == 6 || text[6] == '=' || text[6] == ' ' || text[6] == '>' || text[6] == '<')) {
        const auto digit = text.find_first_of("0123456789");
        out.python = digit == std::string::npos ? "" : text.substr(digit);
      } else if (const std::string requirement = pip_requirement(text); !requirement.empty()) {
        out.requirements.push_back(requirement);
      }
    }
  } catch (const YAML::Exception& e) {
    return fail(400, "UserError", std::string("The conda file of the environment is not valid YAML: ") + e.what());
  }
  return out;
}

Result<ResolvedEnvironment> resolve_environment(Context& context, const AssetScope& scope, std::string_view id) {
  std::string_view text = id;
  if (starts_with_ignore_case(text, "azureml:") && !starts_with_ignore_case(text, "azureml://")) text.remove_prefix(8);
  const NameAndVersion wanted = split_reference(text);
  const auto not_found = [&] {
    const bool label = text.find('@') != std::string_view::npos;
    return fail(faults::make_error("job-environment-not-found", {{"environment", wanted.name}, {"version", label ? "" : wanted.version}, {"label", label ? wanted.version : ""}, {"region", scope.location}}));
  };
  if (wanted.version.empty()) return fail(400, "UserError", "Failed to extract version when parsing asset " + std::string(text) + " of type environments as arm id. Version must be provided.");
  if (text.starts_with("azureml://registries/") && !text.starts_with("azureml://registries/azureml/")) return not_found();
  if (const CuratedEnvironment* curated = find_curated(context.world(), wanted.name); curated != nullptr && (wanted.version == "latest" || wanted.version == curated->version)) return from_curated(*curated);
  const auto body = find_asset_version(context.world(), scope.workspace, "environments", wanted.name, wanted.version);
  if (!body) return not_found();
  ResolvedEnvironment out{.id = string_at(*body, "id"), .name = wanted.name + ":" + string_at(*body, "name"), .image = {}, .curated = false, .python = {}, .requirements = {}, .blocked = {}};
  const std::string image = string_at(*body, "properties.image");
  const std::string conda = string_at(*body, "properties.condaFile");
  out.image = image + "\n" + conda;
  if (const Json* build = find_path(*body, "properties.build"); build != nullptr && build->is_object()) {
    out.blocked = "its image is built from a Dockerfile, which cannot be done here";
    out.image = dump(*build);
    return out;
  }
  if (conda.empty()) {
    read_image(image, out);
    return out;
  }
  const auto needs = read_conda_file(conda);
  if (!needs) return fail(needs.error());
  out.python = needs->python;
  out.requirements = needs->requirements;
  return out;
}

}  // namespace azlab::ml
