#include <nlohmann/json.hpp>
#include <set>

#include "sim/core/fixtures.hpp"
#include "sim/portal/library.hpp"
#include "sim/portal/session.hpp"
#include "tests/sim/portal/fake.hpp"
#include "tests/support/catch.hpp"

using namespace azlab;
using portal::Library;

namespace {

const std::set<std::string> kKinds = {"button", "link", "tab", "field", "toggle", "menu", "status", "text", "icon", "component", "table"};

/// Calls `visit(key, value)` for every member of every object in a screen.
void walk(const Json& value, const std::function<void(const std::string&, const Json&)>& visit) {
  if (value.is_array()) {
    for (const auto& item : value) walk(item, visit);
  } else if (value.is_object()) {
    for (const auto& [key, item] : value.items()) {
      visit(key, item);
      walk(item, visit);
    }
  }
}

void check_link(const std::string& from, const std::string& to) {
  INFO(from << " leads to " << to);
  const auto& library = Library::builtin();
  CHECK((!library.generations(to).empty() || library.declared_absent(to)));
}

void check_controls(const Json& controls, const std::string& screen) {
  for (const auto& def : controls) {
    INFO(screen << ": " << def.dump());
    CHECK(def.contains("id"));
    CHECK(kKinds.count(def.value("kind", "")) == 1);
    if (def.contains("children")) check_controls(def["children"], screen);
    if (def.contains("links")) check_controls(def["links"], screen);
  }
}

}  // namespace

TEST_CASE("the embedded screens load without defects") {
  const auto& library = Library::builtin();
  for (const auto& defect : library.defects()) FAIL_CHECK(defect);
  CHECK(library.ids().size() >= 22);
}

TEST_CASE("every link of every screen leads to a screen or a page that is declared absent") {
  const auto& library = Library::builtin();
  for (const auto& id : library.ids()) {
    for (const auto* screen : library.generations(id)) {
      walk(*screen, [&](const std::string& key, const Json& value) {
        if (key != "opens" && key != "open" && key != "pane") return;
        if (value.is_string()) return check_link(id, value.get<std::string>());
        for (const auto& [name, to] : value.items()) {
          if (name != "by") check_link(id, to.get<std::string>());
        }
      });
    }
  }
}

TEST_CASE("controls are of known kinds and labels are in the dictionary") {
  const auto& library = Library::builtin();
  for (const auto& id : library.ids()) {
    for (const auto* screen : library.generations(id)) {
      check_controls(screen->value("controls", Json::array()), id);
      for (const auto& step : screen->value("steps", Json::array())) check_controls(step["controls"], id);
      walk(*screen, [&](const std::string& key, const Json& value) {
        if ((key != "label" && key != "title" && key != "message" && key != "disabledBecause") || !value.is_string()) return;
        INFO(id << " uses the label " << value);
        CHECK(library.knows_label(value.get<std::string>()));
      });
    }
  }
}

TEST_CASE("every toggle of a page changes what the page sends or shows, or says that it is not simulated") {
  const auto& library = Library::builtin();
  for (const auto& id : library.ids()) {
    for (const auto* screen : library.generations(id)) {
      const auto text = screen->dump();
      const std::function<void(const Json&)> check = [&](const Json& def) {
        if (def.is_array()) std::for_each(def.begin(), def.end(), check);
        if (!def.is_object()) return;
        const auto kind = def.value("kind", std::string());
        if (kind == "toggle" && !def.contains("notSimulated")) {
          INFO(id << ": " << def.value("id", std::string()));
          CHECK(text.find("form." + def.value("id", std::string())) != std::string::npos);
        }
        for (const auto& item : def) check(item);
      };
      check(*screen);
    }
  }
}

TEST_CASE("every screen resolves in every language without a broken expression") {
  const auto& library = Library::builtin();
  for (const std::string language : {"en", "fr", "de", "es", "it", "pt", "ja", "ko", "zh-cn", "zh-tw", "id"}) {
    for (const auto& id : library.ids()) {
      if (id.ends_with(".chrome")) continue;
      test::FakeAzure azure;
      portal::Session session([&](const Request& request) { return azure(request); }, {.language = language, .as_of = "", .user_name = "alex.martin@contoso-labs.example", .seed = 1});
      const Json params = {{"workspaceId", test::FakeAzure::workspace()}, {"groupId", test::FakeAzure::group()}, {"resourceGroup", "rg-dp100-labs"},
                           {"deploymentId", test::FakeAzure::group() + "/providers/Microsoft.Resources/deployments/d"}, {"query", "machine"}};
      const Json frame = {{"screen", id}, {"params", params}, {"form", Json::object()}};
      const auto app = id.substr(0, id.find('.'));
      const Json state = {{"tabs", Json::array({{{"app", app}, {"frames", Json::array({frame})}}})}};
      session.load(state.dump());
      const auto view = session.view();
      INFO(language << " " << id);
      CHECK_FALSE(view.absent);
      CHECK_FALSE(view.title.empty());
      for (const auto& notice : view.notices) {
        INFO(notice);
        CHECK(notice.find("screen defect") == std::string::npos);
      }
    }
  }
}

TEST_CASE("an older generation of a screen is chosen by the date") {
  const auto& library = Library::builtin();
  REQUIRE(library.generations("portal.cloudshell.setup").size() == 2);
  CHECK(library.find("portal.cloudshell.setup", "2023-11-03")->value("title", "") == "You have no storage mounted");
  CHECK(library.find("portal.cloudshell.setup", "2026-11-23")->value("title", "") == "Getting started");
  CHECK(library.find("portal.cloudshell.setup", "")->value("title", "") == "Getting started");
}

TEST_CASE("a label known from lab texts only is unverified") {
  const auto& library = Library::builtin();
  CHECK(library.label("Provision with a creation script", "fr").unverified);
  CHECK(library.label("Provision with a creation script", "fr").text == "Approvisionner avec un script de création");
  CHECK_FALSE(library.label("Next", "fr").unverified);
}
