#pragma once

#include <string>
#include <string_view>

#include "sim/core/world.hpp"

/// What a run's state is made of, in bytes: digests of it, and copies of its files.
namespace azlab::run {

/// A digest of many pieces, in their order.
class Digest {
 public:
  void add(std::string_view piece);
  const std::string& text() const { return state_; }

 private:
  std::string state_{};
};

/// Adds the names and contents of what lies at `place` below `root`, in order of name; what git keeps about times and disks is
/// left out. Whether everything could be read.
bool add_files(const std::string& root, const std::string& place, Digest& digest);

/// Adds every row of a World, as it is, but for the activity log.
void add_world(const World& world, Digest& digest);

/// Copies what lies at `place` below `from` to the same place below `to`, instead of what is there.
bool copy_place(const std::string& from, const std::string& to, const std::string& place);

}  // namespace azlab::run
