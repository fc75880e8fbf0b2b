#include "harness/az/invocation.hpp"

#include <charconv>
#include <iostream>
#include <nlohmann/json.hpp>

#include "sim/core/text.hpp"

namespace azlab::az {
namespace {

constexpr const char* kUsage = "az:usage";
constexpr const char* kCli = "az:cli";
constexpr const char* kNotSimulated = "az:not-simulated";  // its target is what was asked for

std::string indented(const std::string& text) {
  std::string out;
  const auto lines = split(text, '\n');
  for (std::size_t i = 0; i < lines.size(); ++i) out += (i == 0 ? "\t" : "\n\t") + lines[i];
  return out;
}

}  // namespace

std::string Invocation::value(const std::string& key, const std::string& otherwise) const {
  const auto found = values.find(key);
  return found == values.end() || found->second.empty() ? otherwise : found->second.back();
}

std::vector<std::string> Invocation::all(const std::string& key) const {
  const auto found = values.find(key);
  return found == values.end() ? std::vector<std::string>{} : found->second;
}

void Invocation::warn(const std::string& text) {
  if (!global.only_show_errors) err << "WARNING: " << text << "\n";
}

std::string Invocation::random_hex(std::size_t digits) {
  std::uint64_t seed = 1;
  if (const auto text = config.variable("AZLAB_SEED")) {
    std::from_chars(text->data(), text->data() + text->size(), seed);
  }
  // The moment is part of the draw: the real client's uuid is another one when a command is repeated.
  const std::string id = command + "@" + to_iso8601(transport.now()) + value("name");
  return Draw(seed).hex(digits, "az", id, draws++);
}

Result<bool> Invocation::confirm(const std::string& question, bool yes_by_default) {
  if (!environment.input_is_terminal) {
    warn("Unable to prompt for confirmation as no tty available. Use --yes.");
    return false;
  }
  for (;;) {
    // knack prompts on standard output's terminal through input(), which writes to stdout.
    out << question << (yes_by_default ? " (Y/n): " : " (y/n): ") << std::flush;
    std::string answer;
    if (!std::getline(in, answer)) {
      warn("Unable to prompt for confirmation as no tty available. Use --yes.");
      return false;
    }
    answer = to_lower(trim(answer));
    if (answer == "y" || answer == "yes" || (answer.empty() && yes_by_default)) return true;
    if (answer == "n" || answer == "no") return false;
  }
}

tl::unexpected<Error> cli_error(std::string text) {
  return fail(0, kCli, std::move(text));
}
tl::unexpected<Error> usage_error(std::string text) {
  return fail(0, kUsage, std::move(text));
}
tl::unexpected<Error> not_simulated(const std::string& what) {
  return fail(Error{.status = 0, .code = kNotSimulated, .message = what + ": not simulated yet by the built-in az", .target = what});
}

std::string error_details_text(const Error& error) {
  std::string text = "Code: " + error.code + "\nMessage: " + error.message;
  if (!error.target.empty()) text += "\nTarget: " + error.target;
  if (!error.details.empty()) {
    // azure-core writes no line break here; the tab of the first detail follows the colon.
    text += "\nException Details:";
    for (const Error& detail : error.details) text += indented(error_text(detail));
  }
  if (error.additional_info.empty()) return text;
  const auto infos = parse_json(error.additional_info);
  if (!infos || !infos->is_array() || infos->empty()) return text;
  text += "\nAdditional Information:";
  for (const Json& info : *infos) {
    text += "Type: " + string_at(info, "type") + "\nInfo: ";
    text += info.contains("info") ? info["info"].dump(4, ' ', false, Json::error_handler_t::replace) : "null";
  }
  return text;
}

std::string error_text(const Error& error) {
  return "(" + error.code + ") " + error.message + "\n" + error_details_text(error);
}

bool is_from_azure(const Error& error) {
  return error.code != kUsage && error.code != kCli && error.code != kNotSimulated;
}

int print_error(const Error& error, Transport& transport, std::ostream& err) {
  if (error.code == kNotSimulated) transport.note_not_simulated(error.target);
  if (!is_from_azure(error)) {
    err << "ERROR: " << error.message << "\n";
    return error.code == kUsage ? 2 : error.status == 404 ? 3 : 1;
  }
  err << "ERROR: " << error_text(error) << "\n";
  // az's exit status is 3 for whatever ended with HTTP 404 (azure/cli/core/util.py), else 1.
  return error.status == 404 ? 3 : 1;
}

}  // namespace azlab::az
