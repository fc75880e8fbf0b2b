// What a tab is told of the lab beside it: the text with its ticks, hints, what is ticked by hand.
#include <nlohmann/json.hpp>

#include "harness/site/tab.hpp"
#include "sim/core/journal.hpp"
#include "tests/harness/guide/desk.hpp"

using namespace azlab;
using namespace azlab::site;
using azlab::guide::testing::Desk;

namespace {

class Browser : public net::SiteTab {
 public:
  void send(std::string text) override { heard.push_back(Json::parse(text)); }
  void close() override {}
  std::vector<Json> heard{};
};

constexpr const char* kLab = "# L\n\n## S\n\n1. Open the Azure portal at `https://portal.azure.com/`.\n1. On the portal's **Home** page, select **Resource groups**.\n1. Close any pop-ups.\n";

/// A site without its server: what tabs share, beside a guide.
struct Room {
  Room() {
    auto made = run::RunDirectory::make();
    REQUIRE(made);
    directory = std::move(*made);
    auto all = run::Machines::make(desk.azure.simulator, *directory, {.sandbox = false, .python = run::PythonUse::none});
    REQUIRE(all);
    machines = std::move(*all);
    pace = std::make_unique<Pace>(desk.azure.simulator);
    house = std::unique_ptr<House>(new House{.simulator = desk.azure.simulator, .machines = *machines, .pace = *pace, .lab = desk.guide.get()});
  }
  Json ask(Tab& tab, Browser& browser, Json question) {
    question["id"] = 1;
    tab.told(question.dump());
    return browser.heard.back();
  }

  Desk desk{kLab};
  std::unique_ptr<run::RunDirectory> directory{};
  std::shared_ptr<run::Machines> machines{};
  std::unique_ptr<Pace> pace{};
  std::unique_ptr<House> house{};
};

Json item(const Json& lab, std::size_t index) { return lab["steps"].back()["items"].at(index); }

}  // namespace

TEST_CASE("a tab greets with the lab, and what it shows ticks instructions for all tabs", "[lab]") {
  Room room;
  CHECK_FALSE(item(room.desk.guide->lab_json(), 0)["done"].get<bool>());
  const auto browser = std::make_shared<Browser>();
  Tab tab(*room.house, browser);
  const Json hello = room.ask(tab, *browser, {{"ask", "hello"}, {"language", "en"}});
  CHECK(hello["lab"]["steps"].size() == 1);
  CHECK(hello["lab"]["steps"][0]["heading"] == "S");
  CHECK(item(hello["lab"], 0)["id"] == "L5");
  CHECK(item(hello["lab"], 0)["done"] == true);  // the tab begins at the portal's home
  CHECK(item(hello["lab"], 1)["done"] == false);
  CHECK(item(hello["lab"], 2)["byHand"] == true);
  CHECK(hello["lab"]["score"] == Json({{"got", 1}, {"of", 2}}));
  room.ask(tab, *browser, {{"ask", "act"}, {"kind", "click"}, {"target", "portal.groups"}});
  const auto other = std::make_shared<Browser>();
  Tab second(*room.house, other);
  const Json greeted = room.ask(second, *other, {{"ask", "hello"}, {"language", "fr"}});
  CHECK(item(greeted["lab"], 1)["done"] == true);
  CHECK(greeted["lab"]["score"] == Json({{"got", 2}, {"of", 2}}));
}

TEST_CASE("a tab asks for hints and ticks by hand what is to be ticked by hand", "[lab]") {
  Room room;
  const auto browser = std::make_shared<Browser>();
  Tab tab(*room.house, browser);
  room.ask(tab, *browser, {{"ask", "hello"}});
  const Json first = room.ask(tab, *browser, {{"ask", "lab.hint"}, {"item", "L6"}});
  CHECK(first.value("hint", "") == "A page is to be opened here.");
  CHECK(first.value("more", false));
  const Json second = room.ask(tab, *browser, {{"ask", "lab.hint"}, {"item", "L6"}});
  CHECK(second["hint"] == "Look for “Resource groups”, or type https://portal.azure.com/#browse/resourcegroups into the address bar.");
  CHECK(second["more"] == false);
  CHECK(room.ask(tab, *browser, {{"ask", "lab.hint"}, {"item", "L99"}})["error"] == "the lab has no instruction L99");
  const auto before = room.desk.guide->revision();
  CHECK_FALSE(room.ask(tab, *browser, {{"ask", "lab.mark"}, {"item", "L7"}, {"done", true}}).contains("error"));
  CHECK(room.desk.guide->revision() == before + 1);  // which has all tabs told
  CHECK(room.ask(tab, *browser, {{"ask", "lab.mark"}, {"item", "L6"}, {"done", true}})["error"] == "only what nobody can see is ticked by hand");
}

TEST_CASE("another person signs in without a password, and is who asks Azure from then on", "[sign-in]") {
  Room room;
  const auto browser = std::make_shared<Browser>();
  Tab tab(*room.house, browser);
  const Json hello = room.ask(tab, *browser, {{"ask", "hello"}});
  CHECK(hello["person"]["name"] == "Alex Martin");
  REQUIRE(hello["people"].size() == 4);
  CHECK(hello["people"][2] == Json({{"name", "Sam Rivera"}, {"user", "sam.rivera@contoso-labs.example"}, {"job", "Analyst"}}));
  CHECK(room.ask(tab, *browser, {{"ask", "sign-in"}, {"user", "nobody@contoso-labs.example"}})["error"] == "nobody of the directory has the account 'nobody@contoso-labs.example'");
  const Json signed_in = room.ask(tab, *browser, {{"ask", "sign-in"}, {"user", "sam.rivera@contoso-labs.example"}});
  CHECK(signed_in["person"]["name"] == "Sam Rivera");
  CHECK(signed_in["view"]["screen"] == "portal.home");
  CHECK(room.desk.guide->score_json()["person"] == "Sam Rivera");
  // A tab that comes back is the same person's.
  const auto again = std::make_shared<Browser>();
  Tab reloaded(*room.house, again);
  CHECK(room.ask(reloaded, *again, {{"ask", "hello"}, {"session", hello["session"]}})["person"]["name"] == "Sam Rivera");
  room.ask(tab, *browser, {{"ask", "act"}, {"kind", "click"}, {"target", "portal.groups"}});
  std::string asked_by;
  room.desk.azure.simulator.read_journal([&](const Journal& journal) { asked_by = journal.entries().back().user; });
  CHECK(asked_by == "sam.rivera@contoso-labs.example");
}

TEST_CASE("a site without a lab says so", "[lab]") {
  Room room;
  room.house->lab = nullptr;
  const auto browser = std::make_shared<Browser>();
  Tab tab(*room.house, browser);
  CHECK_FALSE(room.ask(tab, *browser, {{"ask", "hello"}}).contains("lab"));
  CHECK(room.ask(tab, *browser, {{"ask", "lab.hint"}, {"item", "L6"}})["error"] == "the site has no lab");
}
