#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/rules/catalogue.hpp"
#include "sim/core/json.hpp"

namespace azlab::lab {

/// How the value of a form field is meant (labs.md 2.2, `form.field`).
enum class ValueMode {
  literal,        ///< enter exactly this
  free_choice,    ///< italic prose: the reader chooses ("enter a unique name")
  default_note,   ///< italic prose about the default: leave it
  must_stay_off,  ///< the list was introduced by a negation: do not enable
};

/// A checkable statement inside `verify` or `wait`.
struct Predicate {
  /// "resource", "compute instance", "compute cluster", "file", "folder", "option", "subscription", "command", "storage" or "" (the op's labels).
  std::string subject{};
  /// "exists", "selected", "equals", "running", "idle", "nodes", "contains", "created", "done".
  std::string is{};
  std::string value{};
};

/// What a command is to come to, as the author says in a directive (docs/directives.md).
struct Expectation {
  std::string kind{};  ///< "exit", "output" (a regular expression), "json", "similarity"
  std::string path{};  ///< json: where, as JMESPath; similarity: the least that is enough, 0 to 1
  std::string value{};  ///< status, regular expression, JSON, or the expected text
  bool json = false;   ///< similarity: both are JSON, compared with sorted keys
  int line = 0;        ///< of the directive
};

/// Findings that the author has silenced.
struct Disabled {
  std::string rule{};
  int first_line = 0;
  int last_line = 0;
  int line = 0;  ///< of the directive
  std::string reason{};
};

/// A value that a fence's last command prints and the author wants kept as a variable of the terminal.
struct Capture {
  std::string variable{};
  std::string path{};     ///< JMESPath into the output as JSON; empty: `pattern`
  std::string pattern{};  ///< RE2 whose first group is the value
  int line = 0;           ///< of the directive
};

/// What an author asks for about a fence (docs/directives.md).
struct FenceOrders {
  std::vector<Expectation> expectations{};
  std::vector<Capture> captures{};
  int retries = 0;             ///< times that it is tried again when it fails
  double retry_every_s = 0;    ///< simulated seconds between two tries
  double time_limit_s = 0;     ///< simulated seconds that it may take; 0: any
  int time_limit_line = 0;     ///< of the directive
  bool non_deterministic = false;  ///< it prints something else each time: not compared
};

/// A fault that strikes from a step on.
struct FaultOrder {
  std::string fault{};  ///< "ID@operation:phase:times" (azlab run --fault)
  int line = 0;
};

/// A page that must have been carried out before this one.
struct Prerequisite {
  std::string path{};  ///< relative to this page
  int line = 0;
};

/// One operation of a unit; kinds are those of labs.md 2.2.
struct Op {
  std::string kind;
  /// Labels and literals as the document has them. A click or nav has one; more mean "or" (either name).
  std::vector<std::string> args{};
  std::vector<std::string> en{};       ///< the same in canonical English
  std::vector<std::string> context{};  ///< canonical English labels that say where ("in the **Files** pane")
  std::vector<std::string> ctx{};      ///< the same as the document has them
  /// What the words name where no label does ("select the workspace", "create a resource group"): an entity of
  /// fixtures/languages, in English. A `ui.click` without args is a click on that.
  std::string entity{};
  std::string label{};                 ///< form.field: the field, as the document has it
  std::string label_en{};
  std::string value{};                 ///< form.field: the value as written, markup removed
  std::string value_en{};              ///< the same in canonical English where it has one ("aucun" -> "None")
  ValueMode value_mode = ValueMode::literal;
  std::string code{};                  ///< shell.block, file.content: the fence's text
  std::string fence_language{};        ///< info string of the fence
  std::vector<Predicate> predicates{};
  FenceOrders orders{};                ///< shell.block
  double wait_min_s = 0;               ///< wait: the stated duration, 0 when none
  double wait_max_s = 0;
  bool conditional = false;            ///< stands under a condition ("if you are prompted")
  bool optional = false;               ///< "you may", "optionally"
  bool after_failure = false;          ///< stands under "if it fails": not asked for while nothing has
};

/// A textual unit: paragraph, fence, aside, field… with its place (labs.md 2.1).
struct Unit {
  int line = 0;
  std::string section{};  ///< title of the nearest heading
  int step = 0;           ///< ordinal in the section, counted on across lists; 0 outside of lists
  std::string kind{};     ///< "P:o", "P:ou", "P:oq", "C", "DS", "DP", "Dol1", "Dul2", "P:", "H1"…
  std::string text{};     ///< inline text with markup as written; empty for fences
  std::vector<Op> ops{};
  int source_line = 0;  ///< the ops are those of this line of the page that this one translates (harness/twins); 0: its own
};

struct Step;

/// A `<details>` block to be followed when the step it belongs to fails.
struct Alternative {
  int line = 0;
  std::string title{};
  std::vector<Step> steps;  // no initialiser: Step is not complete here, and clang insists
};

/// A list item with everything it owns.
struct Step {
  int line = 0;
  std::string section{};
  int number = 0;
  std::string text{};  ///< of its first unit, for reports
  std::vector<Unit> units{};
  /// Asides that tell the reader to ignore errors, by line; they belong to the shell blocks of this step.
  std::vector<int> tolerance_lines{};
  bool optional = false;
  std::string skip_reason{};  ///< the author's, who wants it not carried out
  bool always = false;        ///< judged by itself, whatever failed before it
  std::vector<FaultOrder> faults{};
  std::optional<Alternative> alternative{};
};

/// A finding from the text alone, or later from the run.
using Finding = rules::Finding;

struct Lab {
  std::string file{};
  std::string title{};
  std::string language{};  ///< "fr", "en", "zh-cn"…
  std::string source{};    ///< the text itself, whose lines findings quote
  std::vector<Unit> units{};  ///< all of them in document order, those of alternatives included
  std::vector<Step> steps{};  ///< main path, in order
  std::vector<Finding> findings{};
  std::vector<Disabled> disabled{};
  std::vector<Prerequisite> prerequisites{};  ///< in the order in which they are to be carried out
};

/// Reads a lab. Fails with one clear line on text that is not UTF-8; any other text is a lab, perhaps an empty one.
Result<Lab> read_lab(std::string_view markdown, std::string_view file_name);

/// All units that have ops, one JSON line each, as `azlab steps` prints them.
std::string steps_as_json_lines(const Lab& lab);

/// Findings about a shell script's text (shebang against syntax); lines count from `first_line`. Scripts of a
/// cloned repository are checked with the same rules as fences.
std::vector<Finding> check_script_text(std::string_view text, int first_line = 1);

/// One unit as a line of `azlab steps`: `{"line","section","step","unit","ops":[{"op","args","en"…}]}`.
Json unit_to_json(const Unit& unit);

}  // namespace azlab::lab
