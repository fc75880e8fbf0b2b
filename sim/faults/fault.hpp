#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/http/context.hpp"

namespace azlab::faults {

/// A place where a fault can strike: a pattern of operation names, and there "request" or the name of a phase.
struct StrikePoint {
  std::string operation;
  std::string at;
};

/// An entry of fixtures/catalogue/faults (its README says what each member means).
struct Fault {
  std::string id{};
  std::string theme{};  ///< the file it stands in: "compute"
  std::string kind{};   ///< "fails", "recovers", "hang", or "client": the client fails by itself, and nothing strikes
  std::vector<StrikePoint> strikes{};  ///< empty: azlab serves nothing of the kind
  int status = 0;                      ///< 0: it is no answer to a request
  std::string code{};                  ///< of the error itself, inside whatever wraps it
  std::vector<std::string> wordings{}; ///< every text it is known by, with {placeholders}; the first is its own
  bool typed = false;                  ///< it comes from what somebody wrote; a page never meets it
  bool of_name = false;                ///< it is about the name that was chosen, and another name is free of it
  std::string transport{};             ///< what happens to the connection instead of an answer; empty: nothing (fixtures/catalogue/README.md)
  int delay_s = 0;                     ///< simulated seconds by which a phase lasts longer instead of failing; 0: it fails
  std::string log{};                   ///< what stands at the end of a job's log
  bool wraps = false;                  ///< a shell around another error
  std::string cause{};
  std::string cure{};
  std::string clients{};
  std::string note{};
  std::string frequency{};
  std::string grade{};                 ///< "A" to "D"
  std::vector<std::string> evidence{};
};

/// All of them, sorted by id. Entries of rules.json are not among them: nobody arms those.
const std::vector<Fault>& all_faults();
/// One of them, or nullptr.
const Fault* find_fault(std::string_view id);

/// Writes on a resource what the fault's entry says that it shows meanwhile (`properties.properties.errors` of its body), if anything.
void show_on_resource(Context& context, const ArmedFault& fault, std::string_view resource);

}  // namespace azlab::faults
