#pragma once

#include <string>
#include <utility>
#include <vector>

#include "harness/run/lab_state.hpp"

namespace azlab::run {

/// The files that a lab works with, on this computer: those of the directories that stand in for addresses which it names, and
/// of the repository in which it lies. Nothing is changed there.
class MaterialFiles {
 public:
  explicit MaterialFiles(const LabState& state);

  /// The text of the one file that a lab calls `path`: the longest end of the path that any file has decides, since the lab may
  /// begin above the clone. Empty where none has it, or several do.
  std::string text_of(const std::string& path) const;

 private:
  std::vector<std::string> files_{};  ///< absolute
};

}  // namespace azlab::run
