#include "harness/run/lab_run.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>

#include "harness/report/report.hpp"
#include "harness/run/notebook_memory.hpp"
#include "harness/run/run_directory.hpp"
#include "sim/core/fixtures.hpp"
#include "sim/core/text.hpp"
#include "tests/support/python.hpp"
#include "tests/support/seed_labs.hpp"

using namespace azlab;
using namespace azlab::run;

namespace {

LabRecord carry_out(const std::string& text, const std::string& name, const std::string& scenario = "", std::uint64_t seed = 1) {
  const auto lab = lab::read_lab(text, name);
  REQUIRE(lab);
  auto record = run_lab(*lab, {.scenario = scenario, .seed = seed, .python = PythonUse::none, .azlab_binary = AZLAB_BINARY_DIR "/azlab"});
  INFO((record ? std::string() : record.error().message));
  REQUIRE(record);
  return std::move(*record);
}

/// Every finding quotes words that stand at its line of the document; one about a notebook quotes that.
void check_quotes(const LabRecord& record, const std::string& text) {
  const auto lines = split(text, '\n');
  for (const auto& finding : record.findings) {
    INFO(finding.line << " " << finding.rule << ": '" << finding.quote << "'");
    CHECK_FALSE(finding.quote.empty());
    if (finding.rule.starts_with("nb/") || rules::owner_of(finding) == "material") continue;
    REQUIRE(finding.line >= 1);
    REQUIRE(static_cast<std::size_t>(finding.line) <= lines.size());
    CHECK(lines[static_cast<std::size_t>(finding.line) - 1].find(finding.quote) != std::string::npos);
  }
}

/// Nothing where the document is not at hand.
std::optional<LabRecord> carry_out_seed(const std::string& name, const std::string& scenario = "", std::uint64_t seed = 1) {
  const auto text = test::seed_lab(name);
  if (!text) return std::nullopt;
  const LabRecord record = carry_out(*text, name, scenario, seed);
  check_quotes(record, *text);
  return record;
}

const StepRecord& step_at(const LabRecord& record, int line) {
  const auto found = std::find_if(record.steps.begin(), record.steps.end(), [&](const auto& s) { return s.line == line; });
  REQUIRE(found != record.steps.end());
  return *found;
}

std::vector<std::string> findings_of(const LabRecord& record) {
  std::vector<std::string> out;
  for (const auto& f : record.findings) out.push_back(std::to_string(f.line) + " " + f.severity + " " + f.rule);
  return out;
}

std::vector<int> lines_with(const LabRecord& record, std::string_view verdict) {
  std::vector<int> out;
  for (const auto& step : record.steps) {
    if (step.verdict == verdict) out.push_back(step.line);
  }
  return out;
}

/// A row of docs/scenarios.md: what the documentation says about one way of failing.
struct Variant {
  std::string name;
  std::string error;  ///< part of what az prints at line 49
  bool cured = false;
  int stuck_at = 0;   ///< first line that cannot be carried out; 0 when none
};

/// The table is the expectation: documentation and behaviour cannot drift apart.
std::vector<Variant> documented_variants() {
  std::vector<Variant> out;
  std::ifstream in(AZLAB_SOURCE_DIR "/docs/scenarios.md");
  for (std::string line; std::getline(in, line);) {
    const auto cells = split(line, '|');
    if (cells.size() < 7 || !trim(cells[1]).starts_with("`workspace-creation-fails/")) continue;
    const std::string name = replace_all(std::string(trim(cells[1])), "`", "");
    out.push_back({name.substr(name.find('/') + 1), replace_all(std::string(trim(cells[2])), "`", ""), trim(cells[3]) == "yes", std::atoi(std::string(trim(cells[4])).c_str())});
  }
  return out;
}

/// One lab of the sample course, by its path below Instructions.
void check_without_python(const std::string& path) {
  INFO(path);
  const LabRecord record = carry_out(std::string(fixtures::get("fixtures/course/Instructions/" + path)), path);
  CHECK(findings_of(record).empty());
  CHECK(lines_with(record, verdict::kFailed).empty());
  CHECK(lines_with(record, verdict::kNotUnderstood).empty());
  CHECK(lines_with(record, verdict::kBlocked).size() == 1);
  CHECK(exit_status({record}, "error") == 3);
}

std::string without_real_seconds(const std::string& json) {
  auto value = nlohmann::ordered_json::parse(json);
  value["time"].erase("realSeconds");
  return value.dump();
}

}  // namespace

TEST_CASE("seed lab 04: without Python every line but the notebook's is carried out, and the findings are true", "[seed]") {
  const auto carried_out = carry_out_seed(test::kSeedCompute);
  if (!carried_out) return;
  const LabRecord& record = *carried_out;

  CHECK(lines_with(record, verdict::kFailed) == std::vector<int>{122, 148});
  CHECK(lines_with(record, verdict::kBlocked) == std::vector<int>{149});
  CHECK(lines_with(record, verdict::kNotUnderstood).empty());
  CHECK(step_at(record, 26).verdict == verdict::kTolerated);
  CHECK(step_at(record, 122).evidence.find("azure-ml-labs") != std::string::npos);
  CHECK(findings_of(record) == std::vector<std::string>{"87 warning md/broken-emphasis", "89 warning ui/forgotten-commit", "92 note fence/language",
                                                        "114 warning text/emphasised-negation", "121 warning ui/forgotten-commit",
                                                        "122 error fs/folder-not-found", "128 note ui/page-not-named", "132 error sh/prompt",
                                                        "148 error kernel/retired"});
  CHECK(exit_status({record}, "error") == 1);
}

TEST_CASE("seed lab 08: the script of the course makes what the later lines find", "[seed]") {
  const auto carried_out = carry_out_seed(test::kSeedTracking);
  if (!carried_out) return;
  const LabRecord& record = *carried_out;

  CHECK(lines_with(record, verdict::kFailed) == std::vector<int>{84});
  CHECK(lines_with(record, verdict::kBlocked) == std::vector<int>{85});
  CHECK(step_at(record, 39).verdict == verdict::kPassed);
  CHECK(step_at(record, 39).simulated_s > 60);
  CHECK(step_at(record, 57).verdict == verdict::kPassed);
  CHECK(findings_of(record) == std::vector<std::string>{"29 warning ui/older-dialog", "32 note fence/language", "41 note fence/language",
                                                        "46 note note/orphan-tolerance", "62 error sh/prompt", "84 warning text/no-break-space",
                                                        "84 error kernel/retired"});
}

TEST_CASE("without Python the sample course has no finding, and is blocked at its notebooks only", "[course]") {
  for (const char* path : {"04-work-with-compute.md", "08-track-jobs.md", "fr/04-work-with-compute.md", "fr/08-track-jobs.md"}) check_without_python(path);
}

TEST_CASE("without Python the sample course is blocked at its notebooks only in every language", "[languages]") {
  constexpr std::string_view kFolder = "fixtures/course/Instructions/";
  const auto paths = fixtures::list(std::string(kFolder));
  REQUIRE(paths.size() == 22);
  for (const auto& path : paths) check_without_python(path.substr(kFolder.size()));
}

TEST_CASE("the sample course is carried out to its last line, notebooks and jobs included; its twins take the notebooks over", "[course]") {
  if (!test::python_usable()) return;
  const auto memory = std::make_shared<NotebookMemory>();
  const auto carry_out_whole = [&](const std::string& name) {
    const auto lab = lab::read_lab(fixtures::get("fixtures/course/Instructions/" + name), name);
    return run_lab(*lab, {.azlab_binary = AZLAB_BINARY_DIR "/azlab", .notebooks = memory}).value();
  };
  std::vector<std::string> names;
  std::vector<std::string> taken_over;
  FirstRuns first_runs;
  std::vector<std::size_t> cells;
  for (const std::string folder : {"", "fr/", "de/", "ja/"}) {
    for (const char* file : {"04-work-with-compute.md", "08-track-jobs.md"}) names.push_back(folder + file);
  }
  for (const auto& name : names) {
    INFO(name);
    LabRecord record = carry_out_whole(name);
    first_runs.name(record);
    for (const auto& step : record.steps) {
      INFO(step.line << ": " << step.evidence);
      // What follows from the first is no news.
      REQUIRE((step.verdict == verdict::kPassed || step.verdict == verdict::kTolerated || step.verdict == verdict::kSkipped));
    }
    CHECK(findings_of(record).empty());
    CHECK(exit_status({record}, "error") == 0);
    REQUIRE(record.notebooks.size() == 1);
    CHECK(record.notebooks[0].python == test::prepared_python()->python_version);
    taken_over.push_back(record.notebooks[0].taken_over_from);
    cells.push_back(record.notebooks[0].cells.size());
  }
  const std::string compute = "04-work-with-compute.md:156";
  const std::string tracking = "08-track-jobs.md:73";
  CHECK(taken_over == std::vector<std::string>{"", "", compute, tracking, compute, tracking, compute, tracking});
  CHECK(cells == std::vector<std::size_t>{8, 9, 8, 9, 8, 9, 8, 9});
}

TEST_CASE("where the Python package index is out of reach, notebooks and jobs run on Debian's generation, as far as it goes", "[course]") {
  if (!test::on_debian_12()) return;
  const test::NoIndex no_index(AZLAB_BINARY_DIR);
  const auto prepared = std::make_shared<python::PreparedOnce>();
  const auto carry_out_whole = [&](const std::string& name) {
    const auto lab = lab::read_lab(fixtures::get("fixtures/course/Instructions/" + name), name);
    return run_lab(*lab, {.azlab_binary = AZLAB_BINARY_DIR "/azlab", .prepared = prepared}).value();
  };
  const LabRecord compute = carry_out_whole("04-work-with-compute.md");
  REQUIRE(compute.notebooks.size() == 1);
  INFO(compute.notebooks[0].evidence);
  CHECK(compute.notebooks[0].verdict == verdict::kPassed);
  CHECK(compute.notebooks[0].environment == "ml-debian");
  CHECK(compute.notebooks[0].packages.at("azure-ai-ml") == "1.4.0");
  CHECK(exit_status({compute}, "error") == 0);

  // There is no MLflow in Debian: what the lab needs it for is not judged, and the rest is.
  const LabRecord tracking = carry_out_whole("08-track-jobs.md");
  REQUIRE(tracking.notebooks.size() == 1);
  INFO(tracking.notebooks[0].evidence);
  CHECK(tracking.notebooks[0].verdict == verdict::kBlocked);
  CHECK(tracking.notebooks[0].evidence.find("(the job's environment has matplotlib, this computer's Python environment has not)") != std::string::npos);
  CHECK(lines_with(tracking, verdict::kBlocked) == std::vector<int>{tracking.notebooks[0].line});
  CHECK(findings_of(tracking).empty());
  CHECK(exit_status({tracking}, "error") == 3);
}

TEST_CASE("docs/scenarios.md has a row for each shipped way of failing", "[scenarios]") { CHECK(documented_variants().size() == 6); }

TEST_CASE("each way in which workspace creation fails, and whether lab 04's alternative cures it", "[seed][scenarios]") {
  const Variant variant = GENERATE(from_range(documented_variants()));
  INFO(variant.name);
  const auto carried_out = carry_out_seed(test::kSeedCompute, "workspace-creation-fails/" + variant.name);
  if (!carried_out) return;
  const LabRecord& record = *carried_out;
  const StepRecord& create = step_at(record, 49);
  CHECK(create.evidence.find(variant.error) != std::string::npos);
  CHECK(create.verdict == (variant.cured ? verdict::kPassedByAlternative : verdict::kFailed));
  if (variant.cured) {
    CHECK(step_at(record, 81).verdict == verdict::kPassed);
    CHECK(step_at(record, 121).verdict == verdict::kPassed);
  } else {
    CHECK(lines_with(record, verdict::kBlocked).front() == variant.stuck_at);
  }
}

TEST_CASE("without quota the instance cannot be made, and the lines after it say so", "[seed][scenarios]") {
  const auto carried_out = carry_out_seed(test::kSeedCompute, "compute-quota");
  if (!carried_out) return;
  const LabRecord& record = *carried_out;
  CHECK(step_at(record, 121).verdict == verdict::kFailed);
  CHECK(step_at(record, 121).evidence.find("vCPU quota of 0") != std::string::npos);
  CHECK(step_at(record, 128).verdict == verdict::kBlocked);
}

TEST_CASE("the same seed gives the same report to the byte; another seed draws other values", "[determinism]") {
  const std::string text(fixtures::get("fixtures/course/Instructions/04-work-with-compute.md"));
  const auto report_of = [&](std::uint64_t seed) { return without_real_seconds(report::to_json({carry_out(text, "04.md", "", seed)})); };
  const std::string first = report_of(3);
  CHECK(first == report_of(3));
  CHECK(first != report_of(4));
}

TEST_CASE("a document about screens that we lack is blocked without an error", "[coverage]") {
  const std::string text =
      "---\nlab:\n  title: Explore\n---\n\n# Explore\n\n## Look around\n\n"
      "1. In a browser, open the Azure portal at `https://portal.azure.com/`.\n"
      "1. Select **Cost Management + Billing**.\n"
      "1. Select **Budgets**, and then select **Add**.\n";
  const LabRecord record = carry_out(text, "explore.md");
  CHECK(lines_with(record, verdict::kFailed).empty());
  CHECK(exit_status({record}, "error") == 3);
}

TEST_CASE("what waits without end is given up after six hours of simulated time, and not a second later", "[determinism]") {
  const LabRecord record = carry_out("# Wait\n\n1. In the Azure portal, open the **Cloud Shell** and run:\n\n    ```bash\n    while :; do sleep 600; done\n    ```\n", "wait.md");
  REQUIRE(record.steps.size() == 1);
  INFO(record.steps[0].evidence);
  CHECK(record.steps[0].evidence.find("(ended: nothing had come of it after 6 h 0 min)") != std::string::npos);
  CHECK(record.steps[0].simulated_s == 21600);
}
