#include "harness/shell/machine.hpp"

#include <nlohmann/json.hpp>

#include "sim/core/fixtures.hpp"
#include "sim/core/json.hpp"

namespace azlab::shell {
namespace {

std::vector<std::string> strings_at(const Json& value, std::string_view path) {
  std::vector<std::string> list;
  const Json* found = find_path(value, path);
  if (found == nullptr || !found->is_array()) return list;
  for (const Json& one : *found) {
    if (one.is_string()) list.push_back(one.get<std::string>());
  }
  return list;
}

void read_computer_commands(const Json& value, Machine& machine) {
  for (const std::string& name : strings_at(value, "commands.computer")) machine.from_computer[name] = {name};
  const Json* also = find_path(value, "commands.alsoKnownAs");
  if (also == nullptr || !also->is_object()) return;
  for (const auto& [name, names] : also->items()) {
    std::vector<std::string>& list = machine.from_computer[name];
    list.clear();
    for (const Json& one : names) list.push_back(one.get<std::string>());
  }
}

}  // namespace

Result<Machine> load_machine(std::string_view name) {
  const auto text = fixtures::find("fixtures/machines/" + std::string(name) + ".json");
  if (!text) return fail(404, "UnknownMachine", "no machine '" + std::string(name) + "' in fixtures/machines");
  const Result<Json> parsed = parse_jsonc(*text);
  if (!parsed) return fail(parsed.error());
  Machine machine;
  machine.name = std::string(name);
  machine.user = string_at(*parsed, "user");
  machine.home = string_at(*parsed, "home");
  machine.hostname = string_at(*parsed, "hostname");
  machine.start_directory = string_at(*parsed, "startDirectory", machine.home);
  machine.share_mount = string_at(*parsed, "shareMount");
  machine.users_directory = string_at(*parsed, "usersDirectory");
  for (const std::string& line : strings_at(*parsed, "osRelease")) machine.os_release += line + "\n";
  if (machine.user.empty() || machine.home.empty()) {
    return fail(500, "BadMachine", "machine '" + machine.name + "' has no user or home");
  }
  if (const Json* variables = find_path(*parsed, "variables")) {
    for (const auto& [key, value] : variables->items()) machine.variables[key] = value.get<std::string>();
  }
  read_computer_commands(*parsed, machine);
  machine.shims = strings_at(*parsed, "commands.shims");
  machine.azlab = strings_at(*parsed, "commands.azlab");
  machine.not_simulated = strings_at(*parsed, "commands.notSimulated");
  if (const Json* kernels = find_path(*parsed, "kernels"); kernels != nullptr && kernels->is_array()) {
    for (const Json& one : *kernels) {
      machine.kernels.push_back({.name = string_at(one, "name"),
                                 .display = string_at(one, "display"),
                                 .offered_from = string_at(one, "offeredFrom"),
                                 .retired_on = string_at(one, "retiredOn"),
                                 .source = string_at(one, "source")});
    }
  }
  return machine;
}

std::vector<Kernel> kernels_on(const Machine& machine, std::string_view day) {
  std::vector<Kernel> offered;
  for (const Kernel& kernel : machine.kernels) {
    const bool begun = kernel.offered_from.empty() || kernel.offered_from <= day;
    const bool over = !kernel.retired_on.empty() && kernel.retired_on <= day;
    if (begun && !over) offered.push_back(kernel);
  }
  return offered;
}

}  // namespace azlab::shell
