#pragma once

#include <cstdint>

namespace azlab::door {

/// What the processes around a child of ours take of this computer.
struct ProcessUse {
  int processes = 0;
  std::uint64_t memory_bytes = 0;  ///< in memory and written by them; what a fork shares counts once where the kernel tells
};

/// Of the sandbox that it is the outer process of, or of its session where there is no sandbox; nothing when it has gone.
/// Counting shared memory once takes the kernel long, so that it is asked only when more than `memory_max` seems taken.
ProcessUse use_of(int child, bool in_sandbox, std::uint64_t memory_max);

}  // namespace azlab::door
