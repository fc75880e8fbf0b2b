#include "sim/arm/names.hpp"

#include <re2/re2.h>

#include <map>
#include <memory>
#include <mutex>

#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"

namespace azlab::arm {
namespace {

/// Patterns of taken names stand apart, so that whoever looks a name up by its key meets none.
std::string pattern_prefix(const TypeDescriptor& type, const std::string& location) {
  return "name-pattern/" + to_lower(type.type) + "/" + (type.name_scope == "region" ? location : "") + "/";
}

/// Whether a name follows its type's pattern. Patterns compile once: ranges such as {0,259} take longer than a PUT.
bool fits_pattern(const std::string& name, const std::string& pattern) {
  static std::mutex mutex;
  static std::map<std::string, std::unique_ptr<const RE2>> compiled;
  const std::lock_guard lock(mutex);
  auto& rule = compiled[pattern];
  // Names are compared byte by byte: as Unicode such ranges would not fit RE2's memory.
  if (!rule) rule = std::make_unique<const RE2>(pattern, RE2::Latin1);
  return RE2::FullMatch(name, *rule);
}

}  // namespace

std::string name_key(const TypeDescriptor& type, const std::string& name, const std::string& location) {
  return "name/" + to_lower(type.type) + "/" + (type.name_scope == "region" ? location : "") + "/" + to_lower(name);
}

void take_name(World& world, const TypeDescriptor& type, const std::string& name, const std::string& location) {
  const bool pattern = name.find_first_of("*?") != std::string::npos;
  world.put(Table::setting, pattern ? pattern_prefix(type, location) + to_lower(name) : name_key(type, name, location), Row{.body = ""});
}

bool is_name_taken(const World& world, const TypeDescriptor& type, const std::string& name, const std::string& location) {
  if (world.find(Table::setting, name_key(type, name, location))) return true;
  const std::string prefix = pattern_prefix(type, location);
  bool taken = false;
  world.for_each(Table::setting, prefix, [&](const std::string& key, const RowPtr&) {
    taken = glob_match(key.substr(prefix.size()), to_lower(name));
    return !taken;
  });
  return taken;
}

std::optional<Error> name_error(const World& world, const TypeDescriptor& type, const std::string& name, const std::string& location) {
  if (!type.name_pattern.empty() && !fits_pattern(name, type.name_pattern)) return faults::make_error(type.name_invalid, {{type.name_placeholder, name}, {"name", name}});
  if (!type.name_taken.empty() && is_name_taken(world, type, name, location)) return faults::make_error(type.name_taken, {{type.name_placeholder, name}});
  return std::nullopt;
}

}  // namespace azlab::arm
