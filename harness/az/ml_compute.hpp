#pragma once

#include "harness/az/ml.hpp"

namespace azlab::az {

/// The body of `PUT {workspace}/computes/{name}` for an entity as YAML and arguments describe it (wire.md 3.5). Members
/// that are not understood are an error that names them.
Result<Json> compute_request(Invocation& az, const Json& entity);

}  // namespace azlab::az
