#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "sim/portal/library.hpp"

namespace azlab::portal {

/// A page and what it is about.
struct Destination {
  std::string screen;
  std::map<std::string, std::string> params{};
};

/// The page behind an address that a person types, a lab names or a client prints: a screen whose own address has the same
/// form. Known are also the portal's "#@tenant/resource…", an end "/overview", and the short ids of workspaces that services
/// print (…/resourcegroups/rg/workspaces/ws). Nothing where no screen is there.
std::optional<Destination> find_page(const Library& library, std::string_view as_of, std::string_view address);

}  // namespace azlab::portal
