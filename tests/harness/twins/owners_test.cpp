#include "harness/twins/twins.hpp"
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
