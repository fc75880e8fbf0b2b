"""The real az where Azure has a cause to refuse: policies, locks, roles, limits, states, networks (docs/causes.md).

az/causes.json is the data: a scenario, or the `start` of one, and command lines typed one after the other in it. Of a command line
`status` is how az exits (0 unless said), `out` what it prints, `err` what it says of an error, in parts; `asked` and `waits` hold for
the whole session: how often az asked for an operation, and how many simulated seconds passed. Names of causes as arguments: only these.
"""
import concurrent.futures
import json
import pathlib
import shlex
import sys
import tempfile
import unittest

import az_session
import clients
import suites

CAUSES = json.loads((clients.HERE / "az" / "causes.json").read_text(encoding="utf-8"))
SUBSCRIPTION = f"/subscriptions/{clients.SUBSCRIPTION}"
PLACES = {"{subscription}": SUBSCRIPTION, "{group}": f"{SUBSCRIPTION}/resourceGroups/rg", "{group-lab}": f"{SUBSCRIPTION}/resourceGroups/rg-lab"}
NOT_SERVED = {"azcliprod.blob.core.windows.net": "az looks for news about itself"}
SHELL = {"ACC_CLOUD": "PROD", "AZUREPS_HOST_ENVIRONMENT": "cloud-shell/1.0"}
OPTIONS = ["--seed", "1", "--date", "2026-11-23T09:00:00Z"]
TENANT = "72f9a1c4-6d0e-4c5b-8a37-1e2d3c4b5a69"


def template(*resources):
    return {"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0", "resources": list(resources)}


ACCOUNT = {"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-05-01", "name": "stmade", "location": "eastus", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}
VAULT = {"type": "Microsoft.KeyVault/vaults", "apiVersion": "2023-07-01", "name": "kv-made", "location": "eastus",
         "properties": {"tenantId": TENANT, "sku": {"name": "standard", "family": "A"}, "accessPolicies": []}}


def workspace(group, name, storage):
    of = f"{SUBSCRIPTION}/resourceGroups/{group}/providers/"
    return {"location": "eastus", "properties": {"storageAccount": storage, "keyVault": f"{of}Microsoft.KeyVault/vaults/kv-{name}", "applicationInsights": f"{of}Microsoft.Insights/components/ai-{name}"}}


TEAM = workspace("rg-lab", "mlw-lab", f"{SUBSCRIPTION}/resourceGroups/rg-team/providers/Microsoft.Storage/storageAccounts/stteam")
FILES = {
    "account": template(ACCOUNT),
    "vault-and-account": template(VAULT, ACCOUNT),
    "workspace": TEAM,
    "own-workspace": template({"type": "Microsoft.MachineLearningServices/workspaces", "apiVersion": "2024-04-01", "name": "mlw-old", **workspace("rg", "lab", f"{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/stlab")}),
    "logs-rule": {"if": {"field": "type", "equals": "Microsoft.Storage/storageAccounts"},
                  "then": {"effect": "deployIfNotExists", "details": {
                      "type": "Microsoft.Storage/storageAccounts/blobServices/containers", "name": "logs", "roleDefinitionIds": [],
                      "deployment": {"properties": {"mode": "incremental", "parameters": {"account": {"value": "[field('name')]"}}, "template": {
                          **template({"type": "Microsoft.Storage/storageAccounts/blobServices/containers", "apiVersion": "2023-05-01", "name": "[concat(parameters('account'), '/default/logs')]", "properties": {}}),
                          "parameters": {"account": {"type": "string"}}}}}}}},
    "linked": template(ACCOUNT, {"type": "Microsoft.MachineLearningServices/workspaces", "apiVersion": "2024-04-01", "name": "mlw-lab", **TEAM}),
    "role": {"Name": "Storage maker", "Description": "Makes accounts.", "Actions": ["Microsoft.Storage/storageAccounts/read", "Microsoft.Storage/storageAccounts/write", "Microsoft.Storage/checkNameAvailability/read"], "AssignableScopes": [SUBSCRIPTION]},
}


def filled(text):
    for mark, place in PLACES.items():
        text = text.replace(mark, place)
    return text


class Session:
    """One cause, met by the real az."""

    def __init__(self, entry, python):
        self.entry = entry
        steps = [{"args": ["login", "--identity"], "variables": SHELL}]
        steps += [{"args": shlex.split(filled(step["az"])), "variables": SHELL, "files": {name: json.dumps(FILES[what]) for name, what in step.get("files", {}).items()}} for step in entry["steps"]]
        with tempfile.TemporaryDirectory() as directory:
            scenario = entry.get("scenario")
            if "start" in entry:
                file = pathlib.Path(directory) / "scenario.json"
                file.write_text(json.dumps({"description": entry["cause"], "source": "constructed", "start": entry["start"]}), encoding="utf-8")
                scenario = str(file)
            options = OPTIONS + (["--scenario", scenario] if scenario else [])
            results, self.ran = az_session.carry_out(python, steps, options)
        self.results = results[1:]


class Said(suites.Named):
    """One command line: how az ends, and what it says."""

    def __init__(self, record, cause, number, step, result):
        super().__init__(f"{cause}: {number} az {step['az']}")
        self.record, self.step, self.result = record, step, result

    def runTest(self):
        step, result = self.step, self.result
        self.assertEqual(step.get("status", 0), result["status"], result["err"])
        if "out" in step:
            out = json.loads(result["out"]) if not isinstance(step["out"], str) else result["out"].strip()
            self.assertEqual(step["out"], out)
        for part in step.get("err", []):
            self.assertIn(filled(part), result["err"])
        if step.get("status", 0) != 0:
            self.assertTrue(step.get("err"), "what az says of a refusal is asserted: " + result["err"])
        self.record.called(az_session.words_of(shlex.split(step["az"])) + (" (refused)" if step.get("status") else ""))


class Asked(suites.Named):
    """How often az asked, and how long it waited."""

    def __init__(self, entry, ran):
        super().__init__(f"{entry['cause']}: requests and waiting")
        self.entry, self.ran = entry, ran

    def runTest(self):
        wanted = self.entry.get("asked", {})
        asked = {name: self.ran.summary["operations"].get(name, {}).get("requests", 0) for name in wanted}
        self.assertEqual(wanted, asked)
        if "waits" in self.entry:
            least, most = self.entry["waits"] if isinstance(self.entry["waits"], list) else (self.entry["waits"], self.entry["waits"])
            self.assertTrue(least - 0.5 <= self.ran.summary["simulatedSeconds"] <= most + 0.5, f"{self.ran.summary['simulatedSeconds']} simulated seconds instead of {self.entry['waits']}")


def suite():
    python, version = clients.python_environment("az", "azure-cli")
    record = clients.Record("az_causes", f"azure-cli {version}, causes")
    entries = [entry for entry in CAUSES if not sys.argv[1:] or entry["cause"] in sys.argv[1:]]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        sessions = list(pool.map(lambda entry: Session(entry, python), entries))
    out = unittest.TestSuite()
    seen = {}
    for session in sessions:
        cause = session.entry["cause"]
        seen[cause] = {"steps": [{"az": step["az"], "status": result["status"], "out": result["out"], "err": result["err"]} for step, result in zip(session.entry["steps"], session.results)],
                       "asked": {name: calls["requests"] for name, calls in sorted(session.ran.summary["operations"].items())}, "waits": session.ran.summary["simulatedSeconds"]}
        out.addTests(Said(record, cause, number, step, result) for number, (step, result) in enumerate(zip(session.entry["steps"], session.results), 1))
        out.addTest(Asked(session.entry, session.ran))
        out.addTest(suites.Served(cause, record, session.ran, NOT_SERVED))
    # For whoever looks into a failure or writes a case.
    clients.BUILD.mkdir(parents=True, exist_ok=True)
    (clients.BUILD / "az_causes_seen.json").write_text(json.dumps(seen, indent=1), encoding="utf-8")
    if not sys.argv[1:]:
        out.addTest(suites.Written(record, at_least=20))
    return out


if __name__ == "__main__":
    suites.main("az_causes", suite)
