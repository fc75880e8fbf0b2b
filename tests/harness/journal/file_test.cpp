#include "harness/journal/file.hpp"

#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

#include "harness/journal/masks.hpp"
#include "harness/journal/print.hpp"
#include "harness/journal/replay.hpp"
#include "harness/journal/writer.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"
#include "tests/support/catch.hpp"

using namespace azlab;
using namespace azlab::journal;

namespace {

const std::string kSubscription = "/subscriptions/3f0b6c1e-8d5a-4e27-9b14-6a7c2d9e5f01";
const std::string kGroup = kSubscription + "/resourcegroups/rg-journal";
const std::string kAccount = kGroup + "/providers/Microsoft.Storage/storageAccounts/stjournal?api-version=2023-01-01";

/// A folder that goes with the test.
struct Folder {
  Folder() { REQUIRE(::mkdtemp(path.data()) != nullptr); }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string path = (std::filesystem::temp_directory_path() / "azlab-journal-XXXXXX").string();
  std::string file() const { return path + "/run.jsonl"; }
};

/// A run that is written down: what a client of the network asks, and how it ends.
struct Run {
  explicit Run(const std::string& file, SimulatorOptions options = {}, std::vector<ArmedFault> faults = {}) : simulator(options) {
    for (const auto& fault : faults) REQUIRE(simulator.arm(fault));
    writer = *Writer::open(file, {.options = simulator.options(), .faults = faults});
    simulator.set_recorder(writer);
  }
  Response ask(Method method, const std::string& url, const std::string& body = "", const Headers& more = {}) {
    Request request = Request::make(method, url, body);
    request.caller.origin = "network";
    request.caller.waiting = Waiting::polls;
    request.headers.set("Authorization", "Bearer hidden-token");
    request.headers.set("User-Agent", "test/1 (x)");
    if (!body.empty()) request.headers.set("Content-Type", "application/json");
    for (const auto& [name, value] : more.fields()) request.headers.set(name, value);
    return simulator.handle(request);
  }
  void make_account() {
    CHECK(ask(Method::put, kGroup + "?api-version=2022-09-01", R"({"location":"eastus"})").status < 300);
    CHECK(ask(Method::put, kAccount, R"({"location":"eastus","kind":"StorageV2","sku":{"name":"Standard_LRS"}})").status < 500);
    for (int i = 0; i < 4; ++i) ask(Method::get, kAccount);
  }
  void close() {
    simulator.set_recorder(nullptr);
    REQUIRE(writer->close(simulator));
  }
  Simulator simulator;
  std::shared_ptr<Writer> writer;
};

std::string text_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::vector<std::string> differences(const std::string& file, const Changed& changed = {}) {
  std::ostringstream progress;
  const auto lines = read_file(file);
  REQUIRE(lines);
  const auto replayed = replay(file, *lines, changed, progress);
  if (!replayed) return {replayed.error().message};
  auto out = replayed->differences;
  if (!progress.str().empty()) out.push_back(progress.str());
  return out;
}

}  // namespace

TEST_CASE("a replay against the same scenario and seed differs in nothing", "[journal][replay]") {
  const Folder folder;
  Run run(folder.file(), {.seed = 4}, {*faults::parse_armed_fault("too-many-requests-generic@resourceGroups.create:request:1")});
  CHECK(run.ask(Method::put, kGroup + "?api-version=2022-09-01", R"({"location":"eastus"})").status == 429);
  run.simulator.advance(seconds(17));
  run.make_account();
  CHECK(run.simulator.arm(*faults::parse_armed_fault("storage-name-taken@storageAccounts.create:request:-1")));
  CHECK(run.ask(Method::put, kGroup + "/providers/Microsoft.Storage/storageAccounts/stother?api-version=2023-01-01", R"({"location":"eastus","sku":{"name":"Standard_LRS"}})").status == 409);
  CHECK(run.simulator.disarm(2));
  CHECK(run.ask(Method::put, kGroup + "/providers/Microsoft.Storage/storageAccounts/stother?api-version=2023-01-01", R"({"location":"eastus","sku":{"name":"Standard_LRS"}})").status == 202);
  run.close();
  CHECK(differences(folder.file()) == std::vector<std::string>{});
  // Two of them are as alike as one is to itself.
  CHECK(differences(folder.file(), {.scenario = "typical", .seed = 4}) == std::vector<std::string>{});
}

TEST_CASE("a replay against another scenario names requests, operations and resources that come otherwise", "[journal][replay]") {
  const Folder folder;
  Run run(folder.file());
  run.make_account();
  run.close();
  const auto found = differences(folder.file(), {.scenario = R"({"faults": [{"fault": "storage-name-taken", "operation": "storageAccounts.create"}]})"});
  INFO(join(found, "\n"));
  REQUIRE(found.size() >= 4);
  CHECK(found[0] == "request 2 (PUT storageAccounts.create management.azure.com" + kGroup + "/providers/Microsoft.Storage/storageAccounts/stjournal): 409, was 202; error StorageAccountAlreadyTaken, was none; fault storage-name-taken, was none");
  CHECK(found[1].ends_with(": 404, was 200; error ResourceNotFound, was none"));
  CHECK(std::count_if(found.begin(), found.end(), [](const auto& line) { return line.starts_with("resource ") && line.ends_with("/storageaccounts/stjournal: is not there, was Succeeded"); }) == 1);
  CHECK(std::count_if(found.begin(), found.end(), [](const auto& line) { return line.starts_with("operation storageAccounts.create of ") && line.ends_with(" (1): did not begin, was Succeeded"); }) == 1);

  const auto slower = differences(folder.file(), {.scenario = R"({"profile": "slow"})"});
  CHECK(std::count_if(slower.begin(), slower.end(), [](const auto& line) { return line.starts_with("operation storageAccounts.create of ") && line.find(": InProgress, was Succeeded") != std::string::npos; }) == 1);
  CHECK(differences(folder.file(), {.scenario = "typicall"}) == std::vector<std::string>{"unknown scenario 'typicall'; did you mean typical?"});
}

TEST_CASE("faults of the run are armed again, with others or not at all", "[journal][replay]") {
  const Folder folder;
  Run run(folder.file(), {}, {*faults::parse_armed_fault("too-many-requests-generic@resourceGroups.create:request:1")});
  CHECK(run.ask(Method::put, kGroup + "?api-version=2022-09-01", R"({"location":"eastus"})").status == 429);
  run.close();
  const auto without = differences(folder.file(), {.without_faults = true});
  REQUIRE(without.size() == 2);
  CHECK(without[0] == "request 1 (PUT resourceGroups.create management.azure.com" + kGroup + "): 201, was 429; error none, was TooManyRequests; fault none, was too-many-requests-generic");
  CHECK(without[1] == "resource " + kGroup + ": is Succeeded, was not there");
}

TEST_CASE("under another seed polled operations are found under their other names", "[journal][replay]") {
  const Folder folder;
  Run run(folder.file(), {.seed = 1});
  run.ask(Method::put, kGroup + "?api-version=2022-09-01", R"({"location":"eastus"})");
  const Response begun = run.ask(Method::put, kAccount, R"({"location":"eastus","kind":"StorageV2","sku":{"name":"Standard_LRS"}})");
  const std::string poll(begun.headers.get("Location"));
  REQUIRE_FALSE(poll.empty());
  for (int i = 0; i < 3; ++i) run.ask(Method::get, poll);
  run.close();
  for (const auto& line : differences(folder.file(), {.seed = 2})) CHECK(line.find("404") == std::string::npos);
}

TEST_CASE("no secret of a client is written down", "[journal]") {
  const Folder folder;
  Run run(folder.file());
  run.ask(Method::put, "https://kv-x.vault.azure.net/secrets/s?api-version=7.4", R"({"value":"top-1"})");
  run.ask(Method::post, "https://login.microsoftonline.com/t/oauth2/v2.0/token", "grant_type=client_credentials&client_secret=top-2&client_id=c", {{"Content-Type", "application/x-www-form-urlencoded"}});
  run.ask(Method::put, kGroup + "/providers/Microsoft.Resources/deployments/d?api-version=2022-09-01",
          R"({"properties":{"mode":"Incremental","parameters":{"hidden":{"value":"top-3"},"adminPassword":{"value":"top-4"},"plain":{"value":"seen"}},"template":{"parameters":{"hidden":{"type":"SecureString","defaultValue":"top-5"},"plain":{"type":"string"}}}}})");
  run.ask(Method::get, "https://st.blob.core.windows.net/c/b?sv=1&sig=top-6", "", {{"Cookie", "top-7"}, {"x-ms-copy-source", "https://st/b?sig=top-8"}, {"Authorization", "SharedKey st:top-9"}});
  run.close();
  const std::string text = text_of(folder.file());
  CHECK(text.find("top-") == std::string::npos);
  CHECK(text.find("hidden-token") == std::string::npos);
  CHECK(text.find(R"(\"plain\":{\"value\":\"seen\"})") != std::string::npos);
  CHECK(text.find(R"(["Authorization","SharedKey redacted"])") != std::string::npos);
  CHECK((std::filesystem::status(folder.file()).permissions() & std::filesystem::perms::others_read) == std::filesystem::perms::none);
}

TEST_CASE("what is no secret by its name stays", "[journal]") {
  Request request = Request::make(Method::post, "/x");
  const auto kept = [&](const std::string& body) { return body_without_secrets(request, body) == body; };
  CHECK(kept(R"({ "key": "loss", "page_token": "abc", "tokenType": "Bearer", "keyVault": "/id" })"));
  CHECK(kept(R"({"template":{"parameters":{"adminPassword":{"type":"string"}}}})"));
  CHECK(kept("plain text with a password: p"));
  CHECK(kept(R"({"password": )"));
  CHECK(body_without_secrets(request, R"({"a":[{"Client_Secret":"x","n":1}]})") == R"({"a":[{"Client_Secret":"redacted","n":1}]})");
}

TEST_CASE("long bodies lie beside the file, binary ones are coded, and all come back", "[journal][replay]") {
  const Folder folder;
  Run run(folder.file());
  run.make_account();
  const std::string container = "https://stjournal.blob.core.windows.net/files";
  const Response made = run.ask(Method::put, container + "?restype=container", "", {{"x-ms-version", "2023-11-03"}});
  INFO(made.body.text());
  CHECK(made.status == 201);
  const Headers blob = {{"x-ms-version", "2023-11-03"}, {"x-ms-blob-type", "BlockBlob"}, {"Content-Type", "application/octet-stream"}};
  CHECK(run.ask(Method::put, container + "/long", std::string(kBodyInLineBytesMax + 1, 'x'), blob).status == 201);
  CHECK(run.ask(Method::put, container + "/binary", std::string("\xff\x00\xfe", 3), blob).status == 201);
  run.close();
  const std::string text = text_of(folder.file());
  CHECK(text.find(R"("bodyBase64":"/wD+")") != std::string::npos);
  CHECK(text.find(R"("bodyFile":")") != std::string::npos);
  CHECK(differences(folder.file()) == std::vector<std::string>{});
}

TEST_CASE("a file that is no journal is refused with its line, one that was cut off is read as far as it goes", "[journal]") {
  const Folder folder;
  const auto message = [&](const std::string& text) {
    std::ofstream(folder.file(), std::ios::trunc) << text;
    const auto lines = read_file(folder.file());
    return lines ? "read " + std::to_string(lines->size()) : lines.error().message.substr(folder.path.size());
  };
  const std::string begin = R"({"kind":"begin","version":1,"scenario":"typical","seed":1,"date":"2026-11-23T09:00:00Z"})" "\n";
  CHECK(message("") == "/run.jsonl is empty; azlab run --journal writes journals");
  CHECK(message("hello\n").starts_with("/run.jsonl:1: no line of a journal: "));
  CHECK(message("{\"kind\":\"end\",\"at\":\"2026-11-23\"}\n") == "/run.jsonl:1: a journal begins with a line of kind \"begin\"");
  CHECK(message(begin + begin) == "/run.jsonl:2: a journal has one begin");
  CHECK(message(begin + "{\"kind\":\"dance\"}\n") == "/run.jsonl:2: no line of a journal: its kind is 'dance'");
  CHECK(message(begin + R"({"kind":"request","number":1,"at":"2026-11-23","method":"GET","url":"x"})" "\n") == "/run.jsonl:2: no line of a journal: an entry's URL is 'x'");
  CHECK(message(R"({"kind":"begin","version":9})" "\n") == "/run.jsonl:1: no line of a journal: it is of version 9, and this azlab reads version 1");
  CHECK(message(R"({"kind":"begin","version":1,"seed":"x"})" "\n").starts_with("/run.jsonl:1: no line of a journal: "));
  CHECK(message(begin + R"({"kind":"request","numb)") == "read 1");
  CHECK(read_file(folder.path + "/none").error().message.ends_with("none: No such file or directory"));
}

TEST_CASE("a journal is printed in lines, inner requests below their own, and filters choose", "[journal]") {
  const Folder folder;
  Run run(folder.file(), {}, {*faults::parse_armed_fault("too-many-requests-generic@resourceGroups.create:request:1")});
  CHECK(run.ask(Method::put, kGroup + "?api-version=2022-09-01", R"({"location":"eastus"})").status == 429);
  run.simulator.advance(seconds(5));
  run.make_account();
  run.close();
  const auto lines = *read_file(folder.file());
  const auto printed = [&](const std::vector<std::pair<std::string, std::string>>& filters) {
    Filter filter;
    for (const auto& [name, value] : filters) REQUIRE(set_filter(filter, name, value));
    std::ostringstream out;
    print(lines, filter, !filters.empty(), out);
    return out.str();
  };
  CHECK(printed({}).starts_with("begun 2026-11-23T09:00:00Z in scenario typical, seed 1\n      armed too-many-requests-generic at resourceGroups.create\n"
                                "    1 09:00:00 PUT 429 resourceGroups.create management.azure.com" + kGroup + " [test/1]  TooManyRequests  fault too-many-requests-generic\n"
                                "    2 09:00:05 PUT 201 resourceGroups.create management.azure.com" + kGroup + " [test/1]\n"));
  CHECK(printed({{"fault", "*"}}) == "    1 09:00:00 PUT 429 resourceGroups.create management.azure.com" + kGroup + " [test/1]  TooManyRequests  fault too-many-requests-generic\n");
  CHECK(printed({{"status", "201"}, {"clients", "true"}, {"limit", "1"}}) == "    2 09:00:05 PUT 201 resourceGroups.create management.azure.com" + kGroup + " [test/1]\n");
  CHECK(printed({{"operation", "-"}}).empty());
}

TEST_CASE("a replay ends where the run went back, and says so", "[journal][replay]") {
  const Folder folder;
  Run run(folder.file());
  const Snapshot before = run.simulator.snapshot();
  run.ask(Method::put, kGroup + "?api-version=2022-09-01", R"({"location":"eastus"})");
  run.simulator.restore(before);
  run.ask(Method::get, kGroup + "?api-version=2022-09-01");
  run.close();
  CHECK(differences(folder.file()) == std::vector<std::string>{"azlab: at 2026-11-23T09:00:00Z the run went back to an earlier state; what came after that is not replayed\n"});
}

TEST_CASE("a strict run is replayed with tokens that say who asked, and what no token came for is left out and told", "[journal][replay]") {
  const Folder folder;
  Run run(folder.file(), {.strict = true});
  CHECK(run.ask(Method::get, "/subscriptions?api-version=2022-12-01").status == 401);
  const Response signed_in = run.ask(Method::post, "https://login.microsoftonline.com/72f9a1c4-6d0e-4c5b-8a37-1e2d3c4b5a69/oauth2/v2.0/token",
                                     "grant_type=client_credentials&client_id=5b0c6b1e-7f42-4d93-a8e6-2c1d9f3b4a51&client_secret=lab-secret&scope=https%3A%2F%2Fmanagement.azure.com%2F.default", {{"Content-Type", "application/x-www-form-urlencoded"}});
  REQUIRE(signed_in.status == 200);
  const std::string token = Json::parse(signed_in.body.text())["access_token"];
  const Headers shown = {{"Authorization", "Bearer " + token}};
  CHECK(run.ask(Method::put, kGroup + "?api-version=2022-09-01", R"({"location":"eastus"})", shown).status == 201);
  CHECK(run.ask(Method::put, kAccount, R"({"location":"eastus","kind":"StorageV2","sku":{"name":"Standard_LRS"}})", shown).status == 202);
  run.simulator.advance(std::chrono::minutes(10));
  const std::string account = kAccount.substr(0, kAccount.find('?'));
  CHECK(run.ask(Method::put, account + "/blobServices/default/containers/files?api-version=2023-01-01", "{}", shown).status == 201);
  const std::string permissions = R"({"canonicalizedResource":"/blob/stjournal/files","signedResource":"c","signedPermission":"rw","signedExpiry":"2026-12-01T00:00:00Z"})";
  const std::string signature = Json::parse(run.ask(Method::post, account + "/listServiceSas?api-version=2023-01-01", permissions, shown).body.text())["serviceSasToken"];
  const std::string blob = "https://stjournal.blob.core.windows.net/files/x?";
  CHECK(run.ask(Method::put, blob + signature, "kept", {{"Authorization", ""}, {"x-ms-blob-type", "BlockBlob"}, {"x-ms-version", "2024-11-04"}}).status == 201);
  CHECK(run.ask(Method::put, blob + replace_all(signature, "sp=rw", "sp=rwd"), "not kept", {{"Authorization", ""}, {"x-ms-blob-type", "BlockBlob"}, {"x-ms-version", "2024-11-04"}}).status == 403);
  run.close();
  CHECK(differences(folder.file()) == std::vector<std::string>{"azlab: 1 request is left out: their signatures were refused, and are not kept\nazlab: 1 request is left out: their tokens were refused, and are not kept\nazlab: 1 request is left out: they are sign-ins, whose secrets are not kept\n"});
}
