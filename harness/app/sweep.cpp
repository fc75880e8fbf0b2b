#include "harness/app/sweep.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "harness/app/in_parallel.hpp"
#include "harness/app/validate_plan.hpp"
#include "harness/app/wrong_use.hpp"
#include "harness/run/run_directory.hpp"
#include "harness/sweep/kept.hpp"
#include "harness/sweep/report.hpp"
#include "harness/sweep/sweep.hpp"
#include "sim/core/clock.hpp"
#include "sim/core/digest.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/fault.hpp"

#ifndef AZLAB_VERSION
#define AZLAB_VERSION "development"
#endif

namespace azlab::app {
namespace {

struct ReportFile {
  std::string (*text)(const std::vector<sweep::LabSweep>&) = nullptr;
  std::string file{};
};

Result<std::vector<ReportFile>> report_files(const std::vector<std::string>& asked) {
  std::vector<ReportFile> out;
  for (const auto& one : asked) {
    const std::string kind = one.substr(0, one.find('='));
    const std::string file = one.find('=') == std::string::npos ? "" : one.substr(one.find('=') + 1);
    const auto text = kind == "json" ? sweep::as_json : kind == "html" ? sweep::as_html : kind == "markdown" ? sweep::as_markdown : nullptr;
    if (text == nullptr || file.empty()) return fail(400, "WrongUse", "--report " + one + ": write json=FILE, html=FILE or markdown=FILE");
    out.push_back({text, file});
  }
  return out;
}

Result<void> write(const std::vector<ReportFile>& files, const std::vector<sweep::LabSweep>& labs) {
  for (const auto& one : files) {
    if (const auto written = run::write_file(one.file, one.text(labs)); !written) return written;
  }
  return {};
}

/// Steps and faults that are not there are typing errors.
Result<void> check_filter(const SweepOptions& options, const std::vector<lab::Lab>& labs) {
  const auto& all = faults::all_faults();
  const bool known = options.faults.empty() || std::any_of(all.begin(), all.end(), [&](const auto& fault) { return glob_match(options.faults, fault.id); });
  if (!known) return fail(400, "WrongUse", "--fault " + options.faults + ": no fault of the catalogue has such a name (azlab faults list)");
  std::vector<std::string> begins;
  for (const auto& lab : labs) {
    for (const auto& step : lab.steps) begins.push_back(std::to_string(step.line));
  }
  for (const int line : options.lines) {
    if (std::find(begins.begin(), begins.end(), std::to_string(line)) == begins.end()) return fail(400, "WrongUse", fmt::format("--line {}: no step begins there; steps begin at {}", line, join(begins, ", ")));
  }
  return {};
}

int status_of(const std::vector<sweep::LabSweep>& labs, const std::string& fail_on) {
  for (const auto& lab : labs) {
    const bool hidden = sweep::count(lab, sweep::outcome::kHidden) > 0;
    const bool alone = sweep::count(lab, sweep::outcome::kLeftAlone) > 0;
    if ((fail_on == "hidden" && hidden) || (fail_on == "alone" && (hidden || alone))) return 1;
  }
  return 0;
}

/// One branch of one lab.
struct Errand {
  std::size_t lab = 0;
  sweep::Target target{};
};

/// The sweep of all labs, beside each other.
class Sweep {
 public:
  Sweep(const ValidatePlan& plan, const SweepOptions& options) : plan_(plan), options_(options), filter_{.faults = options.faults, .lines = options.lines} {
    run_ = plan.run;
    run_.scenario = plan.scenarios.front();
    run_.on_step = nullptr;
    run_.notebooks = plan.run.notebooks;
  }

  Result<std::vector<sweep::LabSweep>> carry_out() {
    const double begun = Clock::real_seconds();
    if (const auto ready = prepare(); !ready) return fail(ready.error());
    if (!options_.resume.empty()) {
      auto kept = sweep::Kept::open(options_.resume, key());
      if (!kept) return fail(kept.error());
      kept_ = std::move(*kept);
    }
    std::vector<Errand> errands;
    for (std::size_t lab = 0; lab < sweepers_.size(); ++lab) {
      for (const auto& target : sweepers_[lab]->targets()) errands.push_back({lab, target});
    }
    std::size_t place = 0;
    std::erase_if(errands, [&](const Errand&) { return place++ % plan_.shard.of != plan_.shard.part; });
    in_parallel(errands.size(), plan_.jobs, [&](std::size_t i) { carry_out(errands[i], errands.size()); });
    if (::isatty(2) == 1) std::cerr << "\r\x1b[K";
    if (failure_) return fail(*failure_);
    return whole(begun);
  }

 private:
  /// Each lab once without faults.
  Result<void> prepare() {
    const std::size_t labs = plan_.set.labs.size();
    sweepers_.resize(labs);
    in_parallel(labs, plan_.jobs, [&](std::size_t i) {
      auto sweeper = sweep::LabSweeper::prepare(plan_.set.labs[i], run_, filter_);
      if (sweeper) {
        sweepers_[i] = std::move(*sweeper);
        return;
      }
      const std::lock_guard lock(mutex_);
      if (!failure_) failure_ = sweeper.error();
    });
    if (failure_) return fail(*failure_);
    return {};
  }

  /// What a file of finished branches has to be of.
  std::string key() const {
    std::string all = std::string(AZLAB_VERSION) + "\n" + run_.scenario + "\n" + std::to_string(run_.seed) + "\n" + run_.date + "\n" + run_.as_of + "\n" + options_.faults;
    for (const auto& lab : plan_.set.labs) all += "\n" + lab.file + "\n" + lab.source;
    for (const int line : options_.lines) all += "\n" + std::to_string(line);
    return sha256_hex(all);
  }

  void carry_out(const Errand& errand, std::size_t all) {
    {
      const std::lock_guard lock(mutex_);
      if (failure_) return;
    }
    const sweep::Cell* known = kept_ ? kept_->find(errand.lab, errand.target.step, errand.target.fault) : nullptr;
    auto cell = known != nullptr ? Result<sweep::Cell>(*known) : sweepers_[errand.lab]->carry_out(errand.target);
    if (cell && kept_ && known == nullptr) kept_->add(errand.lab, *cell);
    const std::lock_guard lock(mutex_);
    if (!cell) {
      if (!failure_) failure_ = cell.error();
      return;
    }
    cells_[{errand.lab, errand.target.step, errand.target.fault}] = std::move(*cell);
    if (known == nullptr) ++done_;
    progress(all);
  }

  /// How far it is, and how long it will still take by what the branches took so far.
  void progress(std::size_t all) {
    if (plan_.quiet || ::isatty(2) != 1) return;
    const double now = Clock::real_seconds();
    if (started_ == 0) started_ = now;
    if (now - shown_ < 0.2) return;
    shown_ = now;
    const double each = done_ == 0 ? 0 : (now - started_) / static_cast<double>(done_);
    std::cerr << fmt::format("\r\x1b[K{} of {} branches, about {:.0f} s left", cells_.size(), all, each * static_cast<double>(all - cells_.size())) << std::flush;
  }

  std::vector<sweep::LabSweep> whole(double begun) {
    std::vector<sweep::LabSweep> out;
    for (std::size_t i = 0; i < sweepers_.size(); ++i) {
      out.push_back(sweepers_[i]->frame());
      out.back().position = i;
    }
    for (auto& [place, cell] : cells_) out[std::get<0>(place)].cells.push_back(std::move(cell));
    out.front().real_s = Clock::real_seconds() - begun;
    return out;
  }

  const ValidatePlan& plan_;
  const SweepOptions& options_;
  sweep::Filter filter_;
  run::RunOptions run_{};
  std::vector<std::unique_ptr<sweep::LabSweeper>> sweepers_{};
  std::unique_ptr<sweep::Kept> kept_{};
  std::mutex mutex_{};  ///< guards what follows
  std::map<std::tuple<std::size_t, std::size_t, std::string>, sweep::Cell> cells_{};
  std::optional<Error> failure_{};
  std::size_t done_ = 0;  ///< in this run
  double started_ = 0;
  double shown_ = 0;
};

}  // namespace

int sweep(const SweepOptions& options) {
  const auto reports = report_files(options.reports);
  if (!reports) return wrong_use(reports.error().message);
  auto plan = plan_validation(options.labs);
  if (!plan) return wrong_use(plan.error().message);
  if (plan->scenarios.size() != 1) return wrong_use("azlab sweep starts from one scenario; name it with --scenario");
  if (const auto known = check_filter(options, plan->set.labs); !known) return wrong_use(known.error().message);
  auto labs = Sweep(*plan, options).carry_out();
  if (!labs) return wrong_use(labs.error().message);
  if (const auto written = write(*reports, *labs); !written) return wrong_use(written.error().message);
  std::cout << sweep::as_text(*labs);
  return status_of(*labs, options.fail_on);
}

int merge_sweeps(const std::vector<std::string>& texts, const std::vector<std::string>& files, const std::vector<std::string>& asked) {
  const auto reports = report_files(asked);
  if (!reports) return wrong_use(reports.error().message);
  std::vector<std::vector<sweep::LabSweep>> parts;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    auto part = sweep::from_json(texts[i]);
    if (!part) return wrong_use(files[i] + ": " + part.error().message);
    parts.push_back(std::move(*part));
  }
  const auto labs = sweep::merge(std::move(parts));
  if (!labs) return wrong_use(labs.error().message);
  if (const auto written = write(*reports, *labs); !written) return wrong_use(written.error().message);
  std::cout << sweep::as_text(*labs);
  return 0;
}

}  // namespace azlab::app
