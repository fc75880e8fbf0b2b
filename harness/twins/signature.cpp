#include "harness/twins/signature.hpp"

#include <algorithm>
#include <unordered_map>

#include "harness/lab/inline_text.hpp"
#include "sim/core/text.hpp"

namespace azlab::twins {
namespace {

/// Words as numbers: the table below compares each with each.
std::vector<int> numbered(const std::vector<std::string>& words, std::unordered_map<std::string, int>& numbers) {
  std::vector<int> out;
  out.reserve(words.size());
  for (const std::string& word : words) out.push_back(numbers.emplace(word, static_cast<int>(numbers.size())).first->second);
  return out;
}

}  // namespace

std::vector<std::string> signature(const lab::Lab& lab) {
  std::vector<std::string> out;
  for (const lab::Unit& unit : lab.units) {
    out.push_back(unit.kind);
    for (const lab::Op& op : unit.ops) {
      if (unit.kind != "C") break;
      for (const std::string& line : split(op.code, '\n')) {
        if (!trim(line).empty()) out.push_back("c:" + std::string(trim(line)));
      }
    }
    if (unit.text.find('`') == std::string::npos) continue;
    const lab::InlineText text = lab::scan_inline(unit.text);
    for (const lab::Mark& mark : text.marks) {
      if (mark.kind == lab::Mark::Kind::code) out.push_back("i:" + mark.text);
    }
  }
  return out;
}

double likeness(const std::vector<std::string>& one, const std::vector<std::string>& other) {
  if (one.empty() && other.empty()) return 1;
  std::unordered_map<std::string, int> numbers;
  const std::vector<int> a = numbered(one, numbers);
  const std::vector<int> b = numbered(other, numbers);
  std::vector<int> above(b.size() + 1, 0);
  std::vector<int> row(b.size() + 1, 0);
  for (const int word : a) {
    for (std::size_t j = 1; j <= b.size(); ++j) row[j] = word == b[j - 1] ? above[j - 1] + 1 : std::max(above[j], row[j - 1]);
    std::swap(row, above);
  }
  return 2.0 * above[b.size()] / static_cast<double>(a.size() + b.size());
}

}  // namespace azlab::twins
