#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "sim/core/commit_log.hpp"
#include "sim/simulator.hpp"

namespace azlab::state {

/// A simulator's World and its clock in one SQLite file, kept as they change: each write set is one transaction. The death of
/// the process at any moment loses nothing that was committed, because the system has it by then; a power cut may lose the
/// last seconds, but never leaves a part of a write set. Any thread may call any member.
class Store : public CommitLog {
 public:
  /// Opens the file or makes it (readable by its owner only), and keeps every other process out of it as long as it lives.
  /// Fails with one line: it is in use, no state, or of a version that this one does not read.
  static Result<std::shared_ptr<Store>> open(const std::string& file);
  ~Store() override;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  /// Whether there is something to go on from.
  bool has_state() const;
  /// What was committed last. Fails when the file is damaged.
  Result<Snapshot> load() const;

  Result<void> commit(const std::vector<Change>& changes, Time now) override;
  Result<void> replace(const World& world, Time now) override;

  /// What else is to outlive the process, by name; not part of the World. An empty value is forgotten. Fails with one line.
  Result<void> note(const std::string& name, const std::string& value);
  /// Notes whose name starts with `prefix`, by the rest of their name.
  std::map<std::string, std::string> notes(std::string_view prefix) const;

  /// Ends it: the file is whole and nobody's. Nothing is committed after that; the attempt fails.
  void close();

 private:
  struct Impl;
  explicit Store(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Writes everything into a file of its own, in the same layout: the file is the new state or, after a failure, still the old one.
Result<void> save(const std::string& file, const Snapshot& snapshot);
/// What `save` or a store wrote. An error when the file is none of ours, or of a version that this one does not read.
Result<Snapshot> load(const std::string& file);

}  // namespace azlab::state
