#pragma once

#include <string>

#include "harness/webdriver/browser.hpp"
#include "sim/portal/session.hpp"

namespace azlab::browse {

/// What was done to the page.
enum class Done {
  acted,    ///< the page asks the server about it
  nothing,  ///< it was so already, or only a list was opened
};

/// A person's hands on the learner's page: they press and type what is drawn. `refusal` (sim/portal) has been asked before. An error is
/// one line: what is not drawn, what lies over it.
class Hands {
 public:
  explicit Hands(webdriver::Browser& browser) : browser_(browser) {}

  Result<Done> carry_out(const portal::View& view, const portal::Action& action);
  /// Types an address into the page's address bar.
  Result<void> open(const std::string& address);
  Result<void> switch_tab(const std::string& app);
  Result<void> close_tab();
  /// Closes the dialog that is open.
  Result<void> escape();

 private:
  Result<webdriver::Browser::Element> element_of(const portal::Control& control);
  Result<Done> click(const portal::View& view, const portal::Control& control);
  Result<Done> choose(const portal::Control& field, const std::string& value);
  Result<Done> set(const portal::View& view, const portal::Control& control, const portal::Action& action);
  Result<Done> type_line(const portal::Control& field, const std::string& text, std::string_view end);
  Result<Done> type_time(const portal::Control& field, const std::string& time);
  Result<Done> paste(const portal::Control& editor, const std::string& text);
  Result<void> close_menus(const std::string& target);

  webdriver::Browser& browser_;
};

}  // namespace azlab::browse
