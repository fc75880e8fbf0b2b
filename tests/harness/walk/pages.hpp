#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "sim/portal/session.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

namespace azlab::test {

/// A browser on a real simulator.
struct Pages : Azure {
  explicit Pages(std::string language = "en")
      : session([this](Request request) { return simulator.handle(std::move(request)); }, {.language = std::move(language), .as_of = "", .user_name = "alex.martin@contoso-labs.example", .seed = 1}) {}

  void open(const std::string& address, const std::string& screen) {
    INFO(address);
    const auto outcome = session.act({.kind = "open", .target = "", .value = address});
    session.act({.kind = "dismiss", .target = "", .value = ""});
    INFO(outcome.error);
    CHECK(outcome.ok);
    see(screen);
  }
  /// The page is shown, whole: Azure refused nothing that it asked for.
  void see(const std::string& screen) {
    const auto shown = session.view();
    CHECK(shown.screen == screen);
    for (const auto& notice : shown.notices) FAIL_CHECK(screen << " says: " << notice);
  }
  portal::Outcome press(const std::string& id) {
    auto outcome = session.act({.kind = "click", .target = id, .value = ""});
    INFO(id << ": " << outcome.error);
    CHECK(outcome.ok);
    return outcome;
  }
  void fill(const std::string& id, const std::string& value) {
    const auto outcome = session.act({.kind = "fill", .target = id, .value = value});
    INFO(id << ": " << outcome.error);
    CHECK(outcome.ok);
  }
  bool has(const std::string& id) {
    view = session.view();
    return portal::find_control(view.controls, id) != nullptr;
  }
  portal::Control control(const std::string& id) {
    view = session.view();
    const auto* found = portal::find_control(view.controls, id);
    INFO("control " << id << " on " << view.screen);
    REQUIRE(found != nullptr);
    return *found;
  }
  std::string value(const std::string& id) { return control(id).value; }
  std::string label(const std::string& id) { return control(id).label; }
  /// Ids of a table's rows, without the table's.
  std::vector<std::string> rows(const std::string& table) {
    std::vector<std::string> out;
    view = session.view();
    collect(view.controls, table, out);
    return out;
  }
  std::string studio(const std::string& page) const { return "https://ml.azure.com/" + page + "?wsid=" + workspace(); }

  portal::Session session;
  portal::View view{};

 private:
  static void collect(const std::vector<portal::Control>& controls, const std::string& table, std::vector<std::string>& out) {
    for (const auto& control : controls) {
      if (control.kind == "row" && control.table == table) out.push_back(control.id.substr(table.size() + 1));
      collect(control.children, table, out);
    }
  }
};

}  // namespace azlab::test
