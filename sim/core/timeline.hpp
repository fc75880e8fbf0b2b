#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/core/json.hpp"
#include "sim/core/time.hpp"
#include "sim/core/world.hpp"

namespace azlab {

/// Something that will happen, as data: `kind` names a row of a dispatch table, never a closure.
struct Event {
  Time due;
  std::string kind;
  std::string subject;
  std::string args{};  ///< JSON
  std::string key{};   ///< of its row; set by the timeline
};

/// The only queue of what is due: rows of the World, ordered by due time, then by when they were scheduled.
class Timeline {
 public:
  explicit Timeline(World& world) : world_(world) {}
  /// Returns the key, by which `cancel` finds it.
  std::string schedule(Event event);
  void cancel(std::string_view key);
  /// Cancels all events about a subject.
  void cancel_subject(std::string_view subject);
  /// Lets all events of a kind be due that much later.
  void postpone(std::string_view kind, Duration by);
  std::optional<Time> next_due() const;
  /// When the next event about a subject is due.
  static std::optional<Time> next_due_of(const World& world, std::string_view subject);
  /// Removes and returns the first event due at or before `limit`.
  std::optional<Event> pop_due(Time limit);

  /// A hold keeps the clock from passing `until` while a process runs (design 4).
  void hold(const std::string& id, Time until);
  void release(const std::string& id);
  std::optional<Time> earliest_hold() const;

 private:
  World& world_;
};

/// A counter row: returns its value and adds one. For sequence numbers that must be part of the state.
std::uint64_t next_number(World& world, const std::string& name);

}  // namespace azlab
