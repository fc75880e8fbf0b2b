#pragma once

#include <cstdint>
#include <functional>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/guide/guide.hpp"
#include "harness/run/machines.hpp"
#include "harness/site/notebooks.hpp"
#include "harness/site/notices.hpp"
#include "harness/site/pace.hpp"
#include "harness/site/sessions.hpp"
#include "sim/core/json.hpp"
#include "sim/simulator.hpp"

namespace azlab::site {

class Tab;

/// What a program wants of the site that drives a browser through it (harness/browse): a lab's reader at work.
struct Driven {
  std::string language{};
  std::string as_of{};  ///< ISO date; screens of that day
};

/// What all tabs of the site share.
struct House {
  Simulator& simulator;
  run::Machines& machines;
  Pace& pace;
  guide::Guide* lab = nullptr;  ///< beside the page; none: the site has no lab
  std::optional<Driven> driven{};  ///< nothing: a learner is at the browser
  std::mutex machines_gate{};  ///< Machines is made for one thread

  Notebooks notebooks{{.simulator = simulator, .machines = machines, .machines_gate = machines_gate}};

  std::mutex tabs_mutex{};  ///< held while a tab is spoken to from outside, so that none goes meanwhile
  std::set<Tab*> tabs{};
  std::uint64_t tabs_opened = 0;

  std::mutex happened_mutex{};
  std::deque<Happening> happened{};  ///< of each thing its last state, the oldest first: for a page that is loaded anew

  Sessions sessions{};

  std::mutex people_mutex{};
  std::map<std::string, std::string> people{};  ///< who is signed in, by session; the first of the directory where none is named
};

/// Languages of the simulated portal, by the names of fixtures/screens/labels.json; the one for what a browser asks for ("pt-BR"),
/// English when none is known.
const std::vector<std::string>& languages();
std::string language_for(const std::string& wanted);

/// The clock as pages show it.
Json clock_json(const Pace::State& state);

}  // namespace azlab::site
