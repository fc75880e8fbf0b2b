#include <iostream>
#include <nlohmann/json.hpp>

#include "harness/az/az.hpp"
#include "harness/az/command_line.hpp"
#include "harness/az/extensions.hpp"
#include "harness/az/output.hpp"
#include "sim/core/text.hpp"

namespace azlab::az {
namespace {

int carry_out(Invocation& az, const Command& command) {
  auto result = command.run(az);
  if (!result) return print_error(result.error(), az.err);
  auto printed = print_result(az, std::move(*result), command.table);
  return printed ? 0 : print_error(printed.error(), az.err);
}

}  // namespace

int run(const std::vector<std::string>& arguments, Transport& transport, const Environment& environment,
        std::istream& in, std::ostream& out, std::ostream& err) {
  Config config(environment);
  Invocation az{.transport = transport, .environment = environment, .config = config, .in = in, .out = out, .err = err};
  az.global.output = config.find("core", "output").value_or("json");
  if (!arguments.empty() && (arguments.front() == "--version" || arguments.front() == "-v")) {
    out << version_text(az);
    return 0;
  }
  auto line = parse_command_line(az, arguments);
  if (!line) {
    if (!arguments.empty()) {
      const auto installed = offer_extension(az, join(arguments, " "));
      if (installed && *installed) return run(arguments, transport, environment, in, out, err);
      if (!installed) return print_error(installed.error(), err);
    }
    return print_error(line.error(), err);
  }
  if (line->help) {
    out << help_text(line->words);
    return 0;
  }
  return carry_out(az, *line->command);
}

}  // namespace azlab::az
