// The examples of the rules that need the text alone are tests: each fires its rule, and its mended twin does not.
#include <algorithm>
#include <string>

#include "harness/lab/lab.hpp"
#include "tests/support/catch.hpp"

using namespace azlab;

namespace {

bool fires(const std::string& rule, const std::string& text) {
  const auto lab = lab::read_lab(text, "example.md");
  REQUIRE(lab);
  return std::any_of(lab->findings.begin(), lab->findings.end(), [&](const auto& f) { return f.rule == rule; });
}

}  // namespace

TEST_CASE("every rule of the text fires on its own example, and not on the mended one", "[rules]") {
  int tried = 0;
  for (const auto& rule : rules::catalogue()) {
    const std::string group = rule.id.substr(0, rule.id.find('/'));
    static const std::vector<std::string> kOfText = {"cmd", "directive", "fallback", "fence", "lab", "md", "note", "text"};
    if (std::find(kOfText.begin(), kOfText.end(), group) == kOfText.end() && rule.id != "sh/shebang") continue;
    if (rule.id == "directive/stale") continue;  // what it finds shows when the lab has been carried out
    INFO(rule.id);
    CHECK(fires(rule.id, rule.example));
    ++tried;
    if (group == "directive") continue;  // their near misses are in tests/harness/rules/cases
    CHECK_FALSE(rule.mended.empty());
    CHECK_FALSE(fires(rule.id, rule.mended));
  }
  CHECK(tried >= 15);
}

TEST_CASE("what looks like a finding of the text and is none", "[rules]") {
  const auto spared = [](const std::string& rule, const std::string& text) {
    INFO(rule << ": " << text);
    CHECK_FALSE(fires(rule, text));
  };
  const auto command = [](const std::string& line) { return "1. Run this:\n\n    ```bash\n    " + line + "\n    ```\n"; };
  // Redirections, here-documents, comparisons and comments are no placeholders.
  for (const char* line : {"sort <names.txt >sorted.txt", "cat <<END\n    hello\n    END", "diff <(ls a) <(ls b)", "# az group create --name <your-group>", "[[ a < b ]]", "echo \"1 <2\"", "cat < \"$FILE\""}) spared("cmd/placeholder", command(line));
  for (const char* line : {"echo \"all yours\"", "az group create --name rg-yourself --location eastus", "# use your-group", "export COLOUR=1"}) spared("cmd/placeholder-word", command(line));
  for (const char* text : {"1. Open **Users/*your-name*/labs**.", "1. Set **File type** to **Bash (\\*.sh)**.", "1. Select **A** and **B**.", "1. Multiply 2 * 3 * 4.", "1. Select ***Next***."}) spared("md/broken-emphasis", text);
  spared("md/broken-emphasis", "```bash\nls **/*.md\n```\n");
  for (const char* text : {"1. Do **not** select it.", "1. Select **No, thanks**.", "1. Select **Don't ask again**.", "1. *Do not close this tab.*"}) spared("text/emphasised-negation", text);
  // French sets a no-break space before its signs: only what must be typed to the letter counts.
  spared("text/no-break-space", "1. Sélectionnez **Créer**\u00a0: l’espace de travail est prêt\u00a0!");
  spared("text/no-break-space", "1. Sélectionnez **Vérifier\u00a0+\u00a0créer**.");
  spared("fence/language", command("az group list"));
  spared("fence/language", "1. Run this:\n\n    ```azurecli\n    NAMES=$(az group list -o tsv)\n    ```\n");
  spared("fence/language", "1. Run this:\n\n    ```powershell\n    $name = \"rg-lab\"\n    ```\n");
  spared("fence/language", command("name=\"$1\""));
  spared("sh/shebang", "```bash\n#!/bin/sh\necho \"$1\"\n```\n");
  spared("sh/shebang", "```bash\n#!/usr/bin/env bash\ndeclare -a names=(one two)\n```\n");
  spared("sh/shebang", "```bash\n#!/bin/sh\n# names=(one two) would be bash\necho x\n```\n");
  spared("lab/front-matter", "# Lab\n\n---\n\n1. Open the **Azure portal**.\n");
  spared("lab/front-matter", "---\nlab:\n  title: \"Work: with\"\n---\n\n# Lab\n\n1. Open the **Azure portal**.\n");
  spared("lab/no-steps", "# Lab\n\n* Open the **Azure portal**.\n\n1. Select **Apply**.\n");
  spared("directive/unknown", "# Lab\n\n<!-- azure labs: not for azlab -->\n\n1. Open the **Azure portal**.\n");
  spared("directive/unknown", "# Lab\n\n```html\n<!-- azlab disabel -->\n```\n\n1. Open the **Azure portal**.\n");
  spared("note/orphan-tolerance", "1. Run all cells in the notebook.\n\n    > Ignore any error messages that appear.\n");
}
