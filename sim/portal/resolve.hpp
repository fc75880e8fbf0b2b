#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/portal/evaluate.hpp"
#include "sim/portal/library.hpp"
#include "sim/portal/session.hpp"
#include "sim/portal/state.hpp"

namespace azlab::portal {

/// Which frame of the active tab a control belongs to; -1 is the pane.
using FrameIndex = int;

/// What expressions see: the page's scope, or a row with the scope under "page". One for all that stands there, since it holds
/// the answers that were loaded.
using Root = std::shared_ptr<const Json>;

/// What stands behind a control of a resolved page.
struct Target {
  const Json* def = nullptr;
  Root root{};
  FrameIndex frame = 0;
  std::string field{};       ///< options: the control whose value they are
  std::string option{};
  std::string path{};        ///< rows of the Files pane
};

/// A page as it stands now.
struct Page {
  View view;
  std::map<std::string, Target> targets;
};

/// Turns screens and answers into pages. Asks for data only, never changes anything.
class Resolver {
 public:
  Resolver(const Library& library, Evaluator& evaluator, const Session::Send& send, const Session::Options& options)
      : library_(library), evaluator_(evaluator), send_(send), options_(options) {}

  Page resolve(const BrowserState& state);
  /// GET; null and a notice when it fails. `quiet`: no notice.
  Json get(const std::string& url, bool quiet, bool as_text, std::vector<std::string>& notices);
  /// The answer's JSON or text; null and a notice when it is a refusal.
  Json read(const Response& response, bool quiet, bool as_text, std::vector<std::string>& notices);
  /// `draws_page`: as Caller has it.
  Response request(Method method, const std::string& url, Body body, bool draws_page);
  /// What the expressions of a frame see.
  Json scope_of(const Json& screen, const Frame& frame, const BrowserState& state, std::vector<std::string>& notices);

  /// "Label: message" for each field that breaks a rule, of the whole form or of one step.
  std::vector<std::string> errors_of(const Json& screen, const Json& scope, const Json* only_step);

  const Library& library() const { return library_; }
  Evaluator& evaluator() { return evaluator_; }
  const Session::Options& options() const { return options_; }

 private:
  struct Place {
    Page* page;
    const Frame* frame;
    FrameIndex index;
    std::string prefix;  ///< of control ids
    const Json* screen;
  };
  void add_controls(const Json& defs, const Root& root, const Place& place, std::vector<Control>& out);
  void add_control(const Json& def, const Root& root, const Place& place, std::vector<Control>& out);
  /// A control once for each item of a list, which its expressions see as `item`.
  void add_each(const Json& def, const Root& root, const Place& place, std::vector<Control>& out);
  /// What of other answers belongs to a row: {"name": {"from": list, "key": …, "to": …}}.
  void join_row(const Json& joins, const std::map<std::string, Json>& lists, Json& row);
  void add_table(const Json& def, const Root& root, const Place& place, std::vector<Control>& out);
  void add_files(const Json& def, const Root& root, const Place& place, Control& control);
  void add_steps(const Place& place, const Root& root, std::vector<Control>& out);
  void fill_value(const Json& def, const Json& root, const Place& place, Control& control);
  void add_options(const Json& def, const Root& root, const Place& place, Control& control);
  void check_field(const Json& def, const Json& root, const Place& place, Control& control);
  std::string field_error(const Json& def, const Json& root, const std::string& value);
  void add_form(const Json& screen, const Frame& frame, Json& scope);
  void apply_label(const Json& def, const Json& root, Control& control);
  std::string text_of(const Json& label);

  const Library& library_;
  Evaluator& evaluator_;
  const Session::Send& send_;
  const Session::Options& options_;
};

/// The screen's step definition that is current; nullptr for pages without steps.
const Json* current_step(const Json& screen, const Frame& frame);
/// Calls `visit(def)` for each field and toggle of a screen, steps included, in document order.
void for_each_field(const Json& defs, const std::function<void(const Json&)>& visit);
void for_each_field_of_screen(const Json& screen, const std::function<void(const Json&)>& visit);
/// "Code: message" of an Azure error body, or the HTTP status.
std::string error_text(const Response& response);
std::string plain_text(const Json& value);

}  // namespace azlab::portal
