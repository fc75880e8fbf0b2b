#include "sim/core/time.hpp"

#include <thread>

#include "sim/core/clock.hpp"
#include "tests/support/catch.hpp"

using namespace azlab;

namespace {

Time at(const char* text) {
  const auto time = parse_iso8601(text);
  REQUIRE(time);
  return *time;
}

}  // namespace

TEST_CASE("instants print as ARM and HTTP print them") {
  const Time time = at("2026-11-23T09:05:07.250Z");
  CHECK(to_iso8601(time) == "2026-11-23T09:05:07.2500000Z");
  CHECK(to_iso8601_seconds(time) == "2026-11-23T09:05:07Z");
  CHECK(to_http_date(time) == "Mon, 23 Nov 2026 09:05:07 GMT");
}

TEST_CASE("an instant read from what was printed is the same instant") {
  for (std::int64_t day = 0; day < 40'000; day += 61) {
    const Time time{Duration(day * 86'400'000 + day * 7'919 % 86'400'000)};
    CHECK(parse_iso8601(to_iso8601(time)) == time);
  }
}

TEST_CASE("offsets, short forms and fractions are read; other texts are not") {
  CHECK(at("2026-11-23T10:00:00+01:00") == at("2026-11-23T09:00:00Z"));
  CHECK(at("2026-11-23T09:00") == at("2026-11-23 09:00:00"));
  CHECK(at("2024-02-29") == at("2024-02-29T00:00:00Z"));
  CHECK(at("2026-11-23T09:00:00.1234567Z") - at("2026-11-23T09:00:00Z") == Duration(123));
  for (const char* text : {"", "2026", "2026-13-01", "2023-02-29", "2026-11-23T24:00:00Z", "2026-11-23T09:60:00Z", "2026-11-23T09:00:00.Z",
                           "2026-11-23T09:00:00Zz", "tomorrow", "2026-11-23T09:00:00+1"}) {
    INFO(text);
    CHECK_FALSE(parse_iso8601(text));
  }
}

TEST_CASE("durations go round in Azure's form") {
  CHECK(to_iso8601_duration(seconds(62.5)) == "PT1M2.500S");
  CHECK(to_iso8601_duration(seconds(0)) == "PT0.000S");
  CHECK(to_iso8601_duration(seconds(7261)) == "PT2H1M1.000S");
  for (const double value : {0.001, 1.0, 59.999, 60.0, 3600.0, 86461.25}) {
    CHECK(parse_iso8601_duration(to_iso8601_duration(seconds(value))) == seconds(value));
  }
  CHECK(parse_iso8601_duration("PT2M") == seconds(120));
  CHECK(parse_iso8601_duration("P1DT1H") == seconds(90000));
  for (const char* text : {"", "P", "PT", "2M", "P1M", "PT5", "PT1X"}) {
    INFO(text);
    CHECK_FALSE(parse_iso8601_duration(text));
  }
}

TEST_CASE("waiting is told in words") {
  CHECK(to_words(seconds(0.4)) == "0 s");
  CHECK(to_words(seconds(59.4)) == "59 s");
  CHECK(to_words(seconds(90)) == "1 min 30 s");
  CHECK(to_words(seconds(120)) == "2 min");
  CHECK(to_words(seconds(3725)) == "1 h 2 min");
}

TEST_CASE("a leaping clock stands still until it is set, and never goes back") {
  const Time start = at("2026-11-23T09:00:00Z");
  Clock clock(TimeMode::leap, 60, start);
  std::this_thread::sleep_for(std::chrono::milliseconds(3));
  CHECK(clock.now() == start);
  clock.set(start + seconds(5));
  clock.set(start + seconds(2));
  CHECK(clock.now() == start + seconds(5));
  CHECK(clock.real_until(start + seconds(50)).count() == 0);
  clock.restore(start);
  CHECK(clock.now() == start);
}

TEST_CASE("a scaled clock runs as many times faster as it says, a real one at the machine's pace") {
  const Time start = at("2026-11-23T09:00:00Z");
  const Clock scaled(TimeMode::scaled, 1000, start);
  const Clock real(TimeMode::real, 1000, start);
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  CHECK(scaled.now() - start >= seconds(20));
  CHECK(real.now() - start >= seconds(0.02));
  CHECK(real.now() - start < seconds(10));
  CHECK(scaled.real_until(start + seconds(100'000)) <= std::chrono::seconds(100));
  CHECK(scaled.real_until(start).count() == 0);
}
