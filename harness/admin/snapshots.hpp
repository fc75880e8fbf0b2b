#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "sim/simulator.hpp"

namespace azlab::admin {

/// Snapshots by name. Any thread may call any member.
class Snapshots {
 public:
  struct Taken {
    Snapshot snapshot{};
    std::string shares{};  ///< copy of the shares' files; empty: there were none
  };
  static constexpr std::size_t kMost = 1000;

  /// False when there is one of that name, or there are too many.
  bool add(const std::string& name, Taken taken);
  std::optional<Taken> find(const std::string& name) const;
  std::optional<Taken> remove(const std::string& name);
  std::vector<std::pair<std::string, Time>> list() const;
  /// A name that nobody chose: "snapshot-1", …
  std::string next_name();

 private:
  mutable std::mutex mutex_{};
  std::map<std::string, Taken> taken_{};
  int named_ = 0;
};

}  // namespace azlab::admin
