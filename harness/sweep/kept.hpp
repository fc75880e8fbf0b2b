#pragma once

#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>

#include "harness/sweep/outcome.hpp"
#include "sim/core/result.hpp"

namespace azlab::sweep {

/// Finished branches on the disk, a JSON line each, so that a sweep that was interrupted goes on where it stood.
class Kept {
 public:
  /// Opens or makes the file. `key` names the sweep (labs, seed, scenario, …): a file of another one is refused with one line. A last
  /// line that was not written whole is left out.
  static Result<std::unique_ptr<Kept>> open(const std::string& file, const std::string& key);

  /// What an earlier run came to, or null.
  const Cell* find(std::size_t lab, std::size_t step, const std::string& fault) const;
  std::size_t size() const { return cells_.size(); }
  /// From any thread; on the disk before it returns.
  void add(std::size_t lab, const Cell& cell);

 private:
  std::map<std::tuple<std::size_t, std::size_t, std::string>, Cell> cells_{};  ///< of earlier runs
  std::mutex mutex_{};                                                         ///< guards the file
  std::ofstream out_{};
};

}  // namespace azlab::sweep
