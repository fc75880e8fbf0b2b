#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>

#include "harness/lint/notebook.hpp"
#include "harness/lint/retired.hpp"
#include "harness/run/lab_state.hpp"
#include "harness/run/material_files.hpp"
#include "sim/core/text.hpp"

namespace azlab::run {
namespace {

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

void check_notebooks(LabState& state, const MaterialFiles& files) {
  const auto machine = shell::load_machine("compute-instance");
  std::vector<std::string> seen;
  for (std::size_t i = 0; i < state.lab.units.size(); ++i) {
    for (const auto& op : state.lab.units[i].ops) {
      const std::string wanted = wanted_by(op);
      if (op.kind != "nb.open" || wanted.empty() || std::find(seen.begin(), seen.end(), wanted) != seen.end()) continue;
      seen.push_back(wanted);
      const auto opened = state.opened.find(wanted);
      const std::string text = opened != state.opened.end() ? opened->second : files.text_of(wanted);
      if (text.empty() && opened == state.opened.end()) continue;
      auto use = use_of(state, i, op);
      use.judge_kernel = opened != state.opened.end();
      if (machine) use.kernels = machine->kernels;
      for (auto& found : lint::check_notebook(text, use)) state.record.findings.push_back(std::move(found));
    }
  }
}

/// A script or a description of the material that a command names, judged like a fence of the lab; found at the command's line.
void check_named_file(LabState& state, const MaterialFiles& files, const std::string& path, int line) {
  const std::string text = files.text_of(path);
  if (text.empty()) return;
  auto found = lint::find_retired(text, lint::place_of(path), 1, state.as_of);
  if (path.ends_with(".sh")) {
    auto of_script = lab::check_script_text(text);
    std::move(of_script.begin(), of_script.end(), std::back_inserter(found));
  }
  const auto lines = split(text, '\n');
  for (auto& one : found) {
    if (one.line >= 1 && one.line <= static_cast<int>(lines.size())) one.quote = trim(lines[static_cast<std::size_t>(one.line - 1)]);
    one.message = fmt::format("{}, line {}: {}", path, one.line, one.message);
    one.line = line;
    one.owner = "material";
    state.record.findings.push_back(std::move(one));
  }
}

/// Scripts that the lab runs, and files that it hands to az and pip: `./setup.sh`, `--file job.yml`, `-r requirements.txt`.
void check_named_files(LabState& state, const MaterialFiles& files) {
  static const RE2 kCd(R"(^\s*cd\s+["']?(?:~/)?([\w./-]+))");
  static const RE2 kNamed(R"((?:^\s*(?:bash\s+|sh\s+|source\s+)?\./|^\s*(?:bash|sh|source)\s+|\s(?:--file|-f|--conda-file|-r|--requirement)[\s=]+(?:\./)?)["']?([\w/-][\w./-]*\.(?:sh|ya?ml|txt)))");
  std::vector<std::string> seen;
  std::string directory;
  for (const auto& unit : state.lab.units) {
    for (const auto& op : unit.ops) {
      if (op.kind == "shell.open") directory.clear();
      if (op.kind != "shell.block") continue;
      int line = unit.line;
      for (const auto& command : split(op.code, '\n')) {
        ++line;
        std::string name;
        if (RE2::PartialMatch(command, kCd, &name)) directory = (name.starts_with("..") ? std::string() : name) + "/";
        if (!RE2::PartialMatch(command, kNamed, &name)) continue;
        const std::string path = directory + name;
        if (std::find(seen.begin(), seen.end(), path) != seen.end()) continue;
        seen.push_back(path);
        check_named_file(state, files, path, line);
      }
    }
  }
}

}  // namespace

void check_material(LabState& state) {
  const MaterialFiles files(state);
  for (auto& found : lint::check_retired(state.lab, state.as_of)) state.record.findings.push_back(std::move(found));
  check_notebooks(state, files);
  check_named_files(state, files);
}

}  // namespace azlab::run
