#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/http/context.hpp"

namespace azlab::scenario {

/// What a key of "start" may use while it puts things into the World.
struct Start {
  Context& context;
  Time begin;  ///< the first instant of the run
  /// Lets simulated time pass until `target`; what is due on the way happens.
  std::function<void(Time target)> advance_to{};

  /// Lets what is under way come to its end, but not past `begin`.
  void settle();
};

/// When a key is put into the World. What takes time in Azure is done the day before, so that it is there when the run begins.
enum class When { day_before, at_begin };

/// One key of "start": everything about it stands in its row.
struct StartKey {
  std::string_view name;
  std::string_view says;    ///< one line, for docs and for editors
  std::string_view schema;  ///< JSON Schema of its value; what it refuses never reaches `apply`
  /// Puts a value into the World. Of an error, `message` says in one line what is wrong and `target` where: a JSON pointer below the
  /// value ("/0/name"), or nothing.
  Result<void> (*apply)(Start& start, const Json& value) = nullptr;
  When when = When::at_begin;
};

/// All keys, in the order in which they are put into the World.
const std::vector<StartKey>& start_keys();

/// What is wrong with a part of a key's value.
tl::unexpected<Error> wrong_start(std::string pointer, std::string what);
/// {subscription}, {tenant} and {user} in every text of it.
Json with_names(const Json& value);

/// The rows by theme.
std::vector<StartKey> resource_keys();  // start_resources.cpp
std::vector<StartKey> setting_keys();   // start_settings.cpp
std::vector<StartKey> cause_keys();     // start_causes.cpp

}  // namespace azlab::scenario
