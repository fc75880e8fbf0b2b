#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/lab/lab.hpp"
#include "harness/walk/pages.hpp"
#include "sim/simulator.hpp"

namespace azlab::walk {

/// What one operation came to. `verdict` is "passed", "failed", "blocked", "skipped" or "not understood".
struct OpResult {
  std::string verdict = "passed";
  std::string evidence{};  ///< what was pressed, seen or missing, in one or two sentences
  std::vector<lab::Finding> findings{};
  /// Set when the op opened a terminal: "cloud-shell" or "compute-instance:<name>".
  std::string terminal{};
  /// What the press asks a component of the page to do, which the walker does not do: a terminal that types (then `terminal` is set),
  /// a notebook that runs.
  portal::Asked asked{};
  /// Set when there was nothing to wait for: good only if what the text waits for was really begun.
  bool nothing_pending = false;
};

/// How a walker reaches Azure and lets time pass: the simulator, or a script in tests.
struct Surroundings {
  portal::Session::Send send;
  std::function<Time()> now;
  std::function<std::optional<Time>()> next_due;
  /// Returns the time reached, which is earlier than asked for while a process has to end first.
  std::function<Time(Time)> advance_to;
};

/// Carries out portal and studio operations of a lab as a reader would: finds the control that a label names on
/// the current page, presses it, fills forms, waits for states, checks what the text says should be there.
class Walker {
 public:
  struct Options {
    std::string language = "en";
    std::string as_of{};
    std::uint64_t seed = 1;
  };
  /// `pages`: what it looks at and presses; none: the pages without a browser (session_pages).
  Walker(Simulator& simulator, Options options, std::unique_ptr<Pages> pages = nullptr);
  Walker(Surroundings around, Options options, std::unique_ptr<Pages> pages = nullptr);
  ~Walker();

  /// Whether `kind` is one of this executor's: nav.*, ui.*, form.*, file.*, res.create, verify*, observe, wait, shell.open, shell.type,
  /// ctx.switch, neg, ui.confirm, res.delete, res.stop, res.start, res.restart.
  static bool handles(std::string_view kind);

  /// Carries out one op of `unit`, which belongs to `step`. Order matters: ops are given as the document has them.
  OpResult carry_out(const lab::Op& op, const lab::Unit& unit, const lab::Step& step);

  /// After the last unit of a step or before leaving a form: presses the commit that the text forgot, if a form
  /// is still open and filled (finding "ui/forgotten-commit").
  std::vector<lab::Finding> end_of_step(const lab::Step& step, const lab::Step* next);

  /// Tells when that began for which the next `wait` waits, if it was not the walker that began it (a command).
  void note_start(Time started);

  Pages& pages();
  std::string save() const;
  void load(std::string_view saved);

  struct Impl;

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace azlab::walk
