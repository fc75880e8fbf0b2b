#include "sim/core/world.hpp"

#include <utility>

namespace azlab {
namespace {

/// A table of its own: one that a snapshot shares is copied first.
Rows& own(std::shared_ptr<Rows>& slot) {
  if (!slot) {
    slot = std::make_shared<Rows>();
  } else if (slot.use_count() > 1) {
    slot = std::make_shared<Rows>(*slot);
  }
  return *slot;
}

std::string type_key(std::string_view type, std::string_view key) {
  std::string out;
  out.reserve(type.size() + 1 + key.size());
  return out.append(type).append("\n").append(key);
}

}  // namespace

RowPtr World::find(Table table, std::string_view key) const {
  const auto& all = tables_[static_cast<std::size_t>(table)];
  return all ? all->find(key) : nullptr;
}

RowPtr World::write(Table table, std::string_view key, RowPtr row) {
  Rows& all = own(tables_[static_cast<std::size_t>(table)]);
  RowPtr before = row ? all.put(key, row) : all.erase(key);
  if (table == Table::resource) {
    const bool moves = before && !before->type.empty() && (!row || row->type != before->type);
    if (moves) own(by_type_).erase(type_key(before->type, key));
    if (row && !row->type.empty()) own(by_type_).put(type_key(row->type, key), row);
  }
  return before;
}

void World::put(Table table, std::string key, Row row) {
  // Serialised bodies grow by doubling; rows stay, so they give back what they do not use.
  row.body.shrink_to_fit();
  auto fresh = std::make_shared<const Row>(std::move(row));
  RowPtr before = write(table, key, fresh);
  changes_.push_back({table, std::move(key), std::move(before), std::move(fresh)});
}

void World::erase(Table table, std::string_view key) {
  if (find(table, key) == nullptr) return;
  // The key may be a view into the row that goes.
  std::string name(key);
  RowPtr before = write(table, name, nullptr);
  changes_.push_back({table, std::move(name), std::move(before), nullptr});
}

void World::for_each(Table table, std::string_view prefix,
                     const std::function<bool(const std::string& key, const RowPtr& row)>& visit) const {
  // Holding the table keeps the iteration valid when the visitor writes: it then writes a copy.
  const std::shared_ptr<const Rows> all = tables_[static_cast<std::size_t>(table)];
  if (all) all->for_each(prefix, visit);
}

void World::for_each_of_type(std::string_view type, std::string_view prefix,
                             const std::function<bool(const std::string& key, const RowPtr& row)>& visit) const {
  const std::shared_ptr<const Rows> all = by_type_;
  if (!all) return;
  all->for_each(type_key(type, prefix), [&](const std::string& key, const RowPtr& row) { return visit(key.substr(type.size() + 1), row); });
}

std::size_t World::size(Table table) const {
  const auto& all = tables_[static_cast<std::size_t>(table)];
  return all ? all->size() : 0;
}

std::vector<Change> World::take_changes() { return std::exchange(changes_, {}); }

void World::undo(const std::vector<Change>& changes) {
  for (auto it = changes.rbegin(); it != changes.rend(); ++it) write(it->table, it->key, it->before);
}

}  // namespace azlab
