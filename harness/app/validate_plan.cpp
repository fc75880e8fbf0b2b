#include "harness/app/validate_plan.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <thread>

#include "harness/app/prepare.hpp"
#include "harness/browse/browser_pages.hpp"
#include "harness/run/notebook_memory.hpp"
#include "harness/run/run_directory.hpp"
#include "sim/core/fixtures.hpp"
#include "sim/core/time.hpp"
#include "sim/scenario/scenario.hpp"

namespace azlab::app {
namespace {

using Clones = std::vector<std::pair<std::string, std::string>>;

Error wrong(std::string message) { return {.status = 400, .code = "WrongUse", .message = std::move(message)}; }

Result<Clones> parse_clones(const std::vector<std::string>& texts) {
  Clones out;
  for (const auto& text : texts) {
    const auto equals = text.rfind('=');
    if (equals == std::string::npos) return fail(wrong("--clone '" + text + "': write ADDRESS=DIRECTORY"));
    const std::string folder = text.substr(equals + 1);
    if (!std::filesystem::is_directory(folder)) return fail(wrong("--clone: the directory '" + folder + "' does not exist"));
    out.emplace_back(text.substr(0, equals), std::filesystem::absolute(folder).string());
  }
  return out;
}

Result<Shard> parse_shard(const std::string& text) {
  static const RE2 kShard(R"((\d{1,6})/(\d{1,6}))");
  std::size_t part = 1;
  std::size_t of = 1;
  if (!text.empty() && (!RE2::FullMatch(text, kShard, &part, &of) || part < 1 || part > of)) return fail(wrong("--shard '" + text + "': write i/n, for instance 2/4"));
  return Shard{.part = part - 1, .of = of};
}

/// What the baseline knows; nothing where none is given.
Result<std::vector<project::KnownThing>> read_known(const std::string& file) {
  if (file.empty()) return std::vector<project::KnownThing>{};
  const auto text = run::read_file(file);
  if (!text) return fail(text.error());
  auto known = project::read_baseline(*text);
  if (!known) return fail(400, "BadBaseline", file + ": " + known.error().message);
  return known;
}

/// A file that azlab.json names lies beside it.
Result<std::vector<std::string>> choose_scenarios(const std::string& asked, const project::Project& project) {
  std::vector<std::string> out;
  for (const auto& name : project.scenarios) out.push_back(name.ends_with(".json") ? std::filesystem::proximate(std::filesystem::path(project.root) / name).string() : name);
  if (!asked.empty() || out.empty()) out = {asked};
  for (const auto& name : out) {
    if (const auto scenario = load_scenario(name); !scenario) return fail(scenario.error());
  }
  return out;
}

Result<void> check_dates(const ValidateOptions& options) {
  if (!options.date.empty() && !parse_iso8601(options.date)) return fail(wrong("--date '" + options.date + "' is not a date; write YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ"));
  if (!options.as_of.empty() && !parse_iso8601(options.as_of)) return fail(wrong("--as-of '" + options.as_of + "' is not a date; write YYYY-MM-DD"));
  return {};
}

Result<std::vector<ExtensionWheel>> read_wheels(const ValidateOptions& options) {
  if (!options.extension_wheels.empty() && options.az != "real") return fail(wrong("--extension-wheel: the built-in az takes no wheels; add --az real"));
  std::vector<ExtensionWheel> out;
  for (const auto& path : options.extension_wheels) {
    auto wheel = cli::read_extension_wheel(path);
    if (!wheel) return fail(wheel.error());
    out.push_back(std::move(*wheel));
  }
  return out;
}

std::string own_binary() {
  std::error_code why;
  return std::filesystem::read_symlink("/proc/self/exe", why).string();
}

/// A page that a lab wants carried out before it, by the name that the run has for it: a file of the project or of where azlab was
/// started, or of the sample course.
Result<std::string> read_page(const project::Project& project, const std::string& file) {
  const auto own = fixtures::find("fixtures/" + file);
  if (own && file.starts_with("course/")) return std::string(*own);
  return run::read_file(project.root.empty() ? file : (std::filesystem::path(project.root) / file).string());
}

run::RunOptions run_options(const ValidateOptions& options, const project::Project& project, Clones clones, std::vector<ExtensionWheel> wheels) {
  return {.seed = options.seed.value_or(project.seed.value_or(1)),
          .date = options.date.empty() ? project.date : options.date,
          .as_of = options.as_of.empty() ? project.as_of : options.as_of,
          .clone_map = std::move(clones),
          .sandbox = !options.no_sandbox,
          .python = options.python_none ? run::PythonUse::none : options.no_prepare ? run::PythonUse::present : run::PythonUse::install,
          .az = options.az == "real" ? run::AzUse::real : run::AzUse::built_in,
          .extension_wheels = std::move(wheels),
          .say = say_preparing(),
          .azlab_binary = own_binary(),
          .notebooks = std::make_shared<run::NotebookMemory>(),
          .prepared = std::make_shared<python::PreparedOnce>(),
          .read_page = [project](const std::string& file) { return read_page(project, file); },
          .open_pages = options.walker == "browser" ? decltype(run::RunOptions::open_pages)(browse::browser_pages) : nullptr};
}

}  // namespace

Result<ValidatePlan> plan_validation(const ValidateOptions& options) {
  ValidatePlan plan{.write_baseline = options.write_baseline, .quiet = options.quiet};
  auto reports = report::parse_targets(options.reports);
  if (!reports) return fail(reports.error());
  plan.reports = std::move(*reports);
  auto clones = parse_clones(options.clones);
  if (!clones) return fail(clones.error());
  const auto shard = parse_shard(options.shard);
  if (!shard) return fail(shard.error());
  plan.shard = *shard;
  if (const auto dates = check_dates(options); !dates) return fail(dates.error());
  auto wheels = read_wheels(options);
  if (!wheels) return fail(wheels.error());
  auto set = gather_labs(options);
  if (!set) return fail(set.error());
  plan.set = std::move(*set);
  plan.project = plan.set.project.value_or(project::Project{});
  auto scenarios = choose_scenarios(options.scenario, plan.project);
  if (!scenarios) return fail(scenarios.error());
  plan.scenarios = std::move(*scenarios);
  auto baseline = read_known(options.baseline);
  if (!baseline) return fail(baseline.error());
  plan.baseline = std::move(*baseline);
  clones->insert(clones->end(), plan.set.clones.begin(), plan.set.clones.end());
  plan.run = run_options(options, plan.project, std::move(*clones), std::move(*wheels));
  plan.fail_on = !options.fail_on.empty() ? options.fail_on : plan.project.fail_on.empty() ? "error" : plan.project.fail_on;
  plan.jobs = options.jobs > 0 ? options.jobs : std::max(1U, std::thread::hardware_concurrency());
  return plan;
}

}  // namespace azlab::app
