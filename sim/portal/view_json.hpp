#pragma once

#include "sim/core/json.hpp"
#include "sim/portal/session.hpp"

namespace azlab::portal {

/// Who reads a view: a page that draws it, or a walker that looks through a page and knows, as readers of labs do, what else a
/// control may be called (Control::also).
enum class ViewFor { page, walker };

/// What a browser draws: members as in View and Control, in camelCase; those that are empty or false are left out, but for a
/// control's `id`, `kind` and `label`, and `enabled` where it is false. sim/portal/web/src/protocol.ts is the same in TypeScript.
Json view_json(const View& view, ViewFor reader = ViewFor::page);
/// The view that was written for a walker. The error is one line.
Result<View> view_of(const Json& from);

}  // namespace azlab::portal
