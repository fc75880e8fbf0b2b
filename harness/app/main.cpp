// The binary: sub-commands of azlab, and the programs of simulated machines under their own names.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>
#include <iostream>

#include "harness/app/explain.hpp"
#include "harness/app/faults.hpp"
#include "harness/app/journal.hpp"
#include "harness/app/prepare.hpp"
#include "harness/app/rules.hpp"
#include "harness/app/run.hpp"
#include "harness/app/sandbox_init.hpp"
#include "harness/app/scenarios.hpp"
#include "harness/app/shim.hpp"
#include "harness/app/state.hpp"
#include "harness/app/sweep.hpp"
#include "harness/app/validate.hpp"
#include "harness/journal/filter.hpp"
#include "harness/report/kinds.hpp"

#ifndef AZLAB_VERSION
#define AZLAB_VERSION "development"
#endif

namespace {

int run_cli(int argc, char** argv) {
  CLI::App app{"azlab: do, check and break Azure Machine Learning labs without Azure"};
  app.set_version_flag("--version", std::string("azlab ") + AZLAB_VERSION);
  app.require_subcommand(1);

  azlab::app::ValidateOptions options;
  auto* validate = app.add_subcommand("validate", "carry out labs against a simulated Azure; without files: the sample course");
  validate->add_option("files", options.files, "Markdown files");
  validate->add_option("--scenario", options.scenario, "a situation to start from (azlab scenarios), or a file of your own");
  validate->add_option("--seed", options.seed, "chooses every drawn value");
  validate->add_option("--date", options.date, "first simulated instant, YYYY-MM-DD or with a time");
  validate->add_option("--as-of", options.as_of, "day whose screens, kernels and images count, YYYY-MM-DD");
  validate->add_option("--fail-on", options.fail_on, "least severity of a finding that makes exit status 1")
      ->check(CLI::IsMember({"error", "warning", "never"}));
  validate->add_option("--report", options.reports, azlab::report::help_on_kinds())->allow_extra_args(false);
  validate->add_option("--language", options.languages, "only labs in this language (en, fr, ja, zh-cn…); repeatable. The sample course: by default en and fr")->allow_extra_args(false);
  validate->add_option("--config", options.config, "the project's azlab.json; by default the nearest one above the labs");
  validate->add_option("--baseline", options.baseline, "a file of findings and steps that are known and not reported again");
  validate->add_option("--write-baseline", options.write_baseline, "write what is found into such a file");
  validate->add_option("--shard", options.shard, "i/n: only the i-th of n parts of the labs; azlab merge joins their JSON reports");
  validate->add_option("--jobs", options.jobs, "labs at the same time; by default as many as there are cores")->check(CLI::PositiveNumber);
  validate->add_option("--clone", options.clones, "ADDRESS=DIRECTORY: a local directory stands in for a repository; repeatable")->allow_extra_args(false);
  validate->add_option("--az", options.az, "built-in, or real: azure-cli from its Python environment (azlab prepare az)")->check(CLI::IsMember({"built-in", "real"}));
  validate->add_option("--extension-wheel", options.extension_wheels, "an extension's wheel that the real az finds with `az extension add`; repeatable")->allow_extra_args(false);
  validate->add_option("--walker", options.walker, "what the labs' reader looks at: headless, or browser: Chromium, with a picture a step in the HTML report")->check(CLI::IsMember({"headless", "browser"}));
  validate->add_flag("--no-sandbox", options.no_sandbox, "run the labs' commands without bubblewrap");
  validate->add_flag("--no-prepare", options.no_prepare, "install no Python environment; without one, notebooks and jobs are blocked");
  validate->add_flag("-q,--quiet", options.quiet, "no line per step");

  azlab::app::SweepOptions swept;
  bool with_python = false;
  auto* sweep = app.add_subcommand("sweep", "let every fault strike at every step of labs, and tell where the text leaves its readers alone");
  sweep->add_option("files", swept.labs.files, "Markdown files; by default those that azlab.json names, or the sample course");
  sweep->add_option("--fault", swept.faults, "only faults whose name matches, with * for parts of it (azlab faults list)");
  sweep->add_option("--line", swept.lines, "only the step at this line; repeatable")->allow_extra_args(false);
  sweep->add_option("--report", swept.reports, "json=FILE, html=FILE or markdown=FILE; repeatable")->allow_extra_args(false);
  sweep->add_option("--resume", swept.resume, "a file that keeps finished branches; a sweep that was interrupted goes on from it");
  sweep->add_option("--shard", swept.labs.shard, "i/n: only the i-th of n parts of the branches; azlab merge joins their JSON reports");
  sweep->add_option("--jobs", swept.labs.jobs, "branches at the same time; by default as many as there are cores")->check(CLI::PositiveNumber);
  sweep->add_option("--scenario", swept.labs.scenario, "a situation to start from (azlab scenarios)");
  sweep->add_option("--seed", swept.labs.seed, "chooses every drawn value");
  sweep->add_option("--date", swept.labs.date, "first simulated instant, YYYY-MM-DD or with a time");
  sweep->add_option("--as-of", swept.labs.as_of, "day whose screens, kernels and images count, YYYY-MM-DD");
  sweep->add_option("--language", swept.labs.languages, "only labs in this language; repeatable")->allow_extra_args(false);
  sweep->add_option("--config", swept.labs.config, "the project's azlab.json; by default the nearest one above the labs");
  sweep->add_option("--clone", swept.labs.clones, "ADDRESS=DIRECTORY: a local directory stands in for a repository; repeatable")->allow_extra_args(false);
  sweep->add_option("--fail-on", swept.fail_on, "exit status 1 when a branch is hidden, or left alone (alone: either)")->check(CLI::IsMember({"hidden", "alone", "never"}));
  sweep->add_flag("--python", with_python, "carry out notebooks and jobs, too; without it they are blocked, as on a computer without Python");
  sweep->add_flag("--no-sandbox", swept.labs.no_sandbox, "run the labs' commands without bubblewrap");
  sweep->add_flag("-q,--quiet", swept.labs.quiet, "no progress");

  std::string rule;
  auto* rules = app.add_subcommand("rules", "list what azlab can find wrong with a lab, or explain one rule");
  rules->add_option("id", rule, "rule to explain");

  auto* faults_of = app.add_subcommand("faults", "the failures of Azure that azlab knows, and what an error text means");
  faults_of->require_subcommand(1);
  azlab::app::FaultFilter filter;
  auto* faults_list = faults_of->add_subcommand("list", "one line each: name, kind, status, where it strikes");
  faults_list->add_option("--operation", filter.operation, "only those that can strike this operation (azlab operations)");
  faults_list->add_flag("--not-served", filter.not_served, "those that are about what azlab does not serve yet");
  std::string shown_fault;
  auto* faults_show = faults_of->add_subcommand("show", "all that is known of one");
  faults_show->add_option("id", shown_fault, "its name")->required();
  std::vector<std::string> error_text;
  auto* faults_why = faults_of->add_subcommand("why", "what an error text means, what brings it about, what to do");
  faults_why->add_option("text", error_text, "the text, or - for standard input")->required();

  std::vector<std::string> merged;
  std::vector<std::string> merged_reports;
  std::string merged_fail_on;
  auto* merge = app.add_subcommand("merge", "join the JSON reports of several runs of azlab validate");
  merge->add_option("files", merged, "files that azlab validate --report json=FILE wrote")->required();
  merge->add_option("--report", merged_reports, azlab::report::help_on_kinds())->allow_extra_args(false);
  merge->add_option("--fail-on", merged_fail_on, "least severity of a finding that makes exit status 1; by default as the runs were asked")->check(CLI::IsMember({"error", "warning", "never"}));

  std::string explained_report;
  std::string explained_place;
  auto* explain = app.add_subcommand("explain", "tell all that a JSON report knows of one line");
  explain->add_option("report", explained_report, "a file that azlab validate --report json=FILE wrote")->required();
  explain->add_option("line", explained_place, "LINE, or FILE:LINE where the report has several labs")->required();

  azlab::app::ValidateOptions asked;
  std::string coverage_file;
  auto* coverage = app.add_subcommand("coverage", "carry labs out and rank what they ask for that azlab does not simulate");
  coverage->add_option("files", asked.files, "Markdown files; by default those that azlab.json names, or the sample course");
  coverage->add_option("--language", asked.languages, "only labs in this language; repeatable")->allow_extra_args(false);
  coverage->add_option("--config", asked.config, "the project's azlab.json; by default the nearest one above the labs");
  coverage->add_option("--clone", asked.clones, "ADDRESS=DIRECTORY: a local directory stands in for a repository; repeatable")->allow_extra_args(false);
  coverage->add_option("--jobs", asked.jobs, "labs at the same time; by default as many as there are cores")->check(CLI::PositiveNumber);
  coverage->add_option("--json", coverage_file, "write the same as JSON into a file, too");
  coverage->add_flag("--no-sandbox", asked.no_sandbox, "run the labs' commands without bubblewrap");
  coverage->add_flag("--no-prepare", asked.no_prepare, "install no Python environment; without one, notebooks and jobs are blocked");

  std::vector<std::string> step_files;
  auto* steps = app.add_subcommand("steps", "print what the reader makes of labs, as JSON lines");
  steps->add_option("files", step_files, "Markdown files")->required();

  auto* scenarios = app.add_subcommand("scenarios", "the situations that labs and clients can start from: list, show, check, schema");
  scenarios->require_subcommand(0, 1);
  bool as_json = false;
  auto* scenarios_list = scenarios->add_subcommand("list", "one line each: name, kind of source, what is different");
  scenarios_list->add_flag("--json", as_json, "for programs");
  std::string shown_scenario;
  bool resolved = false;
  auto* scenarios_show = scenarios->add_subcommand("show", "the text of one");
  scenarios_show->add_option("name", shown_scenario, "its name, or a file")->required();
  scenarios_show->add_flag("--resolved", resolved, "with all that it extends laid under it");
  std::vector<std::string> checked;
  auto* scenarios_check = scenarios->add_subcommand("check", "what is wrong with scenarios, with line and column");
  scenarios_check->add_option("files", checked, "files, or names")->required();
  auto* scenarios_schema = scenarios->add_subcommand("schema", "the JSON Schema of a scenario, for editors");

  auto* operations = app.add_subcommand("operations", "list every operation that the simulator serves");

  std::vector<std::string> environments;
  auto* prepare = app.add_subcommand("prepare", "make the Python environments of notebooks, jobs and clients beforehand");
  prepare->add_option("names", environments, "which; by default all (fixtures/python/environments.json)");
  bool only_where = false;
  prepare->add_flag("--where", only_where, "make nothing; print where each is kept or would be. The directory's name is a key for caches");

  azlab::host::ClientRunOptions client;
  std::string time_mode;
  std::vector<std::string> faults;
  auto* run = app.add_subcommand("run", "run an unmodified client against a simulated Azure of its own: azlab run [options] -- CMD…");
  bool no_prepare = false;
  auto* serve = app.add_subcommand("serve", "keep a simulated Azure running for clients of other terminals (azlab env)");
  for (auto* one : {run, serve}) {
    one->add_option("--scenario", client.simulator.scenario, "a situation to start from (azlab scenarios), or a file of your own");
    one->add_option("--time", time_mode, "leap (waiting takes no time), real, or how many times faster, as 60x");
    one->add_option("--seed", client.simulator.seed, "chooses every drawn value");
    one->add_option("--date", client.simulator.date, "first simulated instant; by default now");
    one->add_option("--fault", faults, "ID[@operation[:phase[:times]]]: a fault that strikes; repeatable")->allow_extra_args(false);
    one->add_option("--port", client.port, "port of the proxy on 127.0.0.1; by default any free one");
    one->add_option("--admin-port", client.admin_port, "port of the admin interface on 127.0.0.1 (0: any free one); by default none");
    one->add_option("--state", client.state, "folder in which the run's state stays, and from which it goes on");
    one->add_option("--allow-host", client.allow, "a host outside that clients may reach, with * for parts of it; repeatable")->allow_extra_args(false);
    one->add_flag("--strict", client.simulator.strict, "check signatures, audiences, expiry and role assignments of tokens");
    one->add_option("--journal", client.journal_file, "write down who asked what when (azlab journal, azlab replay)");
    one->add_option("--summary", client.summary_file, "write the closing summary as JSON into a file, too");
    one->add_flag("--no-prepare", no_prepare, "install no Python environment; without one, jobs are blocked");
  }
  bool no_expect = false;
  run->add_flag("--no-expect", no_expect, "do not hold the run against what the scenario expects");
  run->add_flag("--require-requests", client.require_requests, "exit status 1 when CMD sent no request");
  run->add_option("command", client.command, "the client and its arguments")->required();
  run->positionals_at_end();
  serve->add_option("--ready", client.ready_file, "tell programs that it is there: a line of JSON with admin address and settings, into a file, or - for standard output");
  serve->add_flag("--until-stdin-ends", client.until_stdin_ends, "end when standard input does: with the program that started it");
  azlab::site::SiteDoor door;
  const std::vector<CLI::Option*> about_site = {
      serve->add_option("--site-port", door.port, "port of the learner's site (0: any free one); by default any free one, and no site with --ready")->check(CLI::Range(0, 65'535)),
      serve->add_option("--bind", door.address, "IP address on which the site listens (0.0.0.0: all of this computer), behind TLS; by default 127.0.0.1, for browsers of this computer"),
      serve->add_option("--site-host", door.hosts, "NAME[:PORT] by which browsers reach the site, as behind a container's published port; repeatable, the first is the link's")->allow_extra_args(false),
      serve->add_option("--tls-cert", door.certificate_file, "the site's certificate (PEM, with those that vouch for it); by default one is made for --bind"),
      serve->add_option("--tls-key", door.key_file, "its key (PEM, without a password)")};
  serve->add_option("--lab", client.lab_file, "a lab (Markdown) beside the page: its instructions are ticked off as the simulated Azure shows them done");
  serve->add_option("--score", client.score_file, "keep the lab's score in a file, as JSON");
  bool no_site = false;
  serve->add_flag("--no-site", no_site, "open no site for a browser");
  auto* env = app.add_subcommand("env", "print the settings for clients of the running azlab serve, for eval");

  std::string state_folder;
  std::string state_file;
  auto* state = app.add_subcommand("state", "a state that azlab serve --state keeps: export, import");
  state->require_subcommand(1);
  auto* state_export = state->add_subcommand("export", "make one file of it, files of shares and homes included; not while it is in use");
  state_export->add_option("folder", state_folder, "the folder of --state")->required();
  state_export->add_option("file", state_file, "the file, which is replaced")->required();
  auto* state_import = state->add_subcommand("import", "make a folder for --state from such a file");
  state_import->add_option("file", state_file, "what azlab state export wrote")->required();
  state_import->add_option("folder", state_folder, "a folder that holds no state yet")->required();

  std::string journal_file;
  std::map<std::string, std::string> journal_filters;
  bool journal_json = false;
  auto* journal = app.add_subcommand("journal", "what a run has written down (azlab run --journal FILE), in readable lines");
  journal->add_option("file", journal_file, "the journal")->required();
  for (const auto& by : azlab::journal::filter_names()) journal->add_option_function<std::string>("--" + by, [&journal_filters, by](const std::string& value) { journal_filters[by] = value; }, azlab::journal::help_on_filter(by));
  journal->add_flag("--json", journal_json, "a line of JSON for each request");
  azlab::app::ReplayOptions replay_options;
  auto* replay = app.add_subcommand("replay", "send again what clients sent, against another scenario, and tell what comes otherwise");
  replay->add_option("file", journal_file, "the journal")->required();
  replay->add_option("--scenario", replay_options.scenario, "another situation to start from (azlab scenarios); by default the run's own");
  replay->add_option("--seed", replay_options.seed, "another seed");
  replay->add_option("--fault", replay_options.faults, "ID[@operation[:phase[:times]]]: a fault beside those of the run; repeatable")->allow_extra_args(false);
  replay->add_flag("--without-faults", replay_options.without_faults, "arm none of those that were armed then");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // CLI11 has its own statuses; ours is 2 for wrong use, 0 for --help and --version.
    if (error.get_exit_code() == 0) return app.exit(error);
    std::cerr << "azlab: " << error.what() << " (azlab --help)\n";
    return 2;
  }
  if (validate->parsed()) return azlab::app::validate(options);
  swept.labs.python_none = !with_python;
  if (sweep->parsed()) return azlab::app::sweep(swept);
  if (rules->parsed()) return azlab::app::print_rules(rule);
  if (faults_list->parsed()) return azlab::app::list_faults(filter);
  if (faults_show->parsed()) return azlab::app::show_fault(shown_fault);
  if (faults_why->parsed()) return azlab::app::explain_error(error_text);
  if (merge->parsed()) return azlab::app::merge(merged, merged_reports, merged_fail_on);
  if (explain->parsed()) return azlab::app::explain(explained_report, explained_place);
  if (coverage->parsed()) return azlab::app::coverage(asked, coverage_file);
  if (steps->parsed()) return azlab::app::print_steps(step_files);
  if (scenarios_show->parsed()) return azlab::app::show_scenario(shown_scenario, resolved);
  if (scenarios_check->parsed()) return azlab::app::check_scenarios(checked);
  if (scenarios_schema->parsed()) return azlab::app::print_scenario_schema();
  if (scenarios->parsed()) return azlab::app::list_scenarios(as_json);
  if (prepare->parsed()) return azlab::app::prepare(environments, only_where);
  if (no_prepare) client.python = azlab::run::PythonUse::present;
  client.expectations = !no_expect && run->parsed();
  if (run->parsed()) return azlab::app::run_client(std::move(client), time_mode, faults);
  const bool site_asked = std::any_of(about_site.begin(), about_site.end(), [](const CLI::Option* option) { return option->count() > 0; });
  if (no_site && site_asked) {
    std::cerr << "azlab: --no-site opens no site, which --site-port, --bind, --site-host, --tls-cert and --tls-key are about\n";
    return 2;
  }
  if (!no_site && (site_asked || client.ready_file.empty())) client.site = door;
  if (serve->parsed()) return azlab::app::serve(std::move(client), time_mode, faults);
  if (state_export->parsed()) return azlab::app::export_state(state_folder, state_file);
  if (state_import->parsed()) return azlab::app::import_state(state_file, state_folder);
  if (env->parsed()) return azlab::app::print_env();
  if (journal->parsed()) return azlab::app::print_journal(journal_file, journal_filters, journal_json);
  if (replay->parsed()) return azlab::app::replay_journal(journal_file, replay_options);
  if (operations->parsed()) return azlab::app::print_operations();
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (const auto status = azlab::app::run_as_shim(argv[0], {argv + 1, argv + argc})) return *status;
    if (const auto status = azlab::app::run_sandbox_init({argv + 1, argv + argc})) return *status;
    return run_cli(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "azlab: " << error.what() << "\n";
    return 2;
  }
}
