#include "harness/report/report.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "harness/report/kinds.hpp"
#include "harness/report/matrix.hpp"
#include "harness/report/plain.hpp"
#include "harness/report/remarks.hpp"
#include "harness/run/run_directory.hpp"
#include "sim/core/json.hpp"
#include "sim/core/text.hpp"
#include "tests/harness/report/sample.hpp"
#include "tests/support/catch.hpp"

using namespace azlab;
using namespace azlab::report;

namespace {

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

std::string error_of(const std::vector<std::string>& texts) {
  const auto targets = parse_targets(texts);
  return targets ? "" : targets.error().message;
}

std::string refusal(const std::vector<run::LabRecord>& labs, std::string_view place) {
  const auto told = explain(labs, place);
  return told ? "" : told.error().message;
}

}  // namespace

TEST_CASE("report: kinds are asked for by name, and unknown ones are refused with the list") {
  CHECK(error_of({"json=r.json", "junit=r.xml", "sarif=r.sarif", "github", "github=r.txt", "markdown=r.md", "html=r.html"}).empty());
  CHECK(error_of({"yaml=r"}) == "--report 'yaml' is not known; known: json, junit, sarif, github, markdown, html");
  CHECK(error_of({"yaml"}) == "--report 'yaml': write KIND=FILE, for instance json=report.json; kinds: json, junit, sarif, github, markdown, html");
  CHECK(error_of({"html"}) == "--report 'html': write KIND=FILE, for instance html=report");
  CHECK(error_of({"github="}) == "--report 'github=': write KIND=FILE, for instance github=report");
  CHECK(error_of({"json=/no/such/r.json"}) == "--report: the directory /no/such does not exist");
  CHECK(contains(help_on_kinds(), "github: annotations"));
}

TEST_CASE("report: remarks are findings and steps that did not go well, each once, by line") {
  std::vector<std::string> seen;
  for (const auto& r : remarks_of(sample_labs())) seen.push_back(std::to_string(r.line) + " " + r.severity + " " + r.rule + " " + r.owner);
  CHECK(seen == std::vector<std::string>{"3 error nb/cell-failed translation", "20 warning md/broken-emphasis source", "20 error azlab/step-failed source", "30 warning azlab/step-blocked source"});
  CHECK(remarks_of(sample_labs())[0].suggestion == "Mend the cell, or tell the reader what to do about it.");
}

TEST_CASE("report: a step that is known not to be judged is a note") {
  auto labs = sample_labs();
  labs[0].steps[2].known = "needs a phone";
  const Remark known = remarks_of(labs).back();
  CHECK(known.severity == "note");
  CHECK(known.suggestion == "Known: needs a phone");
  CHECK(from_json(to_json(labs))->at(0).steps[2].known == "needs a phone");
}

TEST_CASE("report: what JSON holds can be read back") {
  const auto labs = sample_labs();
  const std::string text = to_json(labs);
  const auto read = from_json(text);
  INFO((read ? std::string() : read.error().message));
  REQUIRE(read);
  // Owners and times of the whole are written out, so the second writing is the measure.
  CHECK(to_json(*read) == text);
  const std::string languages = to_json(sample_languages());
  CHECK(to_json(from_json(languages).value()) == languages);
  CHECK(parse_json(languages)->at("labs")[1]["readWithSource"] == Json::parse("[12, 14]"));
  CHECK(parse_json(languages)->at("labs")[1]["steps"][1]["sourceLine"] == 20);
  CHECK(parse_json(text)->at("version") == 1);
  CHECK(parse_json(text)->at("labs")[0]["findings"][0]["owner"] == "source");
  CHECK(from_json("{}").error().message == "not a JSON report of azlab validate");
  CHECK(from_json(R"({"version": 2, "labs": []})").error().message == "the report's version is 2; this azlab reads version 1");
  CHECK(contains(from_json(R"({"version": 1, "labs": [{"steps": [{"line": "x"}]}]})").error().message, "the report is not as azlab writes it"));
}

TEST_CASE("report: SARIF names rules, places and fingerprints that do not depend on lines") {
  auto labs = sample_labs();
  const Json sarif = *parse_json(to_sarif(labs));
  const Json& run = sarif.at("runs")[0];
  const Json& first = run.at("results")[0];
  CHECK(first.at("ruleId") == "nb/cell-failed");
  CHECK(run.at("tool").at("driver").at("rules")[first.at("ruleIndex").get<std::size_t>()].at("id") == "nb/cell-failed");
  CHECK(first.at("level") == "error");
  CHECK(first.at("locations")[0]["physicalLocation"]["artifactLocation"]["uri"] == "Instructions/01-a%2Cb.md");
  CHECK(first.at("locations")[0]["physicalLocation"]["region"] == Json{{"startLine", 3}, {"snippet", {{"text", "![x](http://e.example/)"}}}});
  CHECK(run.at("results")[2].at("ruleId") == "azlab/step-failed");
  CHECK(run.at("results")[3].at("ruleId") == "azlab/step-blocked");
  CHECK(run.at("results").size() == 4);
  for (auto& step : labs[0].steps) step.line += 7;
  for (auto& finding : labs[0].findings) finding.line += 7;
  const Json moved = *parse_json(to_sarif(labs));
  for (std::size_t i = 0; i < 4; ++i) CHECK(moved.at("runs")[0]["results"][i]["partialFingerprints"] == run.at("results")[i]["partialFingerprints"]);
  labs[0].findings[2].quote = "other words";
  CHECK(parse_json(to_sarif(labs))->at("runs")[0]["results"][0]["partialFingerprints"] != first.at("partialFingerprints"));
}

TEST_CASE("report: GitHub's annotations are escaped as its runner reads them") {
  CHECK(to_github(sample_labs()) ==
        "::error file=Instructions/01-a%2Cb.md,line=3,title=nb/cell-failed (translation)::@someone <script>alert(2)</script> `x` | y%0AMend the cell, or tell the reader what to do about it.\n"
        "::error file=Instructions/01-a%2Cb.md,line=20,title=azlab/step-failed (source)::The page has no \"Make\": 100%25,%0Asorry.\n"
        "::warning file=Instructions/01-a%2Cb.md,line=20,title=md/broken-emphasis (source)::stars stay%0Ano space\n"
        "::warning file=Instructions/01-a%2Cb.md,line=30,title=azlab/step-blocked (source)::Line 20 failed, and this builds on it.\n"
        "azlab: 2 of 2 errors, 2 of 2 warnings, 0 of 0 notes annotated\n");
}

TEST_CASE("report: GitHub gets no more annotations of a kind than it shows") {
  run::LabRecord lab{.file = "a.md"};
  for (int i = 1; i <= 13; ++i) lab.findings.push_back({.rule = "sh/prompt", .severity = "error", .line = i, .message = "asks"});
  const std::string text = to_github({lab});
  CHECK(split(text, '\n').size() == 12);  // ten, the summary, and the end
  CHECK(contains(text, "azlab: 10 of 13 errors, 0 of 0 warnings, 0 of 0 notes annotated; GitHub shows no more than 10 of each, the other reports have them all\n"));
}

TEST_CASE("report: GitHub's job summary gets the Markdown appended") {
  const std::string file = (std::filesystem::temp_directory_path() / ("azlab-summary-" + std::to_string(std::rand()))).string();
  std::ofstream(file) << "before\n";
  ::setenv("GITHUB_STEP_SUMMARY", file.c_str(), 1);
  std::ostringstream printed;
  const auto written = write_reports(*parse_targets({"github"}), sample_labs(), printed);
  ::unsetenv("GITHUB_STEP_SUMMARY");
  REQUIRE(written);
  CHECK(printed.str() == to_github(sample_labs()));
  CHECK(*run::read_file(file) == "before\n" + to_markdown(sample_labs()));
  std::filesystem::remove(file);
}

TEST_CASE("report: Markdown groups by owner, escapes, and folds transcripts") {
  const std::string text = to_markdown(sample_labs());
  CHECK(contains(text, "| Instructions/01-a,b.md | en | **failed** | 1 of 3 | 2 | 2 | 0 |"));
  CHECK(contains(text, "| b/&lt;script&gt;.md | fr | **passed** | 1 of 1 | 0 | 0 | 0 |"));
  CHECK(contains(text, "### For the translator\n\n- **error** Instructions/01-a,b.md:3 `nb/cell-failed`: &#64;someone &lt;script&gt;alert(2)&lt;/script&gt; \\`x\\` \\| y"));
  CHECK(text.find("### For the author of the text") < text.find("### For the translator"));
  CHECK(contains(text, "<details><summary>Instructions/01-a,b.md:20 Select \\*\\*Make\\*\\*. (failed)</summary>\n\n```text\n"));
  CHECK_FALSE(contains(text, "<script>"));
}

TEST_CASE("report: Markdown stays below the limit of comments and says what it left out") {
  run::LabRecord lab{.file = "a.md"};
  for (int i = 1; i <= 400; ++i) lab.findings.push_back({.rule = "sh/prompt", .severity = "error", .line = i, .message = std::string(300, 'x')});
  const std::string text = to_markdown({lab});
  CHECK(text.size() < 60'000);
  CHECK(contains(text, "*Cut at 60,000 bytes: "));
  CHECK(contains(text, " entries are left out; the HTML and JSON reports have them all.*\n"));
}

TEST_CASE("report: HTML holds foreign text as text and forbids itself to load anything") {
  const std::string text = to_html(sample_labs());
  CHECK(contains(text, "default-src 'none'; img-src data:; style-src 'sha256-"));
  CHECK(contains(text, "&lt;script&gt;alert(1)&lt;/script&gt;"));
  CHECK(contains(text, "b/&lt;script&gt;.md"));
  CHECK_FALSE(contains(text, "<script>alert"));
  CHECK_FALSE(contains(text, "style=\""));
  CHECK(contains(text, "<article id=\"lab-1-line-20\" data-verdict=\"failed\">"));
  CHECK(contains(text, "<h3>Before the first step</h3>"));
  CHECK(contains(text, "+ Microsoft.Resources/resourceGroups/rg (Succeeded)"));
  CHECK(contains(text, "  [ Create ]"));
}

TEST_CASE("report: a step's picture stands in the HTML file itself, with words for who does not see it") {
  auto labs = sample_labs();
  CHECK_FALSE(contains(to_html(labs), "<img"));
  labs[0].steps[0].line = 20;
  labs[0].steps[0].text = "Select \"Create\" & <wait>\nfor it";
  labs[0].steps[0].picture = "\x89PNG";
  CHECK(contains(to_html(labs), "<img loading=\"lazy\" alt=\"The page after line 20: Select &quot;Create&quot; &amp; &lt;wait&gt;\" src=\"data:image/png;base64,iVBORw==\">"));
  auto without = labs;
  without[0].steps[0].picture.clear();
  CHECK(to_json(labs) == to_json(without));
}

TEST_CASE("report: a lab in its languages is a matrix of steps") {
  const auto labs = report::sample_languages();
  const auto matrices = report::matrices_of(labs);
  REQUIRE(matrices.size() == 1);
  const auto& matrix = matrices[0];
  std::vector<std::string> cells;
  for (const auto& row : matrix.rows) {
    for (const auto& cell : row.cells) cells.push_back(cell.step == nullptr ? "missing" : std::to_string(cell.step->line) + " " + cell.step->verdict + (cell.rules.empty() ? "" : " " + cell.rules[0]));
  }
  CHECK(cells == std::vector<std::string>{"10 passed", "11 failed l10n/label-mistranslated", "10 passed", "20 failed", "22 failed", "20 failed", "30 passed", "missing", "30 passed"});
  CHECK(report::words_on(matrix, matrix.columns[1]) == "1 steps as in the source, 1 differ, 1 missing, 1 added");
  CHECK(report::words_on(matrix, matrix.columns[2]) == "3 steps as in the source, none differ, none missing, none added");
  CHECK_FALSE(report::Matrix::is_even(matrix.rows[0]));
  CHECK(report::Matrix::is_even(matrix.rows[1]));
  // What one language alone cannot show: labs without translations have none, and another scenario is another matrix.
  CHECK(report::matrices_of({labs[0]}).empty());
  auto other_scenario = labs;
  other_scenario[1].scenario = "slow-day";
  CHECK(report::matrices_of(other_scenario)[0].columns.size() == 2);

  const std::string markdown = report::to_markdown(labs);
  CHECK(markdown.find("- de: 1 steps as in the source, 1 differ, 1 missing, 1 added\n") != std::string::npos);
  CHECK(markdown.find("| step | en | de | fr |\n|---|---|---|---|\n| 10 Select \\*\\*Create\\*\\*. | 10 passed | 11 failed `l10n/label-mistranslated` | 10 passed |\n| 30 Wait. | 30 passed | missing | 30 passed |\n\n") != std::string::npos);
  const std::string html = report::to_html(labs);
  CHECK(html.find("<td>Run &lt;this&gt;:</td><td data-verdict=\"failed\"><a href=\"#lab-1-line-20\">20</a>") != std::string::npos);
  CHECK(html.find("<td class=\"missing\">missing</td>") != std::string::npos);
  std::ostringstream console;
  report::print_summary(console, labs, {});
  CHECK(console.str().find("\nLanguages of Instructions/01-owls.md\n  de: 1 steps as in the source, 1 differ, 1 missing, 1 added\n  fr: 3 steps as in the source") != std::string::npos);
}

TEST_CASE("report: a step that did not go well is its cause's, else the translation's or the source's") {
  auto labs = report::sample_languages();
  const auto owners = [&](const run::LabRecord& lab) {
    std::vector<std::string> out;
    for (const auto& remark : report::remarks_of(lab)) {
      if (remark.rule.starts_with("azlab/")) out.push_back(std::to_string(remark.line) + " " + remark.owner);
    }
    return out;
  };
  CHECK(owners(labs[0]) == std::vector<std::string>{"20 source"});
  CHECK(owners(labs[1]) == std::vector<std::string>{"11 translation", "22 source", "25 translation"});
  labs[0].findings = {{.rule = "kernel/retired", .severity = "error", .line = 20, .message = "gone"}};
  CHECK(owners(labs[0]) == std::vector<std::string>{"20 platform"});
}

TEST_CASE("report: JUnit has what was typed and shown, and no characters that XML forbids") {
  auto labs = sample_labs();
  labs[0].steps[0].ops[0].commands[0].output = "a\x1b[0m\xff\x01<\n";
  const std::string text = to_junit(labs);
  CHECK(contains(text, "<system-out>$ az group create\na[0m\xEF\xBF\xBD&lt;\n(1 min 15 s)\n</system-out>"));
  CHECK(contains(text, "<failure message=\"The page has no &quot;Make&quot;: 100%,&#10;sorry.\">Instructions/01-a,b.md:20</failure>"));
  CHECK(contains(text, "<skipped message=\"blocked: Line 20 failed, and this builds on it.\"/>"));
}

TEST_CASE("report: text of others loses what no document can hold") {
  CHECK(plain_text("a\tb\r\n\x7f\xc3\xa9\xc3") == "a\tb\n\xc3\xa9\xEF\xBF\xBD");
  CHECK(plain_text("\xEF\xBF\xBF|\xE6\x97\xA5") == "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD|\xE6\x97\xA5");
  CHECK(cut_text("\xc3\xa9\xc3\xa9", 3) == "\xc3\xa9…");
}

TEST_CASE("explain: all that a report knows of a line") {
  const auto labs = sample_labs();
  CHECK(*explain(labs, "01-a,b.md:12") ==
        "Instructions/01-a,b.md:10  passed\n"
        "  section: Create\n"
        "  step 1: Run this command:\n"
        "  waiting 1 min 15 s, reading and doing about 6 s\n"
        "\nOperations\n"
        "  11 shell.block: passed\n"
        "\nCommands\n"
        "  line 12, in cloud-shell, 1 min 15 s, exit status 0\n"
        "    $ az group create\n"
        "    {\"name\": \"rg\"}\n"
        "    <script>alert(1)</script>\n"
        "\nWhat changed in Azure\n"
        "  + Microsoft.Resources/resourceGroups/rg (Succeeded)\n");
  const std::string failed = *explain(labs, "Instructions/01-a,b.md:20");
  CHECK(contains(failed, "\nThe page\n  portal: Home\n    [ Create ]\n"));
  CHECK(contains(failed, "\nwarning md/broken-emphasis at line 20, for source\n  stars stay\n  line: Select ** Make**.\n  suggestion: no space\n  what: "));
  CHECK(contains(*explain(labs, "<script>.md:5"), "\nNotebook Labs/x.ipynb: passed\n  kernel 'K', Python 3.11.2\n  cell 1: passed: 1+1\n"));
  CHECK(contains(*explain(labs, "01-a,b.md:3"), "Instructions/01-a,b.md:3  no step: the first comes later\n\nerror nb/cell-failed at line 3, for translation\n"));
}

TEST_CASE("report: a lab in two scenarios is told apart, and what both show is one remark") {
  auto labs = sample_labs();
  labs[1] = labs[0];
  labs[1].scenario = "slow-day";
  labs[1].faults = {{"quota", "computes.create", 2}};
  CHECK(remarks_of(labs).size() == 4);
  CHECK(to_json(*from_json(to_json(labs))) == to_json(labs));
  CHECK(from_json(to_json(labs))->at(1).faults.size() == 1);
  CHECK(contains(to_markdown(labs), "| Instructions/01-a,b.md (slow-day) | en |"));
  CHECK(contains(*explain(labs, "30"), "\nInstructions/01-a,b.md (slow-day):30  blocked\n"));
}

TEST_CASE("explain: a place that is none gets one clear line") {
  const auto labs = sample_labs();
  CHECK(refusal(labs, "12") == "the report has several labs; write FILE:LINE with one of Instructions/01-a,b.md, b/<script>.md");
  CHECK(refusal(labs, "c.md:12") == "the report has no lab 'c.md'; write FILE:LINE with one of Instructions/01-a,b.md, b/<script>.md");
  CHECK(refusal(labs, "a.md:x") == "'a.md:x' is no place; write LINE or FILE:LINE");
  CHECK(refusal(labs, "") == "'' is no place; write LINE or FILE:LINE");
  CHECK(refusal({}, "1") == "the report has no labs");
  CHECK(refusal({labs[1]}, "5").empty());
}

TEST_CASE("what a lab prints gives no commands to the host of a pipeline", "[report]") {
  run::LabRecord lab{.file = "a.md"};
  lab.steps = {{.line = 3, .text = "Type ##[error]x", .verdict = std::string(run::verdict::kFailed), .evidence = "It said:\n::add-mask::word\n  ::error::no\n##vso[task.setvariable variable=x]1"}};
  lab.findings = {{.rule = "b", .severity = "note", .line = 2, .message = "## a heading ##[group]", .suggestion = "::stop-commands::x"}};
  std::ostringstream out;
  print_step(out, lab, lab.steps[0], {});
  CHECK(out.str() == "FAIL  a.md:3  Type ## [error]x\n        It said:\n        | ::add-mask::word\n        |   ::error::no\n        ## vso[task.setvariable variable=x]1\n");
  out.str("");
  print_lab(out, lab, {});
  CHECK(out.str().find("  a.md:2  note  b  ## a heading ## [group]\n        | ::stop-commands::x\n") != std::string::npos);
}
