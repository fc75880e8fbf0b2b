#include "harness/twins/matrix.hpp"
#include "harness/twins/twins.hpp"
#include "tests/harness/twins/pages.hpp"

using namespace azlab;
using pages::page;

namespace {

const std::string kPage = "# Robins\n\nIn this exercise you will look for the robins of the portal.\n\n1. In the portal, select ** Create**.\n1. Run this:\n\n    ```azurecli\n    ls\n    ```\n\n1. Close any pop-ups.\n";
const std::string kTwin =
    "# Rotkehlchen\n\nIn dieser Übung suchen Sie im Portal nach den Rotkehlchen, und Sie zählen sie.\n\n1. Wählen Sie im Portal ** Erstellen** aus.\n1. Führen Sie dies aus:\n\n    ```azurecli\n    ls\n    ```\n\n"
    "1. Schließen Sie ** alle** Popups.\n";

/// "line rule owner; …".
std::string owned(const std::vector<lab::Finding>& findings) {
  std::string out;
  for (const lab::Finding& f : findings) out += (out.empty() ? "" : "; ") + std::to_string(f.line) + " " + f.rule + " " + rules::owner_of(f);
  return out;
}

}  // namespace

TEST_CASE("owners: what the source has as well is the source's, the rest the translation's", "[twins]") {
  const lab::Lab source = page(kPage);
  const lab::Lab twin = page(kTwin);
  REQUIRE(owned(source.findings) == "5 md/broken-emphasis source; 8 fence/language source");
  auto findings = twin.findings;
  twins::mark_owners(source, source.findings, twin, twins::align(source, twin), findings);
  CHECK(owned(findings) == "5 md/broken-emphasis source; 8 fence/language source; 12 md/broken-emphasis translation");
}

TEST_CASE("owners: a finding of a step that the source has not is the translation's", "[twins]") {
  const lab::Lab source = page(kPage);
  const lab::Lab twin = page(kTwin + "1. Löschen Sie ** alle** Rotkehlchen.\n");
  auto findings = twin.findings;
  twins::mark_owners(source, source.findings, twin, twins::align(source, twin), findings);
  CHECK(owned(findings) == "5 md/broken-emphasis source; 8 fence/language source; 12 md/broken-emphasis translation; 13 md/broken-emphasis translation");
}

TEST_CASE("owners: the platform's and the material's findings stay theirs", "[twins]") {
  const lab::Lab source = page(kPage);
  const lab::Lab twin = page(kTwin);
  std::vector<lab::Finding> findings{rules::finding("kernel/retired", 5, "gone"), rules::finding("nb/not-found", 5, "absent"), rules::finding("kernel/differs", 5, "another")};
  twins::mark_owners(source, {}, twin, twins::align(source, twin), findings);
  CHECK(owned(findings) == "5 kernel/retired platform; 5 nb/not-found material; 5 kernel/differs translation");
}

TEST_CASE("owners: what both kinds of rules say of a line is said once", "[twins]") {
  const lab::Lab source = page(kPage);
  const lab::Lab twin = page(kTwin);
  const twins::Alignment aligned = twins::align(source, twin);
  const auto compared = twins::compare(source, twin, aligned);
  REQUIRE(owned(compared) == "12 l10n/markup-broken translation");
  CHECK(owned(twins::join_findings(source, source.findings, twin, aligned, twin.findings, compared)) ==
        "5 md/broken-emphasis source; 8 fence/language source; 12 l10n/markup-broken translation");
}

TEST_CASE("matrix: units by languages, with what differs", "[twins]") {
  const lab::Lab source = page(kPage, "en.md");
  const lab::Lab german = page(kTwin, "de.md");
  const lab::Lab french = page("# Rouges-gorges\n\nDans cet exercice, vous recherchez les rouges-gorges du portail.\n\n1. Dans le portail, sélectionnez **Créer**.\n1. Exécutez :\n\n    ```azurecli\n    ls -a\n    ```\n\n"
                               "    > Patience.\n", "fr.md");
  const twins::Alignment to_german = twins::align(source, german);
  const twins::Alignment to_french = twins::align(source, french);
  const auto in_german = twins::compare(source, german, to_german);
  const auto in_french = twins::compare(source, french, to_french);
  const twins::Matrix matrix = twins::make_matrix(source, {{&german, &to_german, &in_german}, {&french, &to_french, &in_french}});
  REQUIRE(matrix.columns.size() == 2);
  CHECK(matrix.columns[0].language == "de");
  CHECK(matrix.columns[0].same == 5);
  CHECK(matrix.columns[0].differs == 1);
  CHECK(matrix.columns[1].file == "fr.md");
  CHECK(matrix.columns[1].same == 4);
  CHECK(matrix.columns[1].differs == 1);
  CHECK(matrix.columns[1].missing == 1);
  CHECK(matrix.columns[1].added == 1);
  REQUIRE(matrix.rows.size() == 6);
  CHECK(matrix.rows[2].line == 5);
  CHECK(matrix.rows[2].text == "In the portal, select Create.");
  CHECK(matrix.rows[4].kind == "C");
  CHECK(matrix.rows[4].cells[0].state == twins::Matrix::State::same);
  CHECK(matrix.rows[4].cells[1].rules == std::vector<std::string>{"l10n/code-differs"});
  CHECK(matrix.rows[5].cells[1].state == twins::Matrix::State::missing);
  CHECK(matrix.rows[5].cells[0].line == 12);
  REQUIRE(matrix.added.size() == 1);
  CHECK(matrix.added[0].text == "Patience.");
  CHECK(matrix.added[0].column == 1);
  REQUIRE(matrix.labels.size() == 1);
  CHECK(matrix.labels[0].en == "Create");
  CHECK(matrix.labels[0].spellings == std::vector<std::vector<std::string>>{{"Erstellen"}, {"Créer"}});
}
