#include "harness/run/expectations.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "harness/run/similarity.hpp"
#include "sim/core/json.hpp"
#include "sim/core/text.hpp"
#include "sim/query/jmespath.hpp"

namespace azlab::run {
namespace {

constexpr std::size_t kShownBytesMax = 200;

std::string shown(std::string_view text) {
  const std::string one = replace_all(std::string(trim(text)), "\n", " ⏎ ");
  return one.size() <= kShownBytesMax ? "'" + one + "'" : "'" + one.substr(0, one.rfind(' ', kShownBytesMax)) + " …'";
}

/// Why it is not met; empty when it is.
std::string why_not(const lab::Expectation& expected, const shell::CommandResult& last) {
  if (expected.kind == "exit") {
    return std::to_string(last.exit_status) == expected.value ? "" : fmt::format("it ends with {}, not with {}", last.exit_status, expected.value);
  }
  if (expected.kind == "output") return RE2::PartialMatch(last.output, expected.value) ? "" : fmt::format("nothing in its output fits /{}/: {}", expected.value, shown(last.output));
  if (expected.kind == "json") {
    const auto output = parse_json(last.output);
    if (!output) return "its output is no JSON: " + shown(last.output);
    const auto query = Query::parse(expected.path);
    const auto found = query ? query->search(*output) : Result<Json>(fail(query.error()));
    if (!found) return "the path cannot be read: " + found.error().message;
    const auto wanted = parse_json(expected.value);
    return wanted && *wanted == *found ? "" : fmt::format("{} is {}, not {}", expected.path, dump(*found), expected.value);
  }
  std::string output = last.output;
  std::string wanted = expected.value;
  double similar = 0;
  if (expected.json) {
    const auto left = parse_json(output);
    const auto right = parse_json(wanted);
    if (!left) return "its output is no JSON: " + shown(output);
    if (!right) return "what is expected is no JSON: " + right.error().message;
    similar = jaro(dump(*left), dump(*right));  // keys are sorted
  } else {
    similar = jaro_winkler(trim(output), trim(wanted));
  }
  return similar >= std::atof(expected.path.c_str()) ? "" : fmt::format("its output is alike by {:.2f}, less than {}: {}", similar, expected.path, shown(output));
}

}  // namespace

std::optional<int> expected_status(const std::vector<lab::Expectation>& expectations) {
  for (const auto& one : expectations) {
    if (one.kind == "exit") return std::atoi(one.value.c_str());
  }
  return std::nullopt;
}

std::vector<lab::Finding> unmet(const lab::FenceOrders& orders, const shell::CommandResult& last) {
  std::vector<lab::Finding> out;
  for (const auto& expected : orders.expectations) {
    if (orders.non_deterministic && expected.kind == "similarity") continue;
    if (const std::string why = why_not(expected, last); !why.empty()) {
      out.push_back(rules::finding("expect/not-met", expected.line, "'" + last.command + "' does not come to what is expected of it: " + why + ".", "Mend the command, or what is expected of it."));
    }
  }
  return out;
}

Result<std::string> captured(const lab::Capture& capture, const std::string& output) {
  if (capture.path.empty()) {
    std::string value;
    if (RE2::PartialMatch(output, capture.pattern, &value)) return value;
    return fail(404, "", "nothing in the output fits /" + capture.pattern + "/: " + shown(output));
  }
  const auto json = parse_json(output);
  if (!json) return fail(404, "", "the output is no JSON: " + shown(output));
  const auto query = Query::parse(capture.path);
  const auto found = query ? query->search(*json) : Result<Json>(fail(query.error()));
  if (!found) return fail(404, "", "the path cannot be read: " + found.error().message);
  if (found->is_null()) return fail(404, "", "the output has no " + capture.path);
  return found->is_string() ? found->get<std::string>() : dump(*found);
}

}  // namespace azlab::run
