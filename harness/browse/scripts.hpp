#pragma once

#include <string>
#include <string_view>

#include "sim/core/fixtures.hpp"

namespace azlab::browse {

/// A script of fixtures/browse as the body of a function that WebDriver runs; it may use what wait.js has.
inline std::string script(std::string_view name) {
  return "return (async function () {\n" + std::string(fixtures::get("fixtures/browse/wait.js")) + std::string(fixtures::get("fixtures/browse/" + std::string(name) + ".js")) + "\n}).apply(null, arguments);";
}

}  // namespace azlab::browse
