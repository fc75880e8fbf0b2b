#include <algorithm>
#include <map>

#include "harness/sweep/outcome.hpp"
#include "sim/faults/fault.hpp"

namespace azlab::sweep {
namespace {

int weight_of(const std::string& frequency) {
  if (frequency == "very-common") return 8;
  if (frequency == "common") return 4;
  return frequency == "occasional" ? 2 : 1;
}

template <class T>
void add_once(std::vector<T>& list, const T& one) {
  if (std::find(list.begin(), list.end(), one) == list.end()) list.push_back(one);
}

}  // namespace

std::size_t count(const LabSweep& lab, std::string_view outcome) {
  return static_cast<std::size_t>(std::count_if(lab.cells.begin(), lab.cells.end(), [&](const Cell& cell) { return cell.outcome == outcome; }));
}

std::vector<Sentence> lacking_sentences(const LabSweep& lab) {
  std::map<std::string, Sentence> by_cure;
  for (const auto& cell : lab.cells) {
    if (cell.outcome != outcome::kLeftAlone && cell.outcome != outcome::kHidden) continue;
    const faults::Fault* fault = faults::find_fault(cell.fault);
    if (fault == nullptr) continue;
    Sentence& sentence = by_cure[fault->cure];
    sentence.cure = fault->cure;
    add_once(sentence.lines, cell.line);
    add_once(sentence.faults, cell.fault);
    sentence.hidden += cell.outcome == outcome::kHidden ? 1 : 0;
    sentence.weight += weight_of(fault->frequency);
  }
  std::vector<Sentence> out;
  for (auto& [cure, sentence] : by_cure) {
    std::sort(sentence.lines.begin(), sentence.lines.end());
    out.push_back(std::move(sentence));
  }
  std::stable_sort(out.begin(), out.end(), [](const Sentence& a, const Sentence& b) { return a.weight > b.weight; });
  return out;
}

}  // namespace azlab::sweep
