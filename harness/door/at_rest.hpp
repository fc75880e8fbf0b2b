#pragma once

namespace azlab::door {

/// Whether no thread of a process is running or about to: the kernel's word (/proc), asked twice a few milliseconds
/// apart. A process that has ended is at rest.
bool is_at_rest(int pid);

}  // namespace azlab::door
