// What can be seen of the instructions of whole labs. The files of plans/ were read by eye beside the labs.
#include <cstdlib>
#include <filesystem>

#include "harness/guide/check.hpp"
#include "harness/run/run_directory.hpp"
#include "sim/core/fixtures.hpp"
#include "sim/core/text.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/seed_labs.hpp"

using namespace azlab;
using namespace azlab::guide;

namespace {

std::string in_words(const Plan& plan, const Check& check) {
  constexpr const char* kKinds[] = {"page", "terminal", "exists", "setting", "state", "gone", "file", "content", "command", "kernel", "notebook", "with"};
  std::string out = std::string(check.look ? "look " : "") + kKinds[static_cast<std::size_t>(check.kind)];
  if (check.goal >= 0) {
    const Goal& goal = plan.goals[static_cast<std::size_t>(check.goal)];
    out += " " + goal.noun + (goal.name.empty() ? "" : " " + goal.name) + (goal.group.empty() ? "" : " in " + goal.group);
  } else if (!check.name.empty()) {
    out += " '" + check.name + "'";
  }
  if (!check.app.empty()) out += " app " + check.app;
  if (!check.screens.empty()) out += " " + join(check.screens, "|");
  if (!check.machine.empty()) out += " on " + check.machine;
  if (!check.path.empty()) out += " " + check.path;
  if (!check.value.empty()) out += " = " + check.value.substr(0, check.value.find('\n'));
  if (check.nth > 1) out += " (time " + std::to_string(check.nth) + ")";
  if (check.tolerated && check.kind == Check::Kind::command) out += " (however it ends)";
  return check.kind == Check::Kind::with_item ? out + " " + plan.items[check.item].id : out;
}

std::string in_words(const Plan& plan) {
  std::string out;
  for (const auto& item : plan.items) {
    out += item.id + ": " + std::to_string(item.points()) + (item.leads_to != 0 ? ", leads to " + plan.items[item.leads_to].id : "") + (item.decidable() ? "" : ", by hand") + (item.optional ? ", optional" : "") + "\n";
    for (const auto& check : item.checks) out += "  " + in_words(plan, check) + "\n";
  }
  return out;
}

void compare(const std::string& markdown, const std::string& name) {
  INFO(name);
  const auto lab = lab::read_lab(markdown, name);
  REQUIRE(lab);
  const std::string file = std::string(AZLAB_SOURCE_DIR) + "/tests/harness/guide/plans/" + name + ".txt";
  const std::string now = in_words(make_plan(*lab));
  if (const char* update = std::getenv("AZLAB_UPDATE_GOLDEN"); update != nullptr && std::string(update) == "1") REQUIRE(run::write_file(file, now));
  CHECK(run::read_file(file).value() == now);
}

}  // namespace

TEST_CASE("what can be seen of the sample course", "[plan]") {
  for (const char* name : {"04-work-with-compute", "08-track-jobs"}) compare(std::string(fixtures::get(std::string("fixtures/course/Instructions/") + name + ".md")), name);
}

TEST_CASE("a translation of the course asks for the same", "[plan]") {
  const auto plan_of = [](const std::string& name) { return in_words(make_plan(lab::read_lab(fixtures::get("fixtures/course/Instructions/" + name), name).value())); };
  // Labels are checked by what they lead to, so nothing of a language is left but names of kernels and files.
  const auto kinds = [](const std::string& words) {
    std::vector<std::string> out;
    for (const auto& line : split(words, '\n')) {
      if (line.starts_with("  ")) out.push_back(line.substr(0, line.find(" = ")));
    }
    return out;
  };
  for (const char* language : {"fr", "de"}) {
    INFO(language);
    CHECK(kinds(plan_of(std::string(language) + "/08-track-jobs.md")) == kinds(plan_of("08-track-jobs.md")));
  }
}

TEST_CASE("what can be seen of the two labs that the project was given", "[plan]") {
  for (const char* name : test::kSeedLabs) {
    if (const auto text = test::seed_lab(name)) compare(*text, std::filesystem::path(name).stem().string());
  }
}
