#include "sim/http/operation.hpp"

#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"

using namespace azlab;

namespace {

const Time kStart = *parse_iso8601("2026-11-23T09:00:00Z");
constexpr const char* kThing = "/subscriptions/s/resourceGroups/g/providers/A.B/things/One";

/// The machinery alone: an operation is moved on by its events, as the Simulator would.
struct Engine {
  Engine() { machinery.world.put(Table::resource, key(kThing), {.body = R"({"properties":{}})"}); }

  static std::string key(std::string id) {
    for (char& c : id) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return id;
  }
  Operation start(std::vector<OperationPhase> phases, const std::string& resource = kThing) {
    return start_operation(context, {.name = "things.create", .resource = resource, .location = "eastus", .phases = std::move(phases)});
  }
  void run_until(Time limit) {
    Timeline timeline(machinery.world);
    while (const auto event = timeline.pop_due(limit)) {
      machinery.clock.set(event->due);
      if (event->kind == "operation.phase") on_operation_phase(context, *event);
      happened.push_back(event->kind + " " + event->subject);
    }
    machinery.clock.set(limit);
  }
  std::string state() const { return string_at(*parse_json(machinery.world.find(Table::resource, key(kThing))->body), "properties.provisioningState"); }
  Operation now(const Operation& op) const { return *find_operation(machinery.world, op.id); }

  Machinery machinery{.clock = Clock(TimeMode::leap, 1, kStart), .draw = Draw(1), .phases = {{"things.create", {"dns", "create", "run", "a", "b", "c"}}}};
  Caller caller{};
  Context context{machinery, caller, 0};
  std::vector<std::string> happened;
};

}  // namespace

TEST_CASE("an operation goes through its phases at their time and ends well") {
  Engine engine;
  const Operation op = engine.start({{"dns", seconds(10), "ResolvingDns"}, {"create", seconds(5), "Creating"}});
  CHECK(op.running());
  CHECK(engine.state() == "ResolvingDns");
  CHECK(running_operation(engine.machinery.world, kThing)->id == op.id);
  CHECK(next_change(engine.machinery.world, op) == kStart + seconds(10));
  engine.run_until(kStart + seconds(10));
  CHECK(engine.state() == "Creating");
  CHECK(engine.now(op).current == 1);
  engine.run_until(kStart + seconds(60));
  CHECK(engine.state() == "Succeeded");
  CHECK(engine.now(op).status == "Succeeded");
  CHECK(engine.now(op).ended == kStart + seconds(15));
  CHECK_FALSE(running_operation(engine.machinery.world, kThing));
  CHECK_FALSE(next_change(engine.machinery.world, engine.now(op)));
}

TEST_CASE("an operation that lasts until it is told to end is ended, well or not") {
  Engine engine;
  const Operation op = engine.start({{"run", Duration(-1), "Accepted"}});
  engine.run_until(kStart + seconds(1000));
  CHECK(engine.now(op).running());
  fail_operation(engine.context, engine.now(op), {409, "Conflict", "no", "t", {{400, "Inner", "deep"}}, R"([{"type":"x"}])"});
  const Operation ended = engine.now(op);
  CHECK(ended.status == "Failed");
  CHECK(engine.state() == "Failed");
  REQUIRE(ended.error);
  CHECK(ended.error->details.at(0).code == "Inner");
  CHECK(ended.error->additional_info == R"([{"type":"x"}])");
  const Operation second = engine.start({{"run", Duration(-1), ""}});
  finish_operation(engine.context, engine.now(second));
  CHECK(engine.now(second).status == "Succeeded");
}

TEST_CASE("watchers are told when it ends, and at once when it has ended") {
  Engine engine;
  const Operation op = engine.start({{"run", seconds(5), ""}});
  watch_operation(engine.context, op.id, {.due = {}, .kind = "told", .subject = "early"});
  engine.run_until(kStart + seconds(4));
  CHECK(engine.happened.empty());
  engine.run_until(kStart + seconds(5));
  CHECK(engine.happened == std::vector<std::string>{"operation.phase " + op.id, "told early"});
  watch_operation(engine.context, op.id, {.due = {}, .kind = "told", .subject = "late"});
  engine.run_until(kStart + seconds(5));
  CHECK(engine.happened.back() == "told late");
}

TEST_CASE("cancelling ends what runs on a resource and below it, and nothing of its neighbours") {
  Engine engine;
  const std::string thing = kThing;
  const Operation own = engine.start({{"run", seconds(5), ""}});
  const Operation child = engine.start({{"run", seconds(5), ""}}, thing + "/parts/p");
  const Operation neighbour = engine.start({{"run", seconds(5), ""}}, thing + "2");
  cancel_operations(engine.context, Engine::key(thing));
  CHECK(engine.now(own).status == "Canceled");
  CHECK(engine.now(child).status == "Canceled");
  CHECK(engine.now(neighbour).running());
  cancel_operations(engine.context, "/subscriptions/s/resourcegroups/g/");
  CHECK(engine.now(neighbour).status == "Canceled");
  engine.run_until(kStart + seconds(60));
  CHECK(engine.happened.empty());
}

TEST_CASE("the n-th operation on a resource has the same id whatever happened elsewhere") {
  Engine one;
  Engine other;
  other.start({{"run", seconds(1), ""}}, "/subscriptions/s/resourceGroups/g/providers/A.B/things/Else");
  const Operation first = one.start({{"run", seconds(1), ""}});
  CHECK(other.start({{"run", seconds(1), ""}}).id == first.id);
  CHECK(one.start({{"run", seconds(1), ""}}).id != first.id);
}

TEST_CASE("hooks see each phase and may fail it") {
  Engine engine;
  static std::string seen;
  seen.clear();
  engine.machinery.operations = {{.operation = "things.create",
                                  .phase_started = [](Context&, const Operation&, const OperationPhase& p) { seen += "+" + p.name; },
                                  .phase_ended = [](Context&, const Operation&, const OperationPhase& p) -> Result<void> {
                                    seen += "-" + p.name;
                                    if (p.name == "b") return fail(409, "Bad", "b fails");
                                    return {};
                                  },
                                  .succeeded = [](Context&, const Operation&) { seen += "!"; },
                                  .failed = [](Context&, const Operation& op) { seen += "?" + op.error->code; }}};
  engine.start({{"a", seconds(1), ""}, {"b", seconds(1), ""}, {"c", seconds(1), ""}});
  engine.run_until(kStart + seconds(60));
  CHECK(seen == "+a-a+b-b?Bad");
}

TEST_CASE("a phase that nobody declared cannot be begun", "[operation]") {
  Engine bench;
  CHECK_THROWS_WITH(start_operation(bench.context, {.name = "things.create", .resource = "/a/b", .phases = {{"secret", Duration(1), ""}}}),
                    "the phase secret of things.create is not declared: no fault could be armed for it");
}
