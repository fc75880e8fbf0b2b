#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace azlab::sweep {

/// What a fault at a step means for a reader who follows the text.
namespace outcome {
inline constexpr std::string_view kAbsorbed = "absorbed";      ///< the client or Azure got over it; nobody has to do anything
inline constexpr std::string_view kLedOut = "led out";         ///< the reader sees it, and the text leads them out of it
inline constexpr std::string_view kLeftAlone = "left alone";   ///< the reader sees it, and no sentence of the text helps
inline constexpr std::string_view kHidden = "hidden";          ///< the step seems to go well, and something is missing or fails later
inline constexpr std::string_view kUnclear = "unclear";        ///< the step does not go well without the fault either, or asks for what is not simulated
inline constexpr std::string_view kNotStruck = "not struck";   ///< it was armed and never hit
}  // namespace outcome

/// A later step that goes worse than without the fault.
struct LaterStep {
  int line = 0;
  std::string verdict{};
  std::string evidence{};
};

/// One fault at one step, and what came of it.
struct Cell {
  std::size_t step = 0;  ///< index among the lab's steps
  int line = 0;
  std::string fault{};
  std::string place{};     ///< the operation that it struck first: "workspaces.create", "vaults.create:keyVault"
  std::string outcome{};
  int helped_by = 0;       ///< line of the alternative, remark or later step that led out of it; 0: none did
  std::string verdict{};   ///< of the step
  std::string evidence{};  ///< what the reader saw, cut to a few lines
  std::vector<LaterStep> later{};
  std::vector<std::string> missing{};  ///< resources that are not as they would have been at the end (run/state_change.hpp)
};

/// A sentence that would help readers whom the lab leaves alone.
struct Sentence {
  std::string cure{};               ///< the catalogue's
  std::vector<int> lines{};         ///< of steps at which it is missing
  std::vector<std::string> faults{};
  int hidden = 0;                   ///< how many of its cells are hidden rather than left alone
  int weight = 0;                   ///< how often its faults are met: very common 8, common 4, occasional 2, rare 1, a cell each
};

/// A step as the matrix heads its column.
struct SweptStep {
  int line = 0;
  std::string section{};
  std::string text{};
  std::string verdict{};  ///< without a fault
};

/// All that a sweep of one lab came to.
struct LabSweep {
  std::string file{};
  std::string title{};
  std::string language{};
  std::string scenario{};
  std::size_t position = 0;  ///< among the labs of the sweep
  std::vector<SweptStep> steps{};
  std::vector<Cell> cells{};  ///< by step, then by fault
  std::size_t branches = 0;   ///< of all shards together; more than `cells` where some are still to be done
  std::size_t merged = 0;     ///< branches that came to a state that was known, and were not followed to the end
  double real_s = 0;
};

/// The cells that ended so.
std::size_t count(const LabSweep& lab, std::string_view outcome);
/// What the labs lack, the most needed first. Weights come from the catalogue's frequencies.
std::vector<Sentence> lacking_sentences(const LabSweep& lab);

}  // namespace azlab::sweep
