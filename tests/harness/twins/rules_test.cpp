// One change to a faithful page gives one finding, on its line; what a translation may change gives none.
#include "harness/twins/numbers.hpp"
#include "harness/twins/twins.hpp"
#include "harness/twins/unit_view.hpp"
#include "tests/harness/twins/pages.hpp"

using namespace azlab;

namespace {

/// The findings of a page of the corpus with one piece of text replaced.
std::string after(const std::string& language, const std::string& from, const std::string& to) {
  static const lab::Lab source = pages::bicycles("en");
  std::string text = pages::bicycles_text(language);
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return pages::rules_in(twins::compare(source, pages::page(text.replace(at, from.size(), to))));
}

bool same(const std::string& one, const std::string& other) {
  const auto a = twins::numbers_of(one);
  const auto b = twins::numbers_of(other);
  return twins::numbers_missing(a, b).empty() && twins::numbers_missing(b, a).empty();
}

}  // namespace

TEST_CASE("twins: one slip of a translation is one finding", "[twins]") {
  CHECK(after("de", "Labs/21/Rent bicycles.ipynb", "Labs/21/Fahrräder leihen.ipynb") == "67 l10n/literal-translated");
  CHECK(after("de", "**mlw-bikes**", "**mlw-fahrrad**") == "48 l10n/literal-translated");
  CHECK(after("de", "Users/*Ihr-Benutzername*/bikes", "Benutzer/*Ihr-Benutzername*/bikes") == "60 l10n/literal-translated");
  CHECK(after("de", "`saddle.sh`", "`sattel.sh`") == "61 l10n/literal-translated");
  CHECK(after("de", "Python 3.10 - AzureML", "Python 3.10 – AzureML") == "71 l10n/dash-changed");
  CHECK(after("de", "3 bis 6 Minuten", "3 bis 8 Minuten") == "31 l10n/number-differs");
  CHECK(after("de", "etwa 4 Minuten", "etwa 4 Stunden") == "42 l10n/number-differs");
  CHECK(after("de", "aber wählen Sie sie **nicht** aus", "und wählen Sie sie aus") == "57 l10n/polarity-inverted");
  CHECK(after("de", "rg-bikes</li>", "rg-fahrrad</li>") == "39 l10n/value-translated");
  CHECK(after("de", "Standard_DS3_v2", "Standard_DS2_v2") == "55 l10n/value-translated");
  CHECK(after("de", "-g \"rg-bikes\"", "-g \"rg-fahrrad\"") == "28 l10n/code-differs");
  CHECK(after("de", "**Weiter** und dann", "Weiter und dann") == "56 l10n/label-lost");
  CHECK(after("de", "portal.azure.com/`", "portal.azure.de/`") == "12 l10n/inline-code-differs");
  CHECK(after("de", "`saddle.sh`", "`saddle.sh") == "61 l10n/markup-broken");
  CHECK(after("de", "Users/*Ihr-Benutzername*/bikes", "Users/<Ihr-Benutzername>/bikes") == "60 l10n/markup-broken");
  CHECK(after("ja", "選択**しないでください**", "選択してください") == "57 l10n/polarity-inverted");
  CHECK(after("ja", "**[適用]**", "**[作成]**") == "15 l10n/label-mistranslated");
  CHECK(after("ja", "**[次へ]** を選択し、", "") == "56 l10n/label-lost");
  CHECK(after("ja", "1. スタジオに表示されるポップアップを閉じます。\n", "") == "49 l10n/step-lost");
  CHECK(after("ja", "1. ノートブックのすべてのセルを実行します。\n", "1. ノートブックのすべてのセルを実行します。\n1. **[削除]** を選択します。\n") == "73 l10n/step-added");
  CHECK(after("ja", "実行中のノードが 0", "実行中のノードが 1") == "62 l10n/number-differs");
  CHECK(after("ja", "**[スタジオの起動]**", "**[Launch studio](スタジオの起動)**") == "49 l10n/markup-broken");
  CHECK(after("fr", "**Appliquer**", "**Créer**") == "15 l10n/label-mistranslated");
}

TEST_CASE("twins: what a translation may change is no finding", "[twins]") {
  CHECK(after("de", "3 bis 6 Minuten", "drei bis sechs Minuten").empty());
  CHECK(after("de", "**Weiter**", "**Fortfahren**").empty());  // a label that nobody knows may be right
  CHECK(after("de", "./bikes/setup.sh", "# holt die Räder\n    ./bikes/setup.sh").empty());
  CHECK(twins::neutral_address("https://example.com/en-us/a") == twins::neutral_address("https://example.com/fr-fr/a#ici"));
  CHECK(twins::neutral_address("../media/a.png") == twins::neutral_address("./media/a.png"));
  CHECK(twins::neutral_address("https://example.com/a") != twins::neutral_address("https://example.com/b"));
}

TEST_CASE("twins: numbers are the same in the writing of each language", "[twins]") {
  CHECK(same("0.01", "0,01"));
  CHECK(same("6:00 pm", "18 時"));
  CHECK(same("6:00 pm", "午後 6 時"));
  CHECK(same("6:00 pm", "오후 6시"));
  CHECK(same("6:00 p.m", "18h00"));
  CHECK(same("18:00", "18.00 uhr"));
  CHECK(same("10,000 rows", "10 000 lignes"));
  CHECK(same("10,000 rows", "1万行"));
  CHECK(same("dp-100 and ds3_v2", "nothing"));
  CHECK_FALSE(same("6:00 pm", "6:00"));
  CHECK_FALSE(same("0.01", "0,1"));
  CHECK_FALSE(same("24 hours", "24 時間と 2 日"));
}
