#include "harness/twins/read_with_twin.hpp"

#include "tests/harness/twins/pages.hpp"

using namespace azlab;
using pages::page;

namespace {

const std::string kSource =
    "# Wrens\n\nIn this exercise you will use the portal to find the wrens of a garden.\n\n1. Navigate to the **Compute** page.\n1. Select **Create**.\n"
    "1. Open the **Labs/05/Wrens.ipynb** notebook.\n1. Run this command:\n\n    ```bash\n    ls wrens\n    ```\n\n    > Ignore any errors about wrens that were not found.\n\n1. Close any pop-ups.\n";
/// Verbs that no dictionary has.
const std::string kTwin =
    "# Roitelets\n\nDans cet exercice, vous vous servez du portail pour trouver les roitelets d'un jardin.\n\n1. Galopez vers **Calcul**.\n1. Picorez **Créer**.\n"
    "1. Becquetez **Labs/05/Wrens.ipynb**.\n1. Gazouillez ceci :\n\n    ```bash\n    ls wrens\n    ```\n\n    > Sifflez tout ce qui manque à l'appel.\n\n1. Gobez les fenêtres contextuelles.\n";

std::string ops_at(const std::vector<lab::Unit>& units, int line) {
  std::string out;
  for (const lab::Unit& unit : units) {
    if (unit.line != line) continue;
    for (const lab::Op& op : unit.ops) {
      out += (out.empty() ? "" : "; ") + op.kind;
      for (std::size_t i = 0; i < op.args.size(); ++i) out += " " + op.args[i] + "=" + op.en[i];
    }
  }
  return out;
}

const lab::Unit& unit_on(const lab::Lab& lab, int line) { return lab.units.at(twins::unit_at(lab, line).value()); }

}  // namespace

TEST_CASE("reading with a twin: what the reader did not understand is taken from the source", "[twins]") {
  const lab::Lab source = page(kSource);
  const lab::Lab alone = page(kTwin);
  REQUIRE(alone.language == "fr");
  const lab::Lab together = twins::read_with_twin(source, alone);
  CHECK(ops_at(alone.units, 14) == "info");
  CHECK(ops_at(together.units, 14) == "tolerate");
  CHECK(ops_at(alone.units, 16) == "unknown");
  CHECK(ops_at(together.units, 16) == "ui.dismiss");
  CHECK(unit_on(together, 16).source_line == 16);
  CHECK(unit_on(together, 3).source_line == 0);
  // Steps have the same, and tolerate what the source tolerates.
  REQUIRE(together.steps.size() == source.steps.size());
  CHECK(ops_at(together.steps.back().units, 16) == "ui.dismiss");
  CHECK(together.steps[3].tolerance_lines == std::vector<int>{14});
  for (std::size_t i = 0; i < source.steps.size(); ++i) {
    INFO(i);
    REQUIRE(together.steps[i].units.size() == source.steps[i].units.size());
    CHECK(together.steps[i].units[0].ops.size() == source.steps[i].units[0].ops.size());
    for (std::size_t op = 0; op < source.steps[i].units[0].ops.size(); ++op) CHECK(together.steps[i].units[0].ops[op].kind == source.steps[i].units[0].ops[op].kind);
  }
}

TEST_CASE("reading with a twin: labels keep the twin's words and get the source's meaning", "[twins]") {
  const std::string twin = "# Roitelets\n\nDans cet exercice, vous vous servez du portail pour trouver les roitelets d'un jardin.\n\n1. Picorez ici **Suivant**, de bon cœur, et puis **Vérifier + créer**.\n";
  const std::string source = "# Wrens\n\nIn this exercise you will use the portal to find the wrens of a garden.\n\n1. Select **Next**, wait 2 minutes, and then select **Review + create**.\n";
  const lab::Lab together = twins::read_with_twin(page(source), page(twin));
  CHECK(ops_at(together.units, 5) == "ui.click Suivant=Next; wait; ui.click Vérifier + créer=Review + create");
  CHECK(unit_on(together, 5).source_line == 5);
}

TEST_CASE("reading with a twin: a page that is understood stays as it is", "[twins]") {
  const lab::Lab source = pages::bicycles("en");
  for (const std::string language : {"fr", "ja", "zh-tw", "id"}) {
    const lab::Lab alone = pages::bicycles(language);
    const lab::Lab together = twins::read_with_twin(source, alone);
    INFO(language);
    CHECK(lab::steps_as_json_lines(together) == lab::steps_as_json_lines(alone));
    for (const lab::Unit& unit : together.units) CHECK(unit.source_line == 0);
  }
}

TEST_CASE("reading with a twin: units that do not align keep what the reader made of them", "[twins]") {
  const lab::Lab twin = page(kTwin + "1. Plumez ensuite le tout.\n");
  const lab::Lab together = twins::read_with_twin(page(kSource), twin);
  CHECK(ops_at(together.units, 17) == "unknown");
  CHECK(unit_on(together, 17).source_line == 0);
}

TEST_CASE("reading with a twin: prose that is a step in the source becomes one", "[twins]") {
  const std::string source = "# Wrens\n\nYou pay for what you start in the portal of the cloud.\n\nStop the compute instance.\n\nYou are done with the wrens.\n\n1. Close any pop-ups.\n";
  const std::string twin = "# Roitelets\n\nVous payez pour ce que vous démarrez dans le portail du cloud.\n\nBercez l'instance de calcul.\n\nVous en avez fini avec les roitelets.\n\n1. Fermez les fenêtres contextuelles.\n";
  REQUIRE(page(source).steps.size() == 2);
  REQUIRE(page(twin).steps.size() == 1);
  const lab::Lab together = twins::read_with_twin(page(source), page(twin));
  INFO(lab::steps_as_json_lines(page(source)) << lab::steps_as_json_lines(together));
  REQUIRE(together.steps.size() == 2);
  CHECK(together.steps[0].line == 5);
  CHECK(ops_at(together.steps[0].units, 5) == "res.stop");
}

TEST_CASE("reading with a twin: what a translation lost is not carried out as if it stood there", "[twins]") {
  const std::string source = "# Wrens\n\nIn this exercise you will use the portal to find the wrens of a garden.\n\n1. Select **Next**, and then select **Create**.\n1. Do not select **Delete**.\n";
  const std::string twin = "# Roitelets\n\nDans cet exercice, vous vous servez du portail pour trouver les roitelets d'un jardin.\n\n1. Sélectionnez **Suivant**.\n1. Picorez **Supprimer**.\n";
  const lab::Lab together = twins::read_with_twin(page(source), page(twin));
  CHECK(ops_at(together.units, 5) == "ui.click Suivant=Next");
  CHECK(unit_on(together, 5).source_line == 0);
}
