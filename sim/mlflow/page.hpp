#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "sim/core/result.hpp"

namespace azlab::mlflow {

/// A page token says where the next page begins: base64 of {"offset":N}, as the open-source server makes it.
std::string page_token(std::size_t offset);
/// 0 for no token; INVALID_PARAMETER_VALUE on text that is none.
Result<std::size_t> read_page_token(std::string_view token);

}  // namespace azlab::mlflow
