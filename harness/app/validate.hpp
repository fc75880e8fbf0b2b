#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace azlab::app {

struct ValidateOptions {
  std::vector<std::string> files{};
  std::vector<std::string> languages{};  ///< only labs in these; of the sample course by default English and French
  std::string scenario{};
  std::optional<std::uint64_t> seed{};  ///< else the project's, else 1
  std::string date{};
  std::string as_of{};
  std::string fail_on{};  ///< else the project's, else "error"
  std::string config{};   ///< azlab.json; empty: the nearest one
  std::string baseline{};        ///< file of what is known
  std::string write_baseline{};  ///< file to write what is found into
  std::string shard{};  ///< "2/4": only the second of four parts of the labs
  std::size_t jobs = 0;  ///< labs at the same time; 0: as many as there are cores
  std::vector<std::string> reports{};  ///< "json=FILE", "github" (report/kinds.hpp)
  std::vector<std::string> clones{};   ///< "ADDRESS=DIRECTORY"
  std::string az = "built-in";
  std::string walker = "headless";  ///< what the lab's reader looks at: "headless" or "browser"
  std::vector<std::string> extension_wheels{};
  bool no_sandbox = false;
  bool no_prepare = false;
  bool python_none = false;  ///< notebooks and jobs are blocked, whatever this computer has
  bool quiet = false;
};

/// `azlab merge`: the labs of several JSON reports as one, in the order in which the run had them before it was shared out;
/// reports and exit status as those of one run over all of them. `fail_on` empty: as each of the runs was asked.
int merge(const std::vector<std::string>& files, const std::vector<std::string>& reports, const std::string& fail_on);
/// `azlab validate`: exit statuses of design 9.
int validate(const ValidateOptions& options);
/// `azlab coverage`: carries labs out and ranks what they ask for that azlab does not simulate; `json_file` gets the same as
/// JSON unless it is empty. Exit status 0, or 2 for wrong use.
int coverage(const ValidateOptions& options, const std::string& json_file);
/// `azlab steps FILE…`: the reader's operations as JSON lines.
int print_steps(const std::vector<std::string>& files);
/// `azlab operations`: every operation that is served, with method and path.
int print_operations();

}  // namespace azlab::app
