#pragma once

#include <string>
#include <vector>

#include "harness/twins/twins.hpp"
#include "harness/twins/unit_view.hpp"

namespace azlab::twins {

Alignment align(const DocumentView& source, const DocumentView& twin);

/// Two aligned units and the documents they stand in.
struct UnitPair {
  const DocumentView& source_page;
  const DocumentView& twin_page;
  const UnitView& source;
  const UnitView& twin;
};

/// Where a finding stands beside its rule.
struct Evidence {
  std::string quote{};  ///< the twin's words that defend it; empty: its line
  int line = 0;         ///< 0: the twin's unit's own
};

/// Collects the findings of one comparison; all of them are the translation's.
class Report {
 public:
  void finding(const UnitPair& at, std::string_view rule, std::string message, std::string suggestion, Evidence evidence = {});
  void finding(int line, std::string_view rule, std::string message, std::string suggestion, std::string quote = {});
  /// By line, each rule said once of the same words.
  std::vector<lab::Finding> take();

 private:
  std::vector<lab::Finding> findings_;
};

/// Rules about a pair of units, each in a file of its own.
void check_code(const UnitPair& pair, Report& report);
void check_literals(const UnitPair& pair, Report& report);
void check_values(const UnitPair& pair, Report& report);
void check_addresses(const UnitPair& pair, Report& report);
void check_labels(const UnitPair& pair, Report& report);
void check_polarity(const UnitPair& pair, Report& report);
void check_numbers(const UnitPair& pair, Report& report);
void check_markup(const UnitPair& pair, Report& report);
void check_language(const UnitPair& pair, Report& report);

/// Rules about what stands in one document only, or elsewhere.
void check_structure(const DocumentView& source, const DocumentView& twin, const Alignment& alignment, Report& report);

/// A piece of text as a message shows it: one line, not too long, in the middle of quotation marks.
std::string shown(std::string_view text);

}  // namespace azlab::twins
