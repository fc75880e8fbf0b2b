#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "harness/python/python.hpp"

namespace azlab::python {

/// An environment to be filled: `directory` is not there yet.
struct InstallTask {
  const Environment& environment;
  std::string python;  ///< of this computer, absolute
  std::string directory;
  std::function<void(const std::string& line, bool is_progress)> say;
};

/// Makes the venv and has pip put the lock file's packages into it, from the Python package index.
Result<void> install_from_index(const InstallTask& task);
/// Makes the venv and puts Debian's own packages into it, from this computer's package sources; nothing is installed
/// on the computer itself. The archive's signatures are apt's to check.
Result<void> install_from_debian(const InstallTask& task);

/// Everything besides the names of its packages that decides what install_from_debian makes.
std::string debian_recipe();

/// The code of the error that another source may cure.
constexpr std::string_view kIndexOutOfReach = "IndexOutOfReach";

tl::unexpected<Error> cannot_prepare(const Environment& environment, const std::string& why, std::string_view code = "NoPythonEnvironment");
/// The last line of an output that is not empty and begins like this.
std::string last_line(const std::string& output, std::string_view beginning = "");

}  // namespace azlab::python
