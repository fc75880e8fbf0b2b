#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/run/lab_state.hpp"
#include "sim/core/fixtures.hpp"
#include "sim/core/text.hpp"

namespace azlab::run {
namespace {

constexpr const char* kLater = "Notebooks are not carried out by this version.";

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

struct Kernel {
  std::string display;
  std::string retired_on;
  std::string offered_from;
};

std::vector<Kernel> kernels() {
  std::vector<Kernel> out;
  const auto machine = parse_jsonc(fixtures::get("fixtures/machines/compute-instance.json"));
  if (!machine) return out;
  for (const auto& k : (*machine)["kernels"]) out.push_back({string_at(k, "display"), string_at(k, "retiredOn"), string_at(k, "offeredFrom")});
  return out;
}

bool offered(const Kernel& kernel, const std::string& day) {
  return (kernel.offered_from.empty() || kernel.offered_from <= day) && (kernel.retired_on.empty() || day < kernel.retired_on);
}

/// Dashes and spaces of every kind compare equal: translators change them.
std::string folded(std::string text) {
  for (const char* dash : {"–", "—", "‑", "‐"}) text = replace_all(text, dash, "-");
  for (const char* space : {" ", " "}) text = replace_all(text, space, " ");
  return to_lower(replace_all(text, " ", ""));
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
    if (!state.broken_at) {
      state.record.findings.push_back({"nb/not-found", "error", task.unit.line, "The notebook " + wanted + " does not exist in the workspace's files.",
                                       near.empty() ? "" : "There is " + near[0] + "."});
    }
    return out;
  }
  out.evidence = "Found " + exact[0] + ". " + kLater;
  return out;
}

OpRecord check_kernel(const Task& task, OpRecord out) {
  const std::string wanted = task.op.args.empty() ? "" : task.op.args[0];
  std::vector<std::string> now;
  const Kernel* found = nullptr;
  const auto all = kernels();
  for (const auto& kernel : all) {
    if (offered(kernel, task.state.as_of)) now.push_back(kernel.display);
    if (folded(kernel.display) == folded(wanted)) found = &kernel;
  }
  const std::string list = "Offered on " + task.state.as_of + ": " + join(now, ", ") + ".";
  if (found != nullptr && offered(*found, task.state.as_of)) {
    out.evidence = "The kernel " + wanted + " is offered. " + kLater;
    return out;
  }
  out.verdict = std::string(verdict::kFailed);
  out.evidence = "The kernel '" + wanted + "' is not offered. " + list;
  const bool retired = found != nullptr;
  task.state.record.findings.push_back({retired ? "kernel/retired" : "kernel/not-offered", "error", task.unit.line,
                                        "The kernel '" + wanted + (retired ? "' is retired: compute instances no longer offer it." : "' is not offered by compute instances."),
                                        list});
  return out;
}

}  // namespace

OpRecord run_notebook_op(const Task& task) {
  OpRecord out{.op = task.op.kind, .line = task.unit.line, .verdict = std::string(verdict::kBlocked), .evidence = kLater};
  if (task.op.kind == "nb.open") return open_notebook(task, out);
  if (task.op.kind == "nb.kernel") return check_kernel(task, out);
  return out;
}

}  // namespace azlab::run
