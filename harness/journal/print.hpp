#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "harness/journal/file.hpp"
#include "harness/journal/filter.hpp"

namespace azlab::journal {

/// `azlab journal FILE`: the requests that fit, a line each, inner ones below those on whose behalf they were made; without
/// filters also what was armed and how it ended. Returns how many requests were shown.
std::size_t print(const std::vector<Line>& lines, const Filter& filter, bool filtered, std::ostream& out);

/// "GET 404 resourceGroups.get management.azure.com/…"
std::string in_words(const Record& record);

}  // namespace azlab::journal
