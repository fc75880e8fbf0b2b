// A person's hands and eyes in Chromium, on the real page over a real simulator.
#include "harness/browse/browser_pages.hpp"

#include <nlohmann/json.hpp>

#include "tests/harness/browse/agreement.hpp"
#include "tests/support/world.hpp"

using namespace azlab;

namespace {

struct Reader {
  explicit Reader(std::string language = "en") : directory(std::move(*run::RunDirectory::make())), files(std::make_shared<run::DirectoryFiles>(directory->path() + "/shares")) {
    azure.simulator.set_files(files);
    machines = std::move(*run::Machines::make(azure.simulator, *directory, {.azlab_binary = AZLAB_BINARY_DIR "/azlab"}));
    azure.simulator.set_workloads(machines);
    auto opened = browse::browser_pages(azure.simulator, *machines, {.language = std::move(language)});
    INFO((opened ? std::string() : opened.error().message));
    REQUIRE(opened);
    pages = std::move(*opened);
  }
  ~Reader() { azure.simulator.set_workloads(nullptr); }

  portal::Outcome act(const std::string& kind, const std::string& target = "", const std::string& value = "") {
    const auto outcome = pages->act({.kind = kind, .target = target, .value = value});
    defects = pages->defects();
    return outcome;
  }
  void press(const std::string& id) {
    INFO(id);
    const auto outcome = act("click", id);
    INFO(outcome.error);
    CHECK(outcome.ok);
    CHECK(defects.empty());
  }
  void fill(const std::string& id, const std::string& value) {
    INFO(id << " = " << value);
    const auto outcome = act("fill", id, value);
    INFO(outcome.error);
    CHECK(outcome.ok);
    CHECK(defects.empty());
  }
  portal::Control control(const std::string& id) {
    const auto view = pages->view();
    INFO(id << " on " << view.screen);
    const auto* found = portal::find_control(view.controls, id);
    REQUIRE(found != nullptr);
    return *found;
  }
  std::string screen() { return pages->view().screen; }

  test::Azure azure{};
  std::unique_ptr<run::RunDirectory> directory;
  std::shared_ptr<run::DirectoryFiles> files;
  std::shared_ptr<run::Machines> machines{};
  std::unique_ptr<walk::Pages> pages{};
  std::vector<std::string> defects{};
};

}  // namespace

TEST_CASE("nothing is open before the first address, and an address that nobody simulates opens nothing", "[pages]") {
  if (!test::can_browse()) return;
  Reader reader;
  CHECK(reader.pages->apps().empty());
  CHECK(reader.act("click", "portal.home").error == "no page is open yet");
  CHECK(reader.act("open", "", "https://example.org/").error == "no page of example.org is simulated");
  CHECK(reader.pages->apps().empty());
  CHECK(reader.pages->picture().empty());
  CHECK(reader.act("open", "", "https://ml.azure.com/").ok);
  CHECK(reader.pages->apps() == std::vector<std::string>{"studio"});
  CHECK(reader.screen() == "studio.workspaces");
  CHECK(reader.pages->picture().substr(1, 3) == "PNG");
  // Another site is another tab, by the address bar.
  CHECK(reader.act("open", "", "https://portal.azure.com/").ok);
  CHECK(reader.pages->apps() == std::vector<std::string>{"portal", "studio"});
  CHECK(reader.act("switch-tab", "", "studio").opened == "studio.workspaces");
  CHECK(reader.act("close-tab").ok);
  CHECK(reader.pages->apps() == std::vector<std::string>{"portal"});
  CHECK(reader.act("close-tab").error == "only one tab is open");
}

TEST_CASE("what changed in Azure is seen at once, and what is refused is refused in the same words", "[pages]") {
  if (!test::can_browse()) return;
  Reader reader;
  REQUIRE(reader.act("open", "", "https://portal.azure.com/").ok);
  reader.press("portal.groups");
  CHECK(portal::find_control(reader.pages->view().controls, "groups/rg") == nullptr);
  reader.azure.make_group();
  CHECK(reader.control("groups/rg").label == "rg");
  reader.press("groups/rg");
  CHECK(reader.screen() == "portal.resourceGroup");
  CHECK(reader.pages->parameter("resourceGroup") == "rg");
  CHECK(reader.act("click", "nowhere").error == "there is no control \"nowhere\" on portal.resourceGroup");
  // The dialog has a button of the same id as the page below it; it is off until the name is typed.
  reader.press("delete");
  const auto off = reader.act("click", "delete");
  CHECK_FALSE(off.ok);
  CHECK(off.error.find("is disabled") != std::string::npos);
  reader.fill("confirm", "rg");
  CHECK(reader.control("confirm").value == "rg");
  reader.press("delete");
  CHECK(reader.screen() == "portal.resourceGroups");
  CHECK(reader.defects.empty());
}

TEST_CASE("fields of all kinds take what a person types and chooses", "[pages]") {
  if (!test::can_browse()) return;
  Reader reader;
  reader.azure.make_group();
  REQUIRE(reader.act("open", "", "https://portal.azure.com/").ok);
  reader.press("createResource");
  CHECK(reader.act("search", "search", "Azure Machine Learning").ok);
  reader.press("results/Azure Machine Learning");
  reader.press("create");
  // A list to which a name of one's own can be added: one that is offered, then one that is not.
  reader.fill("resourceGroup", "rg");
  CHECK(reader.control("resourceGroup").value == "rg");
  reader.fill("resourceGroup", "rg-of-my-own");
  CHECK(reader.control("resourceGroup").value == "rg-of-my-own");
  // A list of which one must be chosen, by its words.
  reader.fill("region", "West Europe");
  CHECK(reader.control("region").value == "westeurope");
  CHECK(reader.act("fill", "region", "Atlantis").error.find("does not offer \"Atlantis\"") != std::string::npos);
  // A line, typed twice the same; a text that is refused stays in sight and is no defect.
  reader.fill("workspaceName", "mlw-one");
  reader.fill("workspaceName", "mlw-one");
  CHECK(reader.control("workspaceName").value == "mlw-one");
  reader.fill("workspaceName", "no good");
  CHECK_FALSE(reader.control("workspaceName").error.empty());
  CHECK(reader.defects.empty());
}

TEST_CASE("a picture shows the simulated time, which stands until somebody waits", "[pages]") {
  if (!test::can_browse()) return;
  Reader reader;
  REQUIRE(reader.act("open", "", "https://portal.azure.com/").ok);
  const auto before = reader.pages->picture();
  CHECK(reader.pages->picture() == before);
  reader.azure.simulator.advance_to(reader.azure.simulator.now() + std::chrono::hours(1));
  CHECK(reader.pages->picture() != before);
}

TEST_CASE("a row far down in a long table is scrolled to", "[pages]") {
  if (!test::can_browse()) return;
  Reader reader;
  for (int i = 100; i < 400; ++i) reader.azure.put(reader.azure.group("rg-" + std::to_string(i)), {{"location", "eastus"}});
  REQUIRE(reader.act("open", "", "https://portal.azure.com/").ok);
  reader.press("portal.groups");
  CHECK(reader.pages->defects().empty());
  reader.press("groups/rg-390");
  CHECK(reader.pages->parameter("resourceGroup") == "rg-390");
}

TEST_CASE("a reader who only looked somewhere goes back to where they were", "[pages]") {
  if (!test::can_browse()) return;
  Reader reader("fr");
  REQUIRE(reader.act("open", "", "https://portal.azure.com/").ok);
  const auto saved = reader.pages->save();
  reader.press("portal.groups");
  CHECK(reader.pages->view().title == "Groupes de ressources");
  reader.pages->load(saved);
  CHECK(reader.screen() == "portal.home");
  reader.press("portal.shell");
  CHECK(reader.control("pane").value == "portal.cloudshell.welcome");
  CHECK(reader.pages->remembered("cloudShell").empty());
}
