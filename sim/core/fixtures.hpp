#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace azlab::fixtures {

/// A file of fixtures/ or scenarios/ by its path from the top ("fixtures/azure/regions.json"); embedded in
/// the binary, so valid for the life of the process.
std::optional<std::string_view> find(std::string_view path);
/// The same, for data that ships with the binary: absent is a defect of the build.
std::string_view get(std::string_view path);
/// Paths that start with `prefix`, sorted.
std::vector<std::string> list(std::string_view prefix);

}  // namespace azlab::fixtures
