#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/arm/type.hpp"

/// Names that count beyond their group: of storage accounts, key vaults and registries in the world, of instances in a region.
namespace azlab::arm {

/// Key under Table::setting by which a resource has its name: in the world or in a region.
std::string name_key(const TypeDescriptor& type, const std::string& name, const std::string& location);

/// Somebody elsewhere has the name from now on; `*` and `?` in it stand for what a text leaves to its reader.
void take_name(World& world, const TypeDescriptor& type, const std::string& name, const std::string& location);
/// Whether a name cannot be given to a new resource, because one of ours or somebody elsewhere has it.
bool is_name_taken(const World& world, const TypeDescriptor& type, const std::string& name, const std::string& location);

/// What is wrong with the name of a resource to be made: its form, or that it is taken. The type's own errors.
std::optional<Error> name_error(const World& world, const TypeDescriptor& type, const std::string& name, const std::string& location);

}  // namespace azlab::arm
