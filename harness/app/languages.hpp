#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "harness/app/lab_set.hpp"
#include "harness/twins/twins.hpp"
#include "harness/run/result.hpp"

namespace azlab::app {

/// The labs of a run as originals and translations (harness/twins).
class Languages {
 public:
  /// Pairs the labs, by azlab.json's `twins` or by their paths, and adds to each translation's findings what differs from
  /// its source: from the revision that it translates, where git knows the source's history. What the reader did not
  /// understand of a translation, and where nothing differs, is read as its source has it. Uses up to `threads` threads.
  Languages(LabSet& set, std::size_t threads);

  /// Indices in LabSet::labs in the order in which to carry them out: a source before its translations.
  std::vector<std::size_t> order() const;
  /// The lab that a lab is the same as but for its language: its source, or itself.
  std::size_t original(std::size_t lab) const;

  /// Says of a translation's steps which ones of its source they are, and of its findings and of steps that did not go well
  /// whose they are; `earlier` are the records of labs that were carried out in the same scenario, as run_lab gave them, by
  /// their index in LabSet::labs.
  void judge(std::size_t lab, run::LabRecord& record, const std::map<std::size_t, run::LabRecord>& earlier) const;

 private:
  struct Twin {
    std::size_t source = 0;  ///< index in LabSet::labs
    twins::Alignment alignment{};
  };
  const LabSet& set_;
  std::map<std::size_t, Twin> twins_{};  ///< by index in LabSet::labs
};

}  // namespace azlab::app
