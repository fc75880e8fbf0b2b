#pragma once

#include <string>
#include <string_view>

#include "sim/arm/template/template.hpp"
#include "sim/policy/field.hpp"

namespace azlab::policy {

/// What a rule's expressions may ask beside the resource.
struct Surroundings {
  Json parameters = Json::object();   ///< of the assignment, defaults filled in: name -> value
  arm_template::Scope scope{};        ///< for resourceGroup() and subscription()
  Json policy = Json::object();       ///< what policy() gives
  Json request = Json::object();      ///< what requestContext() gives
  Time now{};
};

/// A value of a rule with every `[…]` in it evaluated: the functions of templates, without those that need a deployment, and
/// field(), current(), policy(), requestContext(). Code InvalidPolicyRule for what cannot be evaluated.
Result<Json> evaluate(const Json& value, const Json& resource, const Elements& elements, const Surroundings& surroundings);

}  // namespace azlab::policy
