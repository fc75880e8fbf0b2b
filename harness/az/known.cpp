#include "harness/az/known.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/core/fixtures.hpp"
#include "sim/core/json.hpp"
#include "sim/core/text.hpp"

namespace azlab::az {

std::string real_but_not_simulated(const std::vector<std::string>& words) {
  const auto known = parse_jsonc(fixtures::get("fixtures/az/known-groups.json"));
  if (!known || words.empty()) return "";
  for (const Json& word : known->value("words", Json::array())) {
    if (word.get<std::string>() == words.front()) return words.front();
  }
  const std::string line = join(words, " ") + " ";
  for (const Json& command : known->value("commands", Json::array())) {
    const auto text = command.get<std::string>();
    if (line.starts_with(text + " ")) return text;
  }
  return "";
}

}  // namespace azlab::az
