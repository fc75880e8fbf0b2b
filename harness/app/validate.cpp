#include "harness/app/validate.hpp"

#include <re2/re2.h>
#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <utility>

#include "harness/app/lab_set.hpp"
#include "harness/app/languages.hpp"
#include "harness/app/prepare.hpp"
#include "harness/app/wrong_use.hpp"
#include "harness/lab/lab.hpp"
#include "harness/lint/shellcheck.hpp"
#include "harness/project/baseline.hpp"
#include "harness/report/kinds.hpp"
#include "harness/report/report.hpp"
#include "harness/run/lab_run.hpp"
#include "harness/run/notebook_memory.hpp"
#include "harness/run/run_directory.hpp"
#include "sim/core/fixtures.hpp"
#include "sim/core/text.hpp"
#include "sim/core/time.hpp"
#include "sim/scenario.hpp"

namespace azlab::app {
namespace {

Result<std::vector<std::pair<std::string, std::string>>> parse_clones(const std::vector<std::string>& texts) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto& text : texts) {
    const auto equals = text.rfind('=');
    if (equals == std::string::npos) return fail(400, "", "--clone '" + text + "': write ADDRESS=DIRECTORY");
    const std::string folder = text.substr(equals + 1);
    if (!std::filesystem::is_directory(folder)) return fail(400, "", "--clone: the directory '" + folder + "' does not exist");
    out.emplace_back(text.substr(0, equals), std::filesystem::absolute(folder).string());
  }
  return out;
}

/// Adds what shellcheck finds; where there is none, says once that nobody looked.
void check_commands(std::vector<lab::Lab>& labs) {
  for (auto& lab : labs) {
    auto found = lint::check_shell(lab);
    if (!found) {
      std::cerr << "azlab: the commands' shell syntax is not checked: " << found.error().message << "\n";
      return;
    }
    std::move(found->begin(), found->end(), std::back_inserter(lab.findings));
  }
}

/// The labs whose place among all leaves `part` when divided by `of`.
struct Shard {
  std::size_t part = 0;
  std::size_t of = 1;
};

Result<Shard> parse_shard(const std::string& text) {
  static const RE2 kShard(R"((\d{1,6})/(\d{1,6}))");
  std::size_t part = 1;
  std::size_t of = 1;
  if (!text.empty() && (!RE2::FullMatch(text, kShard, &part, &of) || part < 1 || part > of)) return fail(400, "WrongUse", "--shard '" + text + "': write i/n, for instance 2/4");
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

std::string own_binary() {
  std::error_code why;
  return std::filesystem::read_symlink("/proc/self/exe", why).string();
}

}  // namespace

int validate(const ValidateOptions& options) {
  const auto reports = report::parse_targets(options.reports);
  if (!reports) return wrong_use(reports.error().message);
  const auto clones = parse_clones(options.clones);
  if (!clones) return wrong_use(clones.error().message);
  auto set = gather_labs(options);
  if (!set) return wrong_use(set.error().message);
  const project::Project settings = set->project.value_or(project::Project{});
  std::vector<std::string> scenarios = settings.scenarios;
  if (!options.scenario.empty() || scenarios.empty()) scenarios = {options.scenario};
  for (const auto& name : scenarios) {
    if (const auto scenario = load_scenario(name); !scenario) return wrong_use(scenario.error().message);
  }
  const auto baseline = read_known(options.baseline);
  if (!baseline) return wrong_use(baseline.error().message);
  if (!options.date.empty() && !parse_iso8601(options.date)) return wrong_use("--date '" + options.date + "' is not a date; write YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ");
  if (!options.as_of.empty() && !parse_iso8601(options.as_of)) return wrong_use("--as-of '" + options.as_of + "' is not a date; write YYYY-MM-DD");
  if (!options.extension_wheels.empty() && options.az != "real") return wrong_use("--extension-wheel: the built-in az takes no wheels; add --az real");
  std::vector<ExtensionWheel> wheels;
  for (const auto& path : options.extension_wheels) {
    auto wheel = cli::read_extension_wheel(path);
    if (!wheel) return wrong_use(wheel.error().message);
    wheels.push_back(std::move(*wheel));
  }

  const report::ConsoleOptions console{.colour = ::isatty(1) == 1};
  const auto notebooks = std::make_shared<run::NotebookMemory>();
  const auto prepared = std::make_shared<python::PreparedOnce>();
  check_commands(set->labs);
  auto clone_map = *clones;
  clone_map.insert(clone_map.end(), set->clones.begin(), set->clones.end());
  const auto shard = parse_shard(options.shard);
  if (!shard) return wrong_use(shard.error().message);
  const Languages languages(*set);
  std::map<std::pair<std::size_t, std::size_t>, run::LabRecord> done;  // by lab, by scenario: the order of the report
  std::map<std::string, std::map<std::size_t, std::vector<lab::Finding>>> found;  // by scenario, by lab
  for (const std::size_t i : languages.order()) {
    // A translation is judged beside its source, so both are of one part.
    if (languages.original(i) % shard->of != shard->part) continue;
    const auto& lab = set->labs[i];
    for (std::size_t s = 0; s < scenarios.size(); ++s) {
      const auto& scenario = scenarios[s];
      run::RunOptions run_options{.scenario = scenario,
                                  .seed = options.seed.value_or(settings.seed.value_or(1)),
                                  .date = options.date.empty() ? settings.date : options.date,
                                  .as_of = options.as_of.empty() ? settings.as_of : options.as_of,
                                  .clone_map = clone_map,
                                  .sandbox = !options.no_sandbox,
                                  .python = options.no_prepare ? run::PythonUse::present : run::PythonUse::install,
                                  .az = options.az == "real" ? run::AzUse::real : run::AzUse::built_in,
                                  .extension_wheels = wheels,
                                  .say = say_preparing(),
                                  .azlab_binary = own_binary(),
                                  .notebooks = notebooks,
                                  .prepared = prepared};
      if (!options.quiet) run_options.on_step = [&](const auto& record, const auto& step) { report::print_step(std::cout, record, step, console); };
      auto record = run::run_lab(lab, run_options);
      if (!record) return wrong_use(record.error().message);
      found[scenario][i] = record->findings;
      languages.say_owners(i, *record, found[scenario]);
      project::apply(settings, *record);
      std::vector<run::LabRecord> one;
      one.push_back(std::move(*record));
      project::apply_baseline(*baseline, one);
      report::print_lab(std::cout, one.front(), console);
      done.emplace(std::pair(i, s), std::move(one.front()));
    }
  }
  std::vector<run::LabRecord> records;
  for (auto& [place, record] : done) records.push_back(std::move(record));
  if (!options.write_baseline.empty()) {
    if (const auto written = run::write_file(options.write_baseline, project::write_baseline(records)); !written) return wrong_use(written.error().message);
  }
  report::print_summary(std::cout, records, console);
  if (const auto written = report::write_reports(*reports, records, std::cout); !written) return wrong_use(written.error().message);
  return run::exit_status(records, !options.fail_on.empty() ? options.fail_on : settings.fail_on.empty() ? "error" : settings.fail_on);
}

int print_steps(const std::vector<std::string>& files) {
  const auto set = gather_labs({.files = files});
  if (!set) return wrong_use(set.error().message);
  for (const auto& lab : set->labs) std::cout << lab::steps_as_json_lines(lab);
  return 0;
}

int print_scenarios(const std::string& verb, const std::string& name) {
  if (verb == "show") {
    const auto text = fixtures::find("scenarios/" + name + ".json");
    if (const auto scenario = load_scenario(name); !scenario || !text) return wrong_use(scenario ? "unknown scenario '" + name + "'" : scenario.error().message);
    std::cout << *text;
    return 0;
  }
  for (const auto& known : scenario_names()) {
    const auto scenario = load_scenario(known);
    if (!scenario) return wrong_use(scenario.error().message);
    std::cout << known << "\n    " << scenario->description << "\n";
  }
  return 0;
}

int print_operations() {
  Simulator simulator;
  for (const auto& line : simulator.operations()) std::cout << line << "\n";
  return 0;
}

}  // namespace azlab::app
