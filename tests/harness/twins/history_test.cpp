#include "harness/twins/history.hpp"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "harness/shell/process.hpp"
#include "harness/twins/signature.hpp"
#include "tests/harness/twins/pages.hpp"

using namespace azlab;
using pages::page;
using pages::rules_in;
using pages::told;

namespace {

/// A repository of one page, in a temporary folder.
class Repository {
 public:
  Repository() {
    std::string pattern = (std::filesystem::temp_directory_path() / "azlab-twins-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
    git({"init", "-q", "-b", "main"});
  }
  ~Repository() { std::filesystem::remove_all(path_); }
  Repository(const Repository&) = delete;
  Repository& operator=(const Repository&) = delete;

  std::string path() const { return path_.string(); }

  void commit(const std::string& file, const std::string& text, const std::string& subject, const std::string& day) {
    std::filesystem::create_directories((path_ / file).parent_path());
    std::ofstream(path_ / file, std::ios::binary) << text;
    git({"add", "-A"});
    git({"commit", "-q", "-m", subject}, day);
  }
  void git(std::vector<std::string> arguments, const std::string& day = "2025-01-01") const {
    shell::ExecPlan plan{.argv = {"/usr/bin/env", "git", "-C", path(), "-c", "user.name=Test", "-c", "user.email=test@example.com"}};
    plan.argv.insert(plan.argv.end(), arguments.begin(), arguments.end());
    plan.environment = {"PATH=" + std::string(std::getenv("PATH")), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_AUTHOR_DATE=" + day + "T12:00:00Z", "GIT_COMMITTER_DATE=" + day + "T12:00:00Z"};
    const auto done = shell::run_process(plan, 30, 1U << 16U);
    INFO(done.output);
    REQUIRE(done.exit_status == 0);
  }

 private:
  std::filesystem::path path_;
};

const std::string kHead = "# Owls\n\nIn this exercise you look for owls in the portal, and you count them.\n\n## Prepare\n\n1. Open the **Compute** page.\n";
const std::string kFirst = kHead + "1. Select **Create**.\n1. Run this command:\n\n    ```bash\n    ls owls\n    ```\n";
const std::string kSecond = kHead + "1. Select **Delete**.\n1. Run this command:\n\n    ```bash\n    ls owls\n    ```\n";
const std::string kThird = kHead + "1. Select **Delete**.\n1. Run this command:\n\n    ```bash\n    ls -l owls\n    ```\n\n1. Close any pop-ups.\n";
const std::string kFrenchHead = "# Chouettes\n\nDans cet exercice, vous recherchez des chouettes dans le portail et vous les comptez.\n\n## Préparer\n\n1. Ouvrez la page **Calcul**.\n";
const std::string kFrenchFirst = kFrenchHead + "1. Sélectionnez **Créer**.\n1. Exécutez cette commande :\n\n    ```bash\n    ls owls\n    ```\n";
const std::string kFrenchSecond = kFrenchHead + "1. Sélectionnez **Supprimer**.\n1. Exécutez cette commande :\n\n    ```bash\n    ls owls\n    ```\n";

struct Told : Repository {
  Told() {
    commit("Instructions/owl.md", kFirst, "Begin with owls", "2025-03-01");
    commit("Instructions/owl.md", kSecond, "Select the other button", "2025-04-15");
    commit("README.md", "Owls\n", "Say what this is", "2025-05-01");
    commit("Instructions/owl.md", kThird, "List owls at length", "2025-06-20");
  }
};

}  // namespace

TEST_CASE("signature: the same in every language, another where code or nesting changes", "[twins]") {
  const auto english = twins::signature(pages::bicycles("en"));
  for (const std::string language : {"fr", "de", "es", "it", "pt", "ja", "ko", "zh-cn", "zh-tw", "id"}) {
    INFO(language);
    CHECK(twins::signature(pages::bicycles(language)) == english);
  }
  CHECK(twins::likeness(english, english) == 1);
  CHECK(twins::likeness({}, {}) == 1);
  CHECK(twins::likeness(english, {}) == 0);
  CHECK(twins::likeness({"H1", "P:", "C"}, {"H1", "C"}) == Approx(0.8));
  CHECK(twins::signature(page(kFirst)) == twins::signature(page(kFrenchFirst)));
  CHECK(twins::signature(page(kFirst)) != twins::signature(page(kThird)));
}

TEST_CASE("history: a twin's revision is found by signature, then by what is left to say", "[twins]") {
  const Told repository;
  auto history = twins::SourceHistory::read(repository.path(), "Instructions/owl.md");
  REQUIRE(history);
  REQUIRE(history->revisions().size() == 3);
  CHECK(history->revisions()[0].subject == "List owls at length");
  CHECK(history->revisions()[0].date == "2025-06-20");
  CHECK(history->revisions()[2].subject == "Begin with owls");
  const auto first = history->find(page(kFrenchFirst));
  REQUIRE(first);
  CHECK(first->revision == 2);
  CHECK(first->likeness == 1);
  const auto second = history->find(page(kFrenchSecond));
  REQUIRE(second);
  CHECK(second->revision == 1);
  CHECK_FALSE(history->find(page("# Autre\n\nUn texte sans rien.\n\n| a |\n|---|\n")).has_value());
}

TEST_CASE("history: what the source changed since is a stale twin, not a fault of its words", "[twins]") {
  const Told repository;
  auto history = twins::SourceHistory::read(repository.path(), "Instructions/owl.md");
  REQUIRE(history);
  const lab::Lab source = page(kThird);
  const lab::Lab twin = page(kFrenchSecond);
  CHECK(rules_in(twins::compare(source, twin)) == "11 l10n/step-lost; 12 l10n/code-differs");
  const auto findings = twins::compare_with_history(source, twin, *history);
  INFO(told(findings));
  REQUIRE(rules_in(findings) == "11 l10n/stale-twin; 11 l10n/stale-twin");
  CHECK(findings[0].message == "the source has moved on since \"List owls at length\" (2025-06-20): its line 11 reads: ls -l owls");
  CHECK(findings[1].message == "the source has moved on since \"List owls at length\" (2025-06-20): its line 15 is new: Close any pop-ups.");
  CHECK(findings[0].owner == "translation");
}

TEST_CASE("history: a fault of the words stays one beside what is stale", "[twins]") {
  const Told repository;
  auto history = twins::SourceHistory::read(repository.path(), "Instructions/owl.md");
  REQUIRE(history);
  std::string wrong = kFrenchSecond;
  wrong.replace(wrong.find("**Calcul**"), 10, "**Accueil**");
  const auto findings = twins::compare_with_history(page(kThird), page(wrong), *history);
  INFO(told(findings));
  CHECK(rules_in(findings) == "7 l10n/label-mistranslated; 11 l10n/stale-twin; 11 l10n/stale-twin");
}

TEST_CASE("history: a twin of the newest revision is never stale", "[twins]") {
  const Told repository;
  auto history = twins::SourceHistory::read(repository.path(), "Instructions/owl.md");
  REQUIRE(history);
  const std::string newest = kFrenchHead + "1. Sélectionnez **Supprimer**.\n1. Exécutez cette commande :\n\n    ```bash\n    ls -l owls\n    ```\n\n1. Fermez les fenêtres contextuelles.\n";
  CHECK(twins::compare_with_history(page(kThird), page(newest), *history).empty());
  std::string wrong = newest;
  wrong.replace(wrong.find("ls -l owls"), 10, "ls -l hiboux");
  CHECK(rules_in(twins::compare_with_history(page(kThird), page(wrong), *history)) == "12 l10n/code-differs");
}

TEST_CASE("history: renames are followed", "[twins]") {
  Told repository;
  repository.git({"mv", "Instructions/owl.md", "Instructions/05 – owl.md"});
  repository.git({"commit", "-q", "-m", "Number the pages"}, "2025-07-01");
  const auto fit = twins::find_revision(page(kFrenchFirst), repository.path(), "Instructions/05 – owl.md");
  REQUIRE(fit);
  CHECK(fit->revision == 3);
}

TEST_CASE("history: no repository, or no such page, is said in one line", "[twins]") {
  const auto none = twins::SourceHistory::read("/nowhere", "a.md");
  REQUIRE_FALSE(none);
  CHECK(none.error().message.find("git in /nowhere: ") == 0);
  const Told repository;
  const auto fit = twins::find_revision(page(kFrenchFirst, "fr.md"), repository.path(), "absent.md");
  REQUIRE_FALSE(fit);
  CHECK(fit.error().message == "no revision of absent.md is what fr.md translates");
}
