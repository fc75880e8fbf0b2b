// What of commands, files and notebooks can be seen.
#include <algorithm>

#include "harness/guide/commands.hpp"
#include "harness/guide/deriver.hpp"
#include "harness/guide/settings.hpp"
#include "sim/core/text.hpp"

namespace azlab::guide {
namespace {

/// Commands of az that make something of which Azure itself shows whether it is there, however it was made.
struct Makes {
  std::string_view command;
  std::string_view noun;
  bool gone;
};
constexpr Makes kMakes[] = {{"group create", "resource group", false},   {"ml workspace create", "workspace", false}, {"ml compute create", "compute", false},
                            {"storage account create", "storage account", false}, {"keyvault create", "key vault", false},
                            {"group delete", "resource group", true},    {"ml workspace delete", "workspace", true},  {"ml compute delete", "compute", true}};

}  // namespace

std::string own_path(std::string path) {
  path = replace_all(std::move(path), "\\", "/");
  const std::size_t begin = path.find('<');
  const std::size_t end = path.find('>', begin == std::string::npos ? 0 : begin);
  if (begin != std::string::npos && end != std::string::npos) path.replace(begin, end - begin + 1, "{user}");
  return path;
}

void Deriver::open_shell(const lab::Op& op) {
  const bool cloud = std::any_of(op.en.begin(), op.en.end(), [](const std::string& label) { return walk::fold(label) == "cloudshell"; });
  machine_ = cloud ? "cloud-shell" : "compute-instance";
  on_the_way_ = true;
  add({.kind = Check::Kind::terminal, .look = true, .machine = machine_});
}

void Deriver::add_az(const std::string& command) {
  const AzCommand az = read_az(command);
  const auto* const makes = std::find_if(std::begin(kMakes), std::end(kMakes), [&](const Makes& one) { return one.command == az.name; });
  const auto option = [&](const char* name) { return az.options.contains(name) ? az.options.at(name) : std::string(); };
  std::string noun = makes == std::end(kMakes) ? std::string() : std::string(makes->noun);
  if (noun == "compute") noun = equals_ignore_case(option("--type"), "AmlCompute") ? "compute cluster" : "compute instance";
  std::string name = option("--name").empty() && noun == "resource group" ? option("--resource-group") : option("--name");
  // What a variable stands for, or a file says, only the shell knows.
  const bool known = !noun.empty() && !name.empty() && command.find('$') == std::string::npos && !az.options.contains("--file");
  if (!known) {
    int nth = 1;
    for (const auto& before : plan_.items) {
      for (const auto& check : before.checks) nth += check.kind == Check::Kind::command && check.name == command && check.machine == machine_ ? 1 : 0;
    }
    return add({.kind = Check::Kind::command, .name = command, .machine = machine_, .nth = nth});
  }
  const int which = goal(noun, name);
  if (noun != "resource group") plan_.goals[static_cast<std::size_t>(which)].group = option("--resource-group");
  if (makes->gone) return add({.kind = Check::Kind::gone, .goal = which, .name = command});
  add({.kind = Check::Kind::exists, .goal = which, .name = command});
  for (const auto& [label, value] : az.options) {
    const auto* place = find_setting(noun, label);
    if (place != nullptr) add({.kind = Check::Kind::setting, .goal = which, .name = command, .path = std::string(place->path), .how = std::string(place->how), .label = label, .value = value});
  }
}

void Deriver::block(const lab::Op& op) {
  close_form();
  for (const auto& command : commands_of(op.code)) add_az(command);
}

/// What is pasted into a file shows once it was saved.
void Deriver::file_text(const lab::Op& op) {
  if (!op.args.empty()) file_ = op.args[0];
  pasted_ = {at_, op.code};
  on_the_way_ = true;
  add({.kind = Check::Kind::content, .name = file_, .value = op.code});
}

void Deriver::save(const lab::Op& op) {
  if (!op.args.empty()) file_ = op.args[0];
  on_the_way_ = true;
  if (!pasted_) return;
  const auto [item, text] = *pasted_;
  if (item != at_) {
    std::erase_if(plan_.items[item].checks, [](const Check& check) { return check.kind == Check::Kind::content; });
    ways_[item] = true;
  }
  if (item != at_) add({.kind = Check::Kind::content, .name = file_, .value = text});
  pasted_.reset();
}

void Deriver::open_notebook(const lab::Op& op) {
  if (op.args.empty()) return;
  notebook_ = replace_all(op.args[0], "\\", "/");
  on_the_way_ = true;
  add({.kind = Check::Kind::page, .look = true, .name = notebook_, .label = notebook_, .value = "notebook"});
}

void Deriver::kernel(const lab::Op& op) {
  if (!notebook_.empty() && !op.args.empty()) add({.kind = Check::Kind::kernel, .look = true, .name = notebook_, .value = op.args[0]});
}

void Deriver::run_notebook(const lab::Op&) {
  if (!notebook_.empty()) add({.kind = Check::Kind::notebook, .name = notebook_});
}

}  // namespace azlab::guide
