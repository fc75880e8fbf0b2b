#pragma once

#include <optional>
#include <string>

#include "harness/guide/seen.hpp"

namespace azlab::guide {

/// A notebook of the workspace as its file tells of it (nbformat 4).
struct NotebookSeen {
  std::string path{};
  std::string kernel{};  ///< its display name
  int code_cells = 0;    ///< those that hold anything
  int run = 0;           ///< of these, those that have run
  std::string failed{};  ///< what the first that failed says: "NameError: name 'x' is not defined"
};

/// The one whose path ends with `wanted`; nothing where there is none, or it is no notebook.
std::optional<NotebookSeen> read_notebook(const Seen& seen, const std::string& wanted);
/// Names of kernels without what translators change in them (dashes, spaces, case).
bool same_kernel(const std::string& a, const std::string& b);

}  // namespace azlab::guide
