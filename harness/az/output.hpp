#pragma once

#include <string>
#include <vector>

#include "harness/az/invocation.hpp"

namespace azlab::az {

/// Applies `--query` and prints in the chosen form. `table` is the command's own row of `-o table`, a JMESPath hash.
Result<void> print_result(Invocation& az, Json result, const std::string& table);

std::string format_json(const Json& value);
/// `order`: the keys of a query's hash, whose order az keeps; empty sorts by name.
std::string format_table(const Json& value, const std::vector<std::string>& order = {});
std::string format_tsv(const Json& value, const std::vector<std::string>& order = {});
std::string format_yaml(const Json& value);

}  // namespace azlab::az
