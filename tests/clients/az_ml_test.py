"""The built-in `az ml` beside azure-ai-ml: what each asks of Resource Manager for the same operation from the same file.

`az_ml_test.py RECORD_AZ`. Writes are compared whole: method, path, body. Of reads only that the built-in asks for nothing which the
SDK does not. What may differ stands with the reason in az_ml/differences.json; what is listed there and no longer differs is an error.
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import clients
import suites

HERE = clients.HERE / "az_ml"
DIFFERENCES = json.loads((HERE / "differences.json").read_text(encoding="utf-8"))
LINES = {
    "group": "group create -n rg-ml -l eastus",
    "workspace create": "ml workspace create -n mlw-lab -g rg-ml",
    "workspace show": "ml workspace show -n mlw-lab -g rg-ml",
    "workspace list": "ml workspace list -g rg-ml",
    "compute create (cluster)": "ml compute create -f cluster.yml",
    "compute create (instance)": "ml compute create -f instance.yml",
    "compute update": "ml compute update -n aml-cluster --max-instances 3",
    "compute stop": "ml compute stop -n ci-one",
    "compute start": "ml compute start -n ci-one",
    "datastore create": "ml datastore create -f datastore.yml",
    "job create": "ml job create -f job.yml",
    "job show": "ml job show -n job-one",
    "job cancel": "ml job cancel -n job-one",
    "compute delete (instance)": "ml compute delete -n ci-one -y",
    "compute delete (cluster)": "ml compute delete -n aml-cluster -y",
}
for kind, name, version in (("data", "diabetes-data", "1"), ("environment", "mine", "1"), ("model", "weights", "1"), ("component", "train", "3")):
    LINES[f"{kind} create"] = f"ml {kind} create -f {kind}.yml"
    LINES[f"{kind} show"] = f"ml {kind} show -n {name} -v {version}"
    LINES[f"{kind} list"] = f"ml {kind} list"
    LINES[f"{kind} archive"] = f"ml {kind} archive -n {name} -v {version}"


def plain(text):
    """Ids of one run, and the letters of a path that may be either."""
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "GUID", text)
    text = re.sub(r"(?i)/resourcegroups/", "/resourceGroups/", text)
    text = re.sub(r"/mlw-lab-\d{1,8}\b", "/mlw-lab-DRAWN", text)  # a deployment of a workspace
    text = re.sub(r"\bmlwlab(storage|keyvault|insights|logalytics)\w+", r"mlwlab\1DRAWN", text)
    return re.sub(r"\b[0-9a-f]{32}\b", "HASH", text)


def compared(asked):
    """(writes with their bodies, paths that are read), as they can be compared"""
    writes = [json.loads(plain(json.dumps(one, sort_keys=True))) for one in asked if one["method"] not in ("GET", "HEAD")]
    reads = {plain(one["path"]) for one in asked if one["method"] in ("GET", "HEAD")}
    return writes, {path for path in reads if not re.search(r"(?i)/(operation\w*|mfeOperation\w*|computeOperation\w*|workspaceOperation\w*)(/|$)", path)}


def different(one, other, at=""):
    """Where two values of JSON differ: ["body.properties.x: 1, not 2"]. What is null, empty and absent are the same."""
    one, other = (None if value in ({}, []) else value for value in (one, other))
    if isinstance(one, dict) != isinstance(other, dict):
        one, other = one or {}, other or {}
    if isinstance(one, dict) and isinstance(other, dict):
        return [text for key in sorted({*one, *other}) for text in different(one.get(key), other.get(key), f"{at}.{key}" if at else key)]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return [text for i, pair in enumerate(zip(one, other)) for text in different(*pair, f"{at}[{i}]")]
    return [] if one == other else [f"{at}: {json.dumps(one)[:200]}, the SDK {json.dumps(other)[:200]}"]


class SameRequests(suites.Named):
    def __init__(self, step, ours, theirs):
        super().__init__(f"az {LINES[step]}")
        self.step, self.ours, self.theirs = step, ours, theirs

    def runTest(self):
        self.assertEqual((0, ""), (self.ours["status"], self.theirs["error"]), self.ours["err"])
        (writes, reads), (their_writes, their_reads) = compared(self.ours["asked"]), compared(self.theirs["asked"])
        found = [f"reads {path}" for path in sorted(reads - their_reads)]
        names = [f"{one['method']} {one['path']}" for one in writes]
        their_names = [f"{one['method']} {one['path']}" for one in their_writes]
        if names == their_names:
            found += [f"{name} {text}" for name, one, other in zip(names, writes, their_writes) for text in different(one["body"], other["body"])]
        else:
            found.append(f"writes {names}, the SDK {their_names}")
        allowed = DIFFERENCES.get(self.step, {})
        self.assertEqual([], [text for text in found if not any(key in text for key in allowed)])
        self.assertEqual([], [key for key in allowed if not any(key in text for text in found)], "differences.json lists it, but nothing differs")


def suite():
    python, version = clients.python_environment("ml", "azure-ai-ml")
    with tempfile.TemporaryDirectory() as directory:
        ours, theirs = pathlib.Path(directory) / "az", pathlib.Path(directory) / "sdk"
        shutil.copytree(HERE / "files", ours)
        shutil.copytree(HERE / "files", theirs)
        results = theirs.parent / "sdk.json"
        ran = clients.run([python, "-B", clients.HERE / "az_ml_requests.py"], directory=theirs, variables={"AZLAB_CASES": str(results)})
        if not results.exists():
            raise AssertionError(ran.err)
        of_sdk = {one["step"]: one for one in json.loads(results.read_text(encoding="utf-8"))}
        steps = list(of_sdk)
        lines = [LINES[step].split() if step in ("group", "workspace create", "workspace show", "workspace list") else [*LINES[step].split(), "-g", "rg-ml", "-w", "mlw-lab"] for step in steps]
        (ours.parent / "lines.json").write_text(json.dumps(lines), encoding="utf-8")
        subprocess.run([sys.argv[1], ours.parent / "lines.json", ours.parent / "az.json"], cwd=ours, check=True)
        of_az = json.loads((ours.parent / "az.json").read_text(encoding="utf-8"))
    return unittest.TestSuite([SameRequests(step, of_az[at], of_sdk[step]) for at, step in enumerate(steps) if step != "group"])


if __name__ == "__main__":
    suites.main("az_ml", suite)
