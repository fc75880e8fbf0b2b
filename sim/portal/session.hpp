#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/time.hpp"
#include "sim/http/message.hpp"

namespace azlab::portal {

/// A control of a resolved screen.
struct Control {
  std::string id;              ///< unique on the screen
  std::string kind;            ///< "button", "link", "tab", "field", "option", "toggle", "row", "menu", "status", "text", "icon", "component"
  std::string label{};         ///< in the session's language
  std::string label_en{};
  std::vector<std::string> also{};  ///< other spellings that name the same control, any language and generation
  bool enabled = true;
  bool busy = false;           ///< disabled only until something that is under way has ended
  bool required = false;
  bool free = false;           ///< a field with options that takes a name of the person's own, too
  bool untranslated = false;   ///< the label is English because its text in the session's language is not known
  bool unverified = false;     ///< the label is known from lab texts only (design 8)
  std::string value{};         ///< fields, toggles ("on"/"off"), status; tabs, options and rows: "selected"
  std::vector<std::string> options{};
  std::string error{};         ///< validation message under a field
  std::string hint{};          ///< what the page asks the user to type (a confirmation), why it is disabled, or an editor's file
  std::string format{};        ///< fields: "time", "text", …; components: their name ("editor", "terminal", "files")
  std::string table{};         ///< of a table's headings (kind "text") and rows: the table's id
  bool chrome = false;         ///< belongs to the frame around every page of the app: its navigation and search
  std::vector<Control> children{};
};

/// The control of this id, at any depth; nullptr when there is none.
const Control* find_control(const std::vector<Control>& controls, std::string_view id);

/// The page that the user sees.
struct View {
  std::string screen;          ///< "studio.compute"
  std::string app;             ///< "portal" or "studio"
  std::string title{};
  std::string address{};       ///< what the address bar shows
  bool complete = false;       ///< whether `controls` is all there is on the real page
  bool absent = false;         ///< the page exists in Azure, but its screen is not simulated
  bool dialog = false;         ///< a dialog lies over the page; `controls` are the dialog's alone
  bool popup = false;          ///< a dialog that asks for nothing and can be dismissed
  std::string commit{};        ///< forms: id of the control that carries the form out, empty elsewhere
  std::string step{};          ///< wizards: id of the current step
  std::vector<std::string> way_out{};  ///< control ids a reader presses when a text describes an older form of this screen
  std::vector<Control> controls{};
  std::vector<std::string> notices{};  ///< notifications, errors of the last request
};

struct Action {
  /// "click", "fill", "choose", "toggle" (value "on"/"off"), "open" (an address), "search", "refresh", "type",
  /// "dismiss" (pop-ups), "cancel" (any dialog), "close-tab", "close-pane", "switch-tab" (value: the app).
  std::string kind;
  std::string target{};  ///< control id
  std::string value{};
};

/// What pressing asks of a component of the page that is seen then: the component carries it out itself, whoever draws it.
struct Asked {
  std::string component{};  ///< id of the control; empty: nothing is asked
  std::string does{};       ///< notebook: "runAll"; terminal: "type"; files: "upload", "uploadFolder", "download"
  std::string text{};       ///< what a terminal types; the path of a file
};

/// What pressing did. `error` is what the page shows when it refuses.
struct Outcome {
  bool ok = true;
  std::string error{};
  std::string opened{};        ///< screen that is shown now, when it changed
  /// The page does something in Azure that is not simulated: nothing was done, and `error` names it.
  bool not_simulated = false;
  Asked asked{};
};

/// What a page says to an action on one of its controls that nobody can carry out as the page stands: there is no such control, it is
/// disabled, it does not offer the value. Nothing: it can be tried.
std::optional<Outcome> refusal(const View& view, const Action& action);
/// The value of the option that a text names, by the value itself, its label or another spelling.
std::optional<std::string> option_named(const Control& field, const std::string& text);

/// One person's browser on the simulated portal and studio: tabs, the current screen, what is typed. It never
/// touches the World; everything goes through `send`, i.e. Simulator::handle.
class Session {
 public:
  using Send = std::function<Response(Request)>;
  struct Options {
    std::string language = "en";
    std::string as_of{};       ///< ISO date; screens of that day
    std::string user_name{};   ///< signed-in account, "alex.martin@contoso-labs.example"
    std::uint64_t seed = 1;    ///< for the names that forms propose
  };
  Session(Send send, Options options);
  ~Session();
  Session(Session&&) noexcept;
  Session& operator=(Session&&) noexcept;

  View view() const;
  /// The page on which the dialog lies that is seen; nothing where no dialog is open.
  std::optional<View> under() const;
  /// Apps of the open browser tabs, the active one first.
  std::vector<std::string> apps() const;
  /// A parameter of the current page ("workspaceId", "resourceGroup"), or empty.
  std::string parameter(std::string_view name) const;
  /// What the browser remembers about the person ("cloudShell" after its first start), or empty.
  std::string remembered(std::string_view name) const;
  const Options& options() const;
  Outcome act(const Action& action);

  /// The whole state as JSON text, and back: sessions are branched with the World.
  std::string save() const;
  void load(std::string_view saved);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace azlab::portal
