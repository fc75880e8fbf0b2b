#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "sim/core/json.hpp"
#include "sim/core/result.hpp"

namespace azlab::webdriver {

class Driver;
class Wire;

struct BrowserOptions {
  std::string language = "en";  ///< that the browser asks pages for
  int width = 1280;             ///< of the window, in CSS pixels
  int height = 800;
  double scale = 1;             ///< pixels of a picture for a CSS pixel
};

/// Keys that have no character (WebDriver 17.4.2).
namespace key {
inline constexpr std::string_view kControl = "\xEE\x80\x89";
inline constexpr std::string_view kBackspace = "\xEE\x80\x83";
inline constexpr std::string_view kEnter = "\xEE\x80\x87";
inline constexpr std::string_view kEscape = "\xEE\x80\x8C";
inline constexpr std::string_view kTab = "\xEE\x80\x84";
/// Releases what is held down.
inline constexpr std::string_view kNull = "\xEE\x80\x80";
}  // namespace key

/// One Chromium without a screen, with one window and a profile of its own. Every call waits until the browser has done it; errors are
/// one line, with the code that WebDriver gives them ("element click intercepted"). Used by one thread.
class Browser {
 public:
  /// What an element is called in this session.
  using Element = std::string;

  static Result<std::unique_ptr<Browser>> open(const BrowserOptions& options);
  ~Browser();
  Browser(const Browser&) = delete;
  Browser& operator=(const Browser&) = delete;

  Result<void> go_to(const std::string& address);
  /// The first element that a CSS selector finds.
  Result<Element> find(const std::string& selector);
  /// Scrolls there and presses its middle, as a mouse does: fails when something else lies over it.
  Result<void> click(const Element& element);
  Result<void> clear(const Element& element);
  /// Types into an element, which gets the focus.
  Result<void> type(const Element& element, std::string_view keys);
  /// Types where the focus is.
  Result<void> press_keys(std::string_view keys);
  /// Runs a function's body in the page; `arguments` is a list. A promise is waited for. Elements go there by to_json and come back
  /// by element_of.
  Result<Json> run(std::string_view script, const Json& arguments);
  /// What is seen, as a PNG file.
  Result<std::string> picture();

  static Json to_json(const Element& element);
  /// The element that a script returned; empty: it returned none.
  static Element element_of(const Json& value);

 private:
  Browser(std::unique_ptr<Driver> driver, std::unique_ptr<Wire> wire, std::string session);
  std::string at(std::string_view path) const { return session_ + std::string(path); }

  std::unique_ptr<Driver> driver_;
  std::unique_ptr<Wire> wire_;
  std::string session_;  ///< "/session/<id>"
};

}  // namespace azlab::webdriver
