#include <nlohmann/json.hpp>

#include "harness/walk/match.hpp"
#include "harness/walk/walker.hpp"
#include "tests/sim/portal/fake.hpp"
#include "tests/support/catch.hpp"

using namespace azlab;
using lab::Op;
using lab::ValueMode;

namespace {

/// A walker on a scripted Azure with a clock that a test moves.
struct Walk {
  test::FakeAzure azure;
  Time now{Duration(1'000'000)};
  std::vector<std::pair<Time, std::function<void()>>> due;
  walk::Walker walker;
  explicit Walk(std::string language = "fr")
      : walker({.send = [this](const Request& request) { return azure(request); },
                .now = [this] { return now; },
                .next_due = [this]() -> std::optional<Time> { return due.empty() ? std::nullopt : std::optional(due.front().first); },
                .advance_to = [this](Time target) { return advance(target); }},
               {.language = std::move(language), .as_of = "2026-11-23", .seed = 1}) {}

  Time advance(Time target) {
    while (!due.empty() && due.front().first <= target) {
      due.front().second();
      due.erase(due.begin());
    }
    return now = target;
  }
  walk::OpResult run(Op op, const std::string& text = "", int line = 1) {
    lab::Unit unit;
    unit.line = line;
    unit.text = text;
    lab::Step step;
    step.line = line;
    return walker.carry_out(op, unit, step);
  }
  walk::OpResult pass(Op op, const std::string& text = "") {
    const auto kind = op.kind;
    auto result = run(std::move(op), text);
    INFO(kind << ": " << result.evidence);
    CHECK(result.verdict == "passed");
    return result;
  }
  walk::OpResult click(const std::string& text, const std::string& en, std::vector<std::string> context = {}) {
    return pass({.kind = "ui.click", .args = {text}, .en = {en}, .context = std::move(context)});
  }
  void open_portal() { pass({.kind = "nav.url", .args = {"https://portal.azure.com/"}, .en = {"https://portal.azure.com/"}}); }
  void open_studio() {
    open_portal();
    pass({.kind = "nav.page", .args = {"mlw-dp100-labs"}, .en = {"mlw-dp100-labs"}, .entity = "workspace"});
    click("Lancer le studio", "Launch studio", {"Overview"});
    pass({.kind = "ui.dismiss"});
  }
  std::string screen() { return walker.pages().view().screen; }
  std::string instance(const std::string& name, const std::string& state) {
    return R"({"name":")" + name + R"(","properties":{"computeType":"ComputeInstance","provisioningState":"Succeeded","properties":{"state":")" + state + R"(","vmSize":"STANDARD_DS11_V2"}}})";
  }
};

}  // namespace

TEST_CASE("labels are found as a reader finds them") {
  portal::Control control;
  control.label = "+ Créer une ressource";
  control.label_en = "+ Create a resource";
  CHECK(walk::closeness(control, {.text = "+Créer une ressource", .en = ""}) < walk::kNoMatch);
  CHECK(walk::closeness(control, {.text = "+Neue Ressource", .en = "+ Create a resource"}) == 1);
  CHECK(walk::closeness(control, {.text = "Supprimer", .en = "Delete"}) == walk::kNoMatch);
  CHECK(walk::fold("Vue d’ensemble") == walk::fold("vue d'ensemble"));
  CHECK(walk::fits_name("rg-dp100-...", "rg-dp100-4f2a"));
  CHECK(walk::fits_name("rg-dp100-…", "rg-dp100-4f2a"));
  CHECK_FALSE(walk::fits_name("rg-dp100-...", "rg-dp10-4f2a"));
}

TEST_CASE("Cloud Shell is opened through today's dialog, with the option that the text checks") {
  Walk walk;
  walk.open_portal();
  CHECK(walk.pass({.kind = "shell.open", .args = {"cloudshell"}, .en = {"cloudshell"}}).terminal == "cloud-shell");
  walk.pass({.kind = "shell.type", .args = {"Bash"}, .en = {"Bash"}, .conditional = true});
  Op verify{.kind = "verify", .args = {"Aucun compte de stockage requis"}, .en = {"No storage account required"}};
  verify.predicates = {{.subject = "subscription", .is = "correct", .value = ""}, {.subject = "option", .is = "selected", .value = "No storage account required"}};
  const auto checked = walk.pass(verify);
  CHECK(checked.evidence == "The subscription is \"Contoso Labs\". \"Aucun compte de stockage requis\" is selected.");
  CHECK(walk.click("Appliquer", "Apply").findings.empty());
  CHECK(walk.walker.pages().remembered("cloudShell") == "ready");
}

TEST_CASE("a button of the older Cloud Shell dialog is skipped with a finding and the reader's way out") {
  Walk walk;
  walk.open_portal();
  walk.pass({.kind = "shell.open", .args = {"cloudshell"}, .en = {"cloudshell"}});
  walk.pass({.kind = "shell.type", .args = {"Bash"}, .en = {"Bash"}});
  const auto result = walk.run({.kind = "ui.click", .args = {"Créer un stockage"}, .en = {"Create storage"}, .conditional = true}, "", 29);
  CHECK(result.verdict == "skipped");
  REQUIRE(result.findings.size() == 1);
  CHECK(result.findings[0].rule == "ui/older-dialog");
  CHECK(result.findings[0].severity == "warning");
  CHECK(result.findings[0].line == 29);
  CHECK(walk.walker.pages().remembered("cloudShell") == "ready");
  CHECK(walk.azure.asked.empty());
}

TEST_CASE("the portal's form is filled, its forgotten commit pressed and its deployment awaited") {
  Walk walk;
  walk.azure.forget("GET " + test::FakeAzure::workspace());
  walk.open_portal();
  walk.click("+Créer une ressource", "+ Create a resource");
  walk.pass({.kind = "ui.search", .args = {"Machine Learning"}, .en = {"Machine Learning"}});
  walk.click("Azure Machine Learning", "Azure Machine Learning");
  walk.click("Créer", "Create");
  walk.pass({.kind = "ui.form", .entity = "workspace"});
  const auto field = [&](const std::string& label, const std::string& en, const std::string& value, ValueMode mode) {
    return walk.pass({.kind = "form.field", .label = label, .label_en = en, .value = value, .value_mode = mode});
  };
  field("Abonnement", "Subscription", "votre abonnement Azure", ValueMode::free_choice);
  field("Groupe de ressources", "Resource group", "rg-dp100-labs", ValueMode::literal);
  field("Nom de l’espace de travail", "Workspace name", "mlw-dp100-labs", ValueMode::literal);
  CHECK(field("Région", "Region", "la plus proche", ValueMode::free_choice).evidence == "\"Région\" is left at \"eastus\", a free choice.");
  field("Coffre de clés", "Key vault", "notez le nouveau", ValueMode::default_note);
  field("Registre de conteneurs", "Container registry", "aucun (un registre est créé)", ValueMode::literal);
  CHECK(walk.click("Examiner et créer", "Review + create").findings.empty());
  CHECK(walk.azure.asked.empty());

  const auto state = [&](const std::string& provisioning) {
    // Whatever the deployment is called, its state is answered.
    for (const auto& [what, body] : walk.azure.bodies) walk.azure.answer("GET " + what.substr(4), R"({"properties":{"provisioningState":")" + provisioning + R"("}})");
  };
  Op wait{.kind = "wait"};
  wait.wait_max_s = 300;
  walk.due.emplace_back(walk.now + std::chrono::seconds(20), [&] { state("Running"); });
  walk.due.emplace_back(walk.now + std::chrono::seconds(90), [&] { state("Succeeded"); });
  const auto waited = walk.run(wait, "", 73);
  INFO(waited.evidence);
  CHECK(waited.verdict == "passed");
  REQUIRE(waited.findings.size() == 1);
  CHECK(waited.findings[0].rule == "ui/forgotten-commit");
  CHECK(waited.evidence.find("Pressed \"Créer\", which the text forgot.") == 0);
  REQUIRE(walk.azure.asked.size() == 1);
  CHECK(walk.azure.asked[0].find("/deployments/Microsoft.MachineLearningServices-") != std::string::npos);
}

TEST_CASE("a wildcard name fits exactly one resource") {
  Walk walk;
  walk.open_portal();
  CHECK(walk.pass({.kind = "nav.page", .args = {"mlw-dp100-..."}, .en = {"mlw-dp100-..."}, .entity = "workspace"}).findings.empty());
  CHECK(walk.screen() == "portal.workspace");
  const auto none = walk.run({.kind = "nav.page", .args = {"mlw-other-..."}, .en = {"mlw-other-..."}, .entity = "workspace"});
  CHECK(none.verdict == "failed");
  CHECK(none.findings.at(0).rule == "resource/not-found");
  const std::string sub = test::FakeAzure::kSubscription;
  walk.azure.answer("GET " + sub + "/resources", R"({"value":[{"id":"/a","name":"mlw-dp100-a","type":"x"},{"id":"/b","name":"mlw-dp100-b","type":"x"}]})");
  const auto several = walk.run({.kind = "nav.page", .args = {"mlw-dp100-..."}, .en = {"mlw-dp100-..."}, .entity = "workspace"});
  CHECK(several.verdict == "failed");
  CHECK(several.findings.at(0).rule == "resource/ambiguous");
}

TEST_CASE("a page whose resource is gone fails the step that opens it") {
  Walk walk;
  walk.open_portal();
  walk.azure.forget("GET " + test::FakeAzure::workspace());
  const auto result = walk.run({.kind = "nav.page", .args = {"mlw-dp100-labs"}, .en = {"mlw-dp100-labs"}, .entity = "workspace"});
  CHECK(result.verdict == "failed");
  CHECK(result.evidence.find("the page shows: ResourceNotFound: ") != std::string::npos);
}

TEST_CASE("a file is created with the forgotten commit, written, saved and found again") {
  Walk walk;
  walk.open_studio();
  walk.pass({.kind = "nav.page", .args = {"Notebooks"}, .en = {"Notebooks"}});
  walk.click("Ajouter des fichiers", "Add files", {"Files"});
  walk.click("Create new file", "Create new file");
  Op location{.kind = "verify", .args = {"Users/votre-nom-utilisateur"}, .en = {"Users/your-user-name"}};
  location.predicates = {{.subject = "file location", .is = "equals", .value = "Users/your-user-name"}};
  CHECK(walk.pass(location).evidence == "The file location is \"Users/alex.martin\".");
  walk.pass({.kind = "ui.fill", .args = {"Bash (*.sh)"}, .en = {"Bash (*.sh)"}, .label_en = "File type"});
  walk.pass({.kind = "ui.fill", .args = {"compute-setup.sh"}, .en = {"compute-setup.sh"}, .label_en = "File name"});
  const auto opened = walk.pass({.kind = "file.open", .args = {"compute-setup.sh"}, .en = {"compute-setup.sh"}});
  REQUIRE(opened.findings.size() == 1);
  CHECK(opened.findings[0].rule == "ui/forgotten-commit");
  walk.pass({.kind = "file.content", .code = "#!/bin/bash\necho hello\n"});
  CHECK(walk.azure.files["Users/alex.martin/compute-setup.sh"].empty());
  walk.pass({.kind = "ui.save", .args = {"compute-setup.sh"}, .en = {"compute-setup.sh"}});
  CHECK(walk.azure.files["Users/alex.martin/compute-setup.sh"] == "#!/bin/bash\necho hello\n");
}

TEST_CASE("a folder that nothing created fails and names what is there") {
  Walk walk;
  walk.open_studio();
  walk.azure.files["Users/alex.martin/azure-ml-labs/"] = "";
  walk.pass({.kind = "nav.page", .args = {"Notebooks"}, .en = {"Notebooks"}});
  walk.pass({.kind = "ui.refresh", .args = {"↻"}, .en = {"Refresh"}, .context = {"Files"}});
  Op verify{.kind = "verify", .args = {"Users/votre-nom-utilisateur/dp100-azure-ml-labs"}, .en = {"Users/your-user-name/dp100-azure-ml-labs"}};
  verify.predicates = {{.subject = "folder", .is = "exists", .value = "Users/your-user-name/dp100-azure-ml-labs"}};
  const auto result = walk.run(verify, "", 122);
  CHECK(result.verdict == "failed");
  REQUIRE(result.findings.size() == 1);
  CHECK(result.findings[0].rule == "fs/folder-not-found");
  CHECK(result.findings[0].severity == "error");
  CHECK(result.findings[0].message.find("there is: azure-ml-labs") != std::string::npos);
  CHECK(result.findings[0].suggestion == "Write \"Users/alex.martin/azure-ml-labs\".");
  verify.predicates[0].value = "Users/your-user-name/azure-ml-labs";
  verify.args = {"Users/votre-nom-utilisateur/azure-ml-labs"};
  verify.en = {"Users/your-user-name/azure-ml-labs"};
  walk.pass(verify);
}

TEST_CASE("an instance is configured through the wizard, created although the text stops at the review, and awaited") {
  Walk walk;
  walk.azure.files["Users/alex.martin/compute-setup.sh"] = "#!/bin/bash\n";
  walk.open_studio();
  walk.pass({.kind = "nav.page", .args = {"Calcul"}, .en = {"Compute"}});
  walk.click("Nouvelle", "New", {"Compute instances"});
  walk.pass({.kind = "ui.form", .entity = "compute instance"});
  walk.pass({.kind = "neg"});
  const auto field = [&](const std::string& en, const std::string& value, ValueMode mode) {
    return walk.pass({.kind = "form.field", .label = en, .label_en = en, .value = value, .value_mode = mode});
  };
  field("Compute name", "entrez un nom unique", ValueMode::free_choice);
  field("Virtual machine type", "Processeur", ValueMode::free_choice);
  field("Virtual machine size", "Standard_DS11_v2", ValueMode::literal);
  walk.click("Suivant", "Next");
  walk.click("Ajouter une planification", "Add schedule");
  walk.pass({.kind = "ui.fill", .args = {"arrêter", "18:00", "6:00 PM"}, .en = {"stop", "18:00", "6:00 PM"}});
  walk.click("Suivant", "Next");
  walk.pass({.kind = "neg"});
  CHECK(field("Enable SSH access", "Vous pouvez", ValueMode::must_stay_off).evidence.find("stays off") != std::string::npos);
  walk.click("Suivant", "Next");
  walk.click("Approvisionner avec un script de création", "Provision with a creation script");
  walk.click("compute-setup.sh", "compute-setup.sh");
  CHECK(walk.click("Réviser + Créer", "Review + Create").findings.empty());
  CHECK(walk.screen() == "studio.newInstance");
  const auto list = "GET " + test::FakeAzure::workspace() + "/computes";
  const auto name = [&] { return walk.azure.asked.back().substr(walk.azure.asked.back().rfind('/') + 1); };
  walk.due.emplace_back(walk.now + std::chrono::seconds(30), [&] { walk.azure.answer(list, "{\"value\":[" + walk.instance(name(), "Creating") + "]}"); });
  walk.due.emplace_back(walk.now + std::chrono::seconds(240), [&] { walk.azure.answer(list, "{\"value\":[" + walk.instance(name(), "Running") + "]}"); });
  Op wait{.kind = "wait", .args = {"En cours d’exécution"}, .en = {"Running"}};
  const auto waited = walk.run(wait, "", 121);
  INFO(waited.evidence);
  CHECK(waited.verdict == "passed");
  REQUIRE(waited.findings.size() == 1);
  CHECK(waited.findings[0].rule == "ui/forgotten-commit");
  const auto body = nlohmann::json::parse(walk.azure.bodies[walk.azure.asked.back()]);
  const auto& inner = body["properties"]["properties"];
  CHECK(inner["schedules"]["computeStartStop"][0]["action"] == "Stop");
  CHECK(inner["schedules"]["computeStartStop"][0]["cron"]["expression"] == "0 18 * * *");
  CHECK(inner["setupScripts"]["scripts"]["creationScript"]["scriptData"] == "Users/alex.martin/compute-setup.sh");
  CHECK(inner["vmSize"] == "Standard_DS11_v2");

  const auto created = name();
  walk.pass({.kind = "nav.page", .args = {"Notebooks"}, .en = {"Notebooks"}});
  const auto terminal = walk.pass({.kind = "shell.open", .args = {"Terminal"}, .en = {"Terminal"}, .context = {"Compute instances"}});
  CHECK(terminal.terminal == "compute-instance:" + created);
  REQUIRE(terminal.findings.size() == 1);
  CHECK(terminal.findings[0].rule == "ui/page-not-named");
}

TEST_CASE("a commit that Azure refuses fails the line that needs its result") {
  Walk walk;
  walk.open_studio();
  walk.pass({.kind = "nav.page", .args = {"Notebooks"}, .en = {"Notebooks"}});
  walk.click("Create new file", "Create new file");
  const auto filled = walk.run({.kind = "ui.fill", .args = {"a:b.sh"}, .en = {"a:b.sh"}}, "Remplacez le nom de fichier par `a:b.sh`.");
  CHECK(filled.verdict == "failed");
  CHECK(filled.evidence == "Set \"Nom de fichier\" to \"a:b.sh\"; the page says: Un nom de fichier ne peut pas contenir / \\ : * ? \" < > |");
  const auto opened = walk.run({.kind = "file.open", .args = {"a:b.sh"}, .en = {"a:b.sh"}});
  CHECK(opened.verdict == "failed");
  CHECK(opened.evidence.find("the page refuses: ") != std::string::npos);
  CHECK(opened.evidence.find("The form stays open.") != std::string::npos);
  CHECK(opened.findings.size() == 1);
  // The refused form is not sent a second time.
  CHECK(walk.run({.kind = "nav.page", .args = {"Calcul"}, .en = {"Compute"}}).findings.empty());
  CHECK(walk.screen() == "studio.compute");
}

TEST_CASE("computes are checked as the text states them") {
  Walk walk;
  walk.open_studio();
  const auto list = "GET " + test::FakeAzure::workspace() + "/computes";
  const std::string cluster = R"({"name":"aml-cluster","properties":{"computeType":"AmlCompute","provisioningState":"Succeeded","properties":{"allocationState":"Steady","currentNodeCount":0,"nodeStateCounts":{"idleNodeCount":0,"runningNodeCount":0}}}})";
  walk.azure.answer(list, "{\"value\":[" + walk.instance("ci1", "Running") + "," + cluster + "]}");
  Op verify{.kind = "verify"};
  verify.predicates = {{.subject = "compute instance", .is = "exists", .value = ""}, {.subject = "compute cluster", .is = "exists", .value = ""},
                       {.subject = "compute instance", .is = "running", .value = ""}, {.subject = "compute cluster", .is = "idle", .value = ""},
                       {.subject = "compute cluster", .is = "nodes", .value = "0"}};
  walk.pass(verify);
  walk.azure.answer(list, "{\"value\":[" + walk.instance("ci1", "Stopped") + "," + cluster + "]}");
  const auto stopped = walk.run(verify);
  CHECK(stopped.verdict == "failed");
  CHECK(stopped.evidence.find("its state is \"Arrêté\"") != std::string::npos);
  const auto terminal = walk.run({.kind = "shell.open", .args = {"Terminal"}, .en = {"Terminal"}, .context = {"Compute instances"}});
  CHECK(terminal.verdict == "failed");
  CHECK(terminal.evidence == "\"Terminal\" of ci1 is disabled: L’instance de calcul n’est pas en cours d’exécution.");
}

TEST_CASE("the resource group is deleted only when its name is typed") {
  Walk walk;
  walk.open_studio();
  walk.pass({.kind = "ui.close", .entity = "studio"});
  walk.pass({.kind = "ctx.switch", .args = {"portal"}, .en = {"portal"}});
  walk.click("Groupes de ressources", "Resource groups", {"Home"});
  walk.click("rg-dp100-...", "rg-dp100-...");
  walk.click("Supprimer le groupe de ressources", "Delete resource group", {"Overview"});
  const auto early = walk.run({.kind = "ui.click", .args = {"Supprimer"}, .en = {"Delete"}});
  CHECK(early.verdict == "failed");
  CHECK(early.evidence.find("Le nom entré ne correspond pas.") != std::string::npos);
  walk.pass({.kind = "ui.fill", .entity = "resource group name", .label_en = "Resource group name"});
  walk.click("Supprimer", "Delete");
  CHECK(walk.azure.asked.back() == "DELETE " + test::FakeAzure::group());
}

TEST_CASE("a compute's deletion that the text does not confirm is confirmed with a finding") {
  Walk walk;
  walk.open_studio();
  const auto list = "GET " + test::FakeAzure::workspace() + "/computes";
  walk.azure.answer(list, "{\"value\":[" + walk.instance("ci1", "Running") + "," + walk.instance("ci2", "Running") + "]}");
  walk.pass({.kind = "nav.page", .args = {"Calcul"}, .en = {"Compute"}});
  walk.click("ci1", "ci1");
  CHECK(walk.click("Supprimer", "Delete").findings.empty());
  CHECK(walk.azure.asked.empty());
  CHECK(walk.click("Supprimer", "Delete").findings.empty());
  CHECK(walk.azure.asked.back() == "DELETE " + test::FakeAzure::workspace() + "/computes/ci1");
  walk.click("ci2", "ci2");
  walk.click("Supprimer", "Delete");
  const auto next = walk.click("Clusters de calcul", "Compute clusters");
  REQUIRE(next.findings.size() == 1);
  CHECK(next.findings[0].rule == "ui/forgotten-commit");
  CHECK(walk.azure.asked.back() == "DELETE " + test::FakeAzure::workspace() + "/computes/ci2");
}

TEST_CASE("a toggle for something that is not simulated blocks the step") {
  Walk walk;
  walk.open_studio();
  walk.pass({.kind = "nav.page", .args = {"Calcul"}, .en = {"Compute"}});
  walk.click("Nouvelle", "New", {"Compute instances"});
  const auto name = walk.pass({.kind = "form.field", .label = "Compute name", .label_en = "Compute name", .value = "ci-lab-x"});
  walk.click("Suivant", "Next");
  walk.click("Suivant", "Next");
  const auto pressed = walk.run({.kind = "ui.click", .args = {"Activer un réseau virtuel"}, .en = {"Enable virtual network"}});
  CHECK(pressed.verdict == "blocked");
  CHECK(pressed.evidence.starts_with("not simulated: virtual networks"));
}

TEST_CASE("a label missing on a complete page fails, on an incomplete or absent page it is blocked") {
  Walk walk;
  walk.open_studio();
  walk.pass({.kind = "nav.page", .args = {"Calcul"}, .en = {"Compute"}});
  const auto wrong = walk.run({.kind = "ui.click", .args = {"Fabriquer"}, .en = {"Fabriquer"}}, "", 7);
  CHECK(wrong.verdict == "failed");
  CHECK(wrong.findings.at(0).rule == "ui/label-not-on-screen");
  CHECK(wrong.findings.at(0).line == 7);
  CHECK(wrong.evidence.find("Instances de calcul") != std::string::npos);
  const auto absent = walk.run({.kind = "nav.page", .args = {"Concepteur"}, .en = {"Designer"}});
  CHECK(absent.verdict == "blocked");
  CHECK(absent.evidence == "not simulated: studio.designer.");
  CHECK(walk.run({.kind = "ui.click", .args = {"Personnalisé"}, .en = {"Custom"}}).verdict == "blocked");
}

TEST_CASE("a saved walk goes on where it was") {
  Walk walk;
  walk.open_studio();
  const auto saved = walk.walker.save();
  Walk other;
  other.walker.load(saved);
  CHECK(other.screen() == "studio.home");
  CHECK(other.walker.save() == saved);
}
