#include "harness/admin/admin.hpp"

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "sim/core/fixtures.hpp"
#include "sim/faults/catalogue.hpp"
#include "tests/support/catch.hpp"

using namespace azlab;
using namespace azlab::admin;

namespace {

const std::string kSubscription = "/subscriptions/3f0b6c1e-8d5a-4e27-9b14-6a7c2d9e5f01";
const std::string kAccount = kSubscription + "/resourcegroups/rg/providers/microsoft.storage/storageaccounts/stadmin";

struct Asking {
  Simulator simulator;
  Surroundings around{};
  Admin admin{simulator, around};

  Json ask(Method method, const std::string& path, const std::string& body = "") { return told(method, path, body, 200); }
  Json told(Method method, const std::string& path, const std::string& body, int status) {
    Request request = Request::make(method, "http://127.0.0.1" + path, body);
    const Response response = admin.answer(request);
    INFO(response.body.text());
    CHECK(response.status == status);
    return response.body.empty() ? Json() : Json::parse(response.body.text());
  }
  std::string refused(Method method, const std::string& path, const std::string& body, int status) {
    const Json error = told(method, path, body, status)["error"];
    return error["code"].get<std::string>() + ": " + error["message"].get<std::string>();
  }
  /// As a client of the network that waits by asking again.
  Response azure(Method method, const std::string& url, const std::string& body = "") {
    Request request = Request::make(method, url, body);
    request.caller.origin = "network";
    request.caller.waiting = Waiting::polls;
    request.headers.set("Authorization", "Bearer of-nobody");
    request.headers.set("User-Agent", "test/1");
    return simulator.handle(request);
  }
  void make_group() { CHECK(azure(Method::put, kSubscription + "/resourcegroups/rg?api-version=2022-09-01", R"({"location":"eastus"})").status == 201); }
  void begin_account() { CHECK(azure(Method::put, kAccount + "?api-version=2023-01-01", R"({"location":"eastus","kind":"StorageV2","sku":{"name":"Standard_LRS"}})").status == 202); }
};

}  // namespace

TEST_CASE("every route is described, and every description is served", "[admin]") {
  const Json described = Json::parse(fixtures::get("fixtures/admin/openapi.json"));
  std::set<std::pair<std::string, std::string>> documented;
  for (const auto& [path, methods] : described["paths"].items()) {
    for (const auto& [method, operation] : methods.items()) {
      std::string upper = method;
      for (char& c : upper) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
      documented.emplace(upper + " " + path, operation["operationId"].get<std::string>());
    }
  }
  const auto table = served();
  CHECK(documented == std::set<std::pair<std::string, std::string>>(table.begin(), table.end()));
  CHECK(documented.size() == table.size());
  Asking asking;
  CHECK(asking.ask(Method::get, "/openapi.json") == described);
}

TEST_CASE("who may ask: this computer's own names, no page of another origin, nothing too long", "[admin]") {
  Asking asking;
  const auto status = [&](const std::string& url, const std::string& header = "", const std::string& value = "", std::size_t body = 0) {
    Request request = Request::make(Method::post, url, std::string(body, ' '));
    if (!header.empty()) request.headers.set(header, value);
    return asking.admin.answer(request).status;
  };
  CHECK(status("http://127.0.0.1/reset") == 200);
  CHECK(status("http://localhost/reset") == 200);
  CHECK(status("http://evil.example/reset") == 403);
  CHECK(status("http://127.0.0.1.evil.example/reset") == 403);
  CHECK(status("http://127.0.0.1/reset", "Origin", "http://evil.example") == 403);
  CHECK(status("http://127.0.0.1/reset", "Origin", "http://127.0.0.1.evil.example:80") == 403);
  CHECK(status("http://127.0.0.1/reset", "Origin", "null") == 403);
  CHECK(status("http://127.0.0.1/reset", "Origin", "http://localhost:4000") == 200);
  CHECK(status("http://127.0.0.1/reset", "Sec-Fetch-Site", "cross-site") == 403);
  CHECK(status("http://127.0.0.1/reset", "", "", 1U << 20U) == 200);
  CHECK(status("http://127.0.0.1/reset", "", "", (1U << 20U) + 1) == 413);
}

TEST_CASE("what is not served, or not meant so, is told in one shape", "[admin]") {
  Asking asking;
  CHECK(asking.refused(Method::get, "/nothing", "", 404).starts_with("NoSuchRoute: there is no /nothing; there are GET /openapi.json, GET /clock,"));
  CHECK(asking.refused(Method::del, "/clock", "", 405) == "WrongMethod: /clock takes GET, PATCH");
  CHECK(asking.refused(Method::post, "/clock/advance", "[]", 400) == "InvalidRequest: the body must be a JSON object");
  CHECK(asking.refused(Method::post, "/clock/advance", R"({"second":1})", 400) == "InvalidRequest: there is no member 'second'; do you mean 'seconds'?");
  CHECK(asking.refused(Method::post, "/clock/advance", R"({"seconds":-1})", 400) == "InvalidRequest: \"seconds\" must be a number from 0 to ten years");
  CHECK(asking.refused(Method::post, "/clock/advance", R"({"seconds":1,"until":"2026-12-01"})", 400) == R"(InvalidRequest: send {"seconds": n} or {"until": "2026-11-23T09:00:00Z"})");
  CHECK(asking.refused(Method::get, "/journal?operations=x", "", 400) == "InvalidRequest: there is no parameter 'operations'; do you mean 'operation'?");
  CHECK(asking.refused(Method::get, "/journal?status=7", "", 400) == "InvalidRequest: status: '7' is none; write 404, 4xx or error");
  CHECK(asking.refused(Method::get, "/journal?limit=1e3", "", 400) == "InvalidRequest: limit: '1e3' is not a whole number from 0 to 100000");
  CHECK(asking.refused(Method::post, "/scenario", R"({"scenario":"typicall"})", 400) == "InvalidRequest: unknown scenario 'typicall'; did you mean typical?");
  CHECK(asking.refused(Method::put, "/state", "no database", 400).starts_with("InvalidRequest: the body is no state that azlab has written"));
}

TEST_CASE("the clock is read, set and moved, and never goes back", "[admin]") {
  Asking asking;
  CHECK(asking.ask(Method::get, "/clock") == Json::parse(R"({"now":"2026-11-23T09:00:00.0000000Z","nextDue":null,"heldUntil":null,"mode":"leap"})"));
  CHECK(asking.ask(Method::post, "/clock/advance", R"({"seconds":90})")["now"] == "2026-11-23T09:01:30.0000000Z");
  CHECK(asking.ask(Method::post, "/clock/advance", R"({"until":"2026-11-23T10:00:00Z"})")["now"] == "2026-11-23T10:00:00.0000000Z");
  CHECK(asking.ask(Method::patch, "/clock", R"({"now":"2026-11-24T00:00:00Z"})")["now"] == "2026-11-24T00:00:00.0000000Z");
  CHECK(asking.refused(Method::patch, "/clock", R"({"now":"2026-11-23T00:00:00Z"})", 409) ==
        "TimeIsPast: 2026-11-23T00:00:00Z lies before 2026-11-24T00:00:00Z; time goes back only by restoring a snapshot");
}

TEST_CASE("run until: an operation's end, a resource's state, its end, an instant, quiet, or the limit", "[admin]") {
  Asking asking;
  asking.make_group();
  asking.begin_account();
  const Json running = asking.ask(Method::get, "/operations?status=InProgress")["operations"];
  REQUIRE(running.size() == 1);
  CHECK(running[0]["operation"] == "storageAccounts.create");
  const auto start = asking.simulator.snapshot();
  const auto due = to_seconds(*asking.simulator.next_due() - asking.simulator.now());

  const Json short_of = asking.ask(Method::post, "/clock/run-until", R"({"resource":")" + kAccount + R"(","state":"Succeeded","limitSeconds":0.5})");
  CHECK(short_of["met"] == false);
  CHECK(short_of["stoppedBy"] == "limit");
  CHECK(short_of["passedSeconds"] == 0.5);
  asking.simulator.restore(start);
  const Json state = asking.ask(Method::post, "/clock/run-until", R"({"resource":")" + kAccount + R"(","state":"Succeeded"})");
  CHECK(state["met"] == true);
  CHECK(state["passedSeconds"] == due);
  asking.simulator.restore(start);
  CHECK(asking.ask(Method::post, "/clock/run-until", R"({"operation":")" + running[0]["id"].get<std::string>() + "\"}")["passedSeconds"] == due);
  asking.simulator.restore(start);
  CHECK(asking.ask(Method::post, "/clock/run-until", R"({"resource":")" + kAccount + R"(","path":"properties.primaryLocation","state":"eastus"})")["passedSeconds"] == 0.0);
  const Json never = asking.ask(Method::post, "/clock/run-until", R"({"resource":")" + kAccount + R"(","state":"Missing"})");
  CHECK(never["met"] == false);
  CHECK(never["stoppedBy"] == "nothingDue");
  CHECK(asking.ask(Method::post, "/clock/run-until", R"({"idle":true})")["met"] == true);
  const Json instant = asking.ask(Method::post, "/clock/run-until", R"({"time":"2026-11-23T12:00:00Z"})");
  CHECK(instant["met"] == true);
  CHECK(instant["now"] == "2026-11-23T12:00:00.0000000Z");
  CHECK(asking.azure(Method::del, kAccount + "?api-version=2023-01-01").ok());
  CHECK(asking.ask(Method::post, "/clock/run-until", R"({"resource":")" + kAccount + R"(","gone":true})")["met"] == true);
  CHECK(asking.refused(Method::post, "/clock/run-until", R"({"operation":"none"})", 404) == "NoSuchOperation: there is no operation 'none'");
  CHECK(asking.refused(Method::post, "/clock/run-until", "{}", 400) == R"(InvalidRequest: send one of "operation", "resource", "time", "idle")");
}

TEST_CASE("a snapshot brings back state, clock and the files of shares", "[admin]") {
  const std::string folder = std::filesystem::temp_directory_path() / "azlab-admin-test-XXXXXX";
  std::string made = folder;
  REQUIRE(::mkdtemp(made.data()) != nullptr);
  Asking asking{.simulator = Simulator(), .around = {.shares = made + "/shares", .directory = made}};
  std::filesystem::create_directories(made + "/shares/account/code");
  std::ofstream(made + "/shares/account/code/notes.txt") << "before";
  CHECK(asking.told(Method::post, "/snapshots", R"({"name":"before"})", 201) == Json::parse(R"({"name":"before","at":"2026-11-23T09:00:00.0000000Z"})"));
  CHECK(asking.told(Method::post, "/snapshots", "", 201)["name"] == "snapshot-1");
  CHECK(asking.refused(Method::post, "/snapshots", R"({"name":"before"})", 409) == "SnapshotExists: there is a snapshot 'before' already");
  CHECK(asking.refused(Method::post, "/snapshots", R"({"name":"../up"})", 400).starts_with("InvalidRequest: \"name\" must be"));
  asking.make_group();
  asking.ask(Method::post, "/clock/advance", R"({"seconds":5})");
  std::ofstream(made + "/shares/account/code/notes.txt") << "after";
  std::ofstream(made + "/shares/account/new.txt") << "new";

  CHECK(asking.ask(Method::post, "/snapshots/before/restore")["now"] == "2026-11-23T09:00:00.0000000Z");

  CHECK(asking.azure(Method::get, kSubscription + "/resourcegroups/rg?api-version=2022-09-01").status == 404);
  std::string notes;
  std::ifstream(made + "/shares/account/code/notes.txt") >> notes;
  CHECK(notes == "before");
  CHECK_FALSE(std::filesystem::exists(made + "/shares/account/new.txt"));
  CHECK(asking.ask(Method::get, "/snapshots")["snapshots"].size() == 2);
  asking.told(Method::del, "/snapshots/before", "", 204);
  CHECK(asking.refused(Method::post, "/snapshots/before/restore", "", 404) == "NoSuchSnapshot: there is no snapshot 'before'");
  asking.ask(Method::post, "/reset");
  CHECK(std::filesystem::is_empty(made + "/shares"));
  std::filesystem::remove_all(made);
}

TEST_CASE("faults are armed where the catalogue says or where somebody says, and disarmed one by one or all", "[admin]") {
  Asking asking;
  const Json first = asking.told(Method::post, "/faults", R"({"fault":"too-many-requests-generic@resourceGroups.create:request:-1"})", 201);
  CHECK(first == Json::parse(R"({"number":1,"fault":"too-many-requests-generic","armed":"resourceGroups.create","resource":"*","times":-1,"hits":0})"));
  CHECK(asking.told(Method::post, "/faults", R"({"fault":"storage-name-taken","resource":"st*","times":2})", 201)["resource"] == "st*");
  const auto group = [&] { return asking.azure(Method::put, kSubscription + "/resourcegroups/rg?api-version=2022-09-01", R"({"location":"eastus"})").status; };
  CHECK(group() == 429);
  CHECK(group() == 429);
  CHECK(asking.ask(Method::get, "/faults")["faults"][0]["hits"] == 2);
  asking.told(Method::del, "/faults/1", "", 204);
  CHECK(group() == 201);
  CHECK(asking.refused(Method::del, "/faults/1", "", 404) == "NoSuchFault: no fault is armed under the number '1' (GET /faults)");
  CHECK(asking.ask(Method::get, "/faults")["faults"].size() == 1);
  CHECK(asking.ask(Method::get, "/faults")["faults"][0]["number"] == 2);
  asking.told(Method::del, "/faults", "", 204);
  CHECK(asking.ask(Method::get, "/faults")["faults"].empty());
  CHECK(asking.refused(Method::post, "/faults", R"({"fault":"storage-name-take"})", 400) == "InvalidRequest: unknown fault 'storage-name-take'; did you mean 'storage-name-taken'?");
  CHECK(asking.refused(Method::post, "/faults", R"({"fault":"storage-name-taken","times":0})", 400) == "InvalidRequest: \"times\" must be a whole number from 1, or -1 for no end");
  CHECK(asking.ask(Method::get, "/catalogue/storage-name-taken")["status"] == 409);
  CHECK(asking.refused(Method::get, "/catalogue/storage-name", "", 404).starts_with("NoSuchFault: the catalogue has no fault 'storage-name'"));
}

TEST_CASE("the journal says who, what, when and how long, and filters", "[admin]") {
  Asking asking;
  asking.make_group();
  asking.begin_account();
  CHECK(asking.azure(Method::get, kAccount + "?api-version=2023-01-01").status == 200);
  CHECK(asking.azure(Method::get, kAccount + "?api-version=2023-01-01").status == 200);
  CHECK(asking.azure(Method::get, "/nothing").status == 404);
  const Json entries = asking.ask(Method::get, "/journal?clients=true")["entries"];
  REQUIRE(entries.size() == 5);
  CHECK(entries[0]["operation"] == "resourceGroups.create");
  CHECK(entries[0]["caller"]["origin"] == "network");
  CHECK(entries[0]["caller"]["client"] == "test/1");
  CHECK(entries[0]["caller"]["user"] == "alex.martin@contoso-labs.example");
  CHECK(entries[0]["waitedSeconds"] == 0.0);
  CHECK(entries[3]["waitedSeconds"] > 0.0);
  CHECK(entries[4]["errorCode"] == "AzlabNotSimulated");
  const auto count = [&](const std::string& query) { return asking.ask(Method::get, "/journal?" + query)["entries"].size(); };
  CHECK(count("operation=storageAccounts.*&clients=true") == 3);
  CHECK(count("operation=-") == 1);
  CHECK(count("status=4xx") == 1);
  CHECK(count("status=error") == 1);
  CHECK(count("status=201&clients=true") == 1);
  CHECK(count("host=management.*&caller=TEST*") == 5);
  CHECK(count("caller=nobody") == 0);
  CHECK(count("text=STADMIN&clients=true") == 3);
  CHECK(count("text=azlabnot") == 1);
  CHECK(count("since=2026-11-23T09:00:00.001Z&clients=true") == 2);
  CHECK(count("until=2026-11-23T09:00:00Z&clients=true") == 3);
  const Json page = asking.ask(Method::get, "/journal?clients=true&limit=2");
  CHECK(page["entries"].size() == 2);
  CHECK(page["next"] == entries[1]["number"]);
  CHECK(asking.ask(Method::get, "/journal?clients=true&after=" + dump(page["next"]))["next"] == nullptr);
  CHECK(asking.ask(Method::get, "/unknown")["requests"] == Json::parse(R"(["GET management.azure.com/nothing"])"));
}

TEST_CASE("requests seen are told by place, with tries and waits", "[admin]") {
  Asking asking;
  asking.told(Method::post, "/faults", R"({"fault":"too-many-requests-generic@resourceGroups.create:request:2"})", 201);
  const auto group = [&] { return asking.azure(Method::put, kSubscription + "/resourcegroups/rg?api-version=2022-09-01", R"({"location":"eastus"})").status; };
  CHECK(group() == 429);
  asking.ask(Method::post, "/clock/advance", R"({"seconds":17})");
  CHECK(group() == 429);
  asking.ask(Method::post, "/clock/advance", R"({"seconds":34})");
  CHECK(group() == 201);
  CHECK(asking.azure(Method::get, kSubscription + "/resourcegroups/rg?api-version=2022-09-01").status == 200);
  const Json seen = asking.ask(Method::get, "/requests");
  CHECK(seen["count"] == 4);
  REQUIRE(seen["requests"].size() == 2);
  CHECK(seen["requests"][0] == Json::parse(R"({"operation":"resourceGroups.create","method":"PUT","place":"management.azure.com)" + kSubscription + R"(/resourcegroups/rg","count":3,"retries":2,)"
                                           R"("statuses":[429,429,201],"waits":[17.0,34.0],"first":"2026-11-23T09:00:00.0000000Z","last":"2026-11-23T09:00:51.0000000Z"})"));
  CHECK(asking.ask(Method::get, "/requests?operation=resourceGroups.get")["requests"][0]["retries"] == 0);
}

TEST_CASE("reset begins anew, with the run's own faults; another scenario or seed comes without them", "[admin]") {
  Asking asking{.simulator = Simulator(), .around = {.faults = {*faults::parse_armed_fault("storage-name-taken")}}};
  CHECK(asking.simulator.arm(asking.around.faults[0]));
  asking.make_group();
  asking.ask(Method::post, "/clock/advance", R"({"seconds":5})");
  asking.told(Method::post, "/faults", R"({"fault":"storage-quota-250@storageAccounts.create"})", 201);
  const Json again = asking.ask(Method::post, "/reset");
  CHECK(again["clock"]["now"] == "2026-11-23T09:00:00.0000000Z");
  CHECK(again["scenario"] == "typical");
  CHECK(asking.ask(Method::get, "/journal")["entries"].empty());
  CHECK(asking.ask(Method::get, "/resources")["resources"].empty());
  const Json armed = asking.ask(Method::get, "/faults")["faults"];
  REQUIRE(armed.size() == 1);
  CHECK(armed[0]["fault"] == "storage-name-taken");
  CHECK(asking.ask(Method::post, "/scenario", R"({"scenario":"workspace-creation-fails/quota","seed":9})")["seed"] == 9);
  CHECK(asking.ask(Method::get, "/scenario")["scenario"] == "workspace-creation-fails/quota");
  const Json left = asking.ask(Method::get, "/faults")["faults"];
  for (const auto& fault : left) CHECK(fault["fault"] != "storage-name-taken");
  CHECK(asking.ask(Method::post, "/reset", R"({"scenario":{"description":"own","source":"constructed"}})")["description"] == "own");
  CHECK(asking.ask(Method::post, "/reset", R"({"scenario":"typical"})")["seed"] == 9);
  CHECK(asking.refused(Method::post, "/reset", R"({"seed":-1})", 400) == "InvalidRequest: \"seed\" must be a whole number, not negative");
}

TEST_CASE("an exported state is imported by another simulator", "[admin]") {
  const std::string made = std::filesystem::temp_directory_path();
  Asking one{.simulator = Simulator(), .around = {.directory = made}};
  one.make_group();
  one.ask(Method::post, "/clock/advance", R"({"seconds":5})");
  const Response state = one.admin.answer(Request::make(Method::get, "http://127.0.0.1/state"));
  CHECK(state.body.text().starts_with("SQLite format 3"));
  Asking other{.simulator = Simulator(), .around = {.directory = made}};
  CHECK(other.ask(Method::put, "/state", state.body.text())["now"] == "2026-11-23T09:00:05.0000000Z");
  CHECK(other.azure(Method::get, kSubscription + "/resourcegroups/rg?api-version=2022-09-01").status == 200);
}
