#include <httplib.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "harness/webdriver/browser.hpp"
#include "harness/webdriver/driver.hpp"
#include "tests/support/catch.hpp"

using namespace azlab;
using webdriver::Browser;
namespace key = webdriver::key;

namespace {

/// A page with what people press and type into, on a port of its own.
class TinySite {
 public:
  TinySite() {
    server_.Get("/", [](const httplib::Request& request, httplib::Response& response) {
      response.set_content(R"(<!doctype html><html><body style="margin:0"><title>tiny</title>
<p id="speaks">)" + request.get_header_value("Accept-Language") + R"(</p>
<input id="name" value="old"><button id="greet" onclick="said.textContent = 'hello ' + document.getElementById('name').value">Greet</button>
<p id="said"></p><div style="height:3000px"></div>
<button id="below" onclick="said.textContent = 'reached'">Below</button>
<div style="position:relative"><button id="covered">Covered</button><div id="cover" style="position:absolute;inset:0"></div></div>
</body></html>)", "text/html");
    });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    // A server that is stopped before it listens would listen for good.
    while (!server_.is_running()) std::this_thread::yield();
  }
  ~TinySite() {
    server_.stop();
    thread_.join();
  }
  std::string address() const { return "http://127.0.0.1:" + std::to_string(port_) + "/"; }

 private:
  httplib::Server server_{};
  int port_ = 0;
  std::thread thread_{};
};

std::string text_of(Browser& browser, const std::string& id) {
  return browser.run("return document.getElementById(arguments[0]).textContent", Json::array({id})).value().get<std::string>();
}

}  // namespace

TEST_CASE("webdriver: a browser presses, types and runs scripts as a person's does") {
  const TinySite site;
  auto opened = Browser::open({.language = "fr"});
  REQUIRE(opened);
  Browser& browser = **opened;
  REQUIRE(browser.go_to(site.address()));

  CHECK(text_of(browser, "speaks").substr(0, 2) == "fr");
  CHECK(browser.run("return [innerWidth, innerHeight]", Json::array()).value() == Json::array({1280, 800}));

  const auto name = browser.find("#name").value();
  REQUIRE(browser.clear(name));
  REQUIRE(browser.type(name, "Zo\xC3\xAB"));
  REQUIRE(browser.click(browser.find("#greet").value()));
  CHECK(text_of(browser, "said") == "hello Zo\xC3\xAB");

  // What lies outside of the window is scrolled to.
  REQUIRE(browser.click(browser.find("#below").value()));
  CHECK(text_of(browser, "said") == "reached");

  // Keys go where the focus is.
  REQUIRE(browser.click(name));
  REQUIRE(browser.press_keys("!"));
  CHECK(browser.run("return document.activeElement.value", Json::array()).value() == "Zo\xC3\xAB!");

  // Elements travel to scripts and back.
  const auto same = browser.run("return arguments[0]", Json::array({Browser::to_json(name)}));
  CHECK(Browser::element_of(same.value()) == name);
  // Promises are waited for.
  CHECK(browser.run("return new Promise((done) => setTimeout(() => done(7), 20))", Json::array()).value() == 7);
}

TEST_CASE("webdriver: a picture is a PNG of the window's size times the scale") {
  const TinySite site;
  auto opened = Browser::open({.width = 1024, .height = 700, .scale = 0.5});
  REQUIRE(opened);
  REQUIRE((*opened)->go_to(site.address()));
  const std::string png = (*opened)->picture().value();
  REQUIRE(png.size() > 24);
  CHECK(png.substr(1, 3) == "PNG");
  const auto number = [&](std::size_t at) { return (static_cast<unsigned char>(png[at + 2]) << 8) + static_cast<unsigned char>(png[at + 3]); };
  CHECK(number(16) == 512);
  CHECK(number(20) == 350);
}

TEST_CASE("webdriver: what goes wrong is one line with the code of the specification") {
  const TinySite site;
  auto opened = Browser::open({});
  REQUIRE(opened);
  Browser& browser = **opened;
  REQUIRE(browser.go_to(site.address()));
  CHECK(browser.find("#nowhere").error().code == "no such element");
  CHECK(browser.click(browser.find("#covered").value()).error().code == "element click intercepted");
  const auto thrown = browser.run("throw new Error('why not')", Json::array());
  CHECK(thrown.error().code == "javascript error");
  CHECK(thrown.error().message.find("why not") != std::string::npos);
  CHECK(thrown.error().message.find('\n') == std::string::npos);
  std::string gone;
  {
    const TinySite closed;
    gone = closed.address();
  }
  const auto refused = browser.go_to(gone);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.find("ERR_CONNECTION_REFUSED") != std::string::npos);
}

TEST_CASE("webdriver: without a driver on PATH it says what to install") {
  const std::string before = std::getenv("PATH");
  setenv("PATH", "/nowhere", 1);
  const auto none = Browser::open({});
  setenv("PATH", before.c_str(), 1);
  REQUIRE_FALSE(none);
  CHECK(none.error().message == "a browser needs chromedriver and Chromium on PATH; install Debian's packages chromium and chromium-driver");
}
