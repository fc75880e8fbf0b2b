#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "harness/app/lab_set.hpp"
#include "harness/run/result.hpp"

namespace azlab::app {

/// The labs of a run as originals and translations (harness/twins).
class Languages {
 public:
  /// Pairs the labs, by azlab.json's `twins` or by their paths, and adds to each translation's findings what differs from
  /// its source: from the revision that it translates, where git knows the source's history.
  explicit Languages(LabSet& set);

  /// Indices in LabSet::labs in the order in which to carry them out: a source before its translations.
  std::vector<std::size_t> order() const;
  /// The lab that a lab is the same as but for its language: its source, or itself.
  std::size_t original(std::size_t lab) const;

  /// Says of a translation's findings whose they are; `earlier` are the findings of labs that were carried out in the same
  /// scenario, by their index in LabSet::labs.
  void say_owners(std::size_t lab, run::LabRecord& record, const std::map<std::size_t, std::vector<lab::Finding>>& earlier) const;

 private:
  const LabSet& set_;
  std::map<std::size_t, std::size_t> source_of_{};  ///< by indices in LabSet::labs
};

}  // namespace azlab::app
