// One branch: a fault armed for one step, the step carried out, what follows, and what that means for a reader.
#include <algorithm>

#include "harness/run/state_change.hpp"
#include "harness/sweep/sweep.hpp"
#include "sim/core/text.hpp"
#include "sim/core/world.hpp"
#include "sim/core/fault_plan.hpp"
#include "sim/faults/catalogue.hpp"
#include "sim/faults/fault.hpp"
#include "sim/simulator.hpp"

namespace azlab::sweep {
namespace {

constexpr std::size_t kEvidenceBytesMax = 600;

std::string cut(const std::string& text) {
  if (text.size() <= kEvidenceBytesMax) return text;
  std::size_t end = kEvidenceBytesMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;  // between characters
  return text.substr(0, end) + " …";
}

/// The reader meets the fault again when they try again at once, unless it is one that Azure gets over, or they choose another name.
ArmedFault armed(const Target& target) {
  ArmedFault out = *faults::parse_armed_fault(target.fault);
  const faults::Fault* fault = faults::find_fault(target.fault);
  if (fault == nullptr) return out;
  if (fault->kind == "fails") out.times = -1;
  if (fault->of_name) out.resource = target.place.resource;
  return out;
}

/// The resource's type and state in a line of state_changes, without its name.
std::string kind_of(const std::string& line) {
  const auto slash = line.rfind('/');
  return line.substr(2, slash == std::string::npos ? slash : slash - 2);
}

/// Leaves out pairs that are the same but for a name that was drawn anew, and what only changed inside.
void leave_out_renamed(std::vector<std::string>& lines) {
  std::erase_if(lines, [](const std::string& line) { return line.starts_with("~") && line.find(" -> ") == std::string::npos; });
  for (auto gone = lines.begin(); gone != lines.end();) {
    const auto again = std::find_if(lines.begin(), lines.end(), [&](const std::string& line) {
      return gone->starts_with("-") && line.starts_with("+") && kind_of(line) == kind_of(*gone) && (line.ends_with("(Succeeded)") || !line.ends_with(")"));
    });
    if (again == lines.end()) {
      ++gone;
      continue;
    }
    const std::string first = *gone;
    lines.erase(again);
    lines.erase(std::find(lines.begin(), lines.end(), first));
    gone = lines.begin();
  }
}

int hits(const Simulator& simulator, const std::string& fault) {
  int out = 0;
  for (const auto& one : simulator.fault_hits()) {
    if (one.fault == fault) out += one.hits;
  }
  return out;
}

}  // namespace

LabSweeper::Rest LabSweeper::follow(run::LabRun& run, const std::string& files_before) {
  Rest rest;
  std::vector<std::pair<std::size_t, std::string>> way;     // states that were passed
  std::vector<std::size_t> later_before;                    // how many later steps had gone worse by then
  const std::size_t end = lab_.steps.size();
  const auto take = [&](const Rest& known) {
    rest.later.insert(rest.later.end(), known.later.begin(), known.later.end());
    rest.missing = known.missing;
    rest.mended_at = known.mended_at;
  };
  while (true) {
    const std::size_t at = run.next();
    const std::string name = name_of(run, files_before);
    if (as_without(at, name)) {
      rest.mended_at = at == 0 || way.empty() ? 0 : lab_.steps[at - 1].line;
      break;
    }
    {
      const std::lock_guard lock(mutex_);
      if (const auto known = known_.find({at, name}); known != known_.end()) {
        ++merged_;
        take(known->second);
        break;
      }
    }
    way.emplace_back(at, name);
    later_before.push_back(rest.later.size());
    if (at == end) {
      World now;
      run.simulator().inspect([&](const World& world) { now = world; });
      rest.missing = run::state_changes(*passages_[end].before.azure.world, now);
      leave_out_renamed(rest.missing);
      break;
    }
    run.step();
    const auto* done = record_of(run.record(), at);
    if (done != nullptr && run::is_bad(done->verdict) && !run::is_bad(passages_[at].verdict)) {
      rest.later.push_back({.line = done->line, .verdict = done->verdict, .evidence = cut(done->evidence)});
    }
  }
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < way.size(); ++i) {
    Rest from_there = rest;
    from_there.later.erase(from_there.later.begin(), from_there.later.begin() + static_cast<std::ptrdiff_t>(later_before[i]));
    known_.emplace(way[i], std::move(from_there));
  }
  return rest;
}

Result<Cell> LabSweeper::carry_out(const Target& target) {
  auto run = run::LabRun::go_on(lab_, options_, passages_[target.step].before);
  if (!run) return fail(run.error());
  const std::string& files_before = passages_[target.step].files;
  Simulator& simulator = (*run)->simulator();
  if (const auto ok = simulator.arm(armed(target)); !ok) return fail(ok.error());
  (*run)->step();
  simulator.disarm(target.fault);
  if (hits(simulator, target.fault) == 0) {
    return Cell{.step = target.step, .line = lab_.steps[target.step].line, .fault = target.fault, .outcome = std::string(outcome::kNotStruck)};
  }
  const run::LabRecord record = (*run)->record();
  const bool merged = as_without((*run)->next(), name_of(**run, files_before));
  return judge(target, record, merged, merged ? Rest{} : follow(**run, files_before));
}

Cell LabSweeper::judge(const Target& target, const run::LabRecord& record, bool merged, const Rest& rest) const {
  const run::StepRecord* step = record_of(record, target.step);
  Cell cell{.step = target.step, .line = lab_.steps[target.step].line, .fault = target.fault, .place = target.place.operation + (target.place.phase == "request" ? "" : ":" + target.place.phase), .verdict = step == nullptr ? std::string() : step->verdict, .evidence = step == nullptr ? std::string() : cut(step->evidence),
            .later = rest.later, .missing = rest.missing};
  const bool as_it_would_be = merged || (rest.later.empty() && (rest.missing.empty() || rest.mended_at != 0));
  const bool bad = run::is_bad(cell.verdict);
  const std::string& without = passages_[target.step].verdict;
  const auto& alternative = lab_.steps[target.step].alternative;
  const bool by_alternative = cell.verdict == run::verdict::kPassedByAlternative;
  if (bad && (run::is_bad(without) || cell.verdict != run::verdict::kFailed)) {
    cell.outcome = outcome::kUnclear;
  } else if (bad) {
    const bool mended = as_it_would_be && rest.mended_at != 0;
    cell.outcome = mended ? outcome::kLedOut : outcome::kLeftAlone;
    cell.helped_by = mended ? rest.mended_at : 0;
  } else if (by_alternative) {
    cell.outcome = rest.later.empty() ? outcome::kLedOut : outcome::kLeftAlone;
    cell.helped_by = rest.later.empty() && alternative ? alternative->line : 0;
  } else if (as_it_would_be) {
    const bool told = cell.verdict == run::verdict::kTolerated && without != cell.verdict;
    cell.outcome = told ? outcome::kLedOut : outcome::kAbsorbed;
    cell.helped_by = told ? cell.line : 0;
  } else {
    cell.outcome = outcome::kHidden;
  }
  return cell;
}

}  // namespace azlab::sweep
