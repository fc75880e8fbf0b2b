#include <algorithm>
#include <filesystem>

#include "harness/lint/notebook.hpp"
#include "harness/lint/retired.hpp"
#include "harness/run/lab_state.hpp"
#include "harness/run/run_directory.hpp"
#include "sim/core/text.hpp"

namespace azlab::run {
namespace {

namespace fs = std::filesystem;

constexpr int kFilesLookedAt = 20'000;  // of one repository
constexpr int kParentsLookedAt = 4;     // Instructions/fr/lab.md lies two below the notebooks' folder

/// Files of a directory whose path ends in `wanted`; hidden folders are passed over.
std::vector<std::string> files_below(const std::string& directory, const std::string& wanted) {
  std::vector<std::string> out;
  std::error_code why;
  int seen = 0;
  for (auto it = fs::recursive_directory_iterator(directory, fs::directory_options::skip_permission_denied, why); !why && it != fs::recursive_directory_iterator() && ++seen < kFilesLookedAt; it.increment(why)) {
    if (it->path().filename().string().starts_with(".")) {
      if (it->is_directory(why)) it.disable_recursion_pending();
    } else if (("/" + it->path().lexically_relative(directory).string()).ends_with("/" + wanted) && it->is_regular_file(why)) {
      out.push_back(it->path().string());
    }
  }
  return out;
}

/// The directories that hold what the lab works with: those that stand in for addresses which it names, and those in which
/// it lies itself.
std::vector<std::string> material_of(const LabState& state) {
  std::vector<std::string> out;
  std::error_code why;
  const std::string file = fs::absolute(state.lab.file, why).lexically_normal().string();
  for (const auto& [address, directory] : state.machines.host().clone_map) {
    std::string bare = address.substr(address.find("//") == std::string::npos ? 0 : address.find("//") + 2);
    if (bare.ends_with(".git")) bare.resize(bare.size() - 4);
    if (state.lab.source.find(bare) != std::string::npos || file.starts_with(directory + "/")) out.push_back(directory);
  }
  return out;
}

/// The text of a notebook that the run did not open, where the lab's material has exactly one of its path.
std::string text_in_material(const LabState& state, const std::string& wanted) {
  for (const auto& directory : material_of(state)) {
    const auto found = files_below(directory, wanted);
    if (found.size() == 1) return read_file(found[0]).value_or("");
  }
  std::error_code why;
  fs::path above = fs::absolute(state.lab.file, why).parent_path();
  for (int i = 0; i < kParentsLookedAt && fs::is_regular_file(state.lab.file, why) && above.has_relative_path(); ++i, above = above.parent_path()) {
    if (fs::is_regular_file(above / wanted, why)) return read_file((above / wanted).string()).value_or("");
  }
  return {};
}

std::string wanted_by(const lab::Op& op) { return replace_all(op.args.empty() ? "" : op.args[0], "\\", "/"); }

/// What the lab does with the notebook that the op at `unit` opens: it goes on to the next one that is opened.
lint::NotebookUse use_of(const LabState& state, std::size_t unit, const lab::Op& opening) {
  lint::NotebookUse out{.path = wanted_by(opening), .line = state.lab.units[unit].line, .as_of = state.as_of};
  bool reached = false;
  bool ran = false;
  for (std::size_t i = unit; i < state.lab.units.size(); ++i) {
    for (const auto& op : state.lab.units[i].ops) {
      if (reached && op.kind == "nb.open" && wanted_by(op) != out.path) return out;
      reached = reached || &op == &opening;
      if (reached && op.kind == "nb.kernel") out.kernel_named = true;
      if (reached && op.kind == "nb.runall") out.run_all = ran = true;
    }
    if (reached && (!ran || i == unit) && !state.lab.units[i].text.empty()) out.words.push_back(state.lab.units[i].text);
  }
  return out;
}

}  // namespace

void check_material(LabState& state) {
  for (auto& found : lint::check_retired(state.lab, state.as_of)) state.record.findings.push_back(std::move(found));
  const auto machine = shell::load_machine("compute-instance");
  std::vector<std::string> seen;
  for (std::size_t i = 0; i < state.lab.units.size(); ++i) {
    for (const auto& op : state.lab.units[i].ops) {
      const std::string wanted = wanted_by(op);
      if (op.kind != "nb.open" || wanted.empty() || std::find(seen.begin(), seen.end(), wanted) != seen.end()) continue;
      seen.push_back(wanted);
      const auto opened = state.opened.find(wanted);
      const std::string text = opened != state.opened.end() ? opened->second : text_in_material(state, wanted);
      if (text.empty() && opened == state.opened.end()) continue;
      auto use = use_of(state, i, op);
      use.judge_kernel = opened != state.opened.end();
      if (machine) use.kernels = machine->kernels;
      for (auto& found : lint::check_notebook(text, use)) state.record.findings.push_back(std::move(found));
    }
  }
}

}  // namespace azlab::run
