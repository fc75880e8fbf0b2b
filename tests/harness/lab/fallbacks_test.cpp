// Ways around a step, against what later steps need: cases that fire, and near misses that do not.
#include <algorithm>

#include "harness/lab/lab.hpp"
#include "sim/core/text.hpp"
#include "tests/support/catch.hpp"

using namespace azlab;
using Names = std::vector<std::string>;

namespace {

Names fallback_findings(const std::string& markdown) {
  const auto lab = lab::read_lab(markdown, "lab.md");
  REQUIRE(lab);
  Names out;
  for (const auto& f : lab->findings) {
    if (f.rule.starts_with("fallback/")) out.push_back(std::to_string(f.line) + " " + f.rule);
  }
  return out;
}

std::string fence(const std::string& commands) { return "    ```azurecli\n    " + replace_all(commands, "\n", "\n    ") + "\n    ```\n\n"; }

std::string step(const std::string& commands) { return "1. Do it with these commands:\n\n" + fence(commands); }

/// A step whose commands may fail, and the portal's way with these fields ("Workspace name=mlw-lab", "*" for the reader's choice).
std::string guarded(const std::string& commands, const Names& fields, const std::string& more = "") {
  std::string list;
  for (const auto& field : fields) {
    const auto parts = split(field, '=');
    list += "<li><b>" + parts[0] + "</b>: " + (parts[1] == "*" ? "<i>enter a unique name</i>" : parts[1]) + "</li>";
  }
  return "# Lab\n\n1. Create the workspace with these commands:\n\n" + fence(commands) +
         "    <details>\n    <summary>If the workspace could not be created</summary>\n    <p>If you receive an error, create it in the portal:</p>\n    <ol>" + more +
         "<li>Create a workspace with the following settings:<ul>" + list + "</ul></li></ol>\n    </details>\n\n";
}

const std::string kCommands = "az group create --name \"rg-lab\" --location eastus\naz ml workspace create --name \"mlw-lab\" -g \"rg-lab\"";
const std::string kWithCluster = kCommands + "\naz ml compute create --name aml-cluster --type AmlCompute --max-instances 2 -w mlw-lab -g rg-lab";
const Names kSame = {"Resource group=rg-lab", "Workspace name=mlw-lab"};

}  // namespace

TEST_CASE("fallback: another name than later steps use", "[fallback]") {
  CHECK(fallback_findings(guarded(kCommands, {"Resource group=rg-lab", "Workspace name=mlw-other"}) + "1. In the Azure portal, go to the workspace **mlw-lab**.\n") == Names{"13 fallback/lacks"});
  CHECK(fallback_findings(guarded(kCommands, {"Resource group=rg-lab", "Workspace name=*"}) + step("az ml data list -w mlw-lab -g rg-lab")) == Names{"13 fallback/lacks"});
  CHECK(fallback_findings(guarded(kCommands, {"Resource group=rg-other", "Workspace name=mlw-lab"}) + step("az ml data list -w mlw-lab -g rg-lab")) == Names{"13 fallback/lacks"});
  CHECK(fallback_findings(guarded(kCommands, {"Resource group=rg-lab", "Workspace name=mlw-other"}) + step("az ml data list \\\n  --workspace-name mlw-lab")) == Names{"13 fallback/lacks"});

  CHECK(fallback_findings(guarded(kCommands, kSame) + "1. In the Azure portal, go to the workspace **mlw-lab**.\n").empty());
  // Nobody needs the name later, but to take it away.
  CHECK(fallback_findings(guarded(kCommands, {"Resource group=rg-lab", "Workspace name=mlw-other"}) + "1. In the Azure portal, select **Resource groups**.\n").empty());
  CHECK(fallback_findings(guarded(kCommands, {"Resource group=rg-other", "Workspace name=mlw-lab"}) + step("az group delete --name rg-lab --yes")).empty());
  // A part of a longer name is another name.
  CHECK(fallback_findings(guarded(kCommands, {"Resource group=rg-lab", "Workspace name=mlw-other"}) + step("az ml data list -w mlw-lab-2 -g rg-lab")).empty());
  // The commands leave the name to a variable.
  CHECK(fallback_findings(guarded("az ml workspace create --name $WORKSPACE -g rg-lab", {"Resource group=rg-lab", "Workspace name=mlw-other"}) + step("az ml data list -w mlw-lab -g rg-lab")).empty());
}

TEST_CASE("fallback: what the way out does not make at all", "[fallback]") {
  const std::string start = step("az ml compute start --name aml-cluster -w mlw-lab -g rg-lab");
  CHECK(fallback_findings(guarded(kWithCluster, kSame) + start) == Names{"11 fallback/lacks"});
  CHECK(fallback_findings(guarded(kCommands + "\nKEY=$(az ml workspace show --name mlw-lab --query id)", kSame) + step("az ml data list --ids $KEY")) == Names{"11 fallback/lacks"});

  CHECK(fallback_findings(guarded(kWithCluster, kSame, "<li>Create a compute cluster with these settings:<ul><li><b>Compute name</b>: aml-cluster</li></ul></li>") + start).empty());
  CHECK(fallback_findings(guarded(kWithCluster, kSame) + step("az ml compute create --name aml-cluster --type AmlCompute -w mlw-lab -g rg-lab") + start).empty());
  CHECK(fallback_findings(guarded(kWithCluster, kSame) + step("az ml data list -w mlw-lab -g rg-lab")).empty());
  CHECK(fallback_findings(guarded("KEY=42\n" + kCommands, kSame) + step("echo $KEY")).empty());
  CHECK(fallback_findings(guarded(kCommands + "\nKEY=$(az ml workspace show --name mlw-lab --query id)", kSame) + step("echo $KEYS")).empty());
  // It mends the cause and has the commands repeated.
  CHECK(fallback_findings("# Lab\n\n1. Create the workspace with these commands:\n\n" + fence(kWithCluster) +
                          "    <details>\n    <summary>If the workspace could not be created</summary>\n    <p>If you receive an error:</p>\n    <ol><li>Create another resource group:<ul><li><b>Resource group</b>: rg-two</li></ul></li>"
                          "<li>Run the commands again.</li></ol>\n    </details>\n\n" + start).empty());
}

TEST_CASE("fallback: fewer nodes than a later job asks for", "[fallback]") {
  const auto with = [](const std::string& nodes) {
    return guarded(kWithCluster, kSame, "<li>Create a compute cluster with these settings:<ul><li><b>Compute name</b>: aml-cluster</li><li><b>Maximum number of nodes</b>: " + nodes + "</li></ul></li>");
  };
  CHECK(fallback_findings(with("1") + step("az ml job create --file job.yml --set resources.instance_count=2")) == Names{"14 fallback/lacks"});
  CHECK(fallback_findings(with("2") + step("az ml job create --file job.yml --set resources.instance_count=2")).empty());
  CHECK(fallback_findings(with("1") + step("az ml job create --file job.yml")).empty());
}

TEST_CASE("fallback: a later step needs what an optional one makes", "[fallback]") {
  const std::string make = "az ml compute create --name ci-lab --type ComputeInstance -w mlw-lab -g rg-lab";
  const std::string need = "az ml compute start --name ci-lab -w mlw-lab -g rg-lab";
  const std::string optional = "# Lab\n\n## Optional: an instance\n\n" + step(make);
  CHECK(fallback_findings(optional + "## Go on\n\n" + step(need)) == Names{"5 fallback/optional-needed"});
  CHECK(fallback_findings("# Labor\n\n## Optional: eine Instanz\n\n1. Führen Sie diesen Befehl aus:\n\n" + fence(make) + "## Weiter\n\n1. Führen Sie diesen Befehl aus:\n\n" + fence(need)) == Names{"5 fallback/optional-needed"});

  CHECK(fallback_findings("# Lab\n\n## An instance\n\n" + step(make) + "## Go on\n\n" + step(need)).empty());
  CHECK(fallback_findings(optional + step(need) + "## Go on\n\n" + step("az ml data list -w mlw-lab -g rg-lab")).empty());  // optional both
  CHECK(fallback_findings(optional + "## Go on\n\n" + step(make) + step(need)).empty());
  CHECK(fallback_findings("# Lab\n\n## First\n\n" + step(make) + "## Optional: again\n\n" + step(make) + "## Go on\n\n" + step(need)).empty());
  CHECK(fallback_findings(optional + "## Go on\n\n" + step("az ml compute delete --name ci-lab --yes -w mlw-lab -g rg-lab")).empty());
}
