"""The real az with the templates of tests/templates: validate, what-if, create, what-if and create again.

Outputs and forecasts are compared with tests/templates/golden, which the in-process test (tests/sim/template_files_test.cpp)
holds as well. Failures are in FAILING: what az says of each, and its exit status.
"""
import concurrent.futures
import json
import pathlib
import re
import sys
import tempfile
import unittest

import az_session
import clients
import suites

TEMPLATES = clients.ROOT / "tests" / "templates"
OPTIONS = ["--seed", "1", "--date", "2026-11-23T09:00:00Z"]
SCOPE = f"/subscriptions/{clients.SUBSCRIPTION}"
NOT_SERVED = {"azcliprod.blob.core.windows.net": "az looks for news about itself"}
LOGIN = {"args": ["login", "--identity"]}
GROUP = {"args": ["group", "create", "-n", "rg", "-l", "westeurope"]}
ACCOUNT = {"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-05-01", "name": "stplain01", "location": "westeurope", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}
VAULT = {"type": "Microsoft.KeyVault/vaults", "apiVersion": "2023-07-01", "location": "westeurope", "properties": {"tenantId": "72f9a1c4-6d0e-4c5b-8a37-1e2d3c4b5a69", "sku": {"name": "standard", "family": "A"}, "accessPolicies": []}}


def document(resources, **more):
    return {"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0", **more, "resources": resources}


# name, template, arguments beside -g and -f, exit status, what az says
FAILING = [
    ("circle", document([{**ACCOUNT, "name": "stcircle1", "dependsOn": ["stcircle2"]}, {**ACCOUNT, "name": "stcircle2", "dependsOn": ["stcircle1"]}]), [], 1,
     ['"code": "InvalidTemplate"', f"Circular dependency detected on resource: '{SCOPE}/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/stcircle1'."]),
    ("twice", document([ACCOUNT, ACCOUNT]), [], 1, ['"code": "InvalidTemplate"', "The resource 'Microsoft.Storage/storageAccounts/stplain01' at line '1' and column '"]),
    ("unknown-parameter", document([]), ["-p", "colour=red"], 1, ["unrecognized template parameter 'colour'. Allowed parameters: "]),
    ("missing-parameter", document([], parameters={"colour": {"type": "string"}}), ["--no-prompt"], 1, ['"code": "InvalidTemplate"', "The value for the template parameter 'colour' at line '1' and column '"]),
    ("not-allowed", document([], parameters={"colour": {"type": "string", "allowedValues": ["red", "blue"]}}), ["-p", "colour=green"], 1,
     ['"code": "InvalidTemplate"', "The provided value for the template parameter 'colour' is not valid. The value 'green' is not part of the allowed value(s): 'red,blue'."]),
    ("bad-name", document([{**ACCOUNT, "name": "BAD-NAME"}]), [], 1, ['"code": "InvalidTemplateDeployment"', "PreflightValidationCheckFailed", "AccountNameInvalid"]),
    ("inner-failure", document([{"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "inner",
                                 "properties": {"mode": "Incremental", "template": document([{**VAULT, "name": "kv--bad"}])}}]), [], 1, ["DeploymentFailed", "VaultNameNotValid"]),
    ("no-link", document([{"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "l", "properties": {"mode": "Incremental", "templateLink": {"uri": "https://nowhere.example.org/t.json"}}}]), [], 1,
     ['"code": "InvalidContentLink", "message": "Unable to download deployment content from \'https://nowhere.example.org/t.json\'.']),
]


def change_line(change):
    line = f"{change['changeType']} {change['resourceId'][len(SCOPE):]}"
    return line + "".join(f" {one['propertyChangeType']}:{one['path']}" for one in change.get("delta") or [])


class Checked(suites.Named):
    """One command line: its status, and what `look` finds wrong with its output."""

    def __init__(self, name, record, step, result, look):
        super().__init__(f"{name}: az {' '.join(step['args'][:4])}")
        self.record, self.step, self.result, self.look = record, step, result, look

    def runTest(self):
        said = f"{self.result['out']}\n{self.result['err']}"
        self.assertEqual(self.step.get("status", 0), self.result["status"], said)
        if self.look is not None:
            self.look(self, self.result["out"], said)
        self.record.called(az_session.words_of(self.step["args"]) + (" (refused)" if self.step.get("status") else ""))


def equals(pick, expected):
    return lambda test, out, said: test.assertEqual(expected, pick(json.loads(out)), said)


def contains(*texts):
    return lambda test, out, said: [test.assertIn(text, said) for text in texts]


def plain(text):
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def counts(lines):
    """The last line of what az draws: "Resource changes: 2 to create, 1 to ignore."."""
    words = {"Create": "to create", "Modify": "to modify", "Delete": "to delete", "Deploy": "to deploy", "NoChange": "no change", "Ignore": "to ignore", "Unsupported": "unsupported"}
    of = {kind: sum(line.startswith(kind + " ") for line in lines) for kind in words}
    return [f"{of[kind]} {words[kind]}" for kind in words if of[kind]]


def summary(lines):
    def look(test, out, said):
        last = [line for line in plain(out).splitlines() if line.startswith("Resource changes: ")]
        test.assertEqual(1, len(last), said)
        for part in counts(lines):
            test.assertIn(part, last[0], said)
    return look


def steps_of(name):
    """(step, what to look at) of one template."""
    golden = json.loads((TEMPLATES / "golden" / f"{name}.json").read_text(encoding="utf-8"))
    subscription = "subscriptionDeploymentTemplate" in (TEMPLATES / f"{name}.json").read_text(encoding="utf-8")
    where = ["-l", "westeurope"] if subscription else ["-g", "rg"]
    level = "sub" if subscription else "group"
    files = ["-f", str(TEMPLATES / f"{name}.json"), "-p", f"@{TEMPLATES / name}.parameters.json", "-n", name]
    command = lambda verb, *more: {"args": ["deployment", level, verb, *where, *files, *more]}
    shown = {key: value for key, value in golden["outputs"].items() if value != "(not shown)"}
    outputs = equals(lambda body: {key: value["value"] for key, value in (body["properties"]["outputs"] or {}).items() if "value" in value and value["value"] is not None}, shown)
    changes = lambda body: [change_line(change) for change in body["changes"]]
    return [(LOGIN, None), (GROUP, None),
            (command("validate"), equals(lambda body: body["properties"]["provisioningState"], "Succeeded")),
            (command("what-if", "--no-pretty-print"), equals(changes, golden["whatIfBefore"])),
            (command("what-if"), summary(golden["whatIfBefore"]) if golden["whatIfBefore"] else None),
            (command("create"), outputs),
            (command("what-if", "--no-pretty-print"), equals(changes, golden["whatIfAfter"])),
            (command("create"), outputs)]


def linked_steps():
    """The template that links, from a public container to which its parts are uploaded."""
    golden = json.loads((TEMPLATES / "golden" / "linked-main.json").read_text(encoding="utf-8"))
    account = ["--account-name", "sttemplates"]
    upload = lambda name: {"args": ["storage", "blob", "upload", *account, "-c", "templates", "-n", f"{name}.json", "-f", str(TEMPLATES / f"{name}.json")]}
    command = lambda verb, *more: {"args": ["deployment", "group", verb, "-g", "rg", "-u", golden["outputs"]["here"], "-p", f"@{TEMPLATES}/linked-main.parameters.json", *more]}
    return [(LOGIN, None), (GROUP, None),
            ({"args": ["storage", "account", "create", "-n", "sttemplates", "-g", "rg", "--allow-blob-public-access", "true"]}, None),
            ({"args": ["storage", "container", "create", *account, "-n", "templates", "--public-access", "blob"]}, None),
            (upload("linked-main"), None), (upload("linked-account"), None),
            (command("what-if"), contains("Resource changes: 3 to create, 1 to ignore.")),
            (command("create"), equals(lambda body: {key: value["value"] for key, value in body["properties"]["outputs"].items()}, golden["outputs"])),
            (command("what-if"), contains("Resource changes: 3 no change, 1 to ignore."))]


def written(directory, name, content):
    path = pathlib.Path(directory) / f"{name}.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return str(path)


def failing_steps(directory):
    out = [(LOGIN, None), (GROUP, None)]
    for name, content, more, status, says in FAILING:
        out.append(({"args": ["deployment", "group", "create", "-g", "rg", "-f", written(directory, name, content), *more], "status": status}, contains(*says)))
    return out


def mode_steps(directory):
    """Mode Complete, what comes of it, rollback, and the commands around a subscription's deployments."""
    both = written(directory, "both", document([ACCOUNT, {**ACCOUNT, "name": "stplain02"}]))
    one = written(directory, "one", document([ACCOUNT]))
    bad = written(directory, "bad", document([ACCOUNT, {**VAULT, "name": "kv--bad"}]))
    group = written(directory, "groups", {**document([{"type": "Microsoft.Resources/resourceGroups", "apiVersion": "2022-09-01", "name": "rg-made", "location": "westeurope", "properties": {}}]),
                                          "$schema": "https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#"})
    create = ["deployment", "group", "create", "-g", "rg"]
    sub = ["deployment", "sub"]
    names = equals(lambda rows: sorted(row["name"] for row in rows), ["stplain01"])
    return [(LOGIN, None), (GROUP, None),
            ({"args": [*create, "-n", "first", "-f", both]}, None),
            ({"args": ["deployment", "group", "what-if", "-g", "rg", "-f", one, "--mode", "Complete", "--no-pretty-print"]},
             equals(lambda body: sorted(change_line(change).rsplit("/", 1)[0].split(" ")[0] for change in body["changes"]), ["Delete", "NoChange"])),
            ({"args": ["deployment", "group", "what-if", "-g", "rg", "-f", one, "--mode", "Complete", "-r", "ResourceIdOnly"]}, contains("1 to delete", "1 to deploy")),
            ({"args": [*create, "-n", "never", "-f", one, "--what-if"]}, contains("Resource changes: 1 no change, 1 to ignore.")),
            ({"args": ["deployment", "group", "show", "-g", "rg", "-n", "never"], "status": 3}, contains("DeploymentNotFound")),
            ({"args": [*create, "-n", "second", "-f", one, "--mode", "Complete"]}, equals(lambda body: body["properties"]["mode"], "Complete")),
            ({"args": ["storage", "account", "list", "-g", "rg"]}, names),
            ({"args": ["deployment", "operation", "group", "list", "-g", "rg", "-n", "second"]}, equals(lambda rows: sorted(row["properties"]["provisioningOperation"] for row in rows), ["Create", "Delete"])),
            ({"args": [*create, "-n", "third", "-f", bad, "--rollback-on-error"], "status": 1}, contains("DeploymentFailed")),
            ({"args": ["deployment", "group", "show", "-g", "rg", "-n", "third"]}, equals(lambda body: body["properties"]["onErrorDeployment"]["deploymentName"], "second")),
            ({"args": [*sub, "create", "-l", "westeurope", "-n", "made", "-f", group]}, equals(lambda body: body["location"], "westeurope")),
            ({"args": [*sub, "create", "-l", "eastus", "-n", "made", "-f", group], "status": 1}, contains('"code": "InvalidDeploymentLocation"', "Invalid deployment location 'eastus'. The deployment 'made' already exists in location 'westeurope'.")),
            ({"args": [*sub, "list"]}, equals(lambda rows: [row["name"] for row in rows], ["made"])),
            ({"args": [*sub, "show", "-n", "made"]}, equals(lambda body: body["properties"]["outputResources"][0]["id"], f"{SCOPE}/resourceGroups/rg-made")),
            ({"args": [*sub, "export", "-n", "made"]}, equals(lambda body: body["resources"][0]["name"], "rg-made")),
            ({"args": ["deployment", "operation", "sub", "list", "-n", "made"]}, equals(len, 1)),
            ({"args": [*sub, "cancel", "-n", "made"], "status": 1}, contains("DeploymentCannotBeCancelled")),
            ({"args": [*sub, "delete", "-n", "made"]}, None),
            ({"args": [*sub, "show", "-n", "made"], "status": 3}, contains("DeploymentNotFound"))]


def suite():
    python, version = clients.python_environment("az", "azure-cli")
    record = clients.Record("az_templates", f"azure-cli {version}, templates")
    names = sorted(path.stem for path in (TEMPLATES / "golden").glob("*.json") if path.stem != "linked-main")
    names = [name for name in names if name in sys.argv[1:]] if sys.argv[1:] else names
    out = unittest.TestSuite()
    with tempfile.TemporaryDirectory() as directory, concurrent.futures.ThreadPoolExecutor(2) as pool:
        sessions = [(name, steps_of(name)) for name in names]
        if not sys.argv[1:]:
            sessions += [("linked-main", linked_steps()), ("what fails", failing_steps(directory)), ("modes and levels", mode_steps(directory))]
        results = list(pool.map(lambda one: az_session.carry_out(python, [step for step, _ in one[1]], OPTIONS), sessions))
        for (name, steps), (said, ran) in zip(sessions, results):
            out.addTests(Checked(name, record, step, result, look) for (step, look), result in zip(steps, said))
            if name != "what fails":
                out.addTest(suites.Served(name, record, ran, NOT_SERVED))
    if not sys.argv[1:]:
        out.addTest(suites.Written(record, at_least=8))
    return out


if __name__ == "__main__":
    suites.main("az_templates", suite)
