// Every shipped scenario is proven by a small piece of work in it: proofs/<name>.json says what is sent and what must come back. The
// same work must not come out so where the scenario is not; so no proof can pass by itself.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "sim/core/workloads.hpp"
#include "sim/faults/fault.hpp"
#include "sim/scenario/members.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/scenario/start_key.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

using namespace azlab;
using azlab::test::Azure;

namespace {

const std::string kFolder = AZLAB_SOURCE_DIR "/tests/sim/scenario/";

/// Situations that nothing goes wrong in by themselves: nothing is expected of a run.
const std::set<std::string> kWithoutExpectation = {"typical", "slow-day", "workspace-ready"};

/// Jobs run as soon as they may, and go on.
struct Running : Workloads {
  WorkloadStart start(const Workload&) override { return {.started = true}; }
  void stop(const std::string&) override {}
};

Json read_json(const std::string& path) {
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto json = parse_jsonc(text);
  if (!json) FAIL(path << ": " << json.error().message);
  return *json;
}

Json bodies() {
  static const Json kBodies = read_json(kFolder + "bodies.json");
  return kBodies;
}

std::string filled(std::string text) {
  const std::string sub = arm::default_subscription().id;
  text = replace_all(std::move(text), "{workspace}", "{group}/providers/Microsoft.MachineLearningServices/workspaces/mlw-lab");
  text = replace_all(std::move(text), "{group}", "/subscriptions/{subscription}/resourceGroups/rg-lab");
  text = replace_all(std::move(text), "{tenant}", arm::default_subscription().tenant);
  text = replace_all(std::move(text), "{user}", Caller().principal_id);
  return replace_all(std::move(text), "{subscription}", sub);
}

/// One answer held against a step; what is not so, a line each.
std::vector<std::string> differences(const Json& step, const Response& response) {
  std::vector<std::string> out;
  const std::string text = response.body.text();
  if (step.contains("status") && response.status != step["status"].get<int>()) out.push_back("status " + std::to_string(response.status) + " instead of " + dump(step["status"]) + ": " + text.substr(0, 400));
  const Json says = step.value("says", Json::array());
  for (const auto& said : says) {
    if (text.find(filled(said.get<std::string>())) == std::string::npos) out.push_back("it does not say '" + said.get<std::string>() + "': " + text.substr(0, 900));
  }
  const Json json = Json::parse(text, nullptr, false);
  const Json has = step.value("has", Json::object());
  for (const auto& [path, wanted] : has.items()) {
    const Json* found = json.is_discarded() ? nullptr : find_path(json, path);
    // A day stands for every instant of it.
    const bool same = found != nullptr && (*found == wanted || (path.ends_with("Time") && found->is_string() && found->get<std::string>().starts_with(wanted.get<std::string>())));
    if (!same) out.push_back(path + " is " + (found == nullptr ? "absent" : dump(*found)) + " instead of " + dump(wanted));
  }
  const Json headers = step.value("headers", Json::object());
  for (const auto& [name, value] : headers.items()) {
    if (value.is_null() && !response.headers.has(name)) out.push_back("there is no header " + name);
  }
  return out;
}

/// Carries out a proof in one simulator and notes where it goes otherwise.
class Work {
 public:
  Work(Azure& azure, Azure* typical) : azure_(azure), typical_(typical) {}

  std::vector<std::string> run(const Json& steps) {
    for (std::size_t i = 0; i < steps.size(); ++i) {
      for (const auto& what : carry_out(steps[i])) differences_.push_back("step " + std::to_string(i + 1) + ": " + what);
    }
    return differences_;
  }

 private:
  std::vector<std::string> carry_out(const Json& step) {
    if (step.contains("wait")) return wait(step);
    if (step.contains("device")) return sign_in(step["device"]);
    std::vector<std::string> out;
    for (int i = 0; i < step.value("repeat", 1); ++i) {
      if (typical_ != nullptr) send(*typical_, step);
      for (auto& what : differences(step, send(azure_, step))) out.push_back(std::move(what));
    }
    return out;
  }

  static Response send(Azure& azure, const Json& step) {
    const std::string what = filled(step["do"].get<std::string>());
    const std::string address = what.substr(what.find(' ') + 1);
    const std::string version = address.find('?') == std::string::npos && address.starts_with('/') ? "?api-version=2024-04-01" : "";
    Json body = step.value("body", Json());
    if (body.is_string()) body = bodies().at(body.get<std::string>());
    const std::string bytes = step.contains("text") ? step["text"].get<std::string>() : body.is_null() ? std::string() : filled(dump(body));
    Request request = Request::make(*parse_method(what.substr(0, what.find(' '))), address + version, bytes);
    if (!body.is_null()) request.headers.set("Content-Type", "application/json");
    const Json headers = step.value("headers", Json::object());
    for (const auto& [name, value] : headers.items()) {
      if (value.is_string()) request.headers.set(name, value.get<std::string>());
    }
    if (address.find("login.microsoftonline.com") != std::string::npos) request.caller.origin = "network";
    return azure.simulator.handle(request);
  }

  std::vector<std::string> wait(const Json& step) {
    if (step["wait"] != "settled") {
      azure_.simulator.advance(std::chrono::hours(std::atoi(step["wait"].get<std::string>().c_str() + 2)));  // "PT12H"
      return {};
    }
    const auto settle = [](Azure& azure) {
      const Time before = azure.simulator.now();
      azure.settle();
      return azure.simulator.now() - before;
    };
    const Duration took = settle(azure_);
    const Duration usual = typical_ != nullptr ? settle(*typical_) : Duration(0);
    if (step.value("longerThanTypical", false) && took <= usual) return {"it takes no longer than on a typical day"};
    return {};
  }

  /// Asks for a device code, and looks twice whether somebody has confirmed it.
  std::vector<std::string> sign_in(const std::string& wanted) {
    const std::string login = "https://login.microsoftonline.com/organizations/oauth2/v2.0/";
    const std::string client = "client_id=04b07795-8ddb-461a-bbee-02f9e1bf7b46";
    const auto post = [&](const std::string& what, const std::string& form) {
      Request request = Request::make(Method::post, login + what, form);
      request.caller.origin = "network";
      return Azure::json(azure_.simulator.handle(request));
    };
    const Json device = post("devicecode", client + "&scope=openid");
    Json last;
    for (int i = 0; i < 2; ++i) last = post("token", client + "&grant_type=urn:ietf:params:oauth:grant-type:device_code&device_code=" + device.value("device_code", ""));
    return last.value("error", "") == wanted ? std::vector<std::string>{} : std::vector<std::string>{"the second look at the token says " + dump(last).substr(0, 60)};
  }

  Azure& azure_;
  Azure* typical_;
  std::vector<std::string> differences_{};
};

std::vector<std::string> work_in(const std::string& scenario, const Json& proof, std::vector<std::string>* unmet = nullptr) {
  Azure azure({.scenario = scenario});
  azure.simulator.set_workloads(std::make_shared<Running>());
  Azure typical;
  auto out = Work(azure, &typical).run(proof["steps"]);
  if (unmet != nullptr) *unmet = azure.simulator.unmet_expectations();
  return out;
}

std::string lines(const std::vector<std::string>& texts) {
  std::string out;
  for (const auto& text : texts) out += "\n  " + text;
  return out;
}

/// "catalogue allocation-failed" with what the catalogue knows it from; an address; or what it says.
std::string source_in_table(const std::string& source) {
  const std::string id = source.starts_with("catalogue ") ? source.substr(10) : std::string();
  const auto* fault = faults::find_fault(id);
  return fault == nullptr ? source : "`" + id + "`, grade " + fault->grade;
}

std::string table_of_scenarios() {
  std::string out = "| scenario | what is different | source | proof |\n|---|---|---|---|\n";
  for (const auto& name : scenario_names()) {
    const auto scenario = load_scenario(name);
    if (!scenario) FAIL(scenario.error().message);
    // The six ways below have a table of their own, which another test reads.
    const std::string shown = name.starts_with("workspace-creation-fails/") ? "[`…/" + name.substr(name.find('/') + 1) + "`](#workspace-creation-fails)" : "`" + name + "`";
    out += "| " + shown + " | " + scenario->description + " | " + source_in_table(scenario->source) + " | " + read_json(kFolder + "proofs/" + name + ".json")["does"].get<std::string>() + " |\n";
  }
  return out;
}

}  // namespace

TEST_CASE("each scenario is what it says: a piece of work comes out so in it, and not so without it", "[proof]") {
  for (const auto& name : scenario_names()) {
    INFO(name);
    const Json proof = read_json(kFolder + "proofs/" + name + ".json");
    std::vector<std::string> unmet;
    const auto wrong = work_in(name, proof, &unmet);
    INFO("in it: " << lines(wrong));
    CHECK(wrong.empty());
    INFO("expected in vain: " << lines(unmet));
    CHECK(unmet.empty());
    CHECK_FALSE(work_in(proof.value("against", "typical"), proof).empty());
  }
}

TEST_CASE("each scenario expects something that a run which does nothing does not meet", "[proof]") {
  for (const auto& name : scenario_names()) {
    INFO(name);
    const auto scenario = load_scenario(name);
    REQUIRE(scenario);
    CHECK(scenario->document.value().contains("expect") != kWithoutExpectation.contains(name));
    if (kWithoutExpectation.contains(name)) continue;
    CHECK_FALSE(Azure({.scenario = name}).simulator.unmet_expectations().empty());
  }
}

TEST_CASE("each scenario says what it is, and where it is known from", "[proof]") {
  CHECK(scenario_names().size() >= 40);
  std::set<std::string> described;
  for (const auto& name : scenario_names()) {
    INFO(name);
    const auto scenario = load_scenario(name);
    REQUIRE(scenario);
    CHECK(described.insert(scenario->description).second);
    const std::string& source = scenario->source;
    if (source.starts_with("catalogue ")) {
      const auto* fault = faults::find_fault(source.substr(10));
      REQUIRE(fault != nullptr);
      CHECK_FALSE(fault->evidence.empty());
    } else {
      CHECK((source == "constructed" || source.starts_with("https://github.com/") || source.starts_with("fixtures/")));
    }
  }
}

namespace {

std::string table_of_start_keys() {
  std::string out = "| key of `start` | what it is |\n|---|---|\n";
  for (const auto& key : scenario::start_keys()) out += "| `" + std::string(key.name) + "` | " + std::string(key.says) + " |\n";
  return out;
}

/// Holds what stands between a mark and its end against `table`, or writes it.
void check_generated(const std::string& what, const std::string& table) {
  const std::string path = AZLAB_SOURCE_DIR "/docs/scenarios.md";
  std::ifstream file(path);
  std::string page{std::istreambuf_iterator<char>(file), {}};
  const std::string begin = "<!-- " + what + ", written by tests/sim/scenario/proof_test.cpp -->\n";
  const auto from = page.find(begin);
  REQUIRE(from != std::string::npos);
  const auto to = page.find("<!-- end -->", from);
  REQUIRE(to != std::string::npos);
  if (std::getenv("AZLAB_UPDATE_DOCS") == nullptr) {
    CHECK(page.substr(from + begin.size(), to - from - begin.size()) == table);
  } else {
    page.replace(from + begin.size(), to - from - begin.size(), table);
    std::ofstream(path) << page;
  }
}

}  // namespace

TEST_CASE("docs/scenarios.md has all scenarios and all keys of start; AZLAB_UPDATE_DOCS=1 writes them", "[proof]") {
  check_generated("all scenarios", table_of_scenarios());
  check_generated("start keys", table_of_start_keys());
}

TEST_CASE("fixtures/scenario has the schema that the program checks by; AZLAB_UPDATE_DOCS=1 writes it", "[proof]") {
  const std::string path = AZLAB_SOURCE_DIR "/fixtures/scenario/scenario.schema.json";
  if (std::getenv("AZLAB_UPDATE_DOCS") != nullptr) {
    std::ofstream(path) << dump_pretty(scenario::scenario_schema()) << "\n";
    return;
  }
  CHECK(read_json(path) == scenario::scenario_schema());
}
