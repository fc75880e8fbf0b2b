"""A repository of labs from outside: azlab.json, the repository's own address, baselines. Standard library and git only."""
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

AZLAB = os.environ["AZLAB"]
LAB = """# Look at the files

1. Open the Azure portal at `https://portal.azure.com/`. Select the **\\[>_]** button. Select **Bash**. Select **Apply**.
1. Get the files of this course:

    ```azurecli
    git clone https://github.com/contoso/labs.git course
    cat course/Labs/new.txt
    ```
"""


def timeless(path):
    """A report without what real time makes of it."""
    def strip(value):
        if isinstance(value, dict):
            return {key: strip(member) for key, member in value.items() if key != "realSeconds"}
        return [strip(one) for one in value] if isinstance(value, list) else value
    return strip(json.loads(path.read_text(encoding="utf-8")))


class Project(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.directory.name)
        self.write("Instructions/look.md", LAB)
        self.write("Labs/new.txt", "not committed yet\n")
        for command in (["init", "-q", "."], ["remote", "add", "origin", "git@github.com:Contoso/labs.git"]):
            subprocess.run(["git", "-C", self.root, *command], check=True)

    def tearDown(self):
        self.directory.cleanup()

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text if isinstance(text, str) else json.dumps(text), encoding="utf-8")

    def validate(self, *arguments, directory=""):
        ran = subprocess.run([AZLAB, "validate", "-q", "--no-prepare", "--report", "json=report.json", *arguments], cwd=self.root / directory, capture_output=True, text=True, timeout=300)
        path = self.root / directory / "report.json"
        self.labs = json.loads(path.read_text(encoding="utf-8"))["labs"] if path.exists() else []
        return ran

    def rules(self):
        return [finding["rule"] for lab in self.labs for finding in lab["findings"]]

    def test_the_repository_is_known_by_its_remote_and_cloned_as_it_lies_there(self):
        self.write("azlab.json", {"files": ["Instructions/*.md"]})
        ran = self.validate()
        self.assertEqual((0, ["Instructions/look.md"]), (ran.returncode, [lab["file"] for lab in self.labs]), ran.stdout + ran.stderr)
        # As in a container, whose user is not whose files are checked out: git alone would not say its remotes.
        if os.geteuid() == 0:
            subprocess.run(["chown", "-R", "12345", self.root], check=True)
            self.assertEqual(0, self.validate().returncode)
        self.assertIn("not committed yet", json.dumps(self.labs[0]["steps"]))
        # A file that is given is read with the same settings, from anywhere.
        self.assertEqual(0, self.validate("look.md", directory="Instructions").returncode)

    def test_without_that_remote_the_clone_is_blocked_and_known_steps_do_not_matter(self):
        subprocess.run(["git", "-C", self.root, "remote", "set-url", "origin", "https://github.com/contoso/others"], check=True)
        self.write("azlab.json", {"files": ["Instructions/*.md"]})
        self.assertEqual(3, self.validate().returncode)
        self.write("azlab.json", {"files": ["Instructions/*.md"], "notSimulated": [{"text": "Get the files", "reason": "cloned elsewhere"}]})
        ran = self.validate()
        self.assertEqual(0, ran.returncode, ran.stdout)
        self.assertIn("1 steps are known to fail or not to be judged", ran.stdout)
        self.write("azlab.json", {"files": ["Instructions/*.md"], "clones": {"https://github.com/contoso/labs": "."}})
        self.assertEqual(0, self.validate().returncode)

    def test_rules_scenarios_and_severities(self):
        self.write("Instructions/look.md", LAB.replace("azurecli\n", "azurecli\n", 1).replace("    cat course/Labs/new.txt\n", ""))
        self.write("azlab.json", {"files": ["Instructions/*.md"], "scenarios": ["typical", "slow-day"]})
        self.assertEqual(0, self.validate().returncode)
        self.assertEqual(["fence/language", "fence/language"], self.rules())
        self.write("azlab.json", {"files": ["Instructions/*.md"], "rules": {"fence/language": "error"}})
        self.assertEqual(1, self.validate().returncode)
        self.write("azlab.json", {"files": ["Instructions/*.md"], "rules": {"fence/language": "off"}, "failOn": "warning"})
        self.assertEqual(0, self.validate().returncode)
        self.assertEqual([], self.rules())

    def test_a_baseline_takes_out_what_is_known_and_says_what_is_stale(self):
        self.write("azlab.json", {"files": ["Instructions/*.md"], "rules": {"fence/language": "error"}})
        self.assertEqual(1, self.validate("--write-baseline", "known.json").returncode)
        self.assertEqual(["fence/language"], [one["rule"] for one in json.loads((self.root / "known.json").read_text(encoding="utf-8"))["known"]])
        self.write("Instructions/look.md", "# Look\n\nA line more.\n" + LAB.split("\n", 1)[1])
        ran = self.validate("--baseline", "known.json")
        self.assertEqual((0, []), (ran.returncode, self.rules()), ran.stdout)
        self.assertIn("1 findings are silenced", ran.stdout)
        self.write("Instructions/look.md", LAB.replace("azurecli", "bash"))
        self.assertEqual(0, self.validate("--baseline", "known.json").returncode)
        self.assertEqual(["baseline/stale"], self.rules())

    def test_a_translation_is_held_against_its_source(self):
        self.write("Instructions/fr/look.md", "# Regarder les fichiers\n\n" + LAB.split("\n\n", 1)[1].replace("Open the Azure portal at", "Ouvrez le portail Azure à l’adresse").replace("Select the", "Sélectionnez le bouton")
                   .replace("]** button. Select **Bash**. Select **Apply**.", "]**. Sélectionnez **Bash**. Sélectionnez **Appliquer**.").replace("Get the files of this course:", "Récupérez les fichiers de ce cours :")
                   .replace("course/Labs/new.txt", "cours/Labs/new.txt"))
        self.write("azlab.json", {"files": ["Instructions/**/*.md"], "twins": {"source": "Instructions/{name}.md", "translation": "Instructions/{language}/{name}.md"}})
        ran = self.validate()
        self.assertEqual(["Instructions/fr/look.md", "Instructions/look.md"], [lab["file"] for lab in self.labs], ran.stderr)
        french = {finding["rule"]: finding["owner"] for finding in self.labs[0]["findings"]}
        self.assertEqual("translation", french.get("l10n/code-differs"), french)
        self.assertEqual("source", french.get("fence/language"), french)
        self.assertEqual(["fence/language"], [finding["rule"] for finding in self.labs[1]["findings"]])

    def test_what_a_source_shows_when_it_is_carried_out_is_the_sources_in_its_translation_too(self):
        asks = LAB.replace("    cat course/Labs/new.txt\n", "    read -p 'Name? ' name\n    echo done\n")
        self.write("Instructions/look.md", asks)
        self.write("Instructions/fr/look.md", asks.replace("Look at the files", "Regarder les fichiers").replace("Open the Azure portal at", "Ouvrez le portail Azure à l’adresse").replace("Select the", "Sélectionnez le bouton")
                   .replace("]** button. Select **Bash**. Select **Apply**.", "]**. Sélectionnez **Bash**. Sélectionnez **Appliquer**.").replace("Get the files of this course:", "Récupérez les fichiers de ce cours :"))
        self.write("azlab.json", {"files": ["Instructions/**/*.md"]})
        self.validate()
        self.assertEqual(["Instructions/fr/look.md", "Instructions/look.md"], [lab["file"] for lab in self.labs])
        self.assertEqual([["source"], ["source"]], [[finding["owner"] for finding in lab["findings"] if finding["rule"] == "sh/prompt"] for lab in self.labs])

    def test_a_translation_is_read_with_its_source_and_its_failures_have_owners(self):
        french = LAB.replace("Look at the files", "Regarder les fichiers").replace("Open the Azure portal at", "Galopez jusqu’au portail Azure à l’adresse").replace(
            "Select the **\\[>_]** button. Select **Bash**. Select **Apply**.", "Sélectionnez le bouton **\\[>_]**. Sélectionnez **Bash**. Sélectionnez **Appliquer**.").replace("Get the files of this course:", "Récupérez les fichiers de ce cours :")
        both = "\n1. Close any pop-ups.\n1. Run this command:\n\n    ```azurecli\n    az no-such-group list\n    ```\n\n1. Run this command:\n\n    ```azurecli\n    cat course/Labs/new.txt\n    ```\n"
        self.write("Instructions/look.md", LAB + both)
        self.write("Instructions/fr/look.md", french + both.replace("Close any pop-ups.", "Gobez les fenêtres contextuelles.").replace("Run this command", "Exécutez cette commande").replace("cat course", "cat cours"))
        self.write("azlab.json", {"files": ["Instructions/**/*.md"], "rules": {"fence/language": "off"}})
        ran = self.validate("--report", "markdown=report.md")
        self.assertEqual(["Instructions/fr/look.md", "Instructions/look.md"], [lab["file"] for lab in self.labs], ran.stderr)
        translation, source = self.labs
        self.assertEqual("Instructions/look.md", translation["translationOf"])
        self.assertEqual([11], translation["readWithSource"])
        self.assertEqual([(3, 3, None), (4, 4, None), (11, 11, None), (12, 12, "source"), (18, 18, "translation")],
                         [(step["line"], step["sourceLine"], step.get("owner")) for step in translation["steps"]], translation["steps"])
        self.assertEqual([None], list({step.get("owner") for step in source["steps"]}))
        self.assertIn("### Languages of Instructions/look.md\n\n- fr: ", (self.root / "report.md").read_text(encoding="utf-8"))
        self.assertIn("Languages of Instructions/look.md\n  fr: 4 steps as in the source, 1 differ, none missing, none added", ran.stdout)

    def test_shards_run_beside_each_other_and_merged_are_one_run(self):
        for name in ("a", "b", "c"):
            self.write(f"Instructions/{name}.md", LAB)
        self.write("azlab.json", {"files": ["Instructions/*.md"]})
        whole = self.validate()
        reports = [self.root / f"{part}.json" for part in (1, 2)]
        shards = [subprocess.Popen([AZLAB, "validate", "-q", "--no-prepare", "--shard", f"{part}/2", "--report", f"json={report}"], cwd=self.root, stdout=subprocess.PIPE, text=True)
                  for part, report in zip((1, 2), reports)]
        self.assertEqual([0, 0], [shard.wait(300) for shard in shards], [shard.communicate()[0] for shard in shards])
        for shard in shards:
            shard.stdout.close()
        # The second part comes first: the order is that of the files.
        merged = subprocess.run([AZLAB, "merge", *reversed(reports), "--report", "json=merged.json"], cwd=self.root, capture_output=True, text=True, timeout=60)
        self.assertEqual((whole.returncode, ["a", "b", "c", "look"]), (merged.returncode, [pathlib.Path(lab["file"]).stem for lab in json.loads((self.root / "merged.json").read_text(encoding="utf-8"))["labs"]]), merged.stderr)
        self.assertEqual(timeless(self.root / "report.json"), timeless(self.root / "merged.json"))
        # The second worker had been told to fail on warnings: each report says by what its labs are judged.
        text = reports[1].read_text(encoding="utf-8")
        self.assertIn('"failOn": "error"', text)
        reports[1].write_text(text.replace('"failOn": "error"', '"failOn": "warning"').replace('"severity": "note"', '"severity": "warning"'), encoding="utf-8")
        for arguments, status in (([], 1), (["--fail-on", "error"], 0)):
            strict = subprocess.run([AZLAB, "merge", *reports, *arguments], cwd=self.root, capture_output=True, text=True, timeout=60)
            self.assertEqual(status, strict.returncode, strict.stdout + strict.stderr)
        again = subprocess.run([AZLAB, "merge", reports[0], reports[0]], cwd=self.root, capture_output=True, text=True, timeout=60)
        self.assertEqual((2, "azlab: Instructions/a.md stands in several of the reports"), (again.returncode, again.stderr.strip()))
        wrong = self.validate("--shard", "3/2")
        self.assertEqual((2, "azlab: --shard '3/2': write i/n, for instance 2/4"), (wrong.returncode, wrong.stderr.strip()))

    def test_wrong_settings_are_one_line_and_status_2(self):
        for text, expected in (("{\n \"file\": []\n}", "azlab: azlab.json:2: file: there is no such member; do you mean 'files'?"),
                               ('{"files": ["nothing/*.md"]}', f"azlab: azlab.json: no file below {self.root} fits \"files\"")):
            self.write("azlab.json", text)
            ran = self.validate()
            self.assertEqual((2, expected), (ran.returncode, ran.stderr.strip()))
        self.write("azlab.json", "{}")
        self.write("b.json", "{}")
        ran = self.validate("--baseline", "b.json", "Instructions/look.md")
        self.assertEqual((2, "azlab: b.json: it is no baseline: azlab validate --write-baseline writes one"), (ran.returncode, ran.stderr.strip()))


if __name__ == "__main__":
    unittest.main()
