#include "harness/run/missing.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "sim/core/text.hpp"

namespace azlab::run {
namespace {

/// How the evidence of steps says that something is not simulated; whoever adds a way of saying it adds it here.
struct Saying {
  const char* kind;
  RE2 words;  ///< its first group is the thing
};

const Saying kSayings[] = {
    {"command", RE2(R"((?m)^\(blocked: azlab does not simulate ([^\n]*)\)$)")},                             // shell_block.cpp
    {"request", RE2(R"(\(not simulated, and asked for (?:by this cell|meanwhile): ([^\n]*)\))")},  // notebook_run.cpp, job_watch.cpp
    {"fence", RE2(R"(Fences in ([^\n]*) are not simulated\.)")},                                   // shell_block.cpp
    {"page", RE2(R"(not simulated: ([^\n]*?)(?: \(no control [^\n]*\)|, which [^\n]* is about)?\.?(?:\n|$))")},  // harness/walk
};

void add(std::vector<Missing>& out, const std::string& kind, const std::string& what, int line) {
  const bool known = std::any_of(out.begin(), out.end(), [&](const Missing& m) { return m.line == line && m.what == what; });
  if (!known) out.push_back({kind, what, line});
}

}  // namespace

std::vector<Missing> missing_in(const LabRecord& record) {
  std::vector<Missing> out;
  for (const auto& step : record.steps) {
    for (const auto& op : step.ops) {
      if (op.verdict == verdict::kNotUnderstood) add(out, "sentence", std::string(trim(step.text.substr(0, step.text.find('\n')))), step.line);
      for (const auto& saying : kSayings) {
        re2::StringPiece rest = op.evidence;
        std::string what;
        while (RE2::FindAndConsume(&rest, saying.words, &what)) add(out, saying.kind, what, step.line);
      }
    }
  }
  return out;
}

}  // namespace azlab::run
