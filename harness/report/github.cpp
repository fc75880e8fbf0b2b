// Workflow commands of GitHub Actions: annotations at the lines of a pull request.
#include <fmt/format.h>

#include "harness/report/remarks.hpp"
#include "harness/report/report.hpp"

namespace azlab::report {
namespace {

// GitHub shows ten annotations of each kind a step and drops the others without a word.
constexpr std::size_t kShownMax = 10;
constexpr std::size_t kMessageBytesMax = 2000;

struct Command {
  std::string_view severity;
  std::string_view command;
};
constexpr Command kCommands[] = {{"error", "error"}, {"warning", "warning"}, {"note", "notice"}};

/// The escapes of GitHub's runner: for values of properties also the two characters that end one.
std::string escaped_for_github(std::string_view text, bool property) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '%': out += "%25"; break;
      case '\r': out += "%0D"; break;
      case '\n': out += "%0A"; break;
      case ':': out += property ? "%3A" : ":"; break;
      case ',': out += property ? "%2C" : ","; break;
      default: out += c;
    }
  }
  return out;
}

std::string annotation(std::string_view command, const Remark& remark) {
  const std::string message = cut_text(remark.message, kMessageBytesMax) + (remark.suggestion.empty() ? "" : "\n" + remark.suggestion);
  return fmt::format("::{} file={},line={},title={}::{}\n", command, escaped_for_github(remark.file, true), remark.line,
                     escaped_for_github(remark.rule + " (" + remark.owner + ")", true), escaped_for_github(message, false));
}

}  // namespace

std::string to_github(const std::vector<run::LabRecord>& labs) {
  const auto remarks = remarks_of(labs);
  std::string out;
  std::string summary;
  bool left_out = false;
  for (const auto& [severity, command] : kCommands) {
    std::size_t shown = 0;
    for (const auto& remark : remarks) {
      if (remark.severity == severity && shown < kShownMax) {
        out += annotation(command, remark);
        ++shown;
      }
    }
    const std::size_t all = count_of(remarks, severity);
    left_out = left_out || all > shown;
    summary += fmt::format("{}{} of {} {}s", summary.empty() ? "" : ", ", shown, all, severity);
  }
  return out + "azlab: " + summary + " annotated" + (left_out ? "; GitHub shows no more than 10 of each, the other reports have them all" : "") + "\n";
}

}  // namespace azlab::report
