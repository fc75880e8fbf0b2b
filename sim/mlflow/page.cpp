#include "sim/mlflow/page.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/core/json.hpp"
#include "sim/core/text.hpp"
#include "sim/mlflow/error.hpp"

namespace azlab::mlflow {

std::string page_token(std::size_t offset) { return base64_encode(fmt::format("{{\"offset\": {}}}", offset)); }

Result<std::size_t> read_page_token(std::string_view token) {
  if (token.empty()) return 0;
  const auto text = base64_decode(token);
  const auto json = text ? parse_json(*text) : parse_json("");
  const Json* offset = json ? find_path(*json, "offset") : nullptr;
  if (offset == nullptr || !offset->is_number_unsigned()) return invalid_parameter("Invalid page token, could not base64-decode");
  return offset->get<std::size_t>();
}

}  // namespace azlab::mlflow
