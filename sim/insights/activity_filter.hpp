#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/core/json.hpp"
#include "sim/core/result.hpp"
#include "sim/core/time.hpp"

namespace azlab::insights {

/// Which events of the activity log are asked for. Source: the description of `$filter` in the API's specification
/// (Microsoft.Insights 2015-04-01, ActivityLogs_List); `resourceId`, `caller` and `status` are what az adds.
class ActivityFilter {
 public:
  /// Reads "eventTimestamp ge '…' and resourceGroupName eq '…'", values with or without quotes. Without a beginning it is the
  /// 90 days for which Azure keeps the log; without an end, `now`. BadRequest for what the log cannot be asked for.
  static Result<ActivityFilter> parse(std::string_view text, Time now);

  bool wants(const Json& event) const;
  Time from() const { return from_; }
  Time until() const { return until_; }

 private:
  Time from_{};
  Time until_{};
  std::vector<std::pair<std::string, std::string>> equal_{};  ///< field as the filter names it, value
};

}  // namespace azlab::insights
