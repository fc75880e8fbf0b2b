#include <algorithm>

#include "harness/run/kernel.hpp"
#include "harness/run/lab_state.hpp"
#include "harness/run/notebook_memory.hpp"
#include "harness/shell/machine.hpp"
#include "sim/core/text.hpp"

namespace azlab::run {
namespace {

/// Paths of files below `directory` that end in `wanted`.
void find_files(FileStore& files, const std::string& share, const std::string& directory, const std::string& wanted,
                std::vector<std::string>& exact, std::vector<std::string>& others, int depth) {
  if (depth > 12) return;
  const auto entries = files.list(share, directory);
  if (!entries) return;
  for (const auto& entry : *entries) {
    const std::string path = directory.empty() ? entry.name : directory + "/" + entry.name;
    if (entry.is_directory) {
      find_files(files, share, path, wanted, exact, others, depth + 1);
    } else if (path == wanted || path.ends_with("/" + wanted)) {
      exact.push_back(path);
    } else if (path.ends_with(".ipynb")) {
      others.push_back(path);
    }
  }
}

/// Dashes and spaces of every kind compare equal: translators change them.
std::string folded(std::string text) {
  for (const char* dash : {"–", "—", "‑", "‐"}) text = replace_all(text, dash, "-");
  for (const char* space : {" ", " "}) text = replace_all(text, space, " ");
  return to_lower(replace_all(text, " ", ""));
}

/// The text of the notebook that is open.
std::string open_text(const LabState& state) {
  const auto text = state.files->read(first_notebook_share(state.simulator), state.notebook);
  return text.value_or("");
}

/// What is wrong with a path that no notebook has: another case or folder than that of the one that is meant, or everything.
lab::Finding not_there(const std::string& wanted, const std::vector<std::string>& others, int line) {
  const auto name_of = [](const std::string& path) { return folded(path.substr(path.rfind('/') + 1)); };
  const auto meant = std::find_if(others.begin(), others.end(), [&](const auto& path) { return name_of(path) == name_of(wanted); });
  if (meant != others.end()) {
    return rules::finding("nb/path-differs", line, "The notebook that the text calls " + wanted + " is " + *meant + ": another folder, or another spelling.", "Write " + *meant + ", from the folder that the reader sees.");
  }
  const auto near = nearest(wanted, others, 1);
  return rules::finding("nb/not-found", line, "The notebook " + wanted + " does not exist in the workspace's files.", near.empty() ? "" : "There is " + near[0] + ".");
}

OpRecord open_notebook(const Task& task, OpRecord out) {
  LabState& state = task.state;
  const std::string wanted = replace_all(task.op.args.empty() ? "" : task.op.args[0], "\\", "/");
  const std::string share = first_notebook_share(state.simulator);
  if (share.empty()) {
    out.evidence = "There is no workspace whose files could hold " + wanted + ".";
    return out;
  }
  std::vector<std::string> exact;
  std::vector<std::string> others;
  find_files(*state.files, share, "", wanted, exact, others, 0);
  if (exact.empty()) {
    out.verdict = std::string(verdict::kFailed);
    const auto near = nearest(wanted, others, 1);
    out.evidence = "The workspace's files hold no " + wanted + (others.empty() ? "; they hold no notebook at all." : "; there is " + join(near.empty() ? others : near, ", ") + ".");
    if (!state.broken_at) state.record.findings.push_back(not_there(wanted, others, task.unit.line));
    return out;
  }
  state.notebook = exact[0];
  state.opened.emplace(wanted, open_text(state));
  state.kernel.clear();
  out.verdict = std::string(verdict::kPassed);
  out.evidence = "Opened " + exact[0] + ".";
  return out;
}

const shell::Kernel* find_kernel(const std::vector<shell::Kernel>& kernels, const std::string& display) {
  const auto found = std::find_if(kernels.begin(), kernels.end(), [&](const auto& k) { return folded(k.display) == folded(display); });
  return found == kernels.end() ? nullptr : &*found;
}

OpRecord check_kernel(const Task& task, OpRecord out) {
  LabState& state = task.state;
  const std::string wanted = task.op.args.empty() ? "" : task.op.args[0];
  const auto machine = shell::load_machine("compute-instance");
  if (!machine) {
    out.evidence = machine.error().message;
    return out;
  }
  const auto offered = shell::kernels_on(*machine, state.as_of);
  std::vector<std::string> names;
  for (const auto& kernel : offered) names.push_back(kernel.display);
  const std::string list = "Offered on " + state.as_of + ": " + join(names, ", ") + ".";
  if (const auto* kernel = find_kernel(offered, wanted)) {
    const std::string own = state.notebook.empty() ? "" : kernel_of_notebook(open_text(state));
    if (!own.empty() && folded(own) != folded(wanted)) {
      state.record.findings.push_back(rules::finding("kernel/differs", task.unit.line, "The notebook opens with the kernel '" + own + "', the text says '" + wanted + "'.", "Name the kernel that the notebook was saved with."));
    }
    state.kernel = kernel->display;
    out.verdict = std::string(verdict::kPassed);
    out.evidence = "The kernel " + kernel->display + " is offered.";
    return out;
  }
  out.verdict = std::string(verdict::kFailed);
  out.evidence = "The kernel '" + wanted + "' is not offered. " + list;
  const bool retired = find_kernel(machine->kernels, wanted) != nullptr;
  state.record.findings.push_back(rules::finding(retired ? "kernel/retired" : "kernel/not-offered", task.unit.line,
                                   "The kernel '" + wanted + (retired ? "' is retired: compute instances no longer offer it." : "' is not offered by compute instances."),
                                   list));
  return out;
}

/// The instance on which a reader runs a notebook: the one whose terminal they used last, else the first that runs.
InstancePlace choose_instance(LabState& state) {
  constexpr std::string_view kTerminal = "compute-instance:";
  const auto instances = all_instances(state.simulator);
  const auto runs = [](const InstancePlace& place) { return place.state == "Running"; };
  if (state.terminal.starts_with(kTerminal)) {
    const std::string used = state.terminal.substr(kTerminal.size());
    const auto found = std::find_if(instances.begin(), instances.end(), [&](const auto& p) { return runs(p) && equals_ignore_case(p.name, used); });
    if (found != instances.end()) return *found;
  }
  const auto found = std::find_if(instances.begin(), instances.end(), runs);
  if (found != instances.end()) return *found;
  return instances.empty() ? InstancePlace{} : instances.front();
}

/// The kernel with which the open notebook runs: the text's, else the one it was saved with, else the studio's choice.
std::string choose_kernel(const LabState& state) {
  if (!state.kernel.empty()) return state.kernel;
  const auto machine = shell::load_machine("compute-instance");
  const auto offered = machine ? shell::kernels_on(*machine, state.as_of) : std::vector<shell::Kernel>{};
  const auto* own = find_kernel(offered, kernel_of_notebook(open_text(state)));
  return own != nullptr ? own->display : kDefaultKernel;
}

/// What ran, in words: the kernel's name with the versions that stood behind it.
std::string behind(const NotebookRecord& record) {
  std::vector<std::string> versions;
  for (const char* name : {"azure-ai-ml", "mlflow", "scikit-learn", "pandas"}) {
    if (const auto found = record.packages.find(name); found != record.packages.end()) versions.push_back(found->first + " " + found->second);
  }
  const bool own = record.environment == kPythonEnvironment;
  return "Kernel '" + record.kernel + "', in fact Python " + record.python + (versions.empty() ? "" : " with " + join(versions, ", ")) +
         (own ? "." : ", of the environment '" + record.environment + "', since the Python package index is out of reach.");
}

/// Jobs that the notebook submitted, and by which cell.
std::map<std::string, std::string> jobs_of(const NotebookRecord& record) {
  std::map<std::string, std::string> submitted;
  for (const auto& cell : record.cells) {
    for (const auto& job : cell.jobs) submitted[job] = "cell " + std::to_string(cell.number) + " of " + record.path;
  }
  return submitted;
}

/// Runs the notebook, or takes over what it came to in another lab that had come to the same point. Jobs that it submits
/// and does not wait for are followed: a reader would find them failed later.
NotebookOutcome outcome_of(LabState& state, const NotebookTask& notebook, int line) {
  const auto& memory = state.options.notebooks;
  const std::string key = memory ? NotebookMemory::key_of(state.simulator, state.machines, notebook) : std::string();
  const auto carry_out = [&] {
    NotebookOutcome out{.record = run_notebook(state.simulator, state.machines, notebook)};
    out.failures = follow_jobs(state, jobs_of(out.record));
    out.after = state.simulator.snapshot();
    out.replaced = state.machines.replaced();
    return out;
  };
  NotebookOutcome out = memory ? memory->outcome(key, state.simulator, state.machines, notebook, carry_out) : carry_out();
  out.record.line = line;
  return out;
}

OpRecord run_all(const Task& task, OpRecord out) {
  LabState& state = task.state;
  if (state.notebook.empty()) {
    out.evidence = "The text opens no notebook before this.";
    return out;
  }
  const InstancePlace instance = choose_instance(state);
  if (instance.state != "Running") {
    out.verdict = std::string(verdict::kFailed);
    out.evidence = instance.name.empty() ? "There is no compute instance to run the notebook on." : "The compute instance " + instance.name + " does not run; its state is " + instance.state + ".";
    return out;
  }
  NotebookOutcome outcome = outcome_of(state, {.instance = instance, .path = state.notebook, .kernel = choose_kernel(state)}, task.unit.line);
  NotebookRecord& record = outcome.record;
  out.verdict = record.verdict;
  out.evidence = record.evidence;
  if (record.verdict == verdict::kPassed) {
    out.evidence = std::to_string(record.cells.size()) + (record.cells.size() == 1 ? " cell of " : " cells of ") + record.path + " ran. " + behind(record);
  } else if (!record.python.empty()) {
    out.evidence += "\n" + behind(record);
  }
  if (record.verdict == verdict::kFailed && !state.broken_at) {
    state.record.findings.push_back(rules::finding("nb/cell-failed", task.unit.line, record.path + ": " + record.evidence, "Mend the cell, or tell the reader what to do about it."));
  }
  judge_jobs(task, jobs_of(record), outcome.failures, out);
  state.record.notebooks.push_back(std::move(record));
  return out;
}

}  // namespace

OpRecord run_notebook_op(const Task& task) {
  OpRecord out{.op = task.op.kind, .line = task.unit.line, .verdict = std::string(verdict::kBlocked)};
  if (task.op.kind == "nb.open") return open_notebook(task, out);
  if (task.op.kind == "nb.kernel") return check_kernel(task, out);
  if (task.op.kind == "nb.runall") return run_all(task, out);
  out.evidence = task.op.kind == "nb.runcell" ? "not simulated: single cells of a notebook." : "not simulated: operations of the kind " + task.op.kind + ".";
  return out;
}

}  // namespace azlab::run
