#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace azlab {

/// Simulated time, in milliseconds since the Unix epoch. Never the machine's.
using Duration = std::chrono::milliseconds;
using Time = std::chrono::time_point<std::chrono::system_clock, Duration>;

Duration seconds(double value);
double to_seconds(Duration value);

/// "2026-11-23T09:00:00.0000000Z", the seven digits that ARM sends.
std::string to_iso8601(Time time);
/// "2026-11-23T09:00:00Z".
std::string to_iso8601_seconds(Time time);
/// "Mon, 23 Nov 2026 09:00:00 GMT".
std::string to_http_date(Time time);
/// "PT1M2.5S", as deployments report durations.
std::string to_iso8601_duration(Duration value);
/// "1 min 30 s", for people.
std::string to_words(Duration value);
/// Reads `YYYY-MM-DD[THH:MM[:SS[.fraction]][Z|+hh:mm]]`; nothing on other text.
std::optional<Time> parse_iso8601(std::string_view text);
std::optional<Duration> parse_iso8601_duration(std::string_view text);

}  // namespace azlab
