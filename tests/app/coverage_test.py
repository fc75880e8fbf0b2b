"""What labs ask for that is not simulated is counted and ranked. Standard library only."""
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

AZLAB = os.environ["AZLAB"]
START = "# Elsewhere\n\n1. Open the Azure portal at `https://portal.azure.com`, and open the **Cloud Shell** with **Bash**.\n"
RUN = "1. Run this command:\n\n    ```{0}\n    {1}\n    ```\n\n"


class Coverage(unittest.TestCase):
    def test_what_is_missing_is_ranked_by_steps_and_labs(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "one.md").write_text(START + RUN.format("azurecli", "az vm create --name x --resource-group y") + RUN.format("azurecli", "docker run hello-world") + "1. Fold the page in half and whistle.\n", encoding="utf-8")
            (root / "two.md").write_text(START + RUN.format("azurecli", "az vm list") + RUN.format("powershell", "Get-AzVM") + RUN.format("azurecli", "az group list"), encoding="utf-8")
            ran = subprocess.run([AZLAB, "coverage", "--no-prepare", "--json", "coverage.json", "one.md", "two.md"], cwd=root, capture_output=True, text=True, timeout=300)
            self.assertEqual((0, ""), (ran.returncode, ran.stderr))
            self.assertEqual("""2 labs, 8 steps: 3 carried out, 4 blocked (not simulated), 1 not understood, 0 blocked for other reasons

steps  labs  what is missing
    2     2  command: az vm  (first at one.md:4)
    1     1  command: docker  (first at one.md:10)
    1     1  fence: powershell  (first at two.md:10)
    1     1  sentence: Fold the page in half and whistle.  (first at one.md:16)
""", ran.stdout)
            told = json.loads((root / "coverage.json").read_text(encoding="utf-8"))
            self.assertEqual({"steps": 8, "carriedOut": 3, "notSimulated": 4, "notUnderstood": 1, "otherwiseBlocked": 0}, {name: told[name] for name in told if name != "missing"})
            self.assertEqual({"kind": "command", "what": "az vm", "steps": 2, "labs": ["one.md", "two.md"], "first": "one.md:4"}, told["missing"][0])

    def test_labs_that_lack_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "one.md").write_text(START + RUN.format("azurecli", "az group list"), encoding="utf-8")
            ran = subprocess.run([AZLAB, "coverage", "--no-prepare", "one.md"], cwd=folder, capture_output=True, text=True, timeout=300)
            self.assertEqual("1 labs, 2 steps: 2 carried out, 0 blocked (not simulated), 0 not understood, 0 blocked for other reasons\n", ran.stdout)
            ran = subprocess.run([AZLAB, "coverage", "missing.md"], cwd=folder, capture_output=True, text=True, timeout=300)
            self.assertEqual((2, 1), (ran.returncode, ran.stderr.count("\n")), ran.stderr)


if __name__ == "__main__":
    unittest.main()
