#include "harness/project/project.hpp"

#include <stdlib.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "harness/project/baseline.hpp"
#include "harness/project/own_repository.hpp"
#include "tests/support/catch.hpp"

using namespace azlab;
using namespace azlab::project;

namespace {

namespace fs = std::filesystem;

class Folder {
 public:
  Folder() {
    path_ = (fs::temp_directory_path() / "azlab-project-XXXXXX").string();
    REQUIRE(::mkdtemp(path_.data()) != nullptr);
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::string& path() const { return path_; }
  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((fs::path(path_) / name).parent_path());
    std::ofstream(fs::path(path_) / name) << text;
  }
  int shell(const std::string& command) const { return std::system(("cd '" + path_ + "' && " + command).c_str()); }

 private:
  std::string path_;
};

std::string refusal(const std::string& text, const std::string& root = "/") {
  const auto project = read_project(text, root);
  return project ? "" : project.error().message;
}

run::LabRecord record() {
  run::LabRecord out{.file = "Instructions/04.md"};
  out.steps = {{.line = 3, .text = "Open the portal", .verdict = std::string(run::verdict::kPassed)},
               {.line = 4, .text = "Create a data factory", .verdict = std::string(run::verdict::kBlocked)}};
  out.findings = {rules::finding("fence/language", 9, "m"), rules::finding("md/broken-emphasis", 12, "m")};
  out.findings[0].quote = "```azurecli";
  out.findings[1].quote = "**x **";
  return out;
}

}  // namespace

TEST_CASE("azlab.json is read, with comments", "[project]") {
  Folder folder;
  folder.write("Labs/x", "");
  const auto project = read_project(R"({ // the team's labs
    "$schema": "https://example.com/azlab.schema.json",
    "files": ["Instructions/**/*.md"], "exclude": ["Instructions/old/*"], "languages": ["en", "fr"],
    "clones": {"https://github.com/contoso/labs": "Labs"},
    "twins": {"source": "Instructions/{name}.md", "translation": "Instructions/{language}/{name}.md"},
    "scenarios": ["typical"], "seed": 7, "asOf": "2026-11-01", "date": "2026-11-02", "failOn": "warning",
    "rules": {"fence/language": "off"}, "notSimulated": [{"text": "data factory", "reason": "not yet"}]
  })", folder.path());
  INFO((project ? "" : project.error().message));
  REQUIRE(project);
  CHECK(project->files == std::vector<std::string>{"Instructions/**/*.md"});
  CHECK(project->clones == std::vector<std::pair<std::string, std::string>>{{"https://github.com/contoso/labs", folder.path() + "/Labs"}});
  CHECK(project->seed == 7U);
  CHECK(project->fail_on == "warning");
  CHECK(project->twins == "Instructions/{language}/{name}.md");
  CHECK(project->rules.at("fence/language") == "off");
  CHECK(project->not_simulated.at(0).reason == "not yet");
}

TEST_CASE("what is wrong in azlab.json is said with its line and what to write", "[project]") {
  CHECK(refusal("{\n  \"file\": []\n}") == "azlab.json:2: file: there is no such member; do you mean 'files'?");
  CHECK(refusal("{\n  \"rules\": {\n    \"md/broken-emphasis\": \"eror\"\n  }\n}") == "azlab.json:3: rules.md/broken-emphasis: 'eror' is no severity; write off, note, warning or error");
  CHECK(refusal("{\"rules\": {\"md/broken-emfasis\": \"off\"}}") == "azlab.json:1: rules.md/broken-emfasis: there is no such rule; do you mean 'md/broken-emphasis'?");
  CHECK(refusal("{\"files\": \"*.md\"}") == "azlab.json:1: files: a list of texts is expected");
  CHECK(refusal("{\"clones\": {\"https://x/y\": \"nowhere-at-all\"}}") == "azlab.json:1: clones.https://x/y: the directory 'nowhere-at-all' does not exist");
  CHECK(refusal("{\"asOf\": \"soon\"}") == "azlab.json:1: asOf: 'soon' is not a date; write YYYY-MM-DD");
  CHECK(refusal("{\"seed\": -1}") == "azlab.json:1: seed: a whole number from 0 is expected");
  CHECK(refusal("{\"failOn\": \"always\"}") == "azlab.json:1: failOn: write error, warning or never");
  CHECK(refusal("{\"twins\": {\"source\": \"a.md\", \"translation\": \"{language}/{name}.md\"}}") == "azlab.json:1: twins.source: {name} must stand in it");
  CHECK(refusal("{\"notSimulated\": [{\"text\": \"x\"}]}") == "azlab.json:1: notSimulated[0]: each needs text and reason");
  // A name that stood before, as a text, led to the wrong line.
  CHECK(refusal("{\n  \"notSimulated\": [\n    {\"text\": \"reason\", \"reason\": \"text\"},\n    {\"text\": \"x\",\n     \"reason\": 1}]\n}") == "azlab.json:5: notSimulated[1].reason: a text is expected");
  CHECK(refusal("[]") == "azlab.json:1: it must be an object, { … }");
  CHECK(refusal("{").starts_with("azlab.json:1:2: this is not JSON: "));
  CHECK(refusal("{\"files\": [\"*.md\"],\n \"files\": []}") == "azlab.json:2:2: files: it stands twice");
}

TEST_CASE("patterns go through folders as written, and hidden folders are passed over", "[project]") {
  CHECK(fits_pattern("Instructions/fr/04.md", "Instructions/**/*.md"));
  CHECK(fits_pattern("Instructions/04.md", "Instructions/**/*.md"));
  CHECK_FALSE(fits_pattern("Instructions/fr/04.md", "Instructions/*.md"));
  CHECK(fits_pattern("a/b/c.md", "**"));
  CHECK_FALSE(fits_pattern("axmd", "a.md"));
  Folder folder;
  for (const char* name : {"Instructions/b.md", "Instructions/a.md", "Instructions/old/c.md", ".git/x.md", "README.md"}) folder.write(name, "x");
  CHECK(files_of({.root = folder.path(), .files = {"**/*.md"}, .exclude = {"Instructions/old/*", "README.md"}}) == std::vector<std::string>{"Instructions/a.md", "Instructions/b.md"});
  folder.write("azlab.json", "{}");
  CHECK(find_project_file(folder.path() + "/Instructions/old") == folder.path() + "/azlab.json");
}

TEST_CASE("a project turns rules off, changes severities, and knows what azlab does not simulate", "[project]") {
  auto lab = record();
  CHECK(run::exit_status({lab}, "error") == 3);
  apply({.rules = {{"fence/language", "off"}, {"md/broken-emphasis", "error"}}, .not_simulated = {{.file = "Instructions/*", .text = "data factory", .reason = "not yet"}}}, lab);
  REQUIRE(lab.findings.size() == 1);
  CHECK(lab.findings[0].severity == "error");
  CHECK(lab.silenced == 1);
  CHECK(lab.steps[1].known == "not yet");
  CHECK(run::exit_status({lab}, "error") == 1);
  CHECK(run::exit_status({lab}, "never") == 0);
  auto elsewhere = record();
  apply({.not_simulated = {{.file = "Other/*", .text = "data factory", .reason = "not yet"}}}, elsewhere);
  CHECK(elsewhere.steps[1].known.empty());
}

TEST_CASE("a baseline knows findings by their words, wherever they have moved, and says what is stale", "[project]") {
  const std::string text = write_baseline({record()});
  const auto baseline = read_baseline(text);
  REQUIRE(baseline);
  CHECK(*baseline == std::vector<KnownThing>{{"Instructions/04.md", "fence/language", "```azurecli", 1}, {"Instructions/04.md", "md/broken-emphasis", "**x **", 1}, {"Instructions/04.md", "step", "Create a data factory", 1}});
  std::vector<run::LabRecord> later = {record()};
  later[0].findings[0].line = 90;                                                          // moved
  later[0].findings[1] = rules::finding("text/no-break-space", 3, "new");                  // another
  const auto use = apply_baseline(*baseline, later);
  CHECK(use.findings == 1);
  CHECK(use.steps == 1);
  CHECK(use.stale == 1);
  REQUIRE(later[0].findings.size() == 2);
  CHECK(later[0].findings[0].rule == "text/no-break-space");
  CHECK(later[0].findings[1].rule == "baseline/stale");
  CHECK(later[0].findings[1].message == "The baseline knows of md/broken-emphasis at '**x **', which is not there any more.");
  CHECK(run::exit_status(later, "error") == 0);
  auto broken = record();
  broken.steps[1].verdict = run::verdict::kFailed;
  CHECK(apply_baseline(*baseline, later = {broken}).steps == 0);  // it was blocked: that it fails is news
  CHECK(run::exit_status(later, "error") == 1);
  const auto failing = read_baseline(write_baseline({broken}));
  REQUIRE(failing);
  CHECK(failing->back() == KnownThing{"Instructions/04.md", "step/failed", "Create a data factory", 1});
  later = {broken};
  CHECK(apply_baseline(*failing, later).steps == 1);
  CHECK(later[0].steps[1].verdict == run::verdict::kFailed);
  CHECK(run::exit_status(later, "error") == 0);
  CHECK(read_baseline("{}").error().message == "it is no baseline: azlab validate --write-baseline writes one");
  CHECK(read_baseline(R"({"version": 9, "known": []})").error().message == "it is a baseline of version 9; this azlab reads version 1");
}

TEST_CASE("a repository's own addresses are those of its remotes, in every form", "[project]") {
  CHECK(web_address("git@github.com:Contoso/labs.git") == "https://github.com/Contoso/labs");
  CHECK(web_address("ssh://git@github.com:22/Contoso/labs") == "https://github.com/Contoso/labs");
  CHECK(web_address("https://user@dev.azure.com/contoso/labs/_git/labs/") == "https://dev.azure.com/contoso/labs/_git/labs");
  CHECK(web_address("../labs").empty());
  CHECK(web_address("/srv/labs.git").empty());
  Folder folder;
  REQUIRE(folder.shell("git init -q . && git remote add origin git@github.com:me/labs.git && git remote add upstream https://github.com/Contoso/labs && mkdir Instructions") == 0);
  const std::string tree = fs::canonical(folder.path()).string();
  CHECK(own_addresses(folder.path() + "/Instructions") == std::vector<std::pair<std::string, std::string>>{{"https://github.com/me/labs", tree}, {"git@github.com:me/labs", tree}, {"https://github.com/Contoso/labs", tree}, {"git@github.com:Contoso/labs", tree}});
  CHECK(own_addresses("/").empty());
}
