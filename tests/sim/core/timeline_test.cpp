#include "sim/core/timeline.hpp"

#include "tests/support/catch.hpp"

using namespace azlab;

namespace {

const Time kStart = *parse_iso8601("2026-11-23T09:00:00Z");

std::vector<std::string> all_due(Timeline& timeline, Time limit) {
  std::vector<std::string> out;
  while (const auto event = timeline.pop_due(limit)) out.push_back(event->subject);
  return out;
}

}  // namespace

TEST_CASE("events come by due time, then in the order they were scheduled") {
  World world;
  Timeline timeline(world);
  timeline.schedule({.due = kStart + seconds(2), .kind = "k", .subject = "later"});
  for (const char* name : {"first", "second", "third"}) timeline.schedule({.due = kStart + seconds(1), .kind = "k", .subject = name});
  CHECK(timeline.next_due() == kStart + seconds(1));
  CHECK_FALSE(timeline.pop_due(kStart));
  CHECK(all_due(timeline, kStart + seconds(1)) == std::vector<std::string>{"first", "second", "third"});
  CHECK(all_due(timeline, kStart + seconds(9)) == std::vector<std::string>{"later"});
  CHECK_FALSE(timeline.next_due());
}

TEST_CASE("an event carries its kind, subject and arguments as data") {
  World world;
  Timeline timeline(world);
  timeline.schedule({.due = kStart, .kind = "operation.phase", .subject = "op-1", .args = R"({"n":1})"});
  const auto event = timeline.pop_due(kStart);
  REQUIRE(event);
  CHECK(event->kind == "operation.phase");
  CHECK(event->subject == "op-1");
  CHECK(event->args == R"({"n":1})");
  CHECK(event->due == kStart);
}

TEST_CASE("events are cancelled by key or by subject") {
  World world;
  Timeline timeline(world);
  const std::string key = timeline.schedule({.due = kStart, .kind = "k", .subject = "a"});
  timeline.schedule({.due = kStart, .kind = "k", .subject = "b"});
  timeline.schedule({.due = kStart, .kind = "k", .subject = "b"});
  timeline.schedule({.due = kStart, .kind = "k", .subject = "bb"});
  timeline.cancel(key);
  timeline.cancel_subject("b");
  CHECK(all_due(timeline, kStart) == std::vector<std::string>{"bb"});
}

TEST_CASE("the queue is part of the World: a copy has its own") {
  World world;
  Timeline timeline(world);
  timeline.schedule({.due = kStart, .kind = "k", .subject = "a"});
  World copy = world;
  Timeline other(copy);
  CHECK(all_due(timeline, kStart).size() == 1);
  CHECK(all_due(other, kStart).size() == 1);
}

TEST_CASE("the earliest hold counts until it is released") {
  World world;
  Timeline timeline(world);
  CHECK_FALSE(timeline.earliest_hold());
  timeline.hold("script", kStart + seconds(60));
  timeline.hold("job", kStart + seconds(30));
  CHECK(timeline.earliest_hold() == kStart + seconds(30));
  timeline.release("job");
  CHECK(timeline.earliest_hold() == kStart + seconds(60));
  timeline.release("script");
  timeline.release("never-held");
  CHECK_FALSE(timeline.earliest_hold());
  CHECK_FALSE(timeline.next_due());  // a hold is no event
}

TEST_CASE("numbers count from one by name") {
  World world;
  CHECK(next_number(world, "a") == 1);
  CHECK(next_number(world, "a") == 2);
  CHECK(next_number(world, "b") == 1);
}

TEST_CASE("the next event about a subject is known, and cancelling one subject leaves others whose names begin alike") {
  World world;
  Timeline timeline(world);
  const Time start{};
  timeline.schedule({.due = start + seconds(30), .kind = "k", .subject = "op-1"});
  timeline.schedule({.due = start + seconds(10), .kind = "k", .subject = "op-12"});
  const std::string second = timeline.schedule({.due = start + seconds(20), .kind = "k", .subject = "op-1"});
  CHECK(Timeline::next_due_of(world, "op-1") == start + seconds(20));
  CHECK(Timeline::next_due_of(world, "op") == std::nullopt);
  timeline.cancel(second);
  CHECK(Timeline::next_due_of(world, "op-1") == start + seconds(30));
  timeline.cancel_subject("op-1");
  CHECK(Timeline::next_due_of(world, "op-1") == std::nullopt);
  CHECK(timeline.pop_due(start + seconds(60))->subject == "op-12");
  CHECK(world.size(Table::event) == 0);
}
