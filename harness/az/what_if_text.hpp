#pragma once

#include <string>

#include "sim/core/json.hpp"

namespace azlab::az {

/// What `az deployment … what-if` prints of an answer (members status, changes, potentialChanges, diagnostics; Azure's
/// names), as azure-cli 2.91 prints it where its output is no terminal: without colours. Ends without a line feed.
std::string what_if_text(const Json& result);

}  // namespace azlab::az
