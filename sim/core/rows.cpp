#include "sim/core/rows.hpp"

#include <algorithm>

namespace azlab {
namespace {

// Measured: smaller leaves make copies of large tables dearer, larger ones the first write after a copy.
constexpr std::size_t kLeafRowsMax = 128;

template <class Entries>
auto place_in(Entries& entries, std::string_view key) {
  return std::lower_bound(entries.begin(), entries.end(), key, [](const auto& entry, std::string_view k) { return entry.first < k; });
}

}  // namespace

std::size_t Rows::leaf_of(std::string_view key) const {
  const auto after = std::upper_bound(leaves_.begin(), leaves_.end(), key, [](std::string_view k, const auto& leaf) { return k < leaf->front().first; });
  return after == leaves_.begin() ? 0 : static_cast<std::size_t>(after - leaves_.begin()) - 1;
}

Rows::Leaf& Rows::writable(std::size_t leaf) {
  auto& place = leaves_[leaf];
  if (place.use_count() > 1) {
    auto copy = std::make_shared<Leaf>();
    copy->reserve(kLeafRowsMax);
    *copy = *place;
    place = std::move(copy);
  }
  return *place;
}

RowPtr Rows::find(std::string_view key) const {
  if (leaves_.empty()) return nullptr;
  const Leaf& leaf = *leaves_[leaf_of(key)];
  const auto found = place_in(leaf, key);
  return found != leaf.end() && found->first == key ? found->second : nullptr;
}

RowPtr Rows::put(std::string_view key, RowPtr row) {
  if (leaves_.empty()) leaves_.push_back(std::make_shared<Leaf>());
  std::size_t at = leaves_.size() == 1 ? 0 : leaf_of(key);
  Leaf* leaf = &writable(at);
  auto place = place_in(*leaf, key);
  if (place != leaf->end() && place->first == key) return std::exchange(place->second, std::move(row));
  ++size_;
  if (leaf->size() >= kLeafRowsMax) {
    // Keys that only grow (events, operations by number) fill their leaves; others split in the middle.
    const bool at_end = at + 1 == leaves_.size() && place == leaf->end();
    const auto middle = at_end ? leaf->end() : leaf->begin() + static_cast<std::ptrdiff_t>(kLeafRowsMax / 2);
    const bool right = at_end || place > middle;
    auto fresh = std::make_shared<Leaf>();
    fresh->reserve(kLeafRowsMax);
    fresh->assign(std::make_move_iterator(middle), std::make_move_iterator(leaf->end()));
    leaf->erase(middle, leaf->end());
    leaves_.insert(leaves_.begin() + static_cast<std::ptrdiff_t>(at) + 1, std::move(fresh));
    leaf = leaves_[right ? at + 1 : at].get();
    place = place_in(*leaf, key);
  }
  leaf->emplace(place, std::string(key), std::move(row));
  return nullptr;
}

RowPtr Rows::erase(std::string_view key) {
  if (leaves_.empty()) return nullptr;
  const std::size_t at = leaf_of(key);
  const auto found = place_in(*leaves_[at], key);
  if (found == leaves_[at]->end() || found->first != key) return nullptr;
  const auto offset = found - leaves_[at]->begin();
  Leaf& leaf = writable(at);
  const auto place = leaf.begin() + offset;
  RowPtr gone = std::move(place->second);
  leaf.erase(place);
  if (leaf.empty()) leaves_.erase(leaves_.begin() + static_cast<std::ptrdiff_t>(at));
  --size_;
  return gone;
}

void Rows::for_each(std::string_view prefix, const std::function<bool(const std::string&, const RowPtr&)>& visit) const {
  if (leaves_.empty()) return;
  for (std::size_t at = leaf_of(prefix); at < leaves_.size(); ++at) {
    const Leaf& leaf = *leaves_[at];
    for (auto entry = place_in(leaf, prefix); entry != leaf.end(); ++entry) {
      if (!entry->first.starts_with(prefix) || !visit(entry->first, entry->second)) return;
    }
  }
}

}  // namespace azlab
