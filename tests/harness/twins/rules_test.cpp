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

namespace {

/// The findings of a German page beside its English source, both of these lines.
std::string beside(const std::string& source, const std::string& twin) {
  const std::string head = "# A lab about bicycles\n\nIn this lab you see how many of the bicycles are rented on a rainy day.\n\n## Look\n\n";
  const std::string kopf = "# Ein Lab über Fahrräder\n\nIn diesem Lab sehen Sie, wie viele der Fahrräder an einem Regentag verliehen werden.\n\n## Schauen\n\n";
  return pages::rules_in(twins::compare(pages::page(head + source), pages::page(kopf + twin)));
}

}  // namespace

TEST_CASE("twins: structure, links and remarks, each beside what it may be", "[twins]") {
  const std::string source = "1. Read the [list of the shops](https://example.com/shops) of the town.\n1. Open the **Azure portal**.\n\n    > The portal is the place where all of the resources are.\n\n1. Select **Resource groups**.\n1. Select **Create**.\n";
  const std::string twin = "1. Lesen Sie die [Liste der Läden](https://example.com/shops) der Stadt.\n1. Öffnen Sie das **Azure-Portal**.\n\n    > Das Portal ist der Ort, an dem alle Ressourcen sind.\n\n1. Wählen Sie **Ressourcengruppen** aus.\n1. Wählen Sie **Erstellen** aus.\n";
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = twin;
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return beside(source, text.replace(at, from.size(), to));
  };
  CHECK(beside(source, twin).empty());

  CHECK(with("https://example.com/shops", "https://example.com/markets") == "7 l10n/link-differs");
  CHECK(with("[Liste der Läden](https://example.com/shops)", "Liste der Läden") == "7 l10n/link-differs");
  CHECK(with("https://example.com/shops", "https://example.com/de-de/shops").empty());

  CHECK(with("    > Das Portal ist der Ort, an dem alle Ressourcen sind.\n\n", "") == "8 l10n/text-lost");
  CHECK(with("sind.\n\n", "sind.\n\n    > Das Wetter ist oft gut.\n\n") == "12 l10n/text-added");
  CHECK(with("sind.\n\n", "sind. Das Wetter ist oft gut.\n\n").empty());  // a sentence more in the same remark

  CHECK(with("Das Portal ist der Ort, an dem alle Ressourcen sind.", "The portal is the place where all of the resources are.") == "10 l10n/not-translated");
  CHECK(with("das **Azure-Portal**", "das **Azure portal**").empty());

  CHECK(with("    > Das Portal", "> Das Portal") == "10 l10n/nesting-changed");
  CHECK(with("    > Das Portal", "   > Das Portal").empty());
}

TEST_CASE("twins: steps in another order", "[twins]") {
  const std::string source = "1. Run this command:\n\n    ```bash\n    echo one\n    ```\n\n1. Wait for the bicycles.\n1. Run this command:\n\n    ```bash\n    echo two\n    ```\n\n1. Run this command:\n\n    ```bash\n    echo three\n    ```\n";
  const std::string twin = "1. Führen Sie diesen Befehl aus:\n\n    ```bash\n    echo one\n    ```\n\n1. Warten Sie auf die Fahrräder.\n1. Führen Sie diesen Befehl aus:\n\n    ```bash\n    echo two\n    ```\n\n1. Führen Sie diesen Befehl aus:\n\n    ```bash\n    echo three\n    ```\n";
  CHECK(beside(source, twin).empty());
  std::string swapped = twin;
  swapped.replace(swapped.find("echo three"), 10, "echo 2");
  swapped.replace(swapped.find("echo two"), 8, "echo three");
  swapped.replace(swapped.find("echo 2"), 6, "echo two");
  INFO(beside(source, swapped));
  CHECK(beside(source, swapped).find("l10n/order-changed") != std::string::npos);
}
