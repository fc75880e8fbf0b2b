"""azlab run --journal, azlab journal and azlab replay, over the network and from outside: every line fits the schema, a replay
against the same scenario differs in nothing, against another it names what does."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from ground import AZLAB, ROOT, again_with, python_for_tests

CLIENT = '''
import json, os, urllib.request, urllib.error
def ask(method, path, body=None):
    request = urllib.request.Request("https://management.azure.com/subscriptions/" + os.environ["AZURE_SUBSCRIPTION_ID"] + path, method=method,
                                     data=None if body is None else json.dumps(body).encode(), headers={"Content-Type": "application/json", "User-Agent": "lab/1"})
    try:
        return urllib.request.urlopen(request).status
    except urllib.error.HTTPError as e:
        return e.code
ask("PUT", "/resourcegroups/rg?api-version=2022-09-01", {"location": "eastus", "tags": {"password": "hunter2"}})
account = "/resourcegroups/rg/providers/Microsoft.Storage/storageAccounts/stjournal?api-version=2023-01-01"
ask("PUT", account, {"location": "eastus", "sku": {"name": "Standard_LRS"}, "kind": "StorageV2"})
import time
while ask("GET", account) == 200 and time.sleep(5) is None and ask("GET", "/resourcegroups/none?api-version=2022-09-01") != 404: pass
time.sleep(60)
ask("GET", account)
'''


def azlab(*arguments, status=0):
    ran = subprocess.run([AZLAB, *arguments], capture_output=True, text=True, timeout=120)
    assert ran.returncode == status, (ran.returncode, ran.stdout, ran.stderr)
    return ran.stdout


class Journal(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.file = pathlib.Path(cls.folder.name) / "run.jsonl"
        azlab("run", "--no-prepare", "--fault", "too-many-requests-generic@resourceGroups.create:request:-1", "--journal", str(cls.file), "--", sys.executable, "-c", CLIENT)
        cls.lines = [json.loads(line) for line in cls.file.read_text(encoding="utf-8").splitlines()]

    def test_every_line_fits_the_schema(self):
        import jsonschema
        schema = json.loads((ROOT / "fixtures" / "journal" / "journal.schema.json").read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        validator = jsonschema.Draft202012Validator(schema)
        for line in self.lines:
            self.assertTrue(validator.is_valid(line), line)
        self.assertEqual("begin", self.lines[0]["kind"])
        self.assertEqual("end", self.lines[-1]["kind"])
        self.assertNotIn("hunter2", self.file.read_text(encoding="utf-8"))

    def test_who_what_when(self):
        first = next(line for line in self.lines if line["kind"] == "request")
        self.assertEqual(("PUT", "resourceGroups.create", 429, "too-many-requests-generic", "lab/1", "network"),
                         (first["method"], first["operation"], first["status"], first["fault"], first["caller"]["client"], first["caller"]["origin"]))

    def test_it_is_printed_and_filtered(self):
        self.assertIn(" PUT 429 resourceGroups.create management.azure.com/subscriptions/", azlab("journal", str(self.file)))
        chosen = azlab("journal", str(self.file), "--operation", "storageAccounts.*", "--clients", "true", "--json").splitlines()
        self.assertEqual({"storageAccounts.create", "storageAccounts.get"}, {json.loads(line)["operation"] for line in chosen})
        self.assertEqual("", azlab("journal", str(self.file), "--caller", "nobody"))
        azlab("journal", str(self.file), "--status", "9", status=2)
        azlab("journal", str(self.file.parent / "none"), status=2)

    def test_a_replay_against_the_same_differs_in_nothing(self):
        self.assertRegex(azlab("replay", str(self.file)), r"^azlab: \d+ requests replayed, nothing differs\n$")

    def test_a_replay_against_another_scenario_says_what_differs(self):
        said = azlab("replay", str(self.file), "--without-faults", status=1)
        self.assertIn(": 201, was 429; error none, was TooManyRequests; fault none, was too-many-requests-generic\n", said)
        said = azlab("replay", str(self.file), "--without-faults", "--fault", "storage-name-taken", status=1)
        self.assertIn("409, was", said)
        azlab("replay", str(self.file), "--scenario", "typicall", status=2)
        azlab("replay", str(self.file), "--fault", "typicall", status=2)
        azlab("replay", status=2)


if __name__ == "__main__":
    again_with(python_for_tests())
    unittest.main()
