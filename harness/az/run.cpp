#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "harness/az/az.hpp"
#include "harness/az/command_line.hpp"
#include "harness/az/extensions.hpp"
#include "harness/az/output.hpp"
#include "sim/core/text.hpp"

namespace azlab::az {
namespace {

/// The values of one resource id, by the part of it that an argument stands for ("name", "child_name_1").
std::map<std::string, std::string> id_parts(const std::string& id) {
  std::map<std::string, std::string> parts;
  const auto words = split(id, '/');
  for (std::size_t i = 1; i + 1 < words.size(); i += 2) {
    if (equals_ignore_case(words[i], "subscriptions")) parts["subscription"] = words[i + 1];
    if (equals_ignore_case(words[i], "resourceGroups")) parts["resource_group"] = words[i + 1];
    if (!equals_ignore_case(words[i], "providers")) continue;
    if (i + 3 < words.size()) parts["name"] = words[i + 3];
    break;
  }
  return parts;
}

/// One run for each id: one result by itself, several as a list.
Result<Json> run_for_ids(Invocation& az, const Command& command) {
  const auto ids = az.all("ids");
  Json results = Json::array();
  for (const std::string& id : ids) {
    const auto parts = id_parts(id);
    if (!parts.contains("name")) return usage_error("invalid resource ID: " + id);
    for (const Argument& argument : command.arguments) {
      if (const auto part = parts.find(argument.id_part); part != parts.end())
        az.values[argument.key()] = {part->second};
    }
    az.global.subscription = parts.at("subscription");
    auto result = command.row.run(az);
    if (!result) return result;
    if (!result->is_null()) results.push_back(std::move(*result));
  }
  if (results.empty()) return Json(nullptr);
  return results.size() == 1 ? Json(results.front()) : results;
}

Result<Json> carry_out(Invocation& az, const Command& command) {
  if (command.confirmation && !az.has("yes")) {
    auto sure = az.confirm("Are you sure you want to perform this operation?");
    if (!sure) return tl::make_unexpected(sure.error());
    if (!*sure) return cli_error("Operation cancelled.");
  }
  const bool by_ids = az.has("ids") && std::any_of(command.arguments.begin(), command.arguments.end(),
                                                   [](const Argument& argument) { return argument.id_part == "name"; });
  return by_ids ? run_for_ids(az, command) : command.row.run(az);
}

}  // namespace

int run(const std::vector<std::string>& arguments, Transport& transport, const Environment& environment,
        std::istream& in, std::ostream& out, std::ostream& err) {
  Config config(environment);
  Invocation az{.transport = transport, .environment = environment, .config = config, .in = in, .out = out, .err = err};
  az.global.output = config.find("core", "output").value_or("json");
  az.global.only_show_errors = Config::is_true(config.find("core", "only_show_errors").value_or("no"));
  if (!arguments.empty() && (arguments.front() == "--version" || arguments.front() == "-v")) {
    out << version_text(az);
    return 0;
  }
  auto line = parse_command_line(az, arguments);
  if (!line) {
    if (!arguments.empty()) {
      const auto installed = offer_extension(az, join(arguments, " "));
      if (installed && *installed) return run(arguments, transport, environment, in, out, err);
      if (!installed) return print_error(installed.error(), transport, err);
    }
    return print_error(line.error(), transport, err);
  }
  if (line->help) {
    out << help_text(az, line->words);
    return 0;
  }
  az.kind = line->command->row.kind;
  auto result = carry_out(az, *line->command);
  if (!result) return print_error(result.error(), transport, err);
  auto printed = print_result(az, std::move(*result), std::string(line->command->row.table));
  return printed ? 0 : print_error(printed.error(), transport, err);
}

}  // namespace azlab::az
