#pragma once

#include "harness/lab/lab.hpp"
#include "harness/twins/twins.hpp"

namespace azlab::twins {

/// A twin, read with the help of its source (labs.md 2.3, layer 2): where the reader did not understand a unit, or
/// found less to do in it than in the source's, it gets the source's operations and canonical labels, and
/// `Unit::source_line` says so. Units that are not surely the same keep what the reader made of them, and so do those about
/// which `compared` (what `compare` or `compare_with_history` found) has anything to say: what a translation lost or changed
/// must not be carried out as if it stood there.
lab::Lab read_with_twin(const lab::Lab& source, lab::Lab twin, const Alignment& alignment, const std::vector<lab::Finding>& compared);
/// As above, with what `compare` finds.
lab::Lab read_with_twin(const lab::Lab& source, lab::Lab twin);

}  // namespace azlab::twins
