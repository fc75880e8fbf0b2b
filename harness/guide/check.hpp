#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "harness/guide/seen.hpp"
#include "harness/lab/lab.hpp"
#include "harness/walk/match.hpp"

namespace azlab::guide {

/// A resource that the lab has the learner make: which one of those that are there is meant, once it is there.
struct Goal {
  std::string type{};   ///< "Microsoft.MachineLearningServices/workspaces"
  std::string noun{};   ///< "compute instance": of the sentences
  std::string kind{};   ///< properties.computeType of computes; empty elsewhere
  std::string name{};   ///< name or pattern; empty: the learner's own choice
  std::string group{};  ///< its resource group, name or pattern; empty: any
};

/// One thing of an instruction that can be seen to be done.
struct Check {
  enum class Kind { page, terminal, exists, setting, state, gone, file, content, command, kernel, notebook, with_item };
  Kind kind;
  /// It counts only once the instruction before it is done: seeing a page, or looking whether something is there, has its place
  /// in the order of the text; what a person makes is made whenever it is.
  bool look = false;

  int goal = -1;                       ///< exists, setting, state, gone: index into Plan::goals
  std::vector<std::string> screens{};  ///< page: any of these
  std::string app{};                   ///< page: any page of this app, and no tab of `not_app`
  std::string not_app{};
  std::string name{};     ///< page: of the resource that it is about; command: the command; file, content, notebook: the path
  std::string machine{};  ///< terminal, command: "cloud-shell", "compute-instance"; empty: any
  std::string path{};     ///< setting: where in the resource's body
  std::string how{};      ///< setting: how the two compare (settings.cpp)
  std::string label{};    ///< as the text has it: of a page, a setting
  std::string value{};    ///< setting: what it should be; state: "running"…; kernel: its name; content: the text
  int nth = 1;            ///< command: how often it must have been carried out
  bool directory = false;  ///< file
  bool tolerated = false;  ///< command: however it ends
  std::size_t item = 0;    ///< with_item: done together with that one
};

/// What is worth how much: what changes something counts twice what only looks.
int points_of(const Check& check);

/// An instruction: a step of the lab.
struct Item {
  std::string id{};  ///< "L42": the line on which it stands
  int line = 0;
  std::size_t section = 0;  ///< index into Plan::sections
  std::string text{};       ///< plain
  std::string html{};
  std::vector<Check> checks{};
  /// It leads to this later instruction of its section, whose outcome shows that this one was followed as well; 0: to none.
  std::size_t leads_to = 0;
  bool optional = false;

  bool decidable() const { return !checks.empty() || leads_to != 0; }
  /// What it is worth; 0 for what shows by another's outcome alone.
  int points() const;
};

struct Section {
  std::string id{};
  std::string heading{};
  std::string html{};  ///< what stands before its first instruction
};

/// A lab as its guide sees it.
struct Plan {
  std::string file{};
  std::string title{};
  std::string language{};
  std::vector<Goal> goals{};
  std::vector<Section> sections{};
  std::vector<Item> items{};
};

/// What can be seen of each instruction of a lab (derive.cpp), with the lab's text as safe markup (lab_text.cpp).
Plan make_plan(const lab::Lab& lab);

/// Whether a check holds now, for its own part: the order of the text is the guide's business.
bool holds(const Plan& plan, const Check& check, const Seen& seen);

/// The resource that a goal means now: of those that fit, the one of which most settings are as the lab says; empty: none.
std::string resource_of(const Plan& plan, int goal, const Seen& seen);

/// Why a check does not hold, in the lab's language (English where there are no sentences in it): first in general, then exactly.
std::string hint_for(const Plan& plan, const Item& item, const Check& check, const Seen& seen, bool exactly);
/// The sentence of fixtures/guide/sentences.json, with its places filled in.
std::string sentence(std::string_view language, std::string_view key, const std::vector<std::pair<std::string, std::string>>& places = {});

}  // namespace azlab::guide
