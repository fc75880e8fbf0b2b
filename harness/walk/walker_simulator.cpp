#include "harness/walk/walk_state.hpp"

namespace azlab::walk {

namespace {

Surroundings surroundings_of(Simulator& simulator) {
  return {.send = [&simulator](const Request& request) { return simulator.handle(request); },
          .now = [&simulator] { return simulator.now(); },
          .next_due = [&simulator] { return simulator.next_due(); },
          .advance_to = [&simulator](Time target) { return simulator.advance_to(target); }};
}

}  // namespace

Walker::Walker(Simulator& simulator, Options options, std::unique_ptr<Pages> pages) : Walker(surroundings_of(simulator), std::move(options), std::move(pages)) {}

}  // namespace azlab::walk
