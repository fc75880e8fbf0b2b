// What counts as shown: the script that holds a view against what Chromium draws, on pages of our own.
#include <httplib.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "harness/browse/scripts.hpp"
#include "harness/webdriver/browser.hpp"
#include "tests/harness/browse/agreement.hpp"

using namespace azlab;

namespace {

/// A page that says it holds `view` and draws `body`.
class Drawn {
 public:
  Drawn(const Json& view, const std::string& body) {
    const Json shown = {{"link", "open"}, {"refused", nullptr}, {"session", "s"}, {"view", view}, {"apps", {"portal"}}, {"turn", 3}, {"acting", 0}, {"acted", 5}, {"typing", 0}, {"outcome", nullptr}};
    const std::string page = "<!doctype html><meta charset=utf-8><title>drawn</title><body>" + body + "<script>window.azlab = { shown: () => (" + shown.dump() + ") }</script>";
    server_.Get("/", [page](const httplib::Request&, httplib::Response& response) { response.set_content(page, "text/html"); });
    const int port = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::yield();
    browser = webdriver::Browser::open({}).value();
    REQUIRE(browser->go_to("http://127.0.0.1:" + std::to_string(port) + "/"));
  }
  ~Drawn() {
    browser.reset();
    server_.stop();
    thread_.join();
  }
  /// "id: why" of what is not shown as the view says.
  std::vector<std::string> undrawn() {
    std::vector<std::string> out;
    const auto looked = browser->run(browse::script("look"), Json::array({3, 50}));
    INFO((looked ? std::string() : looked.error().message));
    REQUIRE(looked);
    for (const auto& one : looked->at("undrawn")) out.push_back(one.at("id").get<std::string>() + ": " + one.at("why").get<std::string>());
    return out;
  }
  std::unique_ptr<webdriver::Browser> browser{};

 private:
  httplib::Server server_{};
  std::thread thread_{};
};

Json view_with(Json controls, bool dialog = false) {
  return {{"screen", "portal.home"}, {"app", "portal"}, {"title", "Home"}, {"address", ""}, {"dialog", dialog}, {"controls", std::move(controls)}};
}

Json control(const char* kind, const char* id, const char* label, const Json& more = Json::object()) {
  Json out = {{"id", id}, {"kind", kind}, {"label", label}};
  out.update(more);
  return out;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("what is drawn as the view says is nobody's complaint", "[look]") {
  if (!test::can_browse()) return;
  Drawn page(view_with({control("button", "new", "+ New"), control("link", "off", "Launch", {{"enabled", false}}), control("status", "state", "State", {{"value", "Running"}}),
                        control("field", "name", "Name", {{"value", "mlw"}}), control("toggle", "ssh", "Use SSH", {{"value", "on"}}), control("tab", "one", "One", {{"value", "selected"}}),
                        control("menu", "more", "More", {{"children", {control("button", "inside", "Inside")}}})}),
             R"(<button data-id="new">New</button><button data-id="off" aria-disabled="true">Launch</button><div class="pair"><span>State</span><span data-id="state">Running</span></div>
<label>Name <input data-id="name" value="mlw"></label><label>Use SSH <input type="checkbox" data-id="ssh" checked></label><button data-id="one" role="tab" aria-selected="true">One</button>
<button data-id="more">More ▾</button>)");
  CHECK(page.undrawn().empty());
}

TEST_CASE("what is not drawn, or says or allows something else, is named with the reason", "[look]") {
  if (!test::can_browse()) return;
  Drawn page(view_with({control("button", "gone", "Gone"), control("button", "hidden", "Hidden"), control("button", "other", "Create"), control("button", "off", "Save", {{"enabled", false}}),
                        control("button", "on", "Delete"), control("status", "state", "State", {{"value", "Running"}}), control("field", "name", "Name", {{"value", "mlw"}}),
                        control("toggle", "ssh", "Use SSH", {{"value", "on"}}), control("tab", "one", "One", {{"value", "selected"}}),
                        control("field", "wrong", "Wrong", {{"value", ""}, {"error", "must not be empty"}})}),
             R"(<button data-id="hidden" style="display:none">Hidden</button><button data-id="other">Make</button><button data-id="off">Save</button><button data-id="on" disabled>Delete</button>
<div class="pair"><span>State</span><span data-id="state">Stopped</span></div><label>Name <input data-id="name" value="old"></label>
<label>Use SSH <input type="checkbox" data-id="ssh"></label><button data-id="one">One</button><label>Wrong <input data-id="wrong"></label>)");
  CHECK(page.undrawn() == Lines{"gone: it is not drawn", "hidden: it is not drawn", "other: nothing calls it \"Create\"", "off: it can be pressed, though it is disabled", "on: it is disabled",
                                "state: it says \"Stopped\", not \"Running\"", "name: it says \"old\", not \"mlw\"", "ssh: it is off", "one: it is not the chosen one",
                                "wrong: nothing says \"must not be empty\""});
}

TEST_CASE("under a dialog a page may have a control of the same id: the dialog's is meant", "[look]") {
  if (!test::can_browse()) return;
  const std::string body = R"(<div class="site"><button data-id="delete">Delete resource group</button></div><div role="dialog"><button data-id="delete" id="meant" disabled>Delete</button></div>)";
  Drawn page(view_with({control("button", "delete", "Delete", {{"enabled", false}})}, true), body);
  CHECK(page.undrawn().empty());
  const auto found = page.browser->run(browse::script("find"), Json::array({"delete"}));
  REQUIRE(found);
  CHECK(page.browser->run("return arguments[0].id", Json::array({*found})).value() == "meant");
}

TEST_CASE("of a text that is typed and not accepted nobody expects the view's", "[look]") {
  if (!test::can_browse()) return;
  Drawn page(view_with({control("field", "name", "Name", {{"value", "mlw"}})}), R"(<label>Name <input data-id="name" data-draft="true" value="Not a name!"></label>)");
  CHECK(page.undrawn().empty());
}

TEST_CASE("a page that the site refuses says so", "[look]") {
  if (!test::can_browse()) return;
  Drawn page(view_with(Json::array()), "");
  REQUIRE(page.browser->run("window.azlab = { shown: () => ({ refused: 'too many tabs' }) }", Json::array()));
  CHECK(page.browser->run(browse::script("look"), Json::array({3, 50})).error().message.find("the site refuses the page: too many tabs") != std::string::npos);
}
