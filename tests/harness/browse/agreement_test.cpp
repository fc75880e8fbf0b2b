// Both walkers come to the same in every line. What is compared is all that a report says: verdicts, evidence, findings.
#include "tests/harness/browse/agreement.hpp"

#include "sim/scenario/scenario.hpp"

using namespace azlab;

TEST_CASE("both walkers agree on every line of the seed labs", "[agreement][seed]") {
  for (const auto& lab : test::seed_labs()) CHECK(test::disagreement(lab) == "");
}

TEST_CASE("both walkers agree on every line of the sample course in English and French", "[agreement][course]") {
  for (const char* path : {"04-work-with-compute.md", "08-track-jobs.md", "fr/04-work-with-compute.md", "fr/08-track-jobs.md"}) CHECK(test::disagreement(test::course_lab(path)) == "");
}

TEST_CASE("both walkers agree where things go wrong", "[agreement][some-scenarios]") {
  CHECK(test::disagreement(test::course_lab("04-work-with-compute.md"), "compute-quota") == "");
  for (const auto& lab : test::seed_labs()) CHECK(test::disagreement(lab, "workspace-creation-fails/vault-soft-deleted") == "");
}

TEST_CASE("both walkers agree on the labs in every shipped scenario", "[all-scenarios]") {
  auto labs = test::seed_labs();
  labs.push_back(test::course_lab("04-work-with-compute.md"));
  labs.push_back(test::course_lab("08-track-jobs.md"));
  for (const auto& lab : labs) {
    DYNAMIC_SECTION(lab.name) {
      for (const auto& scenario : scenario_names()) {
        DYNAMIC_SECTION(scenario) { CHECK(test::disagreement(lab, scenario) == ""); }
      }
    }
  }
}
