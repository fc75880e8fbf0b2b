#pragma once

#include "sim/http/router.hpp"

namespace azlab::insights {

/// The activity log of a subscription: GET …/providers/Microsoft.Insights/eventtypes/management/values, newest first.
/// A request that changes something, or asks for something to be done, is "Started", then "Succeeded" or "Failed"; one that
/// begins a long-running operation is "Accepted" between, and its end is the operation's. Readings are not logged.
/// Sources: the API's specification 2015-04-01 (EventData) and its examples; what `properties` hold is as in the logged
/// events that learn.microsoft.com shows for role assignments. An event can be read at once, where Azure takes minutes.
Response list_activity(Context& context, const Request& request, const Match& match);

}  // namespace azlab::insights
