#include "harness/az/model.hpp"

#include <nlohmann/json.hpp>

#include "sim/core/fixtures.hpp"

namespace azlab::az {
namespace {

Json printed_members(const Json& members, const Json& answer);

Json printed_value(const Json& member, const Json& value) {
  if (value.is_array() && !member.is_string()) {
    Json list = Json::array();
    for (const Json& item : value) list.push_back(printed_value(member, item));
    return list;
  }
  if (member.is_string() || value.is_null()) return value;
  if (string_at(member, "is") == "time") return value.is_string() ? Json(python_time(value.get<std::string>())) : value;
  return value.is_object() ? printed_members(member.at("members"), value) : value;
}

Json printed_members(const Json& members, const Json& answer) {
  Json printed = Json::object();
  for (const auto& [name, member] : members.items()) {
    if (name == "*") continue;  // what the model does not name is printed as it is
    const std::string from = member.is_string() ? member.get<std::string>() : string_at(member, "from");
    const Json* value = find_path(answer, from.empty() ? name : from);
    printed[name] = value == nullptr ? Json(nullptr) : printed_value(member, *value);
  }
  if (members.contains("*")) {
    for (const auto& [name, value] : answer.items()) {
      if (!printed.contains(name)) printed[name] = value;
    }
  }
  return printed;
}

}  // namespace

std::string python_time(const std::string& text) {
  const auto end = text.find_last_not_of("Z");
  const auto dot = text.find('.');
  if (text.size() < 20 || text.back() != 'Z' || end == std::string::npos) return text;
  std::string out = text.substr(0, std::min(dot, end + 1));
  if (dot != std::string::npos) {
    std::string fraction = text.substr(dot + 1, end - dot);
    fraction.resize(6, '0');
    if (fraction != "000000") out += "." + fraction;
  }
  return out + "+00:00";
}

Json modelled(std::string_view model, const Json& answer) {
  if (answer.is_array()) {
    Json list = Json::array();
    for (const Json& item : answer) list.push_back(modelled(model, item));
    return list;
  }
  const auto models = parse_jsonc(fixtures::get("fixtures/az/models.json"));
  if (!models || !models->contains(model) || !answer.is_object()) return answer;
  return printed_members((*models)[std::string(model)], answer);
}

}  // namespace azlab::az
