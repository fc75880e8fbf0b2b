// The parts that stand for themselves: commands, pages behind labels, markup, hints' sentences, progress and score.
#include <nlohmann/json.hpp>

#include "harness/guide/commands.hpp"
#include "harness/guide/lab_text.hpp"
#include "harness/guide/pages.hpp"
#include "harness/guide/settings.hpp"
#include "sim/core/fixtures.hpp"
#include "tests/harness/guide/desk.hpp"

using namespace azlab;
using namespace azlab::guide;
using namespace azlab::guide::testing;

TEST_CASE("commands of a fence, one by one", "[parts]") {
  CHECK(commands_of("# first\naz group create \\\n  -n rg\n\nls -l\n") == std::vector<std::string>{"az group create -n rg", "ls -l"});
  CHECK(words_of(R"(a 'b c' "d \" e" f\ g)") == std::vector<std::string>{"a", "b c", "d \" e", "f g"});
  const AzCommand az = read_az("az ml compute create -n ci --size=Standard_DS11_v2 -g rg --tags a=1 b=2");
  CHECK(az.name == "ml compute create");
  CHECK(az.options == std::map<std::string, std::string>{{"--name", "ci"}, {"--size", "Standard_DS11_v2"}, {"--resource-group", "rg"}, {"--tags", "a=1 b=2"}});
}

TEST_CASE("a typed command is the text's in any way of writing it, and in no other", "[parts]") {
  const auto same = [](const std::string& wanted, const std::string& typed) { return is_carried_out(wanted, {.machine = "cloud-shell", .command = typed}, false); };
  CHECK(same("az extension add -n ml -y", "az extension add --name ml"));
  CHECK(same("az extension add -n ml -y", "az  extension add --upgrade --name 'ml'"));
  CHECK_FALSE(same("az extension add -n ml -y", "az extension add -n azure-cli-ml"));
  CHECK_FALSE(same("az extension add -n ml -y", "az extension remove -n ml"));
  CHECK(same("pip install azure-ai-ml", "python3 -m pip install --upgrade azure-ai-ml"));
  CHECK_FALSE(same("pip install azure-ai-ml", "pip install azure-ai-ml mlflow"));
  CHECK(same("./setup.sh", "bash azure-ml-labs/Labs/08/setup.sh"));
  CHECK_FALSE(same("./setup.sh", "cat setup.sh"));
  CHECK(same("git clone https://x.example/a.git a", "cd /tmp && git clone https://x.example/a.git a/"));
  CHECK_FALSE(same("git clone https://x.example/a.git a", "git clone https://x.example/b.git a"));
  CHECK_FALSE(same("make", "make; true"));  // a status of 0 speaks for the last one only
  CHECK(same("make", "true; make"));
}

TEST_CASE("pages behind a label, told apart by where it stands", "[parts]") {
  CHECK(pages_of({.text = "Calcul", .en = "Compute"}, {}, "fr") == std::vector<std::string>{"studio.compute"});
  CHECK(pages_of({.text = "New", .en = "New"}, {{.text = "Compute clusters", .en = "Compute clusters"}}, "en") == std::vector<std::string>{"studio.newCluster"});
  CHECK(pages_of({.text = "Kompott", .en = "Kompott"}, {}, "de").empty());
}

TEST_CASE("settings compare as their forms mean them", "[parts]") {
  const Json body = {{"location", "eastus2"}, {"properties", {{"properties", {{"vmSize", "STANDARD_NC6S_V3"}, {"sshSettings", {{"sshPublicAccess", "Disabled"}}}}}}}};
  CHECK(setting_is(body, "location", "region", "East US 2"));
  CHECK_FALSE(setting_is(body, "location", "region", "East US"));
  CHECK(setting_is(body, "properties.properties.vmSize", "same", "Standard_NC6s_v3"));
  CHECK(setting_is(body, "properties.properties.vmSize", "gpu", "GPU"));
  CHECK_FALSE(setting_is(body, "properties.properties.vmSize", "gpu", "CPU"));
  CHECK(setting_is(body, "properties.properties.sshSettings.sshPublicAccess", "switch", "off"));
  CHECK(setting_is(body, "properties.containerRegistry", "none", "None"));
  CHECK(find_setting("workspace", "Virtual machine size") == nullptr);
}

TEST_CASE("the lab's markup does nothing on a page", "[parts]") {
  CHECK(inert("<details onclick=\"x()\"><summary>S</summary><b>b</b></details>") == "<details><summary>S</summary><b>b</b></details>");
  CHECK(inert("<script>alert(1)</script><img src=x onerror=y>") == "&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=y&gt;");
  CHECK(inert("a <!-- secret --> b <") == "a  b &lt;");
  const auto lab = lab::read_lab("# L\n\nBefore.\n\n## S\n\nText <iframe src=x></iframe>.\n\n1. Open the [portal](javascript:alert(1)) at `https://portal.azure.com/`.\n\n    > Mind **this**.\n\n1. Close any pop-ups.\n\nAfter.\n", "lab.md");
  const Plan plan = make_plan(*lab);
  REQUIRE(plan.items.size() == 2);
  CHECK(plan.items[0].html == "<p>Open the <a href=\"\">portal</a> at <a href=\"https://portal.azure.com/\"><code>https://portal.azure.com/</code></a>.</p>\n<blockquote>\n<p>Mind <strong>this</strong>.</p>\n</blockquote>\n");
  CHECK(plan.items[1].html == "<p>Close any pop-ups.</p>\n<p>After.</p>\n");
  CHECK(plan.sections.at(0).html == "<p>Before.</p>\n");
  CHECK(plan.sections.at(1).heading == "S");
  CHECK(plan.sections.at(1).html == "<p>Text &lt;iframe src=x&gt;&lt;/iframe&gt;.</p>\n");
}

TEST_CASE("every sentence there is in English and in French, with the same places", "[parts]") {
  const Json sentences = parse_jsonc(fixtures::get("fixtures/guide/sentences.json")).value();
  for (const auto& [key, texts] : sentences.items()) {
    INFO(key);
    const auto places = [](const std::string& text) {
      std::set<std::string> out;
      for (std::size_t at = text.find('{'); at != std::string::npos; at = text.find('{', at + 1)) out.insert(text.substr(at, text.find('}', at) - at));
      return out;
    };
    CHECK(places(texts.at("en")) == places(texts.at("fr")));
  }
  CHECK(sentence("fr", "done") == "C’est fait.");
  CHECK(sentence("ko", "done") == "This is done.");
  CHECK(sentence("en", "before", {{"text", "{text}"}}) == "First comes: “{text}”");
}

TEST_CASE("hints speak the lab's language, count, and say what a command printed", "[parts]") {
  Desk desk("# L\n\n## S\n\n1. Sélectionnez le bouton \\[>_] (*Cloud Shell*) en haut de la page.\n1. Exécutez la commande suivante dans le terminal :\n\n    ```azurecli\n    az extension add -n ml -y\n    ```\n\nVous avez besoin d’un abonnement dans lequel vous avez un accès administratif.\n");
  CHECK(desk.hint("L6") == "Une commande de cette instruction n’a pas été exécutée.");
  CHECK(desk.hint("L6") == "Dans le terminal de Cloud Shell : az extension add -n ml -y");
  desk.types("az extension add -n ml -y", 1, "ERROR: no network\n");
  CHECK(desk.hint("L6") == "az extension add -n ml -y s’est terminée avec l’état 1 et a affiché : ERROR: no network");
  CHECK(desk.guide->score_json()["hintsUsed"] == 2);  // general and exact; asked again, it is the same one
  CHECK_FALSE(desk.guide->hint("L99"));
}

TEST_CASE("a hint for what has not its turn names what comes first", "[parts]") {
  Desk desk("# L\n\n## S\n\n1. Run this:\n\n    ```bash\n    make\n    ```\n\n1. Go to the **Compute** page.\n");
  CHECK(desk.hint("L11") == "First comes: “Run this:”");
}

TEST_CASE("what is done is kept, for the same text only", "[parts]") {
  const std::string text = "# L\n\n## S\n\n1. Run this:\n\n    ```bash\n    make\n    ```\n\n1. Close any pop-ups.\n";
  Desk first(text);
  first.types("make");
  first.guide->mark("L11", true);
  const Json kept = first.guide->save();
  Desk again(text);
  CHECK(again.ticks() == ".h");
  REQUIRE(again.guide->load(kept));
  CHECK(again.ticks() == "+H");
  CHECK(again.guide->save() == kept);
  Desk other("# L\n\n## S\n\n1. Run this:\n\n    ```bash\n    make test\n    ```\n");
  CHECK(other.guide->load(kept).error().message == "--lab: what is kept of the lab's progress is of another text");
  Json broken = kept;
  broken["items"].erase("L5");
  CHECK_FALSE(again.guide->load(broken));
}

TEST_CASE("the score tells lab, person, time and each instruction, and its page is inert", "[parts]") {
  Desk desk("# A <b>lab</b>\n\n## S\n\n1. Run `<script>`:\n\n    ```bash\n    make\n    ```\n\n1. Close any pop-ups.\n");
  desk.types("make");
  const Json score = desk.guide->score_json();
  CHECK(score["version"] == 1);
  CHECK(score["lab"]["file"] == "lab.md");
  CHECK(score["person"] == "Alex Martin");
  CHECK(score["simulatedAt"] == "2026-11-23T09:00:00Z");
  CHECK(score["got"] == 2);
  CHECK(score["of"] == 2);
  CHECK(score["items"][0]["id"] == "L5");
  CHECK(score["items"][0]["doneAt"] == "2026-11-23T09:00:00Z");
  CHECK(score["items"][1]["decidable"] == false);
  CHECK(score["items"][1]["doneAt"].is_null());
  const std::string page = desk.guide->score_page();
  CHECK(page.find("<script>") == std::string::npos);
  CHECK(page.find("2 / 2") != std::string::npos);
  CHECK(page.find("Alex Martin") != std::string::npos);
  CHECK(page.find("to be marked by the learner, does not count") != std::string::npos);
}
