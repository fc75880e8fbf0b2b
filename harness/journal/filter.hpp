#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/journal/record.hpp"

namespace azlab::journal {

/// Which entries somebody wants to see. What is empty lets everything through. `*` and `?` work in patterns; case does not count.
struct Filter {
  std::uint64_t after = 0;        ///< entries with greater numbers
  std::optional<Time> since{};    ///< simulated, both ends included
  std::optional<Time> until{};
  std::string operation{};        ///< pattern; "-" for what nothing serves
  std::string host{};             ///< pattern
  std::string caller{};           ///< pattern over origin, principal, user, app and client; one of them must fit
  std::string status{};           ///< "404", "4xx", or "error" for all from 400
  std::string fault{};            ///< pattern over the fault that struck
  std::string text{};             ///< occurs in URL or error code
  bool clients_only = false;      ///< without what services ask each other and what processes of azlab ask
  std::size_t limit = 1000;       ///< at most so many
};

/// The names by which filters are given in a query or on a command line: "after", "since", "until", "operation", "host",
/// "caller", "status", "fault", "text", "clients", "limit".
const std::vector<std::string>& filter_names();
/// What one of them means, for help.
const char* help_on_filter(const std::string& name);
/// Sets one of them; one line when name or value is wrong.
Result<void> set_filter(Filter& filter, const std::string& name, const std::string& value);
bool fits(const Filter& filter, const Record& record);

}  // namespace azlab::journal
