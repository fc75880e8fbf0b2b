#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/core/journal.hpp"
#include "sim/http/context.hpp"

namespace azlab::insights {

/// A request that the activity log tells of, as it is kept: a row of Table::activity, so that it lives as long as what it made.
struct ActivityRecord {
  std::uint64_t number = 0;    ///< counts up; what was asked later has a higher one
  Time at{};
  std::string method{};        ///< "PUT"
  std::string action{};        ///< "Microsoft.Storage/storageAccounts/write"
  std::string scope{};         ///< id of what it is about
  int status = 0;              ///< of the answer
  std::string request_id{};    ///< x-ms-request-id of the answer
  std::string correlation{};   ///< to what it belongs, where its client said so
  std::string principal{};
  std::string user{};          ///< empty: no person asked
  std::string app{};
  std::string refusal{};       ///< the error's body, where it was refused
};

/// More are not kept: the oldest go.
inline constexpr std::size_t kActivityRecordsMax = 20'000;

/// For Machinery::answered. Keeps what changed something or asked for something to be done, of Resource Manager; not readings, questions
/// that are POSTed, what is asked on a tenant, and what services ask of each other on nobody's behalf.
void remember(Context& context, const JournalEntry& entry);
/// Oldest first.
std::vector<ActivityRecord> activity_records(const World& world);

}  // namespace azlab::insights
