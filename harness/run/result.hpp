#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/lab/lab.hpp"
#include "sim/simulator.hpp"

namespace azlab::run {

/// Verdicts of a step, from best to worst where several ops of a step differ.
namespace verdict {
inline constexpr std::string_view kPassed = "passed";
inline constexpr std::string_view kPassedByAlternative = "passed by the alternative";
inline constexpr std::string_view kTolerated = "tolerated";
inline constexpr std::string_view kSkipped = "skipped";
inline constexpr std::string_view kBlocked = "blocked";
inline constexpr std::string_view kNotUnderstood = "not understood";
inline constexpr std::string_view kFailed = "failed";
}  // namespace verdict

/// Python environments for notebooks and jobs: installed when they are not there yet, used only when they are there, or
/// not used at all (notebooks and jobs are then blocked).
enum class PythonUse { install, present, none };

/// Whether a step did not go as the text says, or nobody can tell.
bool is_bad(std::string_view verdict);
/// The worse of two verdicts.
std::string worse(std::string_view a, std::string_view b);

/// One command as a reader typed it, and what the terminal showed.
struct CommandRecord {
  int line = 0;            ///< of the document
  std::string terminal{};  ///< "cloud-shell" or "compute-instance:<name>"
  std::string command{};
  std::string output{};  ///< its middle left out where it is very long; the text says so
  int exit_status = 0;
  double simulated_s = 0;
};

struct OpRecord {
  std::string op;
  int line = 0;
  std::string verdict;
  std::string evidence{};
  std::vector<CommandRecord> commands{};
};

struct StepRecord {
  int line = 0;
  std::string section{};
  int number = 0;
  std::string text{};
  std::string verdict{verdict::kPassed};
  std::string evidence{};  ///< of the op that decided the verdict
  std::vector<OpRecord> ops{};
  double simulated_s = 0;  ///< waiting: simulated time passes only while somebody waits
  double doing_s = 0;      ///< estimate of what reading and doing takes (doing_time.hpp)
  bool in_alternative = false;
  std::string owner{};  ///< whose to mend where it did not go well: "source" or "translation"; empty: nobody compared
  int source_line = 0;  ///< the same step in the lab that this one translates; 0: there is none
  std::string known{};  ///< why it is known that this fails or cannot be judged (azlab.json, a baseline); it makes no exit status 1 or 3
  /// What appeared in Azure, went or changed meanwhile: "+ Microsoft.Contoso/things/name (Succeeded)", "- …", "~ …".
  std::vector<std::string> changes{};
  std::string picture{};  ///< what the browser showed after the step, as a PNG file, where a step of portal or studio was done in one; in HTML reports only
  std::string screen{};  ///< the page as text, where an op of portal or studio did not go well (walk/picture.hpp)
};

/// One code cell of a notebook that was carried out.
struct CellRecord {
  int number = 0;  ///< among the code cells, from 1
  std::string verdict{};
  std::string first_line{};
  std::string output{};
  std::string error{};      ///< "NameError: name 'x' is not defined"
  std::string traceback{};
  std::vector<std::string> jobs{};  ///< names of those it submitted
};

/// A notebook that was carried out, on what, and how far.
struct NotebookRecord {
  std::string path{};
  int line = 0;  ///< of the instruction
  std::string kernel{};  ///< as the text and the instance call it
  std::string python{};  ///< what really ran: "3.11.2"
  std::string environment{};  ///< the prepared environment (fixtures/python): "ml", or what stood in for it
  std::map<std::string, std::string> packages{};  ///< those asked for, with the versions that really ran
  int code_cells = 0;
  std::vector<CellRecord> cells{};
  std::string verdict{};
  std::string evidence{};
  std::string start{};  ///< a digest of all that it started from, where runs from the same start come to the same; no report shows it
  std::string taken_over_from{};  ///< "FILE:LINE" of the instruction that ran it, when this one started from the same (FirstRuns)
};

/// An address that a local directory stood in for.
struct StandIn {
  std::string address;
  std::string stands_in;
};

struct LabRecord {
  std::string file{};
  std::string title{};
  std::string language{};
  std::string scenario{};  ///< the situation it started from; empty: the default
  std::size_t position = 0;  ///< among all labs of the run in all scenarios, those of other shards included
  std::string fail_on{"error"};  ///< least severity that makes exit status 1, as its run was asked: error, warning, never
  std::string translation_of{};  ///< the file of the lab that it translates, where that is of the same run
  std::vector<int> read_with_source{};  ///< lines that were understood by their source's words, not by their own
  std::string verdict{verdict::kPassed};
  std::vector<StepRecord> steps{};
  std::vector<lab::Finding> findings{};
  int silenced = 0;  ///< findings that directives, the project or the baseline took out
  std::vector<FaultHits> faults{};
  std::vector<StandIn> stand_ins{};
  std::vector<NotebookRecord> notebooks{};
  std::vector<std::string> replaced{};  ///< what jobs' environments asked for and this computer had otherwise
  std::vector<std::string> unknown_routes{};
  std::vector<std::string> unmodelled{};  ///< "<type>/<property>": kept for the client, without any effect here
  std::vector<std::string> not_reproducible{};
  double simulated_s = 0;
  double doing_s = 0;
  double real_s = 0;
};

/// Orders findings by line, leaves out those that say the same of the same line again, or less exactly (Rule::covers), and has each quote its line of the
/// lab's text unless it quotes something itself.
void tidy_findings(LabRecord& record, std::string_view source);

/// The exit status of a run (design 9): 1 a step failed or a finding is at least `fail_on`, 3 something blocked or
/// not understood, 0 otherwise; what is known counts for neither. `fail_on` is "error", "warning" or "never"; empty: as each
/// lab's own run was asked.
int exit_status(const std::vector<LabRecord>& labs, std::string_view fail_on = {});

}  // namespace azlab::run
