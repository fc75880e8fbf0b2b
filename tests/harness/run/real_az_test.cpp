// The real az on simulated machines: labs come to the same verdicts as with the built-in one.
#include <cstdio>
#include <filesystem>

#include "harness/python/python.hpp"
#include "harness/run/lab_run.hpp"
#include "harness/run/run_directory.hpp"
#include "sim/core/fixtures.hpp"
#include "sim/core/text.hpp"
#include "tests/harness/run/studio.hpp"
#include "tests/support/seed_labs.hpp"

using namespace azlab;
using namespace azlab::run;

namespace {

const std::string kHere = AZLAB_SOURCE_DIR "/tests/harness/run/";

/// Whether the real az can be had; says loudly when not, and is an error in CI.
bool real_az_usable() {
  if (!shell::check_sandbox()) return false;  // tests/harness/shell says so loudly
  static const auto prepared = python::prepare(*python::find_environment("az"));
  if (prepared) return true;
  const char* ci = std::getenv("CI");
  REQUIRE((ci == nullptr || std::string(ci) != "true"));
  WARN("skipped: the real az cannot be had: " << prepared.error().message);
  return false;
}

LabRecord carry_out_with(AzUse az, const std::string& text, const std::string& name, std::vector<ExtensionWheel> wheels = {}) {
  const auto lab = lab::read_lab(text, name);
  REQUIRE(lab);
  auto record = run_lab(*lab, {.python = PythonUse::install, .az = az, .extension_wheels = std::move(wheels), .azlab_binary = AZLAB_BINARY_DIR "/azlab"});
  INFO((record ? std::string() : record.error().message));
  REQUIRE(record);
  return std::move(*record);
}

std::vector<std::string> verdicts_of(const LabRecord& record) {
  std::vector<std::string> out;
  for (const auto& step : record.steps) {
    for (const auto& op : step.ops) out.push_back(std::to_string(op.line) + " " + op.op + " " + op.verdict);
  }
  for (const auto& finding : record.findings) out.push_back(std::to_string(finding.line) + " " + finding.severity + " " + finding.rule);
  return out;
}

/// What was said where the two differ, for whoever has to find out why.
std::string evidence_of(const LabRecord& record) {
  std::string out;
  for (const auto& step : record.steps) {
    if (step.evidence.find("$ az ") != std::string::npos) out += std::to_string(step.line) + ": " + step.evidence + "\n";
  }
  return out;
}

std::string wheel_in(const std::string& folder) {
  const std::string command = "python3 '" + kHere + "extension/make_wheel.py' '" + folder + "' > /dev/null";
  REQUIRE(std::system(command.c_str()) == 0);
  return folder + "/ml-0.0.1-py3-none-any.whl";
}

constexpr const char* kOpenTerminal =
    "# A lab\n\n1. Open the Azure portal at `https://portal.azure.com/`.\n1. Select the **[>_]** (*Cloud Shell*) button and select **Bash**.\n"
    "1. Select **No storage account required** and your subscription, and then **Apply**.\n1. In the terminal, enter these commands:\n\n    ```bash\n";

}  // namespace

TEST_CASE("the real az comes to the built-in's verdicts in every document with commands", "[real-az]") {
  if (!real_az_usable()) return;
  int documents = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kHere + "documents")) {
    if (entry.path().extension() != ".md") continue;
    const std::string text = read_file(entry.path()).value();
    if (text.find("az ") == std::string::npos) continue;
    ++documents;
    INFO(entry.path().filename());
    const LabRecord real = carry_out_with(AzUse::real, text, entry.path().filename());
    INFO(evidence_of(real));
    CHECK(verdicts_of(real) == verdicts_of(carry_out_with(AzUse::built_in, text, entry.path().filename())));
    CHECK(real.unknown_routes.empty());
  }
  CHECK(documents >= 8);
}

TEST_CASE("the real az comes to the built-in's verdicts in the seed labs and the sample course, notebooks and jobs included", "[real-az-labs]") {
  if (!real_az_usable() || !test::python_usable()) return;
  std::vector<std::pair<std::string, std::string>> labs;
  for (const char* name : {"04-work-with-compute.md", "08-track-jobs.md"}) labs.emplace_back(name, std::string(fixtures::get(std::string("fixtures/course/Instructions/") + name)));
  for (const char* name : test::kSeedLabs) {
    if (const auto text = test::seed_lab(name)) labs.emplace_back(name, *text);
  }
  for (const auto& [name, text] : labs) {
    INFO(name);
    const LabRecord real = carry_out_with(AzUse::real, text, name);
    INFO(evidence_of(real));
    CHECK(verdicts_of(real) == verdicts_of(carry_out_with(AzUse::built_in, text, name)));
  }
}

TEST_CASE("a terminal of the real az: signed in at Cloud Shell, defaults and files shared with az ml, the report says whose az ml it is", "[real-az]") {
  if (!real_az_usable()) return;
  const LabRecord record = carry_out_with(AzUse::real, std::string(kOpenTerminal) +
      "    az version --query '\"azure-cli\"' -o tsv\n    az group create -n rg-real -l westus --query properties.provisioningState -o tsv\n    az configure --defaults group=rg-real\n"
      "    az extension add -n ml -y\n    az ml workspace create -n mlw-real --query provisioning_state -o tsv\n    az resource list --query \"length([?name=='mlw-real'])\" -o tsv\n    ```\n", "real.md");
  const auto& step = record.steps.back();
  INFO(step.evidence);
  CHECK(step.verdict == verdict::kPassed);
  for (const char* line : {"-o tsv\n2.91.0\n", "-o tsv\nSucceeded\n$ az configure", "provisioning_state -o tsv\n", "mlw-real'])\" -o tsv\n1\n"}) {
    INFO(line);
    CHECK((step.evidence + "\n").find(line) != std::string::npos);
  }
  REQUIRE(record.stand_ins.size() == 2);
  CHECK(record.stand_ins[1].address == "the extension ml of az (az ml, az extension)");
  CHECK(record.stand_ins[1].stands_in == "azlab's own; --extension-wheel FILE gives az the genuine one");
}

TEST_CASE("the wheel of an extension is found by the lab's own az extension add, and it finds the SDK", "[real-az]") {
  if (!real_az_usable() || !test::python_usable()) return;
  const auto directory = RunDirectory::make();
  REQUIRE(directory);
  const auto wheel = cli::read_extension_wheel(wheel_in((*directory)->path()));
  REQUIRE(wheel);
  const LabRecord record = carry_out_with(AzUse::real, std::string(kOpenTerminal) + "    az extension add -n ml -y\n    az extension list --query '[].version' -o tsv\n    az ml sdk-version -o tsv\n    ```\n", "wheel.md", {*wheel});
  const auto& step = record.steps.back();
  INFO(step.evidence);
  CHECK(step.verdict == verdict::kPassed);
  CHECK(step.evidence.find("-o tsv\n0.0.1\n") != std::string::npos);
  CHECK(step.evidence.find("az ml sdk-version -o tsv\n1.35.") != std::string::npos);
  CHECK(record.stand_ins.at(1).address == "the packages that extensions of az need");
}

TEST_CASE("what is no wheel that az takes is refused by name", "[real-az]") {
  const auto directory = RunDirectory::make();
  REQUIRE(directory);
  const std::string folder = (*directory)->path();
  const auto refusal = [&](const std::string& name, const std::string& bytes) {
    REQUIRE(write_file(folder + "/" + name, bytes));
    const auto wheel = cli::read_extension_wheel(folder + "/" + name);
    return wheel ? std::string() : replace_all(wheel.error().message, folder, "D");
  };
  CHECK(refusal("ml.zip", "PK\x03\x04") == "--extension-wheel D/ml.zip: az takes wheels named NAME-VERSION-py3-none-any.whl only");
  CHECK(refusal("ml-2.45.1-cp311-cp311-linux_x86_64.whl", "PK\x03\x04") == "--extension-wheel D/ml-2.45.1-cp311-cp311-linux_x86_64.whl: az takes wheels named NAME-VERSION-py3-none-any.whl only");
  CHECK(refusal("ml-2.45.1-py3-none-any.whl", "<html>") == "--extension-wheel D/ml-2.45.1-py3-none-any.whl: it is no ZIP file, as wheels are");
  CHECK(cli::read_extension_wheel("/nowhere/ml-2.45.1-py3-none-any.whl").error().message == "--extension-wheel /nowhere/ml-2.45.1-py3-none-any.whl: it cannot be read");
}
