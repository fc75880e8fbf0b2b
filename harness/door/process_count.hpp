#pragma once

namespace azlab::door {

/// How many processes there are around a child of ours: in the sandbox that it is the outer process of, or in its
/// session where there is no sandbox. 0 when it has gone.
int processes_of(int child, bool in_sandbox);

}  // namespace azlab::door
