// A notebook of a lab in several languages is carried out once.
#include "harness/run/notebook_memory.hpp"

#include <atomic>
#include <future>
#include <semaphore>
#include <stdexcept>

#include "tests/harness/run/studio.hpp"

using namespace azlab;
using namespace azlab::run;
using namespace azlab::run::testing;

namespace {

/// A studio with a notebook that changes its folder, its machine's home and the workspace.
struct Desk : Studio {
  explicit Desk(bool sandbox = true) : Studio(sandbox) { lay("made = 41"); }

  void lay(const std::string& first_cell) {
    Json cells = Json::array();
    for (const std::string& source : {first_cell, std::string("open('made.txt', 'w').write('by the notebook')\nopen('/home/azureuser/kept', 'w').write('at home')"),
                                      std::string("from azure.ai.ml import MLClient\nfrom azure.ai.ml.entities import Data\nfrom azure.identity import DefaultAzureCredential\n"
                                                  "client = MLClient.from_config(credential=DefaultAzureCredential())\nclient.data.create_or_update(Data(name='made', path='made.txt', type='uri_file')).version")}) {
      cells.push_back({{"cell_type", "code"}, {"execution_count", nullptr}, {"metadata", Json::object()}, {"outputs", Json::array()}, {"source", source}});
    }
    REQUIRE(files->write(instance().share, path, Json{{"cells", cells}, {"metadata", Json::object()}, {"nbformat", 4}, {"nbformat_minor", 4}}.dump()));
    machines->terminal("compute-instance:ci-lab").value();  // a reader's terminal, with its home
  }
  NotebookTask task() { return {.instance = instance(), .path = path, .kernel = "Python 3.10 - AzureML"}; }
  std::string key() { return NotebookMemory::key_of(azure.simulator, *machines, task()); }
  std::string at_home() { return read_file(directory->path() + "/homes/ci-ci-lab/kept").value_or(""); }
};

}  // namespace

TEST_CASE("what a notebook came to is taken over by a run from the same start, with all that it left behind", "[notebook]") {
  if (!usable()) return;
  NotebookMemory memory;
  Desk first;
  Desk second;
  const std::string key = first.key();
  REQUIRE_FALSE(key.empty());
  CHECK(second.key() == key);
  int carried_out = 0;
  const auto carry_out = [&] {
    ++carried_out;
    return NotebookOutcome{.record = run_notebook(first.azure.simulator, *first.machines, first.task()), .after = first.azure.simulator.snapshot(), .replaced = {"one for another"}};
  };
  const NotebookOutcome outcome = memory.outcome(key, first.azure.simulator, *first.machines, first.task(), carry_out);
  INFO(outcome.record.evidence);
  REQUIRE(outcome.record.verdict == verdict::kPassed);
  CHECK(outcome.record.start == key);

  const NotebookOutcome known = memory.outcome(key, second.azure.simulator, *second.machines, second.task(), carry_out);
  CHECK(carried_out == 1);
  CHECK(known.record.start == key);
  CHECK(known.record.cells.at(2).output.ends_with("'1'\n"));
  // Telemetry in the SDK says aloud what it misses of the machine's metadata.
  CHECK(known.record.cells.at(2).output.find("Exception") == std::string::npos);
  CHECK(second.files->read(second.instance().share, "Users/alex.martin/labs/made.txt").value_or("") == "by the notebook");
  CHECK(second.kept()["cells"][2]["execution_count"] == 3);
  CHECK(second.at_home() == "at home");
  CHECK(second.azure.get_json(second.azure.workspace() + "/data/made/versions")["value"].size() == 1);
  CHECK(second.azure.simulator.now() == first.azure.simulator.now());
  CHECK(second.machines->replaced() == std::vector<std::string>{"one for another"});
  // Nothing that counts tells the two apart, and what follows is told from what was.
  CHECK(second.key() == first.key());
  CHECK(second.key() != key);
}

TEST_CASE("labs that come to the same start at the same time have the notebook carried out once", "[notebook]") {
  if (!usable()) return;
  NotebookMemory memory;
  Desk first;
  Desk second;
  const std::string key = first.key();
  std::atomic<int> carried_out = 0;
  std::binary_semaphore begun(0);
  const auto ask = [&](Desk& desk) {
    return memory.outcome(key, desk.azure.simulator, *desk.machines, desk.task(), [&] {
      ++carried_out;
      begun.release();
      REQUIRE(desk.files->write(desk.instance().share, "Users/alex.martin/labs/made.txt", "once"));
      return NotebookOutcome{.record = {.evidence = "carried out"}, .after = desk.azure.simulator.snapshot()};
    });
  };
  auto earlier = std::async(std::launch::async, [&] { return ask(first); });
  begun.acquire();
  CHECK(ask(second).record.evidence == "carried out");
  CHECK(earlier.get().record.evidence == "carried out");
  CHECK(carried_out == 1);
  CHECK(second.files->read(second.instance().share, "Users/alex.martin/labs/made.txt").value_or("") == "once");
}

TEST_CASE("a notebook that could not be carried out is tried again by the next", "[notebook]") {
  if (!usable()) return;
  NotebookMemory memory;
  Desk desk;
  const auto ask = [&](const std::function<NotebookOutcome()>& carry_out) { return memory.outcome(desk.key(), desk.azure.simulator, *desk.machines, desk.task(), carry_out); };
  CHECK_THROWS_AS(ask([]() -> NotebookOutcome { throw std::runtime_error("no room"); }), std::runtime_error);
  CHECK(ask([&] { return NotebookOutcome{.record = {.evidence = "carried out"}, .after = desk.azure.simulator.snapshot()}; }).record.evidence == "carried out");
}

TEST_CASE("the first instruction in the order of the report is named as the one that ran a notebook", "[notebook]") {
  const auto lab = [](const std::string& file, const std::string& start) { return LabRecord{.file = file, .notebooks = {{.line = 7, .start = start}}}; };
  std::vector<LabRecord> records = {lab("a.md", "x"), lab("b.md", "y"), lab("c.md", "x"), lab("d.md", ""), lab("e.md", "")};
  FirstRuns first_runs;
  std::vector<std::string> named;
  for (auto& record : records) {
    first_runs.name(record);
    named.push_back(record.notebooks[0].taken_over_from);
  }
  CHECK(named == std::vector<std::string>{"", "", "a.md:7", "", ""});
}

TEST_CASE("another notebook, another file beside it, another state or another seed is another start", "[notebook]") {
  if (!usable()) return;
  Desk desk;
  const std::string key = desk.key();
  desk.lay("made = 42");
  CHECK(desk.key() != key);
  desk.lay("made = 41");
  CHECK(desk.key() == key);
  REQUIRE(desk.files->write(desk.instance().share, "Users/alex.martin/labs/data.csv", "1,2\n"));
  const std::string with_file = desk.key();
  CHECK(with_file != key);
  desk.azure.put(desk.azure.group("other"), {{"location", "eastus"}});
  CHECK(desk.key() != with_file);
  auto other = desk.task();
  other.kernel = "Python 3.10 - SDK v2";
  CHECK(NotebookMemory::key_of(desk.azure.simulator, *desk.machines, other) != desk.key());
}

TEST_CASE("without a sandbox no outcome is taken over: paths of this computer are in it", "[notebook]") {
  if (!usable()) return;
  Desk desk(false);
  CHECK(desk.key().empty());
}
