#pragma once

#include <string_view>

#include "sim/core/json.hpp"

namespace azlab::policy {

/// The operators of conditions, in Azure's documented order and meaning. Texts compare without case.
struct Operator {
  std::string_view name;     ///< "notEquals"
  std::string_view shown;    ///< "NotEquals", as evaluated expressions spell it
  bool (*holds)(const Json& value, const Json& target);
};
/// nullptr when there is none of this name.
const Operator* find_operator(std::string_view name);
/// The operator that a condition carries, with its operand; nullptr when it has none.
const Operator* operator_of(const Json& condition, const Json** operand);

}  // namespace azlab::policy
