#include "sim/arm/unmodelled.hpp"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "sim/core/text.hpp"

namespace azlab::arm {
namespace {

constexpr std::string_view kEveryType[] = {"id", "name", "type", "location", "tags", "tags.*", "etag", "kind", "identity*", "sku*", "systemData*", "properties.provisioningState"};

void count_below(Context& context, const TypeDescriptor& type, const Json& sent, const Json* existing, const std::string& prefix) {
  for (const auto& [key, value] : sent.items()) {
    const std::string path = prefix.empty() ? key : prefix + "." + key;
    if (const Json* ours = existing != nullptr ? find_path(*existing, path) : nullptr; ours != nullptr && (!value.is_object() || *ours == value)) continue;  // came from us
    const auto matches = [&](const auto& pattern) { return glob_match(pattern, path); };
    const bool known = find_path(*type.defaults, path) != nullptr || std::any_of(std::begin(kEveryType), std::end(kEveryType), matches) ||
                       std::any_of(type.known.begin(), type.known.end(), matches) ||
                       std::any_of(type.required.begin(), type.required.end(), matches);
    const bool descend = value.is_object() && !value.empty();
    if (descend && std::count(path.begin(), path.end(), '.') < 3) {
      if (!known || find_path(*type.defaults, path) != nullptr) count_below(context, type, value, existing, path);
    } else if (!known && !value.is_null()) {
      next_number(context.world(), std::string(kUnmodelled) + type.type + "/" + path);
    }
  }
}

}  // namespace

void count_unmodelled(Context& context, const TypeDescriptor& type, const Json& sent, const Json* existing) { count_below(context, type, sent, existing, ""); }

}  // namespace azlab::arm
