"""azlab sweep: parts that join to the whole, sweeps that go on where they stood, exit statuses. Standard library only."""
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

AZLAB = os.environ["AZLAB"]
LAB = """# Store data

1. Open the Azure portal at `https://portal.azure.com/`. Select the **\\[>_]** button. Select **Bash**. Select **Apply**.
1. Make a group and a storage account:

    ```azurecli
    az group create --name rg-store --location eastus
    az storage account create --name stcourse26 --resource-group rg-store --location eastus
    ```
"""


class Sweep(unittest.TestCase):
    def setUp(self):
        self.directory = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        (self.directory / "lab.md").write_text(LAB)

    def azlab(self, *arguments):
        ran = subprocess.run([AZLAB, *arguments], capture_output=True, text=True, timeout=600, cwd=self.directory)
        return ran.returncode, ran.stdout, ran.stderr

    def sweep(self, *arguments):
        return self.azlab("sweep", "lab.md", "--fault", "storage-name-*", "-q", *arguments)

    def read(self, name):
        """A report without what differs from run to run."""
        report = json.loads((self.directory / name).read_text())
        for lab in report["labs"]:
            del lab["realSeconds"], lab["merged"]
        return report

    def test_it_tells_what_the_lab_lacks(self):
        status, out, err = self.sweep("--report", "json=all.json", "--report", "html=all.html", "--report", "markdown=all.md")
        self.assertEqual((0, ""), (status, err))
        self.assertTrue(out.startswith("lab.md: 2 of 2 branches: 0 led out, 2 left alone, 0 hidden, 0 absorbed, 0 unclear\n"), out)
        self.assertIn("line 4 (storage-name-taken): Add a random suffix to the name", out)
        report = self.read("all.json")
        self.assertEqual([("storage-name-invalid", 4, "left alone"), ("storage-name-taken", 4, "left alone")], [(c["fault"], c["line"], c["outcome"]) for c in report["labs"][0]["cells"]])
        self.assertIn("<td class=\"left-alone\">", (self.directory / "all.html").read_text())
        self.assertIn("| storage-name-taken | ! |", (self.directory / "all.md").read_text())

    def test_parts_join_to_the_whole(self):
        self.sweep("--report", "json=all.json")
        for part in ("1", "2"):
            self.assertEqual(0, self.sweep("--shard", part + "/2", "--report", f"json={part}.json")[0])
        self.assertEqual(1, len(self.read("1.json")["labs"][0]["cells"]))
        status, out, _ = self.azlab("merge", "2.json", "1.json", "--report", "json=both.json")
        self.assertEqual(0, status)
        self.assertTrue(out.startswith("lab.md: 2 of 2 branches: "), out)
        self.assertEqual(self.read("all.json"), self.read("both.json"))
        self.assertEqual((2, "", "azlab: lab.md:4: storage-name-invalid stands in several of the reports\n"), self.azlab("merge", "1.json", "1.json"))

    def test_a_sweep_goes_on_where_it_stood(self):
        self.sweep("--resume", "kept", "--report", "json=first.json")
        kept = (self.directory / "kept").read_text().splitlines()
        self.assertEqual(3, len(kept))
        (self.directory / "kept").write_text("\n".join(kept[:2]) + "\n")
        # What is kept is taken as it is: a word changed there comes out again.
        text = (self.directory / "kept").read_text()
        (self.directory / "kept").write_text(text.replace("left alone", "hidden"))
        status, out, _ = self.sweep("--resume", "kept", "--fail-on", "hidden")
        self.assertEqual(1, status)
        self.assertTrue(out.startswith("lab.md: 2 of 2 branches: 0 led out, 1 left alone, 1 hidden, "), out)
        self.assertEqual((2, "azlab: kept was kept by another sweep (other labs, seed, scenario, faults or azlab); remove it or name another file\n"), self.sweep("--resume", "kept", "--seed", "7")[::2])

    def test_exit_statuses_and_wrong_use(self):
        self.assertEqual(0, self.sweep("--fail-on", "hidden")[0])
        self.assertEqual(1, self.sweep("--fail-on", "alone")[0])
        self.assertEqual((2, "azlab: --report xml=x: write json=FILE, html=FILE or markdown=FILE\n"), self.sweep("--report", "xml=x")[::2])
        self.assertEqual((2, "azlab: --line 5: no step begins there; steps begin at 3, 4\n"), self.sweep("--line", "5")[::2])
        self.assertEqual((2, "azlab: --fault nothing: no fault of the catalogue has such a name (azlab faults list)\n"), self.azlab("sweep", "lab.md", "--fault", "nothing")[::2])


if __name__ == "__main__":
    unittest.main()
