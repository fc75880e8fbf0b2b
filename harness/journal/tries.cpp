#include "harness/journal/tries.hpp"

#include <algorithm>
#include <iterator>
#include <map>

namespace azlab::journal {
namespace {

/// Answers after which clients of Azure ask again by themselves (azure-core's RetryPolicy, its default list).
constexpr int kRetried[] = {408, 429, 500, 502, 503, 504};

bool asks_for_another_try(int status) { return std::find(std::begin(kRetried), std::end(kRetried), status) != std::end(kRetried); }

}  // namespace

std::vector<Tries> tries_of(const std::vector<Record>& records) {
  std::vector<Tries> out;
  std::map<std::string, std::size_t> by_place;
  for (const auto& record : records) {
    const std::string place = record.place();
    const auto [found, fresh] = by_place.emplace(record.method + " " + place, out.size());
    if (fresh) out.push_back({.operation = record.operation, .method = record.method, .place = place, .first = record.at, .last = record.at});
    Tries& tries = out[found->second];
    if (!fresh) {
      tries.waits.push_back(to_seconds(record.at - tries.last));
      if (asks_for_another_try(tries.statuses.back())) ++tries.retries;
    }
    tries.statuses.push_back(record.status);
    tries.last = record.at;
  }
  return out;
}

}  // namespace azlab::journal
