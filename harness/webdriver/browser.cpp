#include "harness/webdriver/browser.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "harness/webdriver/driver.hpp"
#include "harness/webdriver/wire.hpp"
#include "sim/core/text.hpp"

namespace azlab::webdriver {
namespace {

/// The name that WebDriver gives an element in JSON (WebDriver 12.1).
constexpr const char* kElement = "element-6066-11e4-a52e-4f735466cecf";
/// How long a script may wait for a page that is slow on a busy machine.
constexpr int kScriptLimitMs = 120'000;

Json capabilities(const BrowserOptions& options) {
  // Containers give Chromium neither the name spaces for its own sandbox nor room in /dev/shm; what it loads here is azlab's own page.
  const Json arguments = {"--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--no-first-run", "--disable-extensions", "--disable-background-networking",
                          "--disable-component-update", "--disable-sync", "--force-prefers-reduced-motion", "--no-proxy-server", "--remote-debugging-pipe", "--lang=" + options.language,
                          fmt::format("--window-size={},{}", options.width, options.height), fmt::format("--force-device-scale-factor={}", options.scale)};
  return {{"capabilities", {{"alwaysMatch", {{"browserName", "chrome"},
                                             {"timeouts", {{"script", kScriptLimitMs}, {"pageLoad", kScriptLimitMs}, {"implicit", 0}}},
                                             {"unhandledPromptBehavior", "accept"},
                                             {"goog:chromeOptions", {{"binary", find_on_path("chromium")}, {"args", arguments}, {"prefs", {{"intl.accept_languages", options.language}}}}}}}}}};
}

template <class Value>
Result<void> nothing_of(const Result<Value>& answer) {
  if (!answer) return fail(answer.error());
  return {};
}

}  // namespace

Browser::Browser(std::unique_ptr<Driver> driver, std::unique_ptr<Wire> wire, std::string session) : driver_(std::move(driver)), wire_(std::move(wire)), session_(std::move(session)) {}

Browser::~Browser() { static_cast<void>(wire_->remove(session_)); }

Result<std::unique_ptr<Browser>> Browser::open(const BrowserOptions& options) {
  auto driver = Driver::start();
  if (!driver) return fail(driver.error());
  auto wire = std::make_unique<Wire>((*driver)->port());
  const auto begun = wire->post("/session", capabilities(options));
  if (!begun) return fail(502, "NoBrowser", "Chromium does not start: " + begun.error().message);
  std::unique_ptr<Browser> browser(new Browser(std::move(*driver), std::move(wire), "/session/" + string_at(*begun, "sessionId")));
  // A window's own size counts its frame; what a page is drawn in is what was asked for.
  const auto frame = browser->run("return [outerWidth - innerWidth, outerHeight - innerHeight]", Json::array());
  if (!frame) return fail(frame.error());
  const auto sized = browser->wire_->post(browser->at("/window/rect"), {{"width", options.width + frame->at(0).get<int>()}, {"height", options.height + frame->at(1).get<int>()}});
  if (!sized) return fail(sized.error());
  return browser;
}

Result<void> Browser::go_to(const std::string& address) { return nothing_of(wire_->post(at("/url"), {{"url", address}})); }

Result<Browser::Element> Browser::find(const std::string& selector) {
  const auto found = wire_->post(at("/element"), {{"using", "css selector"}, {"value", selector}});
  if (!found) return fail(found.error());
  return element_of(*found);
}

Result<void> Browser::click(const Element& element) { return nothing_of(wire_->post(at("/element/" + element + "/click"), Json::object())); }

Result<void> Browser::clear(const Element& element) { return nothing_of(wire_->post(at("/element/" + element + "/clear"), Json::object())); }

Result<void> Browser::type(const Element& element, std::string_view keys) { return nothing_of(wire_->post(at("/element/" + element + "/value"), {{"text", keys}})); }

Result<void> Browser::press_keys(std::string_view keys) {
  Json strokes = Json::array();
  for (std::size_t i = 0; i < keys.size();) {
    // A key is one character of UTF-8.
    std::size_t end = i + 1;
    while (end < keys.size() && (static_cast<unsigned char>(keys[end]) & 0xC0U) == 0x80U) ++end;
    const std::string one(keys.substr(i, end - i));
    strokes.push_back({{"type", "keyDown"}, {"value", one}});
    strokes.push_back({{"type", "keyUp"}, {"value", one}});
    i = end;
  }
  return nothing_of(wire_->post(at("/actions"), {{"actions", {{{"type", "key"}, {"id", "keyboard"}, {"actions", strokes}}}}}));
}

Result<Json> Browser::run(std::string_view script, const Json& arguments) { return wire_->post(at("/execute/sync"), {{"script", script}, {"args", arguments}}); }

Result<std::string> Browser::picture() {
  const auto taken = wire_->get(at("/screenshot"));
  if (!taken) return fail(taken.error());
  auto bytes = taken->is_string() ? base64_decode(taken->get<std::string>()) : std::nullopt;
  if (!bytes) return fail(502, "NoPicture", "the browser's picture is not base64");
  return std::move(*bytes);
}

Json Browser::to_json(const Element& element) { return {{kElement, element}}; }

Browser::Element Browser::element_of(const Json& value) { return value.is_object() ? value.value(kElement, std::string()) : std::string(); }

}  // namespace azlab::webdriver
