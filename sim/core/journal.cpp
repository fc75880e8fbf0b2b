#include "sim/core/journal.hpp"

#include <algorithm>

#include "sim/core/draw.hpp"

namespace azlab {

std::uint64_t Journal::begin(JournalEntry entry) {
  if (entries_.size() >= kEntriesMax) {
    const auto half = static_cast<std::ptrdiff_t>(kEntriesMax / 2);
    entries_.erase(entries_.begin(), entries_.begin() + half);
    dropped_ += static_cast<std::uint64_t>(half);
  }
  entry.number = next_++;
  entries_.push_back(std::move(entry));
  return entries_.back().number;
}

JournalEntry* Journal::find(std::uint64_t number) {
  if (!entries_.empty() && entries_.back().number == number) return &entries_.back();
  const auto found = std::lower_bound(entries_.begin(), entries_.end(), number,
                                      [](const JournalEntry& entry, std::uint64_t n) { return entry.number < n; });
  return found != entries_.end() && found->number == number ? &*found : nullptr;
}

void Journal::cut_back_to(std::uint64_t next_number) {
  while (!entries_.empty() && entries_.back().number >= next_number) entries_.pop_back();
  next_ = next_number;
}

std::uint64_t Journal::hash() const {
  std::uint64_t value = 0;
  for (const auto& e : entries_) {
    const std::string line = std::string(e.method) + " " + e.url + " " + std::string(e.operation) + " " + e.origin + " " + std::to_string(e.status) + e.error_code + e.fault;
    value = Draw(value).bits("journal", line, static_cast<std::uint64_t>(e.at.time_since_epoch().count()));
  }
  return value;
}

}  // namespace azlab
