#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/rows.hpp"

namespace azlab {

/// The kinds of rows. A new kind is one name here.
enum class Table : std::size_t { resource, operation, event, counter, deleted, setting, file, workload, blob, blob_content, blob_block, tracking, activity, last_ };

/// One immutable piece of state: its serialised body and the few fields that lists filter by.
struct Row {
  std::string body;             ///< JSON, answered as it is
  std::string type{};           ///< resources: "Contoso.Things/things"
  std::string state{};          ///< resources: provisioningState; operations: status
  std::string location{};
};

/// One row before and after; either may be null (made, removed).
struct Change {
  Table table;
  std::string key;
  RowPtr before;
  RowPtr after;
};

/// All mutable state of a simulator as one value (design 3). Copying shares everything and is what a snapshot
/// is; what is written after that is copied piece by piece (Rows). Keys sort, so a prefix is a scope. Not
/// synchronised: the Simulator's lock guards it.
class World {
 public:
  RowPtr find(Table table, std::string_view key) const;
  void put(Table table, std::string key, Row row);
  void erase(Table table, std::string_view key);
  /// Visits rows whose key starts with `prefix`, in order of key, until the visitor returns false.
  void for_each(Table table, std::string_view prefix,
                const std::function<bool(const std::string& key, const RowPtr& row)>& visit) const;
  /// Visits the resources of one type (spelt as in their rows) whose key starts with `prefix`, in order of key,
  /// until the visitor returns false; its cost does not depend on how many others there are.
  void for_each_of_type(std::string_view type, std::string_view prefix,
                        const std::function<bool(const std::string& key, const RowPtr& row)>& visit) const;
  std::size_t size(Table table) const;

  /// What was written since the last call: the write set of one `handle`.
  std::vector<Change> take_changes();
  /// Puts the rows of a write set back to what they were before it.
  void undo(const std::vector<Change>& changes);

 private:
  /// Writes one row (null: removes it) and keeps the index of types; returns what was there.
  RowPtr write(Table table, std::string_view key, RowPtr row);

  std::array<std::shared_ptr<Rows>, static_cast<std::size_t>(Table::last_)> tables_{};
  std::shared_ptr<Rows> by_type_{};  ///< resources again, under type, newline, key
  std::vector<Change> changes_{};
};

}  // namespace azlab
