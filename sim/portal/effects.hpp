#pragma once

#include <string>

#include "sim/portal/resolve.hpp"

namespace azlab::portal {

/// Carries out what pressing a control does: an ordered list of effects (README.md), each a request, a value
/// set, a step, a page opened or closed. A refused request ends the list; what was done before it stays.
class Effects {
 public:
  Effects(Resolver& resolver, BrowserState& state) : resolver_(resolver), state_(state) {}

  /// The effects under `key` of the target's definition, or its short form "opens".
  Outcome run(const Target& target, const char* key);
  void set(FrameIndex frame, const std::string& field, const Json& value);
  void choose_tab(const Target& target);
  Outcome go_to_step(const Target& target);
  /// A row of the Files pane: a folder unfolds, a file opens in the editor.
  Outcome open_path(const Target& target, bool directory);

  Outcome open_address(const std::string& address);
  Outcome close_tab();
  Outcome close_pane();
  Outcome switch_tab(const std::string& app);
  /// Closes the dialog on top; only pop-ups that ask for nothing when `popups_only`.
  Outcome dismiss(bool popups_only);

 private:
  Outcome run_list(const Json& effects, const Target& target, Json root);
  Outcome run_one(const Json& effect, const Target& target, Json& root);
  Outcome run_request(const Json& effect, const Target& target, Json& root);
  Outcome run_step(const Json& to, const Target& target);
  Outcome run_validate(const Json& what, const Target& target);
  Outcome open_screen(const std::string& screen, const Json& effect, const Json& root);
  Outcome enter(Frame& frame);
  Frame* frame(FrameIndex index);
  Frame make_frame(const std::string& screen, const Json& effect, const Json& root);

  Resolver& resolver_;
  BrowserState& state_;
};

}  // namespace azlab::portal
