#pragma once

#include <string>

namespace azlab::app {

/// `azlab rules [ID]`: the catalogue, or all about one rule. An unknown id: one line on standard error, status 2.
int print_rules(const std::string& id);

}  // namespace azlab::app
