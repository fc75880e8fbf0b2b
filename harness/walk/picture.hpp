#pragma once

#include <string>

#include "sim/portal/session.hpp"

namespace azlab::walk {

/// A page as text, one control a line, indented as they contain each other: "[ Create ]" is pressed, "Name: ____" is filled
/// in, "(x) Option" is chosen. What cannot be used says so. Long lists are cut, and say by how much.
std::string picture(const portal::View& view);

}  // namespace azlab::walk
