#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/core/json.hpp"

namespace azlab::guide {

/// Where a setting that forms and commands call by a label stands in a resource, and how the two compare.
struct SettingPlace {
  std::string_view noun;   ///< "compute instance"
  std::string_view label;  ///< canonical English, or an option of az ("--size")
  std::string_view path;   ///< in the resource's body
  std::string_view how;    ///< see setting_is
};

/// nullptr where nobody knows where it stands: then it cannot be decided.
const SettingPlace* find_setting(std::string_view noun, std::string_view label);

/// Whether a resource's body has a value, compared as `how` says: "same" (without case), "region" (also as it is displayed),
/// "switch" ("on" or "off": whether there is anything), "gpu" (by the size's family), "end" (the last part of a path), "schedule"
/// ("stop 18:00"), "seconds" (as a duration), "none" (nothing there; else the last part).
bool setting_is(const Json& body, std::string_view path, std::string_view how, std::string_view value);
/// What it is instead, in short; empty where it is not set.
std::string setting_shown(const Json& body, std::string_view path, std::string_view how);

}  // namespace azlab::guide
