#include "harness/run/similarity.hpp"

#include <algorithm>
#include <vector>

namespace azlab::run {
namespace {

constexpr double kCreditFrom = 0.7;
constexpr double kCreditEach = 0.1;
constexpr std::size_t kPrefixMax = 4;

}  // namespace

double jaro(std::string_view a, std::string_view b) {
  if (a.empty() && b.empty()) return 1;
  const std::size_t longer = std::max(a.size(), b.size());
  const std::size_t window = longer / 2 > 0 ? longer / 2 - 1 : 0;
  std::vector<bool> taken(b.size());
  std::vector<std::size_t> matched;  // places in a, in order
  for (std::size_t i = 0; i < a.size(); ++i) {
    const std::size_t end = std::min(b.size(), i + window + 1);
    for (std::size_t j = i > window ? i - window : 0; j < end; ++j) {
      if (taken[j] || a[i] != b[j]) continue;
      taken[j] = true;
      matched.push_back(i);
      break;
    }
  }
  if (matched.empty()) return 0;
  std::size_t crossed = 0;
  std::size_t next = 0;
  for (std::size_t j = 0; j < b.size(); ++j) {
    if (taken[j] && a[matched[next++]] != b[j]) ++crossed;
  }
  const auto m = static_cast<double>(matched.size());
  return (m / static_cast<double>(a.size()) + m / static_cast<double>(b.size()) + (m - static_cast<double>(crossed) / 2) / m) / 3;
}

double jaro_winkler(std::string_view a, std::string_view b) {
  const double base = jaro(a, b);
  if (base < kCreditFrom) return base;
  std::size_t prefix = 0;
  while (prefix < std::min({kPrefixMax, a.size(), b.size()}) && a[prefix] == b[prefix]) ++prefix;
  return base + static_cast<double>(prefix) * kCreditEach * (1 - base);
}

}  // namespace azlab::run
