#include "harness/shell/block.hpp"

#include <algorithm>
#include <csignal>
#include <cstdlib>

#include "harness/shell/screen_text.hpp"
#include "sim/core/clock.hpp"
#include "sim/core/text.hpp"

namespace azlab::shell {
namespace {

constexpr std::size_t kTerminalLineMax = 4095;  ///< a line of a terminal in its usual (canonical) mode
constexpr double kInterruptLimit_s = 5;         ///< after ^C
constexpr double kSecondThought_s = 2;
constexpr double kArrivalLimit_s = 10;          ///< for what has been written to come out of the terminal
constexpr std::size_t kQuestionsMax = 20;       ///< of one command: then nobody would go on answering

/// kStarting: a prompt is on its way, the first or the next.
enum class Phase { kStarting, kAtPrompt, kContinuing, kRunning, kEnded };

bool is_nothing(std::string_view line) {
  const std::string_view text = trim(line);
  return text.empty() || text.front() == '#';
}

/// One pasted block: a reader's hands and eyes. The marks of the start-up file say P (the command is done, with its
/// status), R (the prompt stands there), C (a command has been read and starts), Q (bash wants more lines of it). F is
/// written from here, behind what a process has written before it reads.
class PastedBlock {
 public:
  PastedBlock(const std::string& mark, const std::string& text, const BlockOptions& options, const BlockHooks& hooks)
      : mark_("\x1b]" + mark + ";"), options_(options), hooks_(hooks) {
    lines_ = split(replace_all(text, "\r\n", "\n"), '\n');
    while (!lines_.empty() && trim(lines_.back()).empty()) lines_.pop_back();
  }

  BlockRun run(const ExecPlan& plan);

 private:
  void take_marks();
  void on_mark(char kind, const std::string& argument);
  void append_output(std::string_view text);
  void type_next_command();
  void type_line(std::size_t line, bool as_command);
  void look_for_reader();
  void take_what_was_written();
  void answer(const TerminalReader& reader);
  void give_up_prompt(PromptAnswer asked);
  void finish_command(int status);
  void check_time();
  bool has_no_patience();
  void on_hang_up();

  std::string mark_;
  const BlockOptions& options_;
  const BlockHooks& hooks_;
  std::vector<std::string> lines_;
  std::size_t next_ = 0;  ///< the next line to be typed

  Terminal terminal_{};
  Phase phase_ = Phase::kStarting;
  std::string unread_{};  ///< bytes in which marks have not been looked for
  bool has_command_ = false;
  bool started_ = false;  ///< mark C was seen
  bool arrived_ = false;  ///< mark F was seen
  CommandResult command_{};
  std::string raw_{};
  std::optional<TerminalReader> answered_{};  ///< who read last time, so that one read is one prompt
  double deadline_ = 0;
  double impatient_since_ = 0;  ///< real time since which the command has taken too much simulated time; 0: it has not
  int kills_ = 0;
  BlockRun run_{};
};

void PastedBlock::append_output(std::string_view text) {
  const std::size_t room = options_.output_bytes_max - std::min(options_.output_bytes_max, raw_.size());
  command_.output_cut = command_.output_cut || text.size() > room;
  raw_.append(text.substr(0, room));
}

void PastedBlock::take_marks() {
  while (true) {
    const std::size_t at = unread_.find(mark_);
    if (at == std::string::npos) {
      // Half a mark may stand at the end.
      const std::size_t escape = unread_.rfind('\x1b');
      const bool half = escape != std::string::npos && unread_.size() - escape < mark_.size();
      const std::size_t sure = half ? escape : unread_.size();
      append_output(std::string_view(unread_).substr(0, sure));
      unread_.erase(0, sure);
      return;
    }
    const std::size_t end = unread_.find('\a', at);
    if (end == std::string::npos) return;
    append_output(std::string_view(unread_).substr(0, at));
    const std::string inner = unread_.substr(at + mark_.size(), end - at - mark_.size());
    unread_.erase(0, end + 1);
    on_mark(inner.empty() ? '\0' : inner[0], inner.size() > 2 ? inner.substr(2) : "");
  }
}

void PastedBlock::on_mark(char kind, const std::string& argument) {
  if (kind == 'C') {
    started_ = true;
    raw_.clear();  // the echo of what was typed
  } else if (kind == 'F') {
    arrived_ = true;
  } else if (kind == 'Q') {
    raw_.clear();
    phase_ = Phase::kContinuing;
  } else if (kind == 'P') {
    run_.last_status = std::atoi(argument.c_str());
    if (has_command_) finish_command(run_.last_status);
    phase_ = Phase::kStarting;
    deadline_ = Clock::real_seconds() + options_.start_limit_s;
  } else if (kind == 'R') {
    phase_ = Phase::kAtPrompt;
  }
}

void PastedBlock::finish_command(int status) {
  std::string text = screen_text(raw_);
  if (!started_) {
    // bash refused the text itself: only prompt and echo of the last line stand before its complaint.
    const std::size_t end = text.find('\n');
    const std::string& typed = lines_[next_ - 1];
    if (end != std::string::npos && text.substr(0, end).ends_with(typed)) text.erase(0, end + 1);
  }
  command_.output = std::move(text);
  if (command_.output_cut) {
    command_.output += "\n[azlab: output cut after " + std::to_string(options_.output_bytes_max) + " bytes]\n";
  }
  command_.exit_status = status;
  if (!command_.prompts.empty()) {
    command_.prompt = command_.prompts.front().prompt;
    command_.answered_with = command_.prompts.front().answered_with;
  }
  if (hooks_.after_command) hooks_.after_command(command_);
  run_.result.commands.push_back(std::move(command_));
  command_ = {};
  raw_.clear();
  has_command_ = false;
}

void PastedBlock::type_line(std::size_t line, bool as_command) {
  if (as_command) command_.command += (command_.command.empty() ? "" : "\n") + lines_[line];
  terminal_.type(lines_[line] + "\n");
  next_ = line + 1;
}

void PastedBlock::type_next_command() {
  while (next_ < lines_.size() && is_nothing(lines_[next_])) ++next_;
  if (next_ >= lines_.size()) {
    phase_ = Phase::kEnded;
    return;
  }
  if (hooks_.before_command) hooks_.before_command();
  has_command_ = true;
  started_ = false;
  raw_.clear();
  unread_.clear();
  answered_.reset();
  kills_ = 0;
  command_.line_in_block = static_cast<int>(next_);
  deadline_ = Clock::real_seconds() + options_.time_limit_s;
  impatient_since_ = 0;
  phase_ = Phase::kRunning;
  type_line(next_, true);
}

void PastedBlock::give_up_prompt(PromptAnswer asked) {
  command_.prompts.push_back(std::move(asked));
  terminal_.type("\x03");
  kills_ = 1;
  deadline_ = std::min(deadline_, Clock::real_seconds() + kInterruptLimit_s);
}

void PastedBlock::answer(const TerminalReader& reader) {
  PromptAnswer asked;
  asked.prompt = last_line(screen_text(raw_));
  asked.process = reader.name;
  if (asked.prompt.empty()) asked.prompt = "(" + reader.name + " reads the terminal)";
  const std::string reply = options_.answer_plain_questions ? plain_answer(asked.prompt) : "";
  if (next_ < lines_.size()) {
    asked.answered_with = "next line of the block";
    asked.text = lines_[next_];
    asked.line_in_block = static_cast<int>(next_);
    command_.prompts.push_back(std::move(asked));
    type_line(next_, false);
  } else if (!reply.empty() && command_.prompts.size() < kQuestionsMax) {
    asked.answered_with = reply;
    asked.text = reply;
    command_.prompts.push_back(std::move(asked));
    terminal_.type(reply + "\n");
  } else {
    give_up_prompt(std::move(asked));
  }
}

void PastedBlock::take_what_was_written() {
  // The kernel carries a terminal's output by a worker of its own, which a busy machine lets wait.
  arrived_ = false;
  if (!terminal_.print(mark_ + "F\a")) return;
  const double limit = Clock::real_seconds() + kArrivalLimit_s;
  while (!arrived_ && phase_ == Phase::kRunning && Clock::real_seconds() < limit) {
    if (!terminal_.read_some(unread_, 20)) return;
    take_marks();
  }
}

void PastedBlock::look_for_reader() {
  // Before mark C it is bash that reads, and what it reads is the command.
  if (!started_ || kills_ > 0) return;
  const std::optional<TerminalReader> reader = terminal_.waiting_reader();
  if (!reader || (answered_ && *answered_ == *reader)) return;
  take_what_was_written();
  if (phase_ != Phase::kRunning) return;
  answered_ = reader;
  answer(*reader);
}

bool PastedBlock::has_no_patience() {
  if (kills_ > 0 || options_.patience_s <= 0 || !hooks_.simulated_s || hooks_.simulated_s() < options_.patience_s) return false;
  // A sleep that has just ended passed all that time at once; what still waits goes on waiting.
  const double now = Clock::real_seconds();
  if (impatient_since_ == 0) impatient_since_ = now;
  command_.given_up = now - impatient_since_ > kSecondThought_s;
  return command_.given_up;
}

void PastedBlock::check_time() {
  if (Clock::real_seconds() < deadline_ && !has_no_patience()) return;
  if (kills_ == 0) command_.timed_out = true;
  ++kills_;
  // What was killed for good is gone as soon as this computer finds the time.
  deadline_ = Clock::real_seconds() + (kills_ == 1 ? kInterruptLimit_s : options_.start_limit_s);
  if (kills_ == 1) {
    terminal_.type("\x03");
  } else if (kills_ == 2) {
    // SIGINT was not enough. bash itself is in the foreground only when one of its own loops runs.
    terminal_.kill_group(terminal_.foreground(), SIGKILL);
  } else {
    run_.result.blocked =
        "the shell did not come back from line " + std::to_string(command_.line_in_block + 1) + " of the block";
    finish_command(137);
    phase_ = Phase::kEnded;
  }
}

void PastedBlock::on_hang_up() {
  take_marks();
  append_output(unread_);
  const int status = terminal_.end(false);
  run_.last_status = status;
  run_.shell_ended = true;
  if (phase_ == Phase::kStarting) {
    run_.result.blocked = "the shell did not start: " + std::string(trim(screen_text(raw_)));
  } else if (has_command_) {
    finish_command(status);
  }
  while (next_ < lines_.size() && is_nothing(lines_[next_])) ++next_;
  if (run_.result.blocked.empty() && next_ < lines_.size()) {
    run_.result.blocked = "the shell ended before line " + std::to_string(next_ + 1) + " of the block";
  }
  phase_ = Phase::kEnded;
}

BlockRun PastedBlock::run(const ExecPlan& plan) {
  for (const std::string& line : lines_) {
    if (line.size() < kTerminalLineMax) continue;
    run_.result.blocked = "a line is longer than the 4095 bytes that a terminal takes";
    return std::move(run_);
  }
  if (const Result<void> started = terminal_.start(plan); !started) {
    run_.result.blocked = started.error().message;
    return std::move(run_);
  }
  deadline_ = Clock::real_seconds() + options_.start_limit_s;
  int idle_ms = 4;
  while (phase_ != Phase::kEnded) {
    const std::size_t before = unread_.size();
    if (!terminal_.read_some(unread_, idle_ms)) {
      on_hang_up();
      break;
    }
    const bool silent = unread_.size() == before;
    idle_ms = silent ? std::min(idle_ms * 2, 60) : 4;
    take_marks();
    if (phase_ == Phase::kAtPrompt) {
      type_next_command();
    } else if (phase_ == Phase::kContinuing) {
      phase_ = Phase::kRunning;
      if (next_ < lines_.size()) {
        type_line(next_, true);
      } else {
        give_up_prompt({.prompt = ">", .process = "bash"});
      }
    } else if (phase_ == Phase::kStarting) {
      if (Clock::real_seconds() > deadline_) {
        run_.result.blocked = "the shell's prompt did not come in time: " + std::string(trim(screen_text(raw_)));
        phase_ = Phase::kEnded;
      }
    } else if (phase_ == Phase::kRunning) {
      if (silent) look_for_reader();
      if (phase_ == Phase::kRunning) check_time();
    }
  }
  terminal_.end(true);
  return std::move(run_);
}

}  // namespace

BlockRun run_pasted(const ExecPlan& plan, const std::string& mark, const std::string& text, const BlockOptions& options,
                    const BlockHooks& hooks) {
  return PastedBlock(mark, text, options, hooks).run(plan);
}

}  // namespace azlab::shell
