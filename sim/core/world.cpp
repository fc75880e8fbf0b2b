#include "sim/core/world.hpp"

#include <utility>

namespace azlab {

RowPtr World::find(Table table, std::string_view key) const {
  const Rows* all = rows(table);
  if (all == nullptr) return nullptr;
  const auto found = all->find(key);
  return found == all->end() ? nullptr : found->second;
}

World::Rows& World::writable(Table table) {
  auto& slot = tables_[static_cast<std::size_t>(table)];
  if (!slot) {
    slot = std::make_shared<Rows>();
  } else if (slot.use_count() > 1) {
    slot = std::make_shared<Rows>(*slot);  // a snapshot shares it
  }
  return *slot;
}

void World::put(Table table, std::string key, Row row) {
  auto fresh = std::make_shared<const Row>(std::move(row));
  RowPtr& place = writable(table)[key];
  changes_.push_back({table, std::move(key), std::exchange(place, fresh), fresh});
}

void World::erase(Table table, std::string_view key) {
  if (find(table, key) == nullptr) return;
  Rows& all = writable(table);
  const auto found = all.find(key);
  changes_.push_back({table, std::string(key), found->second, nullptr});
  all.erase(found);
}

void World::for_each(Table table, std::string_view prefix,
                     const std::function<bool(const std::string& key, const RowPtr& row)>& visit) const {
  // Holding the table keeps the iteration valid when the visitor writes: it then writes a copy.
  const std::shared_ptr<const Rows> all = tables_[static_cast<std::size_t>(table)];
  if (!all) return;
  for (auto it = all->lower_bound(prefix); it != all->end() && it->first.starts_with(prefix); ++it) {
    if (!visit(it->first, it->second)) return;
  }
}

std::size_t World::size(Table table) const {
  const Rows* all = rows(table);
  return all == nullptr ? 0 : all->size();
}

std::vector<Change> World::take_changes() { return std::exchange(changes_, {}); }

void World::undo(const std::vector<Change>& changes) {
  for (auto it = changes.rbegin(); it != changes.rend(); ++it) {
    if (it->before) {
      writable(it->table)[it->key] = it->before;
    } else {
      writable(it->table).erase(it->key);
    }
  }
}

}  // namespace azlab
