#pragma once

#include <vector>

#include "harness/run/result.hpp"

namespace azlab::report {

/// Two labs in which everything occurs that reports show: findings of several owners, one of them twice, verdicts of every
/// kind, commands, a page, changes, and text that tries to be markup.
inline std::vector<run::LabRecord> sample_labs() {
  run::LabRecord first{.file = "Instructions/01-a,b.md", .title = "Make a group", .language = "en", .verdict = "failed"};
  first.steps = {
      {.line = 10, .section = "Create", .number = 1, .text = "Run this command:", .verdict = "passed", .evidence = "$ az group create",
       .ops = {{.op = "shell.block", .line = 11, .verdict = "passed", .evidence = "$ az group create",
                .commands = {{.line = 12, .terminal = "cloud-shell", .command = "az group create", .output = "{\"name\": \"rg\"}\n<script>alert(1)</script>\n", .exit_status = 0, .simulated_s = 75}}}},
       .simulated_s = 75, .doing_s = 5.5, .changes = {"+ Microsoft.Resources/resourceGroups/rg (Succeeded)"}},
      {.line = 20, .section = "Create", .number = 2, .text = "Select **Make**.", .verdict = "failed", .evidence = "The page has no \"Make\": 100%,\nsorry.",
       .ops = {{.op = "ui.click", .line = 20, .verdict = "failed", .evidence = "The page has no \"Make\": 100%,\nsorry."}}, .doing_s = 4, .screen = "portal: Home\n  [ Create ]\n"},
      {.line = 30, .section = "Create", .number = 3, .text = "Select **Next**.", .verdict = "blocked", .evidence = "Line 20 failed, and this builds on it."}};
  first.findings = {{.rule = "md/broken-emphasis", .severity = "warning", .line = 20, .message = "stars stay", .suggestion = "no space", .quote = "Select ** Make**."},
                    {.rule = "md/broken-emphasis", .severity = "warning", .line = 20, .message = "stars stay", .suggestion = "no space", .quote = "Select ** Make**."},
                    {.rule = "nb/cell-failed", .severity = "error", .line = 3, .message = "@someone <script>alert(2)</script> `x` | y", .owner = "translation", .quote = "![x](http://e.example/)"}};
  first.silenced = 2;
  first.simulated_s = 75;
  first.doing_s = 9.5;
  run::LabRecord second{.file = "b/<script>.md", .title = "Second", .language = "fr", .verdict = "passed"};
  second.steps = {{.line = 5, .section = "S", .number = 1, .text = "Text", .verdict = "passed"}};
  second.notebooks = {{.path = "Labs/x.ipynb", .line = 5, .kernel = "K", .python = "3.11.2", .code_cells = 1, .cells = {{.number = 1, .verdict = "passed", .first_line = "1+1", .output = "2"}}, .verdict = "passed"}};
  second.faults = {{"quota", "computes.create", 0}};
  second.stand_ins = {{"https://a.example/x", "here"}};
  return {first, second};
}

/// A lab in three languages: German lacks a step, has one of its own and another verdict; French is as its source.
inline std::vector<run::LabRecord> sample_languages() {
  run::LabRecord source{.file = "Instructions/01-owls.md", .title = "Owls", .language = "en", .verdict = "failed"};
  source.steps = {{.line = 10, .text = "Select **Create**.", .verdict = "passed"}, {.line = 20, .text = "Run <this>:", .verdict = "failed", .evidence = "command not found"}, {.line = 30, .text = "Wait.", .verdict = "passed"}};
  run::LabRecord german{.file = "Instructions/de/01-owls.md", .title = "Eulen", .language = "de", .translation_of = source.file, .read_with_source = {12, 14}, .verdict = "failed"};
  german.steps = {{.line = 11, .text = "Wählen Sie **Erzeugen**.", .verdict = "failed", .evidence = "The page has no \"Erzeugen\".", .owner = "translation", .source_line = 10},
                  {.line = 22, .text = "Führen Sie aus:", .verdict = "failed", .evidence = "command not found", .owner = "source", .source_line = 20},
                  {.line = 25, .text = "Winken Sie.", .verdict = "not understood", .owner = "translation"}};
  german.findings = {{.rule = "l10n/label-mistranslated", .severity = "error", .line = 13, .message = "Erstellen"}, {.rule = "md/broken-emphasis", .severity = "warning", .line = 22, .message = "stars"}};
  run::LabRecord french{.file = "Instructions/fr/01-owls.md", .title = "Hiboux", .language = "fr", .translation_of = source.file, .verdict = "failed"};
  french.steps = {{.line = 10, .text = "Sélectionnez **Créer**.", .verdict = "passed", .source_line = 10}, {.line = 20, .text = "Exécutez :", .verdict = "failed", .evidence = "command not found", .owner = "source", .source_line = 20},
                  {.line = 30, .text = "Attendez.", .verdict = "passed", .source_line = 30}};
  return {source, german, french};
}

}  // namespace azlab::report
