// The sample course carried out by the walker, with a guide that looks on: what the walker did is what the guide has seen.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/guide/guide.hpp"
#include "harness/run/lab_run.hpp"
#include "harness/run/run_directory.hpp"
#include "sim/core/fixtures.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/python.hpp"

using namespace azlab;
using namespace azlab::guide;

namespace {

lab::Lab course(const std::string& name) {
  auto lab = lab::read_lab(fixtures::get("fixtures/course/Instructions/" + name), name);
  REQUIRE(lab);
  return std::move(*lab);
}

/// Ids of the instructions that can be seen and are not done.
std::vector<std::string> open_items(const Guide& guide) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < guide.plan().items.size(); ++i) {
    if (guide.plan().items[i].decidable() && !guide.progress(i).done) out.push_back(guide.plan().items[i].id);
  }
  return out;
}

struct Watched {
  explicit Watched(const std::string& name, run::PythonUse python) : lab(course(name)) {
    options.python = python;
    options.azlab_binary = AZLAB_BINARY_DIR "/azlab";
    options.on_op = [this](const portal::Session& session, const run::OpRecord& op) {
      for (const auto& command : op.commands) guide->ran({.machine = command.terminal, .command = command.command, .exit_status = command.exit_status, .output = command.output});
      guide->shows(this, page_seen(session));
    };
    auto begun = run::LabRun::begin(lab, options);
    REQUIRE(begun);
    lab_run = std::move(*begun);
    guide = std::make_unique<Guide>(lab, lab_run->simulator(), std::make_shared<run::DirectoryFiles>(*lab_run->files() + "/shares"), Guide::Options{.person = "Alex Martin", .user = run::user_folder()});
  }
  void carry_out() {
    while (lab_run->next() < lab.steps.size()) {
      lab_run->step();
      INFO(lab_run->record().steps.back().evidence);
      guide->look();
    }
  }

  lab::Lab lab;
  run::RunOptions options{};
  std::unique_ptr<run::LabRun> lab_run{};
  std::unique_ptr<Guide> guide{};
};

}  // namespace

TEST_CASE("without Python all of the course shows but the cells of its notebooks", "[course]") {
  for (const auto& [name, notebook] : {std::pair<std::string, std::vector<std::string>>{"04-work-with-compute.md", {"L151", "L155", "L156"}}, {"08-track-jobs.md", {"L68", "L72", "L73"}}}) {
    INFO(name);
    Watched watched(name, run::PythonUse::none);
    const Json untouched = watched.guide->score_json();
    for (const auto& item : untouched["items"]) CHECK_FALSE(item["done"].get<bool>());
    watched.carry_out();
    CHECK(open_items(*watched.guide) == notebook);
  }
}
