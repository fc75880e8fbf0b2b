#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/lab/lab.hpp"
#include "harness/twins/twins.hpp"
#include "sim/core/result.hpp"

namespace azlab::twins {

/// A commit that changed a source.
struct Revision {
  std::string commit;
  std::string date;     ///< "2025-04-15"
  std::string subject;
  std::string path;     ///< the file's name then
};

/// The revision that a twin translates.
struct Fit {
  std::size_t revision = 0;  ///< index in SourceHistory::revisions
  double likeness = 0;       ///< of the signatures
};

/// What git knows of a source, newest first, renames followed. Reads a revision when it is first asked for; one
/// history serves all twins of a source. Not to be shared between threads.
class SourceHistory {
 public:
  /// `path` is relative to `repository`. Fails where git does; a shallow clone has the revisions that it has.
  static Result<SourceHistory> read(const std::string& repository, const std::string& path);

  const std::vector<Revision>& revisions() const { return revisions_; }
  /// A revision as a lab; nullptr where it cannot be read.
  const lab::Lab* lab(std::size_t revision);
  /// The revision whose signature is most like the twin's; of those that are alike, the one against which the
  /// fewest findings are left, and of these the newest.
  std::optional<Fit> find(const lab::Lab& twin);

 private:
  struct Read {
    bool tried = false;
    std::unique_ptr<lab::Lab> lab{};
    std::vector<std::string> words{};  ///< its signature
  };

  std::string repository_;
  std::vector<Revision> revisions_;
  std::vector<Read> read_;
};

/// `SourceHistory::find` for one twin.
Result<Fit> find_revision(const lab::Lab& twin, const std::string& repository, const std::string& path);

/// Like `compare`, but against the revision that the twin translates: what the source changed since is no fault of
/// the translation's words and shows as `l10n/stale-twin`, with the first commit that the twin lacks.
std::vector<lab::Finding> compare_with_history(const lab::Lab& source, const lab::Lab& twin, SourceHistory& history);

}  // namespace azlab::twins
