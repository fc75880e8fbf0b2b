// The templates of tests/templates: what each costs to check, to foresee and to deploy, in a fresh Azure.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "sim/core/text.hpp"
#include "tests/bench/azure.hpp"
#include "tests/bench/bench.hpp"

namespace azlab::bench {
namespace {

const std::filesystem::path kTemplates = std::filesystem::path(AZLAB_SOURCE_DIR) / "tests/templates";

std::string read_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

struct TemplateCase {
  std::string name;
  std::string path;  ///< of its deployment
  std::string body;
  std::size_t lines = 0;
};

/// All but the one that is deployed from a link, which needs something uploaded first.
std::vector<TemplateCase> template_cases() {
  std::vector<TemplateCase> out;
  for (const auto& entry : std::filesystem::directory_iterator(kTemplates)) {
    const std::string file = entry.path().filename().string();
    if (!file.ends_with(".json") || file.ends_with(".parameters.json") || file == "linked-main.json") continue;
    const std::string source = read_text(entry.path());
    const std::string name = file.substr(0, file.size() - 5);
    const bool subscription = source.find("subscriptionDeploymentTemplate") != std::string::npos;
    Json body = {{"properties", {{"mode", "Incremental"}, {"template", Json::parse(source)}, {"parameters", Json::parse(read_text(kTemplates / (name + ".parameters.json")))["parameters"]}}}};
    if (subscription) body["location"] = "eastus";
    const std::string scope = subscription ? "/subscriptions/" + arm::default_subscription().id : Azure::group();
    out.push_back({.name = name, .path = scope + "/providers/Microsoft.Resources/deployments/" + name, .body = dump(body), .lines = static_cast<std::size_t>(std::count(source.begin(), source.end(), '\n'))});
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return out;
}

Response post(Azure& azure, const std::string& path, const std::string& body) { return azure.simulator.handle(Request::make(Method::post, path, body)); }

}  // namespace

Chapter measure_templates(const Options& options) {
  Chapter chapter{.title = "Whole templates"};
  const int runs = options.quick ? 3 : 21;
  double checked_s = 0;
  std::size_t lines = 0;
  for (const TemplateCase& one : template_cases()) {
    Azure azure;
    bool sound = true;
    const double checked = median_seconds(runs, 1, [&] { sound = sound && post(azure, one.path + "/validate", one.body).ok(); });
    const double foreseen = median_seconds(runs, 1, [&] { sound = sound && post(azure, one.path + "/whatIf", one.body).status == 202; });
    const double deployed = time_once([&] {
      sound = sound && azure.put(one.path, one.body).ok();
      azure.settle();
    });
    if (!sound || azure.get(one.path).body.text().find("\"provisioningState\":\"Succeeded\"") == std::string::npos) {
      chapter.notes.push_back(one.name + " was refused or failed: its figures are worthless");
    }
    chapter.add(fmt::format("`{}` ({} lines): validate", one.name, one.lines), checked * 1e3, "ms");
    chapter.add(fmt::format("`{}`: what-if", one.name), foreseen * 1e3, "ms");
    chapter.add(fmt::format("`{}`: deployed until all of it succeeded", one.name), deployed * 1e3, "ms");
    checked_s += checked;
    lines += one.lines;
  }
  chapter.add("validate, a thousand lines of template", lines == 0 ? 0 : checked_s * 1e6 / static_cast<double>(lines), "ms");
  return chapter;
}

}  // namespace azlab::bench
