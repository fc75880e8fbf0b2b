#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/rules/catalogue.hpp"
#include "harness/run/result.hpp"

namespace azlab::report {

/// Something to say about a line of a lab: a finding, or a step that did not go well.
struct Remark {
  std::string file;
  int line = 0;
  std::string severity;  ///< "error", "warning" or "note"
  std::string rule;
  std::string owner;  ///< "source", "translation", "material" or "platform"
  std::string message{};
  std::string suggestion{};  ///< the finding's own, or the rule's repair
  std::string quote{};
};

/// Steps that did not go well are remarks of these: azlab/step-failed, azlab/step-blocked, azlab/step-not-understood.
std::span<const rules::Rule> step_rules();
/// One of the catalogue's rules or of step_rules(), or nullptr.
const rules::Rule* rule_of(std::string_view id);
/// Every remark about a lab, in order of lines. One and the same finding is one remark.
std::vector<Remark> remarks_of(const run::LabRecord& lab);
/// Of several labs, in the labs' order; what a lab shows in several scenarios is one remark.
std::vector<Remark> remarks_of(const std::vector<run::LabRecord>& labs);
/// How many remarks have that severity.
std::size_t count_of(const std::vector<Remark>& remarks, std::string_view severity);

/// Whether a reader would want to know why: failed, blocked, not understood, or cured by the alternative.
bool did_not_go_well(const run::StepRecord& step);
/// What was typed in a step and what the terminal showed.
std::string transcript_of(const run::StepRecord& step);
/// A lab's file, and in which scenario it was carried out unless that was the default.
std::string name_of(const run::LabRecord& lab);
/// At most `bytes_max` bytes of a text, whole characters, with "…" where something is missing.
std::string cut_text(std::string_view text, std::size_t bytes_max);
std::string first_line(std::string_view text);

}  // namespace azlab::report
