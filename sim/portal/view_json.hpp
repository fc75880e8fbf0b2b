#pragma once

#include "sim/core/json.hpp"
#include "sim/portal/session.hpp"

namespace azlab::portal {

/// What a browser draws: members as in View and Control, in camelCase; those that are empty or false are left out, but for a
/// control's `id`, `kind` and `label`, and `enabled` where it is false. sim/portal/web/src/protocol.ts is the same in TypeScript.
Json view_json(const View& view);

}  // namespace azlab::portal
