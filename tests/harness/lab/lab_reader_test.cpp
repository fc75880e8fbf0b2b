#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <stdexcept>

#include "harness/lab/lab.hpp"
#include "harness/lab/lexicon.hpp"
#include "sim/core/fixtures.hpp"
#include "sim/core/json.hpp"
#include "sim/core/text.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/seed_labs.hpp"

using namespace azlab;

namespace {

const std::filesystem::path kHere = std::filesystem::path(AZLAB_SOURCE_DIR) / "tests/harness/lab";

std::string read_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  REQUIRE(in.good());
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

lab::Lab read_document(const std::string& name) {
  auto read = lab::read_lab(read_text(kHere / "documents" / name), name);
  REQUIRE(read);
  return *std::move(read);
}

void compare_with_golden(const std::string& lab_name, const std::string& golden) {
  const auto text = test::seed_lab(lab_name);
  if (!text) return;
  const auto read = lab::read_lab(*text, lab_name);
  REQUIRE(read);
  const std::vector<std::string> got = split(lab::steps_as_json_lines(*read), '\n');
  const std::vector<std::string> want = split(read_text(kHere / "golden" / golden), '\n');
  for (std::size_t i = 0; i < std::min(got.size(), want.size()); ++i) CHECK(got[i] == want[i]);
  REQUIRE(got.size() == want.size());
}

bool is_actionable(const std::string& kind) {
  static const std::set<std::string> kPassive{"info", "cond", "effect", "hint", "tolerate", "observe", "alt.begin"};
  return !kPassive.contains(kind);
}

/// What must be right of an op for it to be carried out, as one string with its line.
std::multiset<std::string> actionable_ops(const std::string& json_lines) {
  std::multiset<std::string> out;
  for (const std::string& line : split(json_lines, '\n')) {
    if (line.empty()) continue;
    const auto unit = parse_json(line);
    REQUIRE(unit);
    for (Json op : unit->at("ops")) {
      if (!is_actionable(op.at("op").get<std::string>())) continue;
      op.erase("args");
      op.erase("ctx");
      op.erase("label");
      out.insert(std::to_string(unit->at("line").get<int>()) + " " + dump(op));
    }
  }
  return out;
}

std::string ops_of(const lab::Lab& lab, int line) {
  std::string out;
  for (const lab::Unit& unit : lab.units) {
    if (unit.line != line) continue;
    for (const lab::Op& op : unit.ops) {
      if (!out.empty()) out += "; ";
      out += op.kind;
      for (const std::string& en : op.en) out += " " + en;
    }
  }
  return out;
}

std::string rules_at(const lab::Lab& lab) {
  std::string out;
  for (const lab::Finding& finding : lab.findings) {
    out += std::to_string(finding.line) + " " + finding.severity + " " + finding.rule + "\n";
  }
  return out;
}

}  // namespace

TEST_CASE("lab reader: text that is not UTF-8 is refused with the byte offset") {
  const auto lab = lab::read_lab("# a\n\xff", "x.md");
  REQUIRE_FALSE(lab);
  REQUIRE(lab.error().message == "x.md: not UTF-8 (byte 4)");
}

TEST_CASE("lab reader: every language file compiles") {
  std::set<std::string> codes;
  for (const auto& language : lab::languages()) codes.insert(language->code());
  REQUIRE(codes == std::set<std::string>{"de", "en", "es", "fr", "id", "it", "ja", "ko", "pt", "zh-cn", "zh-tw"});
}

TEST_CASE("lab reader: seed lab 04 reads as the golden file") { compare_with_golden("04-Work-with-compute.md", "04-fr.jsonl"); }
TEST_CASE("lab reader: seed lab 08 reads as the golden file") { compare_with_golden("08-Script-mlflow-tracking.md", "08-fr.jsonl"); }

TEST_CASE("lab reader: seed lab 04's alternative belongs to the step that creates the workspace") {
  const auto text = test::seed_lab("04-Work-with-compute.md");
  if (!text) return;
  const auto read = lab::read_lab(*text, "04");
  REQUIRE(read);
  std::vector<int> owners;
  for (const lab::Step& step : read->steps) {
    if (step.alternative) owners.push_back(step.line);
  }
  REQUIRE(owners == std::vector<int>{49});
  REQUIRE(rules_at(*read) == "87 warning md/broken-emphasis\n92 note fence/language\n114 warning text/emphasised-negation\n");
}

TEST_CASE("lab reader: actionable ops in eleven languages have precision and recall of at least 0.98") {
  for (const std::string code : {"en", "fr", "de", "es", "it", "pt", "ja", "ko", "zh-cn", "zh-tw", "id"}) {
    const lab::Lab lab = read_document("bicycles-" + code + ".md");
    CHECK(lab.language == code);
    const auto got = actionable_ops(lab::steps_as_json_lines(lab));
    const auto want = actionable_ops(read_text(kHere / "documents" / ("bicycles-" + code + ".jsonl")));
    std::vector<std::string> both;
    std::set_intersection(got.begin(), got.end(), want.begin(), want.end(), std::back_inserter(both));
    const double precision = static_cast<double>(both.size()) / static_cast<double>(got.size());
    const double recall = static_cast<double>(both.size()) / static_cast<double>(want.size());
    std::cout << "lab reader " << code << ": precision " << precision << ", recall " << recall << " of " << want.size() << " ops\n";
    CHECK(precision >= 0.98);
    CHECK(recall >= 0.98);
    CHECK(rules_at(lab).empty());
    for (const lab::Step& step : lab.steps) CHECK(step.alternative.has_value() == (step.line == 25));
  }
}

TEST_CASE("lab reader: constructs of other labs are read, and what is not is unknown") {
  const lab::Lab lab = read_document("constructs-en.md");
  CHECK(ops_of(lab, 7) == "shell.run");
  CHECK(ops_of(lab, 9) == "shell.block");
  CHECK(ops_of(lab, 17) == "ui.click Create");
  CHECK(ops_of(lab, 18) == "ui.click Next");
  CHECK(ops_of(lab, 20) == "file.open feeder.py; file.paste feeder.py");
  CHECK(ops_of(lab, 22) == "file.content feeder.py");
  CHECK(ops_of(lab, 26) == "ui.click Wobble the perch");
  CHECK(ops_of(lab, 27) == "unknown winch");
  CHECK(ops_of(lab, 30) == "info");
  CHECK(ops_of(lab, 32) == "ui.form");
  CHECK(ops_of(lab, 36) == "form.field");
  CHECK(ops_of(lab, 37) == "form.field");
  CHECK(ops_of(lab, 42) == "ui.paste_cell");
  CHECK(ops_of(lab, 46) == "ui.click Refresh");
  CHECK(rules_at(lab) == "47 note note/orphan-tolerance\n");
}

TEST_CASE("lab reader: loose prose orders where it begins with a verb and names what it means") {
  const auto page = lab::read_lab("# A page\n\nIn this exercise you delete the resource group **rg-one**.\n\nDelete the resource group **rg-two**.\n\nStop the compute instance.\n\n"
                            "You pay for what you start.\n\nDelete what you made:\n\n1. Close any pop-ups.\n", "loose.md");
  REQUIRE(page);
  std::vector<std::string> steps;
  for (const auto& step : page->steps) steps.push_back(std::to_string(step.line) + " " + step.units.front().ops.front().kind);
  CHECK(steps == std::vector<std::string>{"5 res.delete", "7 res.stop", "13 ui.dismiss"});
}

TEST_CASE("lab reader: what a sentence forbids, leaves out or makes depend on something is not done with the rest of it") {
  const auto first_step = [](const std::string& sentence) {
    const auto page = lab::read_lab("# A page\n\n1. " + sentence + "\n", "one.md");
    REQUIRE(page);
    std::string out;
    for (const lab::Unit& unit : page->units) {
      for (const lab::Op& op : unit.ops) {
        if (op.kind == "info" || op.kind == "cond" || op.kind == "neg" || op.kind == "observe") continue;
        out += (out.empty() ? "" : "; ") + std::string(op.conditional ? "?" : "") + (op.optional ? "~" : "") + op.kind;
        for (const std::string& arg : op.args) out += " " + arg;
      }
    }
    return out;
  };
  CHECK(first_step("Wählen Sie **Teilen** aus. Klicken Sie aber noch nicht auf **Gewähren**.") == "ui.click Teilen");
  CHECK(first_step("Lade die Datei erneut hoch, ohne **Überschreiben** anzukreuzen.") == "ui.upload");
  CHECK(first_step("使用“**保存**”按钮保存结果，但不要选择“**关闭**”。") == "ui.click 保存");
  CHECK(first_step("不要であれば、コンピューティング インスタンスを停止します。") == "?res.stop");
  CHECK(first_step("Run the query by pressing **F5** or using the **Run** button.") == "key.press F5; ~ui.click Run");
  CHECK(first_step("Either drag the **recipes** table onto the canvas or select it.") == "ui.drag recipes; ~ui.click");
  CHECK(first_step("Saisissez un nom unique dans **Nom de calcul** et cliquez sur **Créer**.") == "ui.fill; ui.click Créer");
  CHECK(first_step("Dans le labo, le nommer `x`, sans cocher **Y**, et cliquer sur **Z**.") == "ui.fill x; ui.click Z");
}

TEST_CASE("lab reader: code in HTML is a command, headings in HTML are headings") {
  const auto page = lab::read_lab("<h1>Page</h1>\n<h2>Part</h2>\n<ol>\n<li>Run the commands: <pre><code class=\"language-bash\">echo 1 &gt; a\ncat a\n</code></pre></li>\n</ol>\n", "html.md");
  REQUIRE(page);
  CHECK(page->title == "Page");
  REQUIRE(page->steps.size() == 1);
  CHECK(page->steps[0].section == "Part");
  const lab::Op& block = page->steps[0].units.back().ops.back();
  CHECK(block.kind == "shell.block");
  CHECK(block.code == "echo 1 > a\ncat a\n");
  CHECK(block.fence_language == "bash");
}

TEST_CASE("lab reader: front matter that nobody can read, and a file without steps, are findings") {
  const auto first_rule = [](const char* text) {
    const auto page = lab::read_lab(text, "x.md");
    REQUIRE(page);
    return page->findings.empty() ? std::string() : std::to_string(page->findings[0].line) + " " + page->findings[0].rule;
  };
  const std::string step = "\n1. Open `https://portal.azure.com/`.\n";
  CHECK(first_rule(("---\nlab:\n  title: 'A: b'\n  description: >\n    a: b: c\n    [d\n---\n" + step).c_str()).empty());
  CHECK(first_rule(("---\ntitle: \"goes on\n  here\"\nmore: a plain text\n  that goes on\n---\n" + step).c_str()).empty());
  CHECK(first_rule(("---\nlab:\n  title: \"open\n---\n" + step).c_str()) == "3 lab/front-matter");
  CHECK(first_rule(("---\ntitle: Lab: more\n---\n" + step).c_str()) == "2 lab/front-matter");
  CHECK(first_rule(("---\nlab: x\n# Title\n" + step).c_str()) == "1 lab/front-matter");
  CHECK(first_rule("# About costs\n\nClouds charge by the hour.\n") == "1 lab/no-steps");
}

TEST_CASE("lab reader: what stands under a failure, stated maxima and values within prose") {
  const auto page = lab::read_lab("# A page\n\n1. Wait up to 10 minutes until the compute instance is running.\n1. Run it. If you get an error, retry the command.\n"
                            "1. Create a workspace with the following settings:\n    - **Subscription**: your subscription\n    - **Resource group**: *make one called* `rg-a`\n", "x.md");
  REQUIRE(page);
  REQUIRE(page->steps.size() == 3);
  const lab::Op& wait = page->steps[0].units[0].ops.at(0);
  CHECK(wait.wait_min_s == 0);
  CHECK(wait.wait_max_s == 600);
  const lab::Op& retry = page->steps[1].units[0].ops.back();
  CHECK(retry.kind == "retry");
  CHECK(retry.after_failure);
  CHECK(page->steps[2].units[1].ops[0].value_mode == lab::ValueMode::free_choice);
  CHECK(page->steps[2].units[2].ops[0].value_mode == lab::ValueMode::literal);
  CHECK(page->steps[2].units[2].ops[0].value == "rg-a");
}

TEST_CASE("lab reader: one cell of a notebook is not all of them") {
  const auto kinds_of = [](const std::string& sentence) {
    // The words around it say which language this is.
    const std::string lab = sentence.starts_with("Ex") ? "# Un exercice\n\nDans cet exercice, vous allez utiliser le portail Azure et les cellules du notebook.\n\n1. " : "# A lab\n\n1. ";
    const auto read = lab::read_lab(lab + sentence + "\n", "cells.md");
    REQUIRE(read);
    return read->steps.at(0).units.at(0).ops.at(0).kind;
  };
  for (const char* all : {"Run all cells.", "Run the code cells.", "Run each cell.", "Re-run the cells.", "Exécutez toutes les cellules.", "Exécutez chaque cellule."}) {
    INFO(all);
    CHECK(kinds_of(all) == "nb.runall");
  }
  for (const char* one : {"Run the first cell.", "Run the cell that creates the cluster.", "Run the cell.", "Exécutez la cellule."}) {
    INFO(one);
    CHECK(kinds_of(one) == "nb.runcell");
  }
}

TEST_CASE("lab reader: slips in the text are findings") {
  const lab::Lab lab = read_document("slips-en.md");
  CHECK(rules_at(lab) ==
        "7 note fence/language\n12 error cmd/placeholder\n13 warning cmd/placeholder-word\n20 warning sh/shebang\n"
        "24 warning md/broken-emphasis\n25 warning text/emphasised-negation\n26 warning text/no-break-space\n29 note note/orphan-tolerance\n");
}

TEST_CASE("lab reader: markers in masses take linear time") {
  const auto repeat = [](std::string_view piece, std::size_t size) {
    std::string out;
    while (out.size() < size) out += piece;
    return out;
  };
  for (const std::string_view piece : {"*", "<li>", "> ", ">\n", "[", "`", "- ", "<details>", "**a", "&#", "1. a\n", "|-|\n", "<b>", "_a", "\n\n1. **x** y\n"}) {
    const auto seconds = [&](std::size_t size) {
      const std::string text = repeat(piece, size);
      const auto begin = std::clock();
      REQUIRE(lab::read_lab(text, "x.md").has_value());
      return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    };
    // Eight times the text may take eight times as long, and something for noise; a quadratic reader takes 64 times.
    const double small = seconds(31'250);
    const double large = seconds(250'000);
    INFO("piece " << piece << ": " << small << " s, " << large << " s");
    CHECK(large < 24 * small + 0.05);
  }
}

TEST_CASE("reader: every pattern of every language is one") {
  std::size_t languages = 0;
  for (const auto& path : fixtures::list("fixtures/languages/")) {
    if (!path.ends_with(".json") || path.ends_with("/labels.json")) continue;
    INFO(path);
    CHECK(lab::Language::parse(fixtures::get(path)) != nullptr);
    ++languages;
  }
  CHECK(languages == 11);
  CHECK(lab::Language::parse(R"({"language": "xx", "verbs": {"select": ["("]}})") == nullptr);
  const auto broken = lab::Language::load(R"({"language": "xx", "verbs": {"select": ["("]}})");
  REQUIRE(broken != nullptr);
  CHECK_THROWS_AS(broken->scan("select"), std::logic_error);
}
