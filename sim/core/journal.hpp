#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/time.hpp"

namespace azlab {

/// One request that the simulator answered.
struct JournalEntry {
  std::uint64_t number = 0;
  std::uint64_t parent = 0;  ///< the request on whose behalf a service made this one; 0 for a client's own
  Time at{};
  std::string_view operation{};  ///< route's operation name, which lives as long as the router; empty when no route serves it
  std::string_view method{};     ///< "GET"
  std::string url{};
  std::string origin{};      ///< Caller::origin
  std::string_view principal{};  ///< Caller::principal_id; this and the next three live as long as the journal
  std::string_view user{};       ///< Caller::user_name
  std::string_view app{};        ///< Caller::app_id
  std::string_view client{};     ///< what it calls itself: User-Agent, at most kClientBytesMax of it
  Duration waited{};             ///< by how much the clock moved because this request was waiting for something
  int status = 0;
  std::string error_code{};
  std::string correlation{};    ///< to what it belongs, where its client says so (x-ms-correlation-request-id); empty: to itself
  std::string refusal{};        ///< what Resource Manager answered where it refused to change something, at most kRefusalBytesMax of it
  std::string fault{};       ///< id of an armed fault that struck here
};

/// The URL without what must not be kept: values of query parameters that carry secrets (codes, signatures, tokens,
/// assertions, passwords) become "redacted".
std::string without_secrets(std::string url);

/// Who asked what when, in simulated time. Restoring a snapshot cuts it back to that moment.
class Journal {
 public:
  /// Keeps at most `kEntriesMax`; the oldest go, and `dropped` counts them.
  static constexpr std::size_t kEntriesMax = 200'000;
  /// Of a client's name, and of different names; what comes after that many is "others".
  static constexpr std::size_t kClientBytesMax = 200;
  static constexpr std::size_t kNamesMax = 4096;
  static constexpr std::size_t kRefusalBytesMax = 4096;

  Journal() = default;
  Journal(const Journal&) = delete;  // entries point at its names
  Journal& operator=(const Journal&) = delete;
  Journal(Journal&&) = default;
  Journal& operator=(Journal&&) = default;

  std::uint64_t begin(JournalEntry entry);
  JournalEntry* find(std::uint64_t number);
  const std::vector<JournalEntry>& entries() const { return entries_; }
  std::uint64_t next_number() const { return next_; }
  std::uint64_t dropped() const { return dropped_; }
  void cut_back_to(std::uint64_t next_number);
  /// A hash over everything but real time: equal histories have equal hashes.
  std::uint64_t hash() const;

 private:
  /// The same text once, for as long as the journal lives: thousands of entries share a few names.
  std::string_view keep(std::string_view name);

  std::set<std::string, std::less<>> names_{};
  std::vector<JournalEntry> entries_{};
  std::uint64_t next_ = 1;
  std::uint64_t dropped_ = 0;
};

}  // namespace azlab
