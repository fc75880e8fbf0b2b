#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>

#include "sim/query/jmespath.hpp"

/// An expression, a line break, a document: nothing may crash, hang or grow without end.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t line = text.find('\n');
  const auto query = azlab::Query::parse(text.substr(0, line));
  if (!query) return 0;
  const auto document = azlab::parse_json(line == std::string_view::npos ? "null" : text.substr(line + 1));
  if (document) static_cast<void>(query->search(*document));
  return 0;
}
