#pragma once

#include <optional>

#include "harness/shell/terminal.hpp"

namespace azlab::shell {

/// A thread of process group `group` that sleeps in the kernel because the terminal `device` has nothing for it:
/// in read or readv of that terminal, or in select or poll with it among the descriptors. Reads /proc only.
std::optional<TerminalReader> find_waiting_reader(pid_t group, dev_t device);

}  // namespace azlab::shell
