#include "sim/arm/network_access.hpp"

#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "sim/arm/resource.hpp"
#include "sim/core/text.hpp"

namespace azlab::arm {
namespace {

std::optional<std::uint32_t> address_of(std::string_view text) {
  const auto parts = split(text, '.');
  if (parts.size() != 4) return std::nullopt;
  std::uint32_t out = 0;
  for (const auto& part : parts) {
    if (part.empty() || part.size() > 3 || part.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
    out = (out << 8U) | static_cast<std::uint32_t>(std::atoi(part.c_str()));
  }
  return out;
}

/// "198.51.100.23" or "198.51.100.0/24".
bool covers(std::string_view rule, std::string_view address) {
  const auto slash = rule.find('/');
  const auto base = address_of(rule.substr(0, slash));
  const auto at = address_of(address);
  const int bits = slash == std::string_view::npos ? 32 : std::atoi(std::string(rule.substr(slash + 1)).c_str());
  if (!base || !at || bits < 0 || bits > 32) return false;
  const std::uint32_t mask = bits == 0 ? 0 : ~std::uint32_t{0} << static_cast<unsigned>(32 - bits);
  return (*base & mask) == (*at & mask);
}

}  // namespace

Reach reach_of(const Json& resource) {
  if (equals_ignore_case(string_at(resource, "properties.publicNetworkAccess"), "Disabled")) return Reach::no_public_access;
  const Json* rules = find_path(resource, "properties.networkAcls");
  if (rules == nullptr || !equals_ignore_case(string_at(*rules, "defaultAction"), "Deny")) return Reach::open;
  const Json* allowed = find_key(*rules, "ipRules");
  for (const auto& rule : allowed != nullptr && allowed->is_array() ? *allowed : Json::array()) {
    if (covers(string_at(rule, "value"), kClientAddress)) return Reach::open;
  }
  return Reach::not_in_rules;
}

bool is_client(const Caller& caller) { return caller.origin != "azure" && caller.origin != "scenario"; }

std::optional<Json> guarded_by_name(Context& context, std::string_view type, std::string_view name) {
  const RowPtr named = context.world().find(Table::setting, "name/" + to_lower(type) + "//" + to_lower(name));
  const RowPtr row = named ? context.world().find(Table::resource, to_lower(named->body)) : nullptr;
  // Most have no rules, and need not be read as JSON to know it.
  if (!row || (row->body.find("\"Deny\"") == std::string::npos && row->body.find("\"Disabled\"") == std::string::npos && row->body.find("\"deny\"") == std::string::npos && row->body.find("\"disabled\"") == std::string::npos)) {
    return std::nullopt;
  }
  auto body = parse_json(row->body);
  return body ? std::optional<Json>(std::move(*body)) : std::nullopt;
}

}  // namespace azlab::arm
