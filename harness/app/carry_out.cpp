#include "harness/app/carry_out.hpp"

#include <unistd.h>

#include <atomic>
#include <iostream>
#include <iterator>
#include <map>
#include <mutex>
#include <optional>
#include <sstream>
#include <utility>

#include "harness/app/in_parallel.hpp"
#include "harness/app/languages.hpp"
#include "harness/lint/shellcheck.hpp"
#include "harness/report/report.hpp"
#include "harness/run/notebook_memory.hpp"

namespace azlab::app {
namespace {

/// Adds what shellcheck finds; where there is none, says once that nobody looked.
void check_commands(std::vector<lab::Lab>& labs, std::size_t threads) {
  std::mutex mutex;
  bool said = false;
  in_parallel(labs.size(), threads, [&](std::size_t i) {
    auto found = lint::check_shell(labs[i]);
    if (found) {
      std::move(found->begin(), found->end(), std::back_inserter(labs[i].findings));
      return;
    }
    const std::lock_guard lock(mutex);
    if (!std::exchange(said, true)) std::cerr << "azlab: the commands' shell syntax is not checked: " << found.error().message << "\n";
  });
}

/// One lab in one scenario, by their indices.
struct Errand {
  std::size_t lab = 0;
  std::size_t scenario = 0;
};

/// The labs of this shard in all scenarios, sources before their translations. A translation is judged beside its source, so
/// both are of one shard.
std::vector<Errand> errands_of(const ValidatePlan& plan, const Languages& languages) {
  std::vector<Errand> out;
  for (const std::size_t lab : languages.order()) {
    if (languages.original(lab) % plan.shard.of != plan.shard.part) continue;
    for (std::size_t scenario = 0; scenario < plan.scenarios.size(); ++scenario) out.push_back({lab, scenario});
  }
  return out;
}

/// Carries the labs out beside each other. What is judged with a view to other labs (owners, notebooks taken over) is judged
/// in the errands' order, so that the report does not depend on which thread was first.
class Validation {
 public:
  Validation(const ValidatePlan& plan, const Languages& languages, std::ostream* console)
      : plan_(plan), languages_(languages), console_(console), errands_(errands_of(plan, languages)), results_(errands_.size()),
        shown_(console == nullptr ? std::cout : *console, errands_.size(), [this](std::size_t i) { judge(i); }) {}

  /// The records in the order in which the labs were given, or the first error: the run could not begin.
  Result<std::vector<run::LabRecord>> carry_out() {
    in_parallel(errands_.size(), plan_.jobs, [&](std::size_t i) {
      results_[i] = run(i);
      shown_.end(i);
    });
    if (failure_) return fail(*failure_);
    std::vector<run::LabRecord> out;
    for (auto& [place, record] : done_) out.push_back(std::move(record));
    return out;
  }

 private:
  std::optional<Result<run::LabRecord>> run(std::size_t i) {
    if (cannot_begin_) return std::nullopt;
    run::RunOptions options = plan_.run;
    options.scenario = plan_.scenarios[errands_[i].scenario];
    if (console_ != nullptr && !plan_.quiet) {
      options.on_step = [&, i](const auto& record, const auto& step) {
        std::ostringstream line;
        report::print_step(line, record, step, look_);
        shown_.print(i, line.str());
      };
    }
    auto record = run::run_lab(plan_.set.labs[errands_[i].lab], options);
    if (!record) cannot_begin_ = true;
    return record;
  }

  void judge(std::size_t i) {
    if (failure_ || !results_[i]) return;
    if (!*results_[i]) {
      failure_ = results_[i]->error();
      return;
    }
    run::LabRecord& record = **results_[i];
    const auto [lab, scenario] = errands_[i];
    run::LabRecord own = record;
    languages_.judge(lab, record, carried_out_[scenario]);
    carried_out_[scenario].emplace(lab, std::move(own));
    first_runs_.name(record);
    record.position = lab * plan_.scenarios.size() + scenario;
    record.fail_on = plan_.fail_on;
    project::apply(plan_.project, record);
    std::vector<run::LabRecord> one;
    one.push_back(std::move(record));
    project::apply_baseline(plan_.baseline, one);
    run::tidy_findings(one.front(), plan_.set.labs[lab].source);
    if (console_ != nullptr) report::print_lab(*console_, one.front(), look_);
    done_.emplace(std::pair(lab, scenario), std::move(one.front()));
    results_[i].reset();
  }

  const ValidatePlan& plan_;
  const Languages& languages_;
  std::ostream* console_;
  const report::ConsoleOptions look_{.colour = ::isatty(1) == 1};
  const std::vector<Errand> errands_;
  std::vector<std::optional<Result<run::LabRecord>>> results_;  ///< each set by its thread before its part ends
  std::atomic<bool> cannot_begin_ = false;
  // Of judge(), which InOrder calls from one thread at a time:
  std::map<std::size_t, std::map<std::size_t, run::LabRecord>> carried_out_{};  ///< by scenario, by lab
  run::FirstRuns first_runs_{};
  std::map<std::pair<std::size_t, std::size_t>, run::LabRecord> done_{};  ///< by lab, by scenario
  std::optional<Error> failure_{};
  InOrder shown_;
};

}  // namespace

Result<std::vector<run::LabRecord>> carry_out(ValidatePlan& plan, std::ostream* console) {
  check_commands(plan.set.labs, plan.jobs);
  const Languages languages(plan.set, plan.jobs);
  return Validation(plan, languages, console).carry_out();
}

}  // namespace azlab::app
