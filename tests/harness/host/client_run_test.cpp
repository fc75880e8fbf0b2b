#include "harness/host/client_run.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "harness/door/client_door.hpp"
#include "harness/run/run_directory.hpp"
#include "sim/faults/catalogue.hpp"
#include "tests/support/catch.hpp"

using namespace azlab;
using namespace azlab::host;

namespace {

struct Ran {
  Result<int> status = 0;
  std::string summary;
  std::string output;  ///< what the command wrote into $AZLAB_TEST_OUT
};

/// Runs a shell text under `azlab run`, its standard output kept.
Ran run_script(const std::string& script, ClientRunOptions options = {}) {
  auto directory = run::RunDirectory::make();
  const std::string file = (*directory)->path() + "/out";
  options.command = {"bash", "-c", "exec >" + file + " 2>&1; " + script};
  std::ostringstream summary;
  Ran ran;
  ran.status = run_client(options, summary);
  ran.summary = summary.str();
  std::ifstream in(file);
  ran.output = {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  return ran;
}

const std::string kArm = "https://management.azure.com";

}  // namespace

TEST_CASE("a client finds the simulator by its environment alone, and its exit status is ours", "[host]") {
  const Ran ran = run_script("curl -sS -o /dev/null -w '%{http_code}' " + kArm + "/subscriptions; exit 7");
  CHECK(*ran.status == 7);
  CHECK(ran.output == "200");
  CHECK(ran.summary == "azlab: 1 request, 0 s of simulated time\n      1  subscriptions.list\n");
}

TEST_CASE("the summary is written as JSON, too, and a place that cannot be written is said", "[host]") {
  auto directory = run::RunDirectory::make();
  const std::string file = (*directory)->path() + "/summary.json";
  const std::string asks = "curl -sS -o /dev/null " + kArm + "/subscriptions; curl -sS -o /dev/null " + kArm + "/subscriptions/none; curl -sS -o /dev/null " + kArm + "/nothing";
  CHECK(*run_script(asks, {.summary_file = file}).status == 0);
  std::ifstream in(file);
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  CHECK(text == R"({"faults":[],"notServed":["GET management.azure.com/nothing"],"operations":{"subscriptions.get":{"requests":1,"succeeded":0},)"
                R"("subscriptions.list":{"requests":1,"succeeded":1}},"refusedHosts":{},"requests":3,"simulatedSeconds":0.0,"unmet":[]})" "\n");
  CHECK(run_script("true", {.summary_file = (*directory)->path() + "/none/summary.json"}).status.error().message.find("--summary: cannot write") == 0);
}

TEST_CASE("nothing of the caller's Azure reaches the client, and it has a home of its own", "[host]") {
  ::setenv("AZURE_CLIENT_SECRET", "real-secret", 1);
  ::setenv("ARM_ACCESS_KEY", "real-key", 1);
  ::setenv("NO_PROXY", "management.azure.com", 1);
  const Ran ran = run_script("env | sort; touch \"$HOME/x\" && ls -d \"$AZURE_CONFIG_DIR\"");
  ::unsetenv("AZURE_CLIENT_SECRET");
  ::unsetenv("ARM_ACCESS_KEY");
  ::unsetenv("NO_PROXY");
  CHECK(*ran.status == 0);
  CHECK(ran.output.find("real-") == std::string::npos);
  CHECK(ran.output.find("NO_PROXY") == std::string::npos);
  CHECK(ran.output.find("HTTPS_PROXY=http://127.0.0.1:") != std::string::npos);
  CHECK(ran.output.find("AZURE_TENANT_ID=72f9a1c4-6d0e-4c5b-8a37-1e2d3c4b5a69") != std::string::npos);
  CHECK(ran.summary.find("azlab: no request came from 'bash'") != std::string::npos);
}

TEST_CASE("Python sleeps in simulated time, in threads as well, and its polling moves no time", "[host]") {
  const Ran hour = run_script("python3 -c 'import time; time.sleep(3600)'");
  CHECK(*hour.status == 0);
  CHECK(hour.summary.starts_with("azlab: 0 requests, 1 h 0 min of simulated time\n"));
  // Two threads that sleep side by side take as long as the longer one; one that computes is waited for.
  const Ran threads = run_script("python3 -c 'import threading, time\n"
                                 "def work():\n  sum(range(3000000)); time.sleep(600)\n"
                                 "t = threading.Thread(target=work); t.start()\n"
                                 "time.sleep(60); t.join()'");
  CHECK(threads.summary.starts_with("azlab: 0 requests, 10 min of simulated time\n"));
  const Ran forked = run_script("python3 -c 'import os, time\nif os.fork() == 0:\n  time.sleep(120); os._exit(0)\nos.wait(); time.sleep(60)'");
  CHECK(forked.summary.starts_with("azlab: 0 requests, 3 min of simulated time\n"));
}

TEST_CASE("no request is an error when requests are required", "[host]") {
  CHECK(*run_script("true", {.require_requests = true}).status == 1);
  CHECK(*run_script("exit 3", {.require_requests = true}).status == 3);
}

TEST_CASE("the summary names unknown routes, refused hosts and what became of faults", "[host]") {
  ClientRunOptions options;
  options.faults = {*faults::parse_armed_fault("storage-quota-250@storageAccounts.create"), *faults::parse_armed_fault("keyvault-soft-deleted-conflict@vaults.create:request:-1")};
  const Ran ran = run_script("curl -s -o /dev/null -w '%{http_code} ' " + kArm + "/nothing; curl -s https://www.example.org/; "
                             "S=" + kArm + "/subscriptions/$AZURE_SUBSCRIPTION_ID/resourcegroups/rg; curl -s -o /dev/null -X PUT -d '{\"location\":\"eastus\"}' $S; "
                             "curl -s -w '%{http_code}' -o /dev/null -X PUT -d '{\"location\":\"eastus\",\"sku\":{\"name\":\"Standard_LRS\"}}' $S/providers/Microsoft.Storage/storageAccounts/stfault", options);
  CHECK(ran.output == "404 409");
  CHECK(ran.summary.find("  not served: GET management.azure.com/nothing\n") != std::string::npos);
  CHECK(ran.summary.find("  refused host: www.example.org (1 times)\n") != std::string::npos);
  CHECK(ran.summary.find("  fault struck: storage-quota-250 at storageAccounts.create (1 times)\n") != std::string::npos);
  CHECK(ran.summary.find("  armed, never hit: keyvault-soft-deleted-conflict at vaults.create\n") != std::string::npos);
}

TEST_CASE("signals go to the client, and a client that a signal ended counts as shells count it", "[host]") {
  CHECK(*run_script("kill -TERM $$").status == 143);
  // The parent of the shell is azlab: it passes the signal on instead of ending.
  CHECK(*run_script("trap 'exit 9' INT; kill -INT $PPID; for i in 1 2 3 4 5 6 7 8 9 10; do sleep 0.1; done; exit 1").status == 9);
}

TEST_CASE("wrong use is one line", "[host]") {
  const auto message = [](ClientRunOptions options) {
    std::ostringstream summary;
    const auto status = run_client(options, summary);
    return status ? std::string() : status.error().message;
  };
  CHECK(message({.command = {"no-such-program"}}) == "there is no program 'no-such-program' on PATH");
  CHECK(message({.command = {"true"}, .simulator = {.date = "", .scenario = "typicall"}}) == "unknown scenario 'typicall'; did you mean typical?");
  CHECK(message({.command = {"true"}, .faults = {{.fault = "storage-quota-25"}}}) == "unknown fault 'storage-quota-25'; did you mean 'storage-quota-250'?");
  CHECK(message({.command = {"true"}, .faults = {{.fault = "storage-quota-250", .operation = "storage.make"}}}) == "fault 'storage-quota-250' can match nothing: no operation is named 'storage.make'");
}

TEST_CASE("faults and time modes are read from the command line", "[host]") {
  const auto fault = faults::parse_armed_fault("x@vaults.create:keyVault:-1");
  REQUIRE(fault);
  CHECK(fault->fault == "x");
  CHECK(fault->operation == "vaults.create");
  CHECK(fault->phase == "keyVault");
  CHECK(fault->times == -1);
  CHECK(faults::parse_armed_fault("x")->operation.empty());  // where the catalogue says
  CHECK(faults::parse_armed_fault("x@a:b:c").error().message == "fault x@a:b:c: 'c' is not a number of times (-1: without end)");
  CHECK(faults::parse_armed_fault("x@").error().message == "fault x@: write ID@operation/resource:phase:times");
  SimulatorOptions options;
  CHECK(parse_time_mode("60x", options));
  CHECK(options.time_mode == TimeMode::scaled);
  CHECK(options.time_scale == 60);
  CHECK(parse_time_mode("real", options));
  CHECK(options.time_mode == TimeMode::real);
  for (const char* wrong : {"", "x", "0x", "-1x", "fast", "60"}) CHECK_FALSE(parse_time_mode(wrong, options));
}

TEST_CASE("a run goes on where the last one with the same state folder ended", "[host]") {
  auto directory = run::RunDirectory::make();
  ClientRunOptions options;
  options.state = (*directory)->path() + "/kept";
  const std::string group = kArm + "/subscriptions/$AZURE_SUBSCRIPTION_ID/resourceGroups/rg-kept?api-version=2024-11-01";
  CHECK(run_script("curl -sS -X PUT -H 'Content-Type: application/json' -d '{\"location\": \"eastus\"}' -o /dev/null -w '%{http_code}' " + group, options).output == "201");
  CHECK(run_script("curl -sS -o /dev/null -w '%{http_code}' " + group, options).output == "200");
  CHECK(run_script("curl -sS -o /dev/null -w '%{http_code}' " + group).output == "404");
}

TEST_CASE("a host outside is reached only when it was allowed", "[host]") {
  // A little server of this computer stands for the outside.
  const std::string server = "cd \"$HOME\" && echo outside > page && python3 -c 'import http.server, socketserver, threading, os\n"
                             "s = socketserver.TCPServer((\"127.0.0.1\", 0), http.server.SimpleHTTPRequestHandler)\n"
                             "open(\"port\", \"w\").write(str(s.server_address[1]))\ns.serve_forever()' > /dev/null 2>&1 & "
                             "until [ -s \"$HOME/port\" ]; do sleep 0.05; done; curl -sS --proxytunnel --noproxy '' --proxy \"$HTTP_PROXY\" http://127.0.0.1:$(cat \"$HOME/port\")/page; kill %1";
  const Ran refused = run_script(server);
  CHECK(refused.output.find("outside") == std::string::npos);
  CHECK(refused.summary.find("refused host: 127.0.0.1 (1 times)") != std::string::npos);
  ClientRunOptions options;
  options.allow = {"127.0.0.1"};
  CHECK(run_script(server, options).output == "outside\n");
}

TEST_CASE("the admin interface reads and moves the clock, arms faults and tells what was asked", "[host]") {
  ClientRunOptions options;
  options.simulator.date = "2026-11-23T09:00:00Z";
  options.admin_port = 39471;
  const std::string admin = "curl -sS --noproxy '*' http://127.0.0.1:39471";
  const Ran ran = run_script(admin + "/clock; echo; " + admin + "/clock/advance -d '{\"seconds\": 90}'; echo; curl -sS -o /dev/null " + kArm + "/subscriptions; " + admin + "/journal; echo; " + admin +
                                 "/faults -d '{\"fault\": \"workspace-create-timeout\"}'; echo; " + admin + "/nothing; echo; " + admin + " -H 'Host: evil.example' -o /dev/null -w '%{http_code}'",
                             options);
  CHECK(ran.output.find(R"({"heldUntil":null,"mode":"leap","nextDue":null,"now":"2026-11-23T09:00:00.0000000Z"})") == 0);
  CHECK(ran.output.find(R"("now":"2026-11-23T09:01:30.0000000Z")") != std::string::npos);
  CHECK(ran.output.find(R"("operation":"subscriptions.list")") != std::string::npos);
  CHECK(ran.output.find(R"("fault":"workspace-create-timeout","hits":0)") != std::string::npos);
  CHECK(ran.output.find("there are GET /openapi.json, GET /clock") != std::string::npos);
  CHECK(ran.output.ends_with("403"));
}
