// The steps of a lab, one after the other: each op to whoever carries it out, alternatives, what follows from what.
#include <re2/re2.h>

#include <algorithm>
#include <iterator>

#include "harness/run/doing_time.hpp"
#include "harness/run/lab_state.hpp"
#include "harness/run/state_change.hpp"
#include "harness/walk/picture.hpp"
#include "sim/core/text.hpp"
#include "sim/core/world.hpp"
#include "sim/faults/catalogue.hpp"
#include "sim/http/context.hpp"

namespace azlab::run {
namespace {

// Kinds that say something to the reader and ask nothing of them.
constexpr std::string_view kNothingToDo[] = {"info", "hint", "cond", "effect", "tolerate", "alt.begin", "optional", "shell.run", "field.desc"};
// Kinds whose failure leaves something unmade that later lines build on.
constexpr std::string_view kMakes[] = {"shell.block", "ui.click", "wait", "shell.open", "ui.save", "file.open", "ui.search", "res.create",
                                       "ui.confirm", "res.delete", "res.stop", "res.start", "res.restart", "nb.runall"};

template <std::size_t N>
bool is_one_of(const std::string& kind, const std::string_view (&kinds)[N]) {
  return std::find(std::begin(kinds), std::end(kinds), kind) != std::end(kinds);
}

// Kinds that lead to a page.
constexpr std::string_view kLeads[] = {"ui.click", "nav.page", "nav.url", "ctx.switch", "ui.form", "ui.search", "res.create", "unknown"};
// Kinds that change nothing, so that nothing later can miss what they would have made.
constexpr std::string_view kOnlyLooks[] = {"verify", "verify.opt", "observe", "neg", "nb.open", "nb.kernel", "ui.dismiss", "ui.refresh", "ui.copy"};

/// Whether a failure would be one whatever happened before: a command nobody can run, a kernel that is not offered,
/// a label that its page has not.
bool stands_alone(const LabState& state, const OpRecord& done, const std::vector<lab::Finding>& findings) {
  static const RE2 kOwnFault(
      R"((?i)is misspelled or not recognized|unrecognized arguments|the following arguments are required|: command not found|No matching distribution|syntax error near)");
  if (done.op == "nb.kernel") return true;
  if (done.op == "shell.block") return RE2::PartialMatch(done.evidence, kOwnFault);
  // What a field offers is the page's own, unless it is a name that somebody gave.
  static const RE2 kFixedOption(R"re(does not offer "[A-Z][A-Za-z ]*")re");
  const bool fixed_option = !state.lost && std::any_of(findings.begin(), findings.end(), [](const lab::Finding& f) {
    return f.rule == "ui/option-not-offered" && RE2::PartialMatch(f.message, kFixedOption);
  });
  if (fixed_option) return true;
  // A name in a list depends on what was made; a label of the page does not. Names are written small or with dashes.
  static const RE2 kName(R"re(has no "([^"]*-[^"]*|[a-z0-9.<][^"]*)"\.$)re");
  return !state.lost && std::any_of(findings.begin(), findings.end(), [](const lab::Finding& f) {
    return f.rule == "ui/label-not-on-screen" && !RE2::PartialMatch(f.message, kName);
  });
}

/// Turns a failure that follows from an earlier line into `blocked`, without its findings, unless the author wants the step
/// to be judged by itself.
void judge_in_context(LabState& state, const Task& task, OpRecord& done, std::vector<lab::Finding> findings) {
  const bool failed = done.verdict == verdict::kFailed || (done.verdict == verdict::kNotUnderstood && task.op.kind != "unknown");
  const bool earlier = state.broken_at || state.gap_at;
  if (task.step.always) {
    // Nothing follows from anything.
  } else if (failed && !earlier && state.lost && (task.op.kind == "ui.click" || task.op.kind == "ui.form")) {
    // The way to this page has failed already; that is what the author has to mend.
    done.verdict = std::string(verdict::kBlocked);
    done.evidence = "The page before it was not reached. " + done.evidence;
    std::erase_if(findings, [](const lab::Finding& f) { return f.severity == "error"; });
  } else if (failed && earlier && !stands_alone(state, done, findings)) {
    const bool broke = state.broken_at && (!state.gap_at || *state.broken_at <= *state.gap_at);
    const std::string line = std::to_string(broke ? *state.broken_at : *state.gap_at);
    done.verdict = std::string(verdict::kBlocked);
    done.evidence = "Line " + line + (broke ? " failed, and this builds on it. " : " was not carried out, and this may build on it. ") + done.evidence;
    std::erase_if(findings, [](const lab::Finding& f) { return f.severity == "error"; });
  }
  for (auto& finding : findings) state.record.findings.push_back(std::move(finding));
  if (is_one_of(task.op.kind, kLeads)) state.lost = is_bad(done.verdict) || (state.lost && done.evidence.find("opened") == std::string::npos && done.evidence.find("Opened") == std::string::npos);
}

OpRecord carry_out(const Task& task);

/// What a press asked of a component of the page: the reader sees it happen there, in a terminal or in a notebook.
OpRecord do_asked(const Task& task, const portal::Asked& asked, OpRecord pressed) {
  lab::Op op{.kind = asked.does == "type" ? "shell.block" : asked.does == "runAll" ? "nb.runall" : "", .code = asked.text};
  if (op.kind.empty()) {
    pressed.verdict = std::string(verdict::kBlocked);
    pressed.evidence = "not simulated: " + asked.does + " of the component " + asked.component + ".";
    return pressed;
  }
  if (op.kind == "nb.runall") task.state.notebook = task.state.walker.pages().parameter("file");
  OpRecord done = carry_out({task.state, task.step, task.unit, op});
  done.op = pressed.op;
  done.evidence = pressed.evidence + (done.evidence.empty() ? "" : " " + done.evidence);
  return done;
}

OpRecord from_walker(const Task& task) {
  LabState& state = task.state;
  walk::OpResult result = state.walker.carry_out(task.op, task.unit, task.step);
  if (!result.terminal.empty()) state.terminal = result.terminal;
  OpRecord out{.op = task.op.kind, .line = task.unit.line, .verdict = result.verdict, .evidence = result.evidence};
  // Waiting proves nothing when what it waits for was not begun.
  if (result.nothing_pending && out.verdict == verdict::kPassed && is_bad(state.previous)) {
    out.verdict = std::string(verdict::kBlocked);
    out.evidence = "What this waits for was not carried out.";
  }
  judge_in_context(state, task, out, std::move(result.findings));
  // What azlab's own page does not show proves nothing about the lab.
  if (const auto defects = state.walker.pages().defects(); !defects.empty()) {
    out.verdict = std::string(verdict::kBlocked);
    out.evidence = "The browser does not show the page as the simulator has it: " + join(defects, "; ") + ". " + out.evidence;
  }
  if (!result.asked.component.empty() && out.verdict == verdict::kPassed) return do_asked(task, result.asked, std::move(out));
  return out;
}

/// What the browser shows after a step of portal or studio, unless it shows what it showed before.
std::string picture_after(LabState& state, const StepRecord& record) {
  if (std::none_of(record.ops.begin(), record.ops.end(), [](const OpRecord& op) { return walk::Walker::handles(op.op) && op.verdict != verdict::kSkipped; })) return {};
  std::string picture = state.walker.pages().picture();
  if (picture == state.picture) return {};
  state.picture = picture;
  return picture;
}

/// What would have to be simulated for an op, short and the same for all alike: reports count it.
std::string thing_missing(const lab::Op& op) {
  static constexpr std::pair<std::string_view, std::string_view> kThings[] = {
      {"key.press", "keys pressed in the browser"}, {"step.repeat", "repeating earlier steps"}, {"ui.signin", "signing in outside of the portal"},
      {"ui.drag", "the designer's canvas"},         {"ui.connect", "the designer's canvas"},    {"ui.upload", "uploading files"},
      {"web.download", "downloads of the browser"}, {"web.extract", "downloads of the browser"}, {"ui.copy", "the clipboard"},
      {"ui.paste", "the clipboard"},                {"ui.pin", "the dashboard"}};
  for (const auto& [kind, thing] : kThings) {
    if (kind == op.kind) return std::string(thing);
  }
  if (op.kind == "ui.run") return "running a " + (op.entity.empty() ? std::string("program") : op.entity);
  if (op.kind == "ui.paste_cell") return (op.fence_language.empty() ? std::string("text") : op.fence_language) + " pasted into a page";
  return "operations of the kind " + op.kind;
}

OpRecord carry_out(const Task& task) {
  const std::string& kind = task.op.kind;
  if (is_one_of(kind, kNothingToDo)) return {.op = kind, .line = task.unit.line, .verdict = std::string(verdict::kPassed)};
  if (kind == "shell.block" || kind.starts_with("nb.")) {
    auto& findings = task.state.record.findings;
    const auto before = static_cast<std::ptrdiff_t>(findings.size());
    OpRecord done = kind == "shell.block" ? run_shell_block(task) : run_notebook_op(task);
    // What a notebook lacks may follow from an earlier line; what a terminal shows (a question, say) does not.
    std::vector<lab::Finding> own;
    if (kind != "shell.block") {
      own.assign(std::make_move_iterator(findings.begin() + before), std::make_move_iterator(findings.end()));
      findings.erase(findings.begin() + before, findings.end());
    }
    judge_in_context(task.state, task, done, std::move(own));
    return done;
  }
  if (walk::Walker::handles(kind)) return from_walker(task);
  OpRecord out{.op = kind, .line = task.unit.line, .verdict = std::string(verdict::kNotUnderstood),
               .evidence = "The reader found no instruction that it knows in this text."};
  if (kind == "unknown") {
    task.state.lost = true;
    return out;
  }
  if (kind == "ui.signin" && !task.state.walker.pages().apps().empty()) {
    return {.op = kind, .line = task.unit.line, .verdict = std::string(verdict::kPassed), .evidence = "The browser is signed in already."};
  }
  // Understood, but there is nothing here that does it.
  out.verdict = std::string(verdict::kBlocked);
  out.evidence = "not simulated: " + thing_missing(task.op) + ".";
  return out;
}

/// The page on which an op of portal or studio did not go well, as text; empty when no browser is open.
std::string page_of(LabState& state, const OpRecord& done) {
  if (!is_bad(done.verdict) || !walk::Walker::handles(done.op)) return {};
  auto& pages = state.walker.pages();
  return pages.apps().empty() ? std::string() : walk::picture(pages.view());
}

World look_at(const Simulator& simulator) {
  World out;
  simulator.inspect([&](const World& world) { out = world; });
  return out;
}

/// The faults that the author wants to strike from here on.
void arm_faults(LabState& state, const lab::Step& step) {
  for (const auto& order : step.faults) {
    const auto fault = faults::parse_armed_fault(order.fault);
    const auto armed = fault ? state.simulator.arm(*fault) : Result<void>(fail(fault.error()));
    if (!armed) state.record.findings.push_back(rules::finding("directive/malformed", order.line, armed.error().message, "Write ID@operation:phase:times as azlab run --fault takes it."));
  }
}

/// The ops of one step, without its alternative.
StepRecord run_ops(LabState& state, const lab::Step& step, const lab::Step* next) {
  StepRecord record{.line = step.line, .section = step.section, .number = step.number, .text = step.text};
  arm_faults(state, step);
  const Time before = state.simulator.now();
  const World world_before = look_at(state.simulator);
  bool all_skipped = true;
  for (const auto& unit : step.units) {
    for (const auto& op : unit.ops) {
      const bool failed_before = is_bad(record.verdict) || is_bad(state.previous);
      if ((op.after_failure || op.kind == "retry") && !failed_before) {
        record.ops.push_back({.op = op.kind, .line = unit.line, .verdict = std::string(verdict::kSkipped), .evidence = "Not needed: nothing failed."});
        continue;
      }
      OpRecord done = carry_out({state, step, unit, op});
      const bool undone = done.verdict == verdict::kBlocked || done.verdict == verdict::kNotUnderstood;
      if (undone && !state.gap_at && !is_one_of(op.kind, kOnlyLooks) && !op.optional && !op.conditional) state.gap_at = unit.line;
      if (!is_one_of(op.kind, kNothingToDo)) state.previous = done.verdict;
      const std::string decided = worse(record.verdict, done.verdict);
      if (decided != record.verdict || (record.evidence.empty() && done.verdict == decided)) record.evidence = done.evidence;
      if (decided != record.verdict || record.screen.empty()) record.screen = page_of(state, done);
      record.verdict = decided;
      all_skipped = all_skipped && (done.verdict == verdict::kSkipped || is_one_of(op.kind, kNothingToDo));
      const bool hard = done.verdict == verdict::kFailed && is_one_of(op.kind, kMakes);
      record.ops.push_back(std::move(done));
      if (state.options.on_op) state.options.on_op(state.walker.pages().session(), record.ops.back());
      if (hard && op.kind == "shell.block") break;
    }
  }
  if (all_skipped && !record.ops.empty() && (step.optional || std::any_of(record.ops.begin(), record.ops.end(), [](const auto& op) { return op.verdict == verdict::kSkipped; }))) {
    record.verdict = std::string(verdict::kSkipped);
  }
  for (auto& finding : state.walker.end_of_step(step, next)) state.record.findings.push_back(std::move(finding));
  record.picture = picture_after(state, record);
  record.simulated_s = to_seconds(state.simulator.now() - before);
  record.doing_s = doing_seconds(step);
  record.changes = state_changes(world_before, look_at(state.simulator));
  return record;
}

void add(LabState& state, StepRecord record) {
  state.record.steps.push_back(std::move(record));
  if (state.options.on_step) state.options.on_step(state.record, state.record.steps.back());
}

bool makes_failure(const StepRecord& record) {
  return std::any_of(record.ops.begin(), record.ops.end(), [](const OpRecord& op) { return op.verdict == verdict::kFailed && is_one_of(op.op, kMakes); });
}

/// Follows the alternative of a failed step; its steps are recorded under it.
void run_alternative(LabState& state, const lab::Step& step, StepRecord& record, std::vector<StepRecord>& followed) {
  bool good = true;
  const auto& steps = step.alternative->steps;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    StepRecord done = run_ops(state, steps[i], i + 1 < steps.size() ? &steps[i + 1] : nullptr);
    done.in_alternative = true;
    good = good && (done.verdict == verdict::kPassed || done.verdict == verdict::kTolerated || done.verdict == verdict::kSkipped);
    followed.push_back(std::move(done));
  }
  if (good) {
    record.verdict = std::string(verdict::kPassedByAlternative);
    record.evidence += "\nThe alternative at line " + std::to_string(step.alternative->line) + " led out of it.";
    return;
  }
  const auto bad = std::find_if(followed.begin(), followed.end(), [](const auto& s) { return s.verdict != verdict::kPassed && s.verdict != verdict::kTolerated && s.verdict != verdict::kSkipped; });
  record.evidence += "\nThe alternative at line " + std::to_string(step.alternative->line) + " does not help: line " + std::to_string(bad->line) + ": " + bad->evidence;
}

void skip_alternative(LabState& state, const lab::Step& step) {
  for (const auto& inner : step.alternative->steps) {
    add(state, {.line = inner.line, .section = inner.section, .number = inner.number, .text = inner.text, .verdict = std::string(verdict::kSkipped),
                .evidence = "Not needed: line " + std::to_string(step.line) + " went well.", .in_alternative = true});
  }
}

void run_step_before(LabState& state, const lab::Step& step, const lab::Step* next) {
  if (!step.skip_reason.empty()) {
    add(state, {.line = step.line, .section = step.section, .number = step.number, .text = step.text, .verdict = std::string(verdict::kSkipped), .evidence = "Skipped by the author: " + step.skip_reason});
    return;
  }
  StepRecord record = run_ops(state, step, next);
  std::vector<StepRecord> followed;
  const bool failed = record.verdict == verdict::kFailed;
  if (failed && step.alternative) run_alternative(state, step, record, followed);
  if (record.verdict == verdict::kFailed && makes_failure(record) && !state.broken_at) state.broken_at = step.line;
  add(state, std::move(record));
  if (!step.alternative) return;
  if (!failed) return skip_alternative(state, step);
  for (auto& inner : followed) add(state, std::move(inner));
}

}  // namespace

void run_step(LabState& state, std::size_t index) {
  const auto& steps = state.lab.steps;
  run_step_before(state, steps[index], index + 1 < steps.size() ? &steps[index + 1] : nullptr);
}

void run_steps(LabState& state) {
  for (std::size_t i = 0; i < state.lab.steps.size(); ++i) run_step(state, i);
}

}  // namespace azlab::run
