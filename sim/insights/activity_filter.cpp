#include "sim/insights/activity_filter.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <nlohmann/json.hpp>

#include "sim/arm/scope.hpp"
#include "sim/core/text.hpp"

namespace azlab::insights {
namespace {

constexpr std::chrono::days kKept{90};

/// A field of the filter, and whether an event has the value that is asked for.
struct Field {
  std::string_view name;
  bool (*has)(const Json& event, const std::string& wanted);
};

bool same(const Json& event, std::string_view path, const std::string& wanted) { return equals_ignore_case(string_at(event, path), wanted); }

/// The log has events of both channels that there are.
bool has_channel(const Json& event, const std::string& wanted) {
  const std::string channel = string_at(event, "channels");
  const auto names = split(wanted, ',');
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) { return equals_ignore_case(trim(name), channel); });
}

constexpr Field kFields[] = {
    {"resourceGroupName", [](const Json& event, const std::string& wanted) { return same(event, "resourceGroupName", wanted); }},
    // A resource's log has what happened to its parts, too.
    {"resourceUri", [](const Json& event, const std::string& wanted) { return arm::is_at_or_above(wanted, string_at(event, "resourceId")); }},
    {"resourceId", [](const Json& event, const std::string& wanted) { return arm::is_at_or_above(wanted, string_at(event, "resourceId")); }},
    {"resourceProvider", [](const Json& event, const std::string& wanted) { return same(event, "resourceProviderName.value", wanted); }},
    {"correlationId", [](const Json& event, const std::string& wanted) { return same(event, "correlationId", wanted); }},
    {"caller", [](const Json& event, const std::string& wanted) { return same(event, "caller", wanted); }},
    {"status", [](const Json& event, const std::string& wanted) { return same(event, "status.value", wanted); }},
    {"eventChannels", has_channel},
};

const Field* find_field(std::string_view name) {
  const auto* found = std::find_if(std::begin(kFields), std::end(kFields), [&](const Field& field) { return equals_ignore_case(field.name, name); });
  return found == std::end(kFields) ? nullptr : found;
}

}  // namespace

Result<ActivityFilter> ActivityFilter::parse(std::string_view text, Time now) {
  static const RE2 kClause(R"((?i)\s*(?:and\s+)?(\w+)\s+(eq|ge|le)\s+(?:'([^']*)'|([^'\s]+)))");
  ActivityFilter out;
  out.from_ = now - kKept;
  out.until_ = now;
  re2::StringPiece rest(text.data(), text.size());
  std::string name;
  std::string compared;
  std::string quoted;
  std::string bare;
  while (RE2::Consume(&rest, kClause, &name, &compared, &quoted, &bare)) {
    const std::string value = quoted.empty() ? bare : quoted;
    const bool equal = equals_ignore_case(compared, "eq");
    if (equals_ignore_case(name, "eventTimestamp") && !equal) {
      // az writes moments without a zone; they are UTC.
      const auto moment = parse_iso8601(value);
      if (!moment) return fail(400, "BadRequest", "The time '" + value + "' of the filter cannot be read.");
      (equals_ignore_case(compared, "ge") ? out.from_ : out.until_) = *moment;
    } else if (find_field(name) != nullptr && equal) {
      out.equal_.emplace_back(name, value);
    } else {
      return fail(400, "BadRequest", "The activity log cannot be asked for '" + name + " " + compared + "'.");
    }
  }
  if (!trim(std::string(rest.data(), rest.size())).empty()) return fail(400, "BadRequest", "The filter cannot be read from '" + std::string(rest.data(), rest.size()) + "' on.");
  out.from_ = std::max(out.from_, now - kKept);
  return out;
}

bool ActivityFilter::wants(const Json& event) const {
  return std::all_of(equal_.begin(), equal_.end(), [&](const auto& one) { return find_field(one.first)->has(event, one.second); });
}

}  // namespace azlab::insights
