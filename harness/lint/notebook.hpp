#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/lab/lab.hpp"
#include "harness/shell/machine.hpp"
#include "sim/core/result.hpp"

namespace azlab::lint {

/// A cell of a notebook as nbformat 4 keeps it.
struct Cell {
  bool code = false;
  int number = 0;           ///< of a code cell, from 1
  std::string source{};
  int execution_count = 0;  ///< 0: none saved
  std::string error{};      ///< of its saved output: "NameError: name 'x' is not defined"
  bool may_raise = false;   ///< tagged raises-exception
};

struct Notebook {
  std::string kernel{};          ///< kernelspec.name
  std::string kernel_display{};  ///< kernelspec.display_name
  std::string language{};        ///< language_info.name, else kernelspec.language
  std::string version{};         ///< language_info.version
  std::vector<Cell> cells{};
};

/// Reads a notebook. The error says what Jupyter would not open.
Result<Notebook> read_notebook(std::string_view text);

/// How a lab uses a notebook.
struct NotebookUse {
  std::string path{};         ///< as the lab names it
  int line = 0;               ///< of the lab, where it is opened: findings stand there
  bool run_all = false;       ///< the lab has all cells run at once
  bool kernel_named = false;  ///< the lab says which kernel to use
  bool judge_kernel = false;  ///< it was opened in a workspace, so that its kernel must be one of `kernels`
  std::vector<std::string> words{};        ///< what the lab says from there to the next notebook
  std::vector<shell::Kernel> kernels{};    ///< all that instances ever had
  std::string as_of{};                     ///< the day that judges them, and what has been retired
};

/// What is wrong with a notebook by its text alone. Findings stand on the lab's line and quote the cell.
std::vector<lab::Finding> check_notebook(std::string_view text, const NotebookUse& use);

/// The parts of it. Each finding's line is the lab's.
void check_metadata(const Notebook& notebook, const NotebookUse& use, std::vector<lab::Finding>& out);
void check_saved_outputs(const Notebook& notebook, const NotebookUse& use, std::vector<lab::Finding>& out);
void check_races(const Notebook& notebook, const NotebookUse& use, std::vector<lab::Finding>& out);
void check_placeholders(const Notebook& notebook, const NotebookUse& use, std::vector<lab::Finding>& out);
void check_prose_against_code(const Notebook& notebook, const NotebookUse& use, std::vector<lab::Finding>& out);
void check_retired_in_cells(const Notebook& notebook, const NotebookUse& use, std::vector<lab::Finding>& out);

/// The text of the Markdown cells between the code cell before `index` and it.
std::string prose_before(const Notebook& notebook, std::size_t index);
/// The text of those that follow the cell, up to the next code cell.
std::string prose_after(const Notebook& notebook, std::size_t index);

}  // namespace azlab::lint
