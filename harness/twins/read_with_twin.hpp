#pragma once

#include "harness/lab/lab.hpp"
#include "harness/twins/twins.hpp"

namespace azlab::twins {

/// A twin, read with the help of its source (labs.md 2.3, layer 2): where the reader did not understand a unit, or
/// found less to do in it than in the source's, it gets the source's operations and canonical labels, and
/// `Unit::source_line` says so. Units that are not surely the same keep what the reader made of them.
lab::Lab read_with_twin(const lab::Lab& source, lab::Lab twin, const Alignment& alignment);
lab::Lab read_with_twin(const lab::Lab& source, lab::Lab twin);

}  // namespace azlab::twins
