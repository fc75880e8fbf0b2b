#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace azlab {

struct Row;
using RowPtr = std::shared_ptr<const Row>;

/// Rows sorted by key, as a value whose copies share what they have in common: a copy costs one pointer for every
/// leaf of some hundred rows, and a write to it copies one leaf. So a write after a snapshot costs about the same
/// among a thousand rows and among a million. Not synchronised.
class Rows {
 public:
  RowPtr find(std::string_view key) const;
  /// Puts a row in place and returns the one that was there, or null.
  RowPtr put(std::string_view key, RowPtr row);
  /// Removes a row and returns it; null when there is none.
  RowPtr erase(std::string_view key);
  /// Visits rows whose key starts with `prefix` in order, until the visitor returns false. The visitor must not
  /// write to this object; a copy may be written.
  void for_each(std::string_view prefix, const std::function<bool(const std::string&, const RowPtr&)>& visit) const;
  std::size_t size() const { return size_; }

 private:
  using Entry = std::pair<std::string, RowPtr>;
  using Leaf = std::vector<Entry>;  ///< never empty

  /// The leaf in which a key stands or would stand.
  std::size_t leaf_of(std::string_view key) const;
  Leaf& writable(std::size_t leaf);

  std::vector<std::shared_ptr<Leaf>> leaves_{};
  std::size_t size_ = 0;
};

}  // namespace azlab
