#pragma once

#include <span>
#include <string>
#include <string_view>

#include "harness/lab/lab.hpp"

namespace azlab::walk {

/// What a walk can find wrong with a lab's text. Ids are what reports and baselines name.
struct Rule {
  std::string_view id;
  std::string_view severity;
  std::string_view meaning;
};

std::span<const Rule> rules();
/// A finding of one of the rules, with the rule's severity.
lab::Finding finding(std::string_view rule, int line, std::string message, std::string suggestion = {});

}  // namespace azlab::walk
