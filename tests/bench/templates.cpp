// The templates of tests/templates: what each costs to check, to foresee and to deploy, in a fresh Azure.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/core/text.hpp"
#include "tests/bench/azure.hpp"
#include "tests/bench/bench.hpp"
#include "tests/support/template_files.hpp"

namespace azlab::bench {
namespace {

struct TemplateCase {
  std::string name;
  std::string path;  ///< of its deployment
  std::string body;
  std::size_t lines = 0;
};

/// All but the one that is deployed from a link, which needs something uploaded first.
std::vector<TemplateCase> template_cases() {
  std::vector<TemplateCase> out;
  for (const auto& name : test::template_names()) {
    if (name == "linked-main") continue;
    const test::TemplateFile file(name);
    Json body = {{"properties", {{"mode", "Incremental"}, {"template", Json::parse(file.text)}, {"parameters", file.parameters}}}};
    if (file.is_for_subscription()) body["location"] = "eastus";
    const std::string scope = file.is_for_subscription() ? "/subscriptions/" + arm::default_subscription().id : Azure::group();
    out.push_back({.name = name, .path = scope + "/providers/Microsoft.Resources/deployments/" + name, .body = dump(body), .lines = file.lines()});
  }
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
