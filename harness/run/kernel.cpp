#include "harness/run/kernel.hpp"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "sim/core/draw.hpp"
#include "sim/core/fixtures.hpp"
#include "sim/core/text.hpp"

namespace azlab::run {
namespace {

namespace fs = std::filesystem;

/// What lies at /config.json of a compute instance: its workspace.
std::string workspace_config(const std::string& workspace) {
  const auto parts = split(workspace, '/');
  const auto after = [&](std::string_view name) {
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
      if (equals_ignore_case(parts[i], name)) return parts[i + 1];
    }
    return std::string();
  };
  return dump_pretty({{"subscription_id", after("subscriptions")}, {"resource_group", after("resourceGroups")}, {"workspace_name", after("workspaces")}}) + "\n";
}

/// What the kernel finds beside the machine's own variables.
std::map<std::string, std::string> kernel_variables(Simulator& simulator, const InstancePlace& instance) {
  return {{"CI_NAME", instance.name},
          // The instance's managed identity, in the form of Azure ML's own endpoint (wire 1.5).
          {"MSI_ENDPOINT", "http://msi.azlab/token"},
          {"MSI_SECRET", Draw(simulator.options().seed).hex(32, "msi secret", instance.name)},
          {"MLFLOW_TRACKING_URI", "azureml://" + instance.location + ".api.azureml.ms/mlflow/v1.0" + instance.workspace},
          {"PYDEVD_DISABLE_FILE_VALIDATION", "1"},
          {"MPLBACKEND", "module://matplotlib_inline.backend_inline"}};
}

/// A kernel that does not look for its parent once a second: that would be a sleeper who moves the clock.
Json kernel_command(const std::string& python) { return Json::array({python, "-m", "ipykernel_launcher", "-f", "{connection_file}", "--IPKernelApp.parent_handle=0"}); }

}  // namespace

Result<KernelProgram> prepare_kernel(Simulator& simulator, Machines& machines, const KernelTask& task, Json more) {
  const auto found = machines.terminal("compute-instance:" + task.instance.name);
  if (!found) return fail(found.error());
  shell::Session& session = **found;
  const auto& prepared = machines.python();
  if (!prepared) return fail(prepared.error());
  auto wanted = session.installed_packages();
  wanted.emplace_back("ipykernel");
  const auto site = python::compose_site(*prepared, wanted);
  if (!site) return fail(site.error());
  KernelProgram out{.session = &session, .python_version = prepared->python_version, .environment = prepared->name, .missing = site->missing};
  for (const auto& name : wanted) {
    if (const auto version = site->versions.find(name); version != site->versions.end()) out.packages[name] = version->second;
  }
  const std::string notebook = machines.on_machine(task.notebook);
  out.program = {.variables = kernel_variables(simulator, task.instance), .directory = fs::path(notebook).parent_path().string()};
  const std::string python = machines.add_python(out.program, *prepared, *site);
  more["kernel"] = kernel_command(out.program.path.front() + "/python");
  more["display"] = task.display;
  more["notebook"] = session.as_seen(notebook);
  const auto shared = session.put_file("kernels.py", std::string(fixtures::get("fixtures/python/kernels.py")));
  const auto driver = session.put_file(task.driver, std::string(fixtures::get("fixtures/python/" + task.driver)));
  const auto told = session.put_file(task.name, dump(more));
  for (const auto* file : {&shared, &driver, &told}) {
    if (!*file) return fail(file->error());
  }
  if (const auto configured = machines.place_config(out.program, task.instance, workspace_config(task.instance.workspace)); !configured) return fail(configured.error());
  out.program.argv = {python + "/bin/python", "-I", *driver, *told};
  auto network = machines.connect(out.program, session);
  if (!network) return fail(network.error());
  out.network = std::move(*network);
  return out;
}

}  // namespace azlab::run
