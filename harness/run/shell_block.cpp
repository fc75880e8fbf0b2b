#include <re2/re2.h>

#include <algorithm>

#include "harness/run/expectations.hpp"
#include "harness/run/job_watch.hpp"
#include "harness/run/lab_state.hpp"
#include "sim/core/text.hpp"

namespace azlab::run {
namespace {

constexpr std::size_t kEvidenceBytesMax = 1200;
constexpr std::size_t kTranscriptBytesMax = 16'384;

/// Where a character of UTF-8 begins, at `at` or after it.
std::size_t on_boundary(const std::string& text, std::size_t at) {
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) ++at;
  return at;
}

/// A command's output for the transcript: all of it, or its begin and its end.
std::string for_transcript(const std::string& output) {
  if (output.size() <= kTranscriptBytesMax) return output;
  const std::size_t head = on_boundary(output, kTranscriptBytesMax / 2);
  const std::size_t tail = on_boundary(output, output.size() - kTranscriptBytesMax / 2);
  return output.substr(0, head) + "\n[azlab: " + std::to_string(tail - head) + " bytes left out]\n" + output.substr(tail);
}

/// The part of an output that tells most, cut on character boundaries: from az's error on, else its end.
std::string tail_of(const std::string& output) {
  std::string text(trim(output));
  if (text.size() <= kEvidenceBytesMax) return text;
  const auto error = text.find("ERROR:");
  if (error == std::string::npos || text.size() - error <= kEvidenceBytesMax) return "… " + text.substr(on_boundary(text, text.size() - kEvidenceBytesMax));
  return "… " + text.substr(error, on_boundary(text, error + kEvidenceBytesMax) - error) + " …";
}

/// Line of the document at which a line of the fence stands: the fence's first line comes after its marker.
int document_line(const Task& task, int line_in_block) {
  // A command in running text stands on the line itself, a fence's first one below its opening.
  return task.unit.kind == "C" ? task.unit.line + 1 + line_in_block : task.unit.line;
}

/// One finding for a command, however often it asked: that it ate a line of the fence says more than that it asked.
void report_prompts(const Task& task, const shell::CommandResult& command) {
  if (command.prompts.empty()) return;
  const auto eaten = std::find_if(command.prompts.begin(), command.prompts.end(), [](const auto& p) { return p.answered_with == "next line of the block"; });
  const auto& prompt = eaten != command.prompts.end() ? *eaten : command.prompts.front();
  const std::string asks = "'" + command.command + "' asks \"" + prompt.prompt + "\"";
  std::string message = asks + " and the text does not say what to answer" + (prompt.answered_with.empty() ? "." : "; a reader would answer '" + prompt.answered_with + "'.");
  if (eaten != command.prompts.end()) {
    message = asks + ", and the next line of the fence, '" + prompt.text + "', is taken as the answer instead of being run.";
  }
  task.state.record.findings.push_back(rules::finding("sh/prompt", document_line(task, command.line_in_block), std::move(message),
                                               "Say what to answer, or put an option on the command that answers it (pip: -y)."));
}

/// Which errors an aside tells the reader to ignore, by what it names; empty when it names nothing known.
struct ToleratedClass {
  const char* aside;    ///< RE2 over the aside's text
  const char* command;  ///< RE2 over commands that can raise such errors
};
constexpr ToleratedClass kTolerated[] = {{R"((?i)extens|erweiterung|estens|拡張|확장|扩展|擴充|ekstensi)", R"(\bextension\b)"},
                                         {R"((?i)pa(ck|qu|cch|c)\w*|パッケージ|패키지|包|套件|paket)", R"(\b(pip3?|conda|apt(-get)?|uninstall)\b)"}};

std::string text_of_line(const Task& task, int line) {
  for (const auto& unit : task.step.units) {
    if (unit.line == line) return unit.text;
  }
  return {};
}

/// Scripts that the block runs, as far as they lie in the sample course: their commands count too.
std::string commands_of(const Task& task, const shell::BlockResult& result) {
  std::string all = task.op.code;
  for (const auto& command : result.commands) all += "\n" + command.output;
  return all;
}

void check_tolerances(const Task& task, const shell::BlockResult& result, bool anything_failed) {
  if (anything_failed) return;
  for (const int line : task.step.tolerance_lines) {
    const std::string aside = text_of_line(task, line);
    for (const auto& tolerated : kTolerated) {
      if (!RE2::PartialMatch(aside, tolerated.aside)) continue;
      if (RE2::PartialMatch(commands_of(task, result), tolerated.command)) return;
      task.state.record.findings.push_back(rules::finding("note/orphan-tolerance", line,
                                                   "The reader is told to ignore errors that no command of this step can cause.",
                                                   "Remove the note, or keep it with the command that it is about."));
      return;
    }
  }
}

bool is_blocked(const OpRecord& op) { return op.verdict == verdict::kBlocked; }

OpRecord judge(const Task& task, const shell::BlockResult& result) {
  OpRecord out{.op = task.op.kind, .line = task.unit.line, .verdict = std::string(verdict::kPassed)};
  std::vector<std::string> lines;
  bool failed = false;
  for (const auto& command : result.commands) {
    report_prompts(task, command);
    out.commands.push_back({.line = document_line(task, command.line_in_block), .terminal = task.state.terminal, .command = command.command,
                            .output = for_transcript(command.output), .exit_status = command.exit_status, .simulated_s = command.simulated_s});
    std::string line = "$ " + command.command;
    if (const std::string output = tail_of(command.output); !output.empty()) line += "\n" + output;
    if (!command.missing_tool.empty()) {
      out.verdict = worse(out.verdict, verdict::kBlocked);
      line += "\n(blocked: this computer lacks " + command.missing_tool + ")";
    } else if (!command.not_simulated.empty()) {
      out.verdict = worse(out.verdict, verdict::kBlocked);
      for (const auto& what : command.not_simulated) line += "\n(blocked: azlab does not simulate " + what + ")";
    } else if (!command.unmapped_clone.empty()) {
      out.verdict = worse(out.verdict, verdict::kBlocked);
      line += "\n(blocked: no local directory stands in for " + command.unmapped_clone + "; give one with --clone " + command.unmapped_clone + "=DIRECTORY)";
    } else if (command.timed_out) {
      failed = failed || !is_blocked(out);
      line += command.given_up ? "\n(ended: nothing had come of it after " + to_words(seconds(shell::BlockOptions{}.patience_s)) + ")" : "\n(ended: the time limit was reached)";
    } else if (command.exit_status != 0) {
      failed = failed || !is_blocked(out);  // else it may miss what could not be done before it
      line += "\n(exit status " + std::to_string(command.exit_status) + ")";
    }
    lines.push_back(std::move(line));
  }
  for (const auto& what : result.not_reproducible) task.state.record.not_reproducible.push_back(what);
  if (!result.commands.empty() && !task.op.orders.expectations.empty()) {
    const auto& last = result.commands.back();
    // A status that the author expects is no failure, whatever it is; the other commands are judged as ever.
    if (expected_status(task.op.orders.expectations)) {
      failed = std::any_of(result.commands.begin(), result.commands.end() - 1, [](const auto& command) { return command.timed_out || command.exit_status != 0; });
    }
    for (auto& finding : unmet(task.op.orders, last)) {
      failed = true;
      lines.push_back(finding.message);
      task.state.record.findings.push_back(std::move(finding));
    }
  }
  out.evidence = join(lines, "\n");
  check_tolerances(task, result, failed);
  if (failed) out.verdict = worse(out.verdict, task.step.tolerance_lines.empty() ? verdict::kFailed : verdict::kTolerated);
  return out;
}

/// "Run in Cloud Shell" means that terminal, whichever was opened last; and az commands without any terminal go
/// into Cloud Shell, as a reader of the text would have it.
std::string choose_terminal(const Task& task) {
  static const RE2 kCloudShell(R"((?i)cloud ?shell)");
  static const RE2 kAz(R"((?m)^\s*az\s)");
  LabState& state = task.state;
  const bool named = std::any_of(task.step.units.begin(), task.step.units.end(), [](const auto& unit) {
    return unit.kind != "P:oq" && RE2::PartialMatch(unit.text, kCloudShell);
  });
  if (state.terminal == "cloud-shell" || (!named && !(state.terminal.empty() && RE2::PartialMatch(task.op.code, kAz)))) return {};
  const lab::Op open{.kind = "shell.open", .args = {"cloudshell"}, .en = {"cloudshell"}};
  const auto opened = state.walker.carry_out(open, task.unit, task.step);
  if (opened.verdict != verdict::kPassed) return "Cloud Shell does not open: " + opened.evidence;
  const lab::Op bash{.kind = "shell.type", .args = {"Bash"}, .en = {"Bash"}};
  state.walker.carry_out(bash, task.unit, task.step);
  state.walker.end_of_step(task.step, nullptr);
  if (!named) {
    state.record.findings.push_back(rules::finding("sh/terminal-not-opened", task.step.line, "The text opens no terminal for these commands; Cloud Shell was opened for them.",
                                            "Say where to type the commands."));
  }
  state.terminal = "cloud-shell";
  return {};
}

/// A fence carried out once.
struct Attempt {
  OpRecord record{};
  std::string last_output{};  ///< of its last command, whole
};

Attempt attempt(const Task& task, shell::Session& session) {
  LabState& state = task.state;
  Attempt out{.record = {.op = task.op.kind, .line = task.unit.line, .verdict = std::string(verdict::kBlocked)}};
  const auto jobs_before = all_jobs(state.simulator);
  const NotServed served_before = NotServed::now(state.simulator, state.machines);
  const shell::BlockResult result = session.run_block(task.op.code);
  if (!result.blocked.empty()) {
    out.record.evidence = "The commands cannot be run here: " + result.blocked;
    return out;
  }
  out.record = judge(task, result);
  if (!result.commands.empty()) out.last_output = result.commands.back().output;
  if (const std::string unserved = NotServed::now(state.simulator, state.machines).beyond(served_before); !unserved.empty() && out.record.verdict == verdict::kFailed) {
    // It failed, and asked for what nobody here serves: Azure might have answered.
    out.record.verdict = std::string(verdict::kBlocked);
    out.record.evidence += "\n(not simulated, and asked for meanwhile: " + unserved + ")";
  }
  std::map<std::string, std::string> submitted;
  for (const auto& job : all_jobs(state.simulator)) {
    const bool there_before = std::any_of(jobs_before.begin(), jobs_before.end(), [&](const JobSeen& seen) { return seen.id == job.id; });
    if (!there_before) submitted[job.name] = "this block";
  }
  judge_jobs(task, submitted, follow_jobs(state, submitted), out.record);
  return out;
}

/// Tries it as often as the author wants while it fails; what a later try mends is no finding.
Attempt attempt_with_retries(const Task& task, shell::Session& session) {
  LabState& state = task.state;
  const auto& orders = task.op.orders;
  for (int tries = 1;; ++tries) {
    const std::size_t findings = state.record.findings.size();
    Attempt out = attempt(task, session);
    const bool again = out.record.verdict == verdict::kFailed && tries <= orders.retries;
    if (!again) {
      if (tries > 1) out.record.evidence += "\n(tried " + std::to_string(tries) + " times)";
      return out;
    }
    state.record.findings.erase(state.record.findings.begin() + static_cast<std::ptrdiff_t>(findings), state.record.findings.end());
    state.simulator.advance(seconds(orders.retry_every_s));
  }
}

void fail_with(const Task& task, OpRecord& record, lab::Finding finding) {
  record.verdict = std::string(verdict::kFailed);
  record.evidence += "\n" + finding.message;
  task.state.record.findings.push_back(std::move(finding));
}

/// What the author wants kept of the output, as variables of the terminal.
void keep_captures(const Task& task, shell::Session& session, Attempt& done) {
  for (const auto& capture : task.op.orders.captures) {
    const auto value = captured(capture, done.last_output);
    if (!value) {
      fail_with(task, done.record, rules::finding("expect/not-captured", capture.line, "There is no value for " + capture.variable + ": " + value.error().message + ".", ""));
      continue;
    }
    session.run_block("export " + capture.variable + "='" + replace_all(*value, "'", "'\\''") + "'");
    done.record.evidence += "\n(" + capture.variable + " is " + *value + ")";
  }
}

}  // namespace

OpRecord run_shell_block(const Task& task) {
  LabState& state = task.state;
  OpRecord out{.op = task.op.kind, .line = task.unit.line, .verdict = std::string(verdict::kBlocked)};
  const std::string& language = task.op.fence_language;
  if (language == "powershell" || language == "ps" || language == "pwsh" || language == "cmd" || language == "sql" || language == "kql" ||
      language == "python" || language == "json" || language == "yaml" || language == "csharp") {
    out.evidence = "Fences in " + language + " are not simulated.";
    return out;
  }
  if (const std::string why = choose_terminal(task); !why.empty()) {
    out.evidence = why;
    return out;
  }
  if (state.terminal.empty()) {
    out.evidence = "The text opens no terminal before this command.";
    return out;
  }
  const auto session = state.machines.terminal(state.terminal);
  if (!session) {
    out.evidence = "No terminal: " + session.error().message + ".";
    return out;
  }
  const Time begun = state.simulator.now();
  state.walker.note_start(begun);
  Attempt done = attempt_with_retries(task, **session);
  const auto& orders = task.op.orders;
  if (orders.non_deterministic) state.record.not_reproducible.push_back("line " + std::to_string(task.unit.line) + ": what its commands print (the author says so)");
  if (done.record.verdict == verdict::kPassed || done.record.verdict == verdict::kTolerated) keep_captures(task, **session, done);
  const double took_s = to_seconds(state.simulator.now() - begun);
  if (orders.time_limit_s > 0 && took_s > orders.time_limit_s && done.record.verdict != verdict::kBlocked) {
    fail_with(task, done.record, rules::finding("expect/too-slow", orders.time_limit_line, "It takes " + to_words(seconds(took_s)) + " of simulated time, more than " + to_words(seconds(orders.time_limit_s)) + ".", ""));
  }
  return std::move(done.record);
}

}  // namespace azlab::run
