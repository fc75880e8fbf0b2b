"""azlab scenarios, the schema of scenarios, and azlab run held against what a scenario expects, from outside."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

AZLAB = os.environ["AZLAB"]
SCHEMA = pathlib.Path(__file__).resolve().parents[2] / "fixtures" / "scenario" / "scenario.schema.json"
ARM = "https://management.azure.com/subscriptions/$AZURE_SUBSCRIPTION_ID/resourceGroups/rg?api-version=2021-04-01"
MAKE_GROUP = f"curl -sS -o /dev/null -X PUT -H 'Content-Type: application/json' -d '{{\"location\": \"eastus\"}}' \"{ARM}\""

GOOD = [
    {}, {"$schema": "x", "description": "d", "source": "s", "profile": "slow", "date": "2027-01-04", "asOf": "2027-01-04T09:00:00Z"},
    {"extends": "typical"}, {"extends": ["typical", "slow-day"]},
    {"start": {"providers": {"Microsoft.Storage": "NotRegistered"}, "quotas": {"standardDSv2Family": 0}, "signIn": {"device": "page"}, "groups": [{"name": "rg", "location": "westeurope"}]}},
    {"start": {"policies": [{"name": "p", "displayName": "d", "reason": "r", "denyTypes": ["*"], "allowTypes": ["x"], "allowLocations": ["eastus"]}]}},
    {"start": {"deletedVaults": [{"name": "kv-*", "purgeProtection": True}], "deletedWorkspaces": [{"name": "w", "group": "g"}], "takenComputes": [{"name": "ci"}]}},
    {"start": {"workspaces": [{"name": "mlw", "group": "rg", "fails": {"fault": "ml-service-error", "phase": "workspace"}}]}},
    {"start": {"resources": [{"type": "Microsoft.Storage/storageAccounts", "name": "stlab", "group": "rg", "body": {"sku": {"name": "Standard_LRS"}}}], "underWay": []}},
    {"start": {"requests": [{"method": "GET", "address": "/subscriptions", "status": 200}]}},
    {"faults": [{"fault": "storage-quota-250", "operation": "storageAccounts.create", "resource": "st*", "phase": "request", "times": 2.0, "values": {"count": 250, "limit": "250"}}]},
    {"faults": [{"fault": "storage-name-taken"}], "expect": {"exitStatus": 1, "faults": {"storage-name-taken": {"atLeast": 1, "atMost": 2}}, "errors": {"X": 0}, "requests": {"vaults.*": 1},
                                                            "states": [{"resource": "/subscriptions/{subscription}/resourceGroups/rg", "state": "absent"}]}}]
BAD = [
    [], {"fault": []}, {"description": ""}, {"source": 1}, {"profile": "fast"}, {"date": "soon"}, {"asOf": "2027-1-4"}, {"extends": []}, {"extends": [""]}, {"extends": 1},
    {"start": []}, {"start": {"provider": {}}}, {"start": {"providers": []}}, {"start": {"providers": {"Microsoft.Storage": "Gone"}}}, {"start": {"providers": {"storage": "Registered"}}},
    {"start": {"quotas": {"f": -1}}}, {"start": {"quotas": {"f": "0"}}}, {"start": {"quotas": {"f": 0.5}}}, {"start": {"quotas": {"f": 1e300}}}, {"start": {"policies": {}}}, {"start": {"policies": [{}]}},
    {"start": {"policies": [{"name": "p", "denyTypes": "*"}]}}, {"start": {"policies": [{"name": "p", "deny": []}]}}, {"start": {"signIn": {"device": "never"}}}, {"start": {"signIn": {"devices": "page"}}},
    {"start": {"deletedVaults": [{"purgeProtection": True}]}}, {"start": {"deletedVaults": [{"name": "kv", "purgeProtection": "yes"}]}}, {"start": {"deletedWorkspaces": [{"name": "w"}]}},
    {"start": {"takenComputes": ["ci"]}}, {"start": {"groups": [{"location": "eastus"}]}}, {"start": {"workspaces": [{"name": "w"}]}}, {"start": {"workspaces": [{"name": "w", "group": "g", "fails": {}}]}},
    {"start": {"resources": [{"type": "storageAccounts", "name": "s", "group": "g"}]}}, {"start": {"resources": [{"type": "Microsoft.Storage/storageAccounts", "name": "s"}]}},
    {"start": {"underWay": [{"type": "Microsoft.Storage/storageAccounts", "name": "s", "group": "g", "fails": {"fault": "x"}}]}}, {"start": {"requests": [{"method": "FETCH", "address": "/"}]}},
    {"start": {"requests": [{"method": "GET", "address": "subscriptions"}]}}, {"start": {"requests": [{"method": "GET", "address": "/", "status": 20}]}},
    {"faults": {}}, {"faults": [{}]}, {"faults": [{"fault": ""}]}, {"faults": [{"fault": "storage-quota-250", "times": "2"}]}, {"faults": [{"fault": "storage-quota-250", "times": -2}]},
    {"faults": [{"fault": "storage-quota-250", "values": {"count": []}}]}, {"faults": [{"fault": "storage-quota-250", "where": "x"}]},
    {"expect": {}}, {"expect": {"exit": 0}}, {"expect": {"exitStatus": 256}}, {"expect": {"errors": ["X"]}}, {"expect": {"errors": {"X": -1}}}, {"expect": {"errors": {"X": {}}}},
    {"expect": {"errors": {"X": {"exactly": 1}}}}, {"expect": {"requests": {"vaults.create": "1"}}}, {"expect": {"states": [{"resource": "rg", "state": "absent"}]}}, {"expect": {"states": [{"resource": "/subscriptions/x"}]}}]


def azlab(*arguments, **more):
    return subprocess.run([AZLAB, *map(str, arguments)], capture_output=True, text=True, timeout=300, check=False, **more)


class Scenarios(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.at = pathlib.Path(folder.name)

    def write(self, name, content):
        path = self.at / name
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path

    def test_list(self):
        listed = azlab("scenarios", "list")
        self.assertEqual((0, ""), (listed.returncode, listed.stderr))
        self.assertIn("\n\n" + "capacity/cluster-does-not-grow".ljust(53) + "catalogue   The region has no machines left", listed.stdout)
        self.assertEqual(listed.stdout, azlab("scenarios").stdout)
        all_of_them = json.loads(azlab("scenarios", "list", "--json").stdout)
        self.assertEqual([one["name"] for one in all_of_them], [line.split()[0] for line in listed.stdout.splitlines() if line])
        self.assertGreaterEqual(len(all_of_them), 40)
        full = next(one for one in all_of_them if one["name"] == "capacity/start-never-ends")
        self.assertEqual({"name": "capacity/start-never-ends", "family": "capacity", "description": "Starting a stopped instance goes on for ever.",
                          "source": "catalogue ci-start-timeout", "sourceKind": "catalogue", "faults": ["ci-start-timeout"]}, full)
        self.assertEqual({"catalogue", "thread", "constructed", "data"}, {one["sourceKind"] for one in all_of_them})

    def test_show(self):
        shown = azlab("scenarios", "show", "capacity/region-full")
        self.assertIn('"extends": "workspace-ready"', shown.stdout)
        resolved = json.loads(azlab("scenarios", "show", "capacity/region-full", "--resolved").stdout)
        self.assertEqual({"workspaces": [{"name": "mlw-lab", "group": "rg-lab"}], "capacity": {"eastus": {"*": 0}}}, resolved["start"])
        self.assertNotIn("extends", resolved)
        unknown = azlab("scenarios", "show", "capacity/region-ful")
        self.assertEqual((2, "azlab: unknown scenario 'capacity/region-ful'; did you mean capacity/region-full?\n"), (unknown.returncode, unknown.stderr))
        own = self.write("own.json", '// mine\n{"profile": "slow"}')
        self.assertEqual('// mine\n{"profile": "slow"}\n', azlab("scenarios", "show", own).stdout)

    def test_check_tells_all_that_is_wrong_in_the_order_of_the_text(self):
        own = self.write("own.json", '{\n  "profil": "slow",\n  "start": {\n    "quotas": {"standardDSv2Family": -1},\n    "groups": [{}]\n  }\n}\n')
        checked = azlab("scenarios", "check", own)
        self.assertEqual(2, checked.returncode)
        self.assertEqual([f"azlab: {own}:2:3: unknown key 'profil'; did you mean 'profile'?",
                          f"azlab: {own}:4:38: start.quotas.standardDSv2Family: it must be 0 or more",
                          f'azlab: {own}:5:16: start.groups[0]: it needs "name"'], checked.stderr.splitlines())

    def test_check_arms_faults_puts_the_start_and_reads_what_is_extended(self):
        base = self.write("base.json", '{"faults": [{"fault": "no-such-fault"}]}')
        own = self.write("own.json", {"extends": "base.json"})
        self.assertEqual(f"azlab: {base}:1:13: faults[0]: unknown fault 'no-such-fault'\n", azlab("scenarios", "check", own).stderr)
        self.write("base.json", {"start": {"resources": [{"type": "Microsoft.KeyVault/vaults", "name": "1", "group": "rg"}]}})
        self.assertIn(f"azlab: {base}:1:26: start.resources[0]: azlab refuses it with 400 ", azlab("scenarios", "check", own).stderr)
        self.write("base.json", {"expect": {"errors": {"NoSuchCode": 1}}})
        good = azlab("scenarios", "check", own, "typical")
        self.assertEqual(0, good.returncode, good.stderr)
        self.assertEqual([f"{base}:1:38: note: the catalogue of faults has no code 'NoSuchCode'", f"{own}: a simulator takes it", "typical: a simulator takes it"], good.stdout.splitlines())

    def test_all_that_are_shipped_are_right(self):
        names = [one["name"] for one in json.loads(azlab("scenarios", "list", "--json").stdout)]
        checked = azlab("scenarios", "check", *names)
        self.assertEqual((0, ""), (checked.returncode, checked.stderr))

    def test_schema_and_program_take_and_refuse_the_same(self):
        self.assertEqual(json.loads(SCHEMA.read_text(encoding="utf-8")), json.loads(azlab("scenarios", "schema").stdout))
        for i, document in enumerate(GOOD + BAD):
            self.write(f"{i}.json", document)
        for i in range(len(GOOD) + len(BAD)):
            checked = azlab("scenarios", "check", self.at / f"{i}.json")
            self.assertEqual(0 if i < len(GOOD) else 2, checked.returncode, f"{(GOOD + BAD)[i]}: {checked.stdout}{checked.stderr}")
        python = json_schema()
        if python is None:
            print("skipped: no Python environment with jsonschema", file=sys.stderr)
            self.skipTest("no jsonschema")
        program = "import json, sys, jsonschema\nschema, documents = json.load(open(sys.argv[1])), json.load(sys.stdin)\n" \
                  "jsonschema.Draft202012Validator.check_schema(schema)\nprint(json.dumps([jsonschema.Draft202012Validator(schema).is_valid(one) for one in documents]))"
        said = subprocess.run([python, "-c", program, SCHEMA], input=json.dumps(GOOD + BAD), capture_output=True, text=True, check=True).stdout
        self.assertEqual([True] * len(GOOD) + [False] * len(BAD), json.loads(said))

    def test_run_is_held_against_what_is_expected(self):
        own = self.write("own.json", '{\n  "expect": {"requests": {"resourceGroups.create": 1}, "exitStatus": 3}\n}')
        met = azlab("run", "--scenario", own, "--", "bash", "-c", MAKE_GROUP + "; exit 3")
        self.assertEqual(0, met.returncode, met.stderr)
        self.assertNotIn("not as expected", met.stderr)
        summary = self.at / "summary.json"
        vain = azlab("run", "--scenario", own, "--summary", summary, "--", "true")
        self.assertEqual(1, vain.returncode)
        wanted = [f"{own}:2:70: expect.exitStatus: 3 expected, 0 found", f"{own}:2:52: expect.requests.resourceGroups.create: 1 expected, 0 found"]
        self.assertEqual(wanted, json.loads(summary.read_text(encoding="utf-8"))["unmet"])
        for line in wanted:
            self.assertIn(f"  not as expected: {line}\n", vain.stderr)
        self.assertEqual(7, azlab("run", "--scenario", own, "--", "bash", "-c", "exit 7").returncode)
        self.assertEqual(0, azlab("run", "--no-expect", "--scenario", own, "--", "true").returncode)

    def test_a_file_beside_azlab_json_is_a_scenario_of_the_project(self):
        self.write("azlab.json", {"files": ["*.md"], "scenarios": ["typical", "./mine.json"]})
        self.write("mine.json", {"expect": {"requests": {"vaults.create": {"atLeast": 1}}}})
        lab = self.write("lab.md", "# Lab\n\n1. Open the Azure portal at `https://portal.azure.com/`.\n")
        report = self.at / "r.json"
        ran = azlab("validate", "-q", "--no-sandbox", "--report", f"json={report}", lab)
        self.assertEqual(0, ran.returncode, ran.stdout + ran.stderr)
        said = report.read_text(encoding="utf-8")
        self.assertIn("scenario/expectation-not-met", said)
        self.assertIn("expect.requests.vaults.create: 1 or more expected, 0 found", said)
        self.write("mine.json", {"expects": {}})
        wrong = azlab("validate", "-q", lab)
        self.assertEqual(2, wrong.returncode)
        self.assertIn("mine.json:1:2: unknown key 'expects'; did you mean 'expect'?", wrong.stderr)


def json_schema():
    """The validator, from the Python environment of notebooks; None where that cannot be had."""
    asked = azlab("prepare", "ml")
    python = pathlib.Path(asked.stdout.strip().splitlines()[-1].split("\t")[-1]) / "bin" / "python" if asked.returncode == 0 else None
    if python is None and os.environ.get("CI", "").lower() in ("true", "1"):
        raise AssertionError(f"CI needs the Python environment: {asked.stderr}")
    return python


if __name__ == "__main__":
    unittest.main()
