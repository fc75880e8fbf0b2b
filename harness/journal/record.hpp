#pragma once

#include <cstdint>
#include <string>

#include "sim/core/journal.hpp"
#include "sim/core/json.hpp"

namespace azlab::journal {

/// An entry of the journal that owns its words: the one form in which entries leave a simulator.
struct Record {
  std::uint64_t number = 0;
  std::uint64_t parent = 0;
  Time at{};
  Duration waited{};
  std::string operation{};
  std::string method{};
  std::string url{};  ///< without secrets
  std::string origin{};
  std::string principal{};
  std::string user{};
  std::string app{};
  std::string client{};
  int status = 0;
  std::string error_code{};
  std::string fault{};

  /// What a client asked, not what services ask each other.
  bool is_of_a_client() const { return parent == 0 && origin == "network"; }
  /// "management.azure.com"
  std::string host() const;
  /// Host and path, without the query.
  std::string place() const;
};

Record record_of(const JournalEntry& entry);
/// fixtures/journal/journal.schema.json, `$defs/entry`.
Json to_json(const Record& record);
/// The same back; one line on what is wrong with it.
Result<Record> record_from(const Json& json);

}  // namespace azlab::journal
