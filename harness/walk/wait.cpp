#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>

#include "harness/walk/walk_state.hpp"
#include "sim/core/text.hpp"

namespace azlab::walk {

namespace {

/// Nobody waits longer than this for a page to change.
constexpr auto kWaitMax = std::chrono::hours(2);
/// Real time given to a process that simulated time has to wait for.
constexpr auto kProcessStep = std::chrono::milliseconds(2);
constexpr int kProcessStepsMax = 300'000;
/// "5 minutes" that take six are no finding; twice as long is.
constexpr double kStatedTimeFactor = 2;

enum class Condition { holds, pending, broken };

struct Seen {
  Condition condition = Condition::pending;
  std::string evidence;
};

bool status_shows(const portal::Control& status, const Wanted& wanted) {
  portal::Control as_label;
  as_label.label = status.value;
  as_label.also = status.options;
  return closeness(as_label, wanted) < kNoMatch;
}

/// The states on a page, of one row where the walker knows which it waits for.
std::vector<const portal::Control*> states_of(const portal::View& view, const std::string& row_name) {
  std::vector<const portal::Control*> all;
  std::vector<const portal::Control*> own;
  each_control(view.controls, [&](const portal::Control& control) {
    const bool state = control.kind == "status" && (control.id == "state" || control.id.ends_with("/state"));
    if (!state) return;
    all.push_back(&control);
    if (!row_name.empty() && control.id.ends_with("/" + row_name + "/state")) own.push_back(&control);
  });
  return own.empty() ? all : own;
}

Seen look(const portal::View& view, const std::string& row_name, const Wanted& wanted) {
  Seen seen;
  const auto states = states_of(view, row_name);
  if (states.empty()) return seen;
  bool all_hold = true;
  for (const auto* state : states) {
    seen.evidence += (seen.evidence.empty() ? "" : ", ") + state->value;
    for (const std::string_view bad : {"Failed", "CreateFailed", "Setup failed", "Canceled"}) {
      if (status_shows(*state, {.text = std::string(bad), .en = std::string(bad)})) seen.condition = Condition::broken;
    }
    all_hold = all_hold && status_shows(*state, wanted);
  }
  if (seen.condition != Condition::broken && all_hold) seen.condition = Condition::holds;
  if (seen.condition == Condition::broken) {
    each_control(view.controls, [&](const portal::Control& c) {
      if (c.kind == "status" && (c.id == "error" || c.id.ends_with("/error")) && !c.value.empty()) seen.evidence += ": " + c.value;
    });
  }
  return seen;
}

}  // namespace

/// A command in a terminal has ended when the next line is read; what can be said is how long it took.
OpResult Walker::Impl::wait_for_command(Task& task) {
  const auto took = around.now() - last_op_end;
  check_stated_time(task, took);
  task.result.nothing_pending = true;
  return task.passed("The command has ended; " + to_words(took) + " passed meanwhile.");
}

void Walker::Impl::check_stated_time(Task& task, Duration took) {
  if (task.op.wait_max_s <= 0 || to_seconds(took) <= kStatedTimeFactor * task.op.wait_max_s) return;
  task.add("wait/stated-time", "Waiting took " + to_words(took) + "; the text says at most " + to_words(seconds(task.op.wait_max_s)) + ".");
}

/// The text names no state: the wait ends when nothing on the page is on its way any more.
OpResult Walker::Impl::wait_for_page(Task& task) {
  static constexpr std::array<std::string_view, 9> kOnTheWay{"Creating", "Starting", "Stopping", "Restarting", "Deleting", "Setting up", "Resizing", "Running", "Accepted"};
  const auto begin = started;
  const auto limit = around.now() + kWaitMax;
  bool waited = false;
  const auto any_busy = [&](const portal::View& view) {
    const auto states = states_of(view, {});
    return std::any_of(states.begin(), states.end(), [&](const portal::Control* state) {
      return std::any_of(kOnTheWay.begin(), kOnTheWay.end(), [&](std::string_view on_the_way) {
        // An instance that runs is where it should be.
        if (view.screen == "studio.compute" && on_the_way == "Running") return false;
        return status_shows(*state, {.text = std::string(on_the_way), .en = std::string(on_the_way)});
      });
    });
  };
  for (;;) {
    auto view = session.view();
    bool busy = any_busy(view);
    if (!busy && view.screen == "studio.compute") {
      // What was begun may stand on the other tab.
      const auto saved = session.save();
      for (const auto* tab : {"instances", "clusters"}) {
        act("click", tab);
        busy = busy || any_busy(session.view());
      }
      session.load(saved);
      view = session.view();
    }
    const auto due = around.next_due();
    if (!busy || !due || *due > limit || around.advance_to(*due) < *due) {
      if (busy) return task.failed("Waited " + to_words(around.now() - begin) + " in vain: something on " + in_quotes(view.title) + " is still on its way.");
      break;
    }
    waited = true;
  }
  const auto title = in_quotes(session.view().title);
  if (!waited) {
    task.result.nothing_pending = true;
    return task.passed("Nothing on " + title + " is pending.");
  }
  const auto took = around.now() - begin;
  started = around.now();
  check_stated_time(task, took);
  return task.passed("Waited " + to_words(took) + " until nothing on " + title + " was on its way.");
}

OpResult Walker::Impl::wait(Task& task) {
  const auto about_command = [](const lab::Predicate& p) { return p.subject == "command" || p.subject == "script"; };
  if (std::any_of(task.op.predicates.begin(), task.op.predicates.end(), about_command)) return wait_for_command(task);
  if (session.apps().empty()) {
    task.result.nothing_pending = true;
    if (!task.op.args.empty() || !task.op.predicates.empty()) return task.failed("No page is open that would show what the text waits for.");
    return task.passed("Nothing is pending.");
  }
  Wanted wanted;
  for (std::size_t i = 0; i < task.op.args.size() && wanted.text.empty(); ++i) wanted = wanted_of(task.op, i);
  for (const auto& predicate : task.op.predicates) {
    if (wanted.text.empty() && predicate.is == "running") wanted = {.text = "Running", .en = "Running"};
    if (wanted.text.empty() && !predicate.value.empty()) wanted = {.text = predicate.value, .en = predicate.value};
  }
  auto view = session.view();
  if (view.absent) return not_simulated(task, view);
  const bool running = wanted.en == "Running";
  if (running && view.screen != "studio.compute" && view.app == "studio" && act("click", "studio.compute").ok) view = session.view();
  if (running && view.screen == "studio.compute") act("click", "instances");
  if (wanted.text.empty() && view.screen == "portal.deployment") wanted = {.text = "Succeeded", .en = "Succeeded"};
  if (task.op.entity == "validation" || pressed_later(task, view)) return task.passed("The page " + in_quotes(view.title) + " has checked the form.");
  if (wanted.text.empty() && !view.commit.empty() && form_touched) return task.failed("The form " + in_quotes(view.title) + " is still open; nothing has begun.");
  if (wanted.text.empty()) return wait_for_page(task);

  const auto begin = started;
  const auto limit = around.now() + kWaitMax;
  std::mutex mutex;
  std::condition_variable process_ended;  // never notified: the wait is for the clock, which another thread frees
  int process_steps = 0;
  Seen seen;
  for (;;) {
    view = session.view();
    seen = look(view, last_instance, wanted);
    if (seen.condition != Condition::pending) break;
    const auto due = around.next_due();
    if (!due || *due > limit) break;
    if (around.advance_to(*due) < *due) {
      if (++process_steps > kProcessStepsMax) break;
      std::unique_lock lock(mutex);
      process_ended.wait_for(lock, kProcessStep);
    }
  }
  const auto took = around.now() - begin;
  started = around.now();
  if (seen.condition == Condition::broken) return task.failed("Waited " + to_words(took) + " for " + in_quotes(wanted.text) + "; it failed (" + seen.evidence + ").");
  if (seen.condition == Condition::pending) {
    const auto state = seen.evidence.empty() ? std::string("the page " + in_quotes(view.title) + " shows no state") : "it is " + seen.evidence;
    return task.failed("Waited " + to_words(took) + " for " + in_quotes(wanted.text) + " in vain: " + state + ".");
  }
  check_stated_time(task, took);
  return task.passed("Waited " + to_words(took) + " until the state was " + in_quotes(seen.evidence) + ".");
}

}  // namespace azlab::walk
