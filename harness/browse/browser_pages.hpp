#pragma once

#include <memory>

#include "harness/run/machines.hpp"
#include "harness/walk/pages.hpp"
#include "harness/walk/walker.hpp"
#include "sim/simulator.hpp"

namespace azlab::browse {

/// The portal and the studio of `simulator` as Chromium draws them, for a walker with `options`. Simulator and machines must outlive
/// it. Fails with one line: no chromedriver, an azlab without the page. When Chromium dies meanwhile, a member throws std::runtime_error
/// with one line.
Result<std::unique_ptr<walk::Pages>> browser_pages(Simulator& simulator, run::Machines& machines, const walk::Walker::Options& options);

}  // namespace azlab::browse
