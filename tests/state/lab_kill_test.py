"""kill -9 at random moments of a lab behind `azlab serve`: group, storage, workspace, compute instance, a file of the notebooks' share, a file
of Cloud Shell's home, a job, and all of it deleted; then the next one. What was answered is there after each restart, and labs are finished.

AZLAB_KILLS says how often (200 unless told; 1000 with AZLAB_KILLS_LONG), AZLAB_KILL_SEED from which seed; both are printed. Standard
library only.
"""
import datetime
import json
import os
import pathlib
import random
import tempfile
import threading
import time
import unittest

import host
from page import Page

KILLS = int(os.environ.get("AZLAB_KILLS") or (1000 if "AZLAB_KILLS_LONG" in os.environ else 200))
SEED = int(os.environ.get("AZLAB_KILL_SEED") or time.time_ns() % 1_000_000)
TENANT = "72f9a1c4-6d0e-4c5b-8a37-1e2d3c4b5a69"
DATA = {"x-ms-version": "2023-11-03"}
FILE = {**DATA, "x-ms-type": "file", "x-ms-file-attributes": "None", "x-ms-file-creation-time": "now", "x-ms-file-last-write-time": "now", "x-ms-file-permission": "inherit"}
LOST = "the process of this resource was lost"


def moment(text):
    return datetime.datetime.fromisoformat(text[:19])


def processes_in(folder):
    """Command lines of processes whose temporary files lie there."""
    out = []
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if str(folder).encode() in (process / "environ").read_bytes():
                out.append((process / "cmdline").read_bytes())
        except OSError:
            pass  # it has gone, or is not ours
    return out


class Lab:
    """One learner's lab. Each step can be begun again; what it was answered is a fact from then on, and holds until the group's deletion."""

    def __init__(self, n):
        self.n = n
        self.group = f"/subscriptions/{host.SUBSCRIPTION}/resourceGroups/rg-lab{n}"
        of = self.group + "/providers/"
        self.storage = f"{of}Microsoft.Storage/storageAccounts/stlab{n}"
        self.vault = f"{of}Microsoft.KeyVault/vaults/kv-lab{n}"
        self.insights = f"{of}Microsoft.Insights/components/ai-lab{n}"
        self.workspace = f"{of}Microsoft.MachineLearningServices/workspaces/mlw-lab{n}"
        self.instance = f"{self.workspace}/computes/ci-lab{n}"
        self.steps = [self.make_group, self.make_storage, self.make_vault, self.make_insights, self.make_workspace, self.make_instance, self.write_notebook,
                      self.write_home, *([self.run_job] if n % 3 == 0 else []), self.delete]  # a job takes longer than all the rest
        self.facts = {}      # what was answered -> whether it still holds, asked of a later process
        self.tries = 0       # of the job
        self.lost = 0        # jobs that went with their process

    def put(self, serve, path, body):
        if serve.json(path) is None:
            self.expect(serve.ask("PUT", path, body), 200, 201, 202)
        self.facts[path] = lambda later: self.state(later, path) not in (None, "Failed")
        self.settle(serve, path)
        self.facts[path] = lambda later: self.state(later, path) == "Succeeded"

    def state(self, serve, path):
        body = serve.json(path)
        return body and body["properties"].get("provisioningState", "Succeeded")

    def settle(self, serve, path):
        for _ in range(200):
            if (state := self.state(serve, path)) in ("Succeeded", "Failed"):
                break
            serve.advance(20)
        if state != "Succeeded":
            raise AssertionError(f"{path}: {serve.json(path)}")

    def make_group(self, serve):
        self.put(serve, self.group, {"location": "eastus"})

    def make_storage(self, serve):
        self.put(serve, self.storage, {"location": "eastus", "sku": {"name": "Standard_LRS"}, "kind": "StorageV2"})

    def make_vault(self, serve):
        self.put(serve, self.vault, {"location": "eastus", "properties": {"tenantId": TENANT, "sku": {"name": "standard", "family": "A"}, "accessPolicies": []}})

    def make_insights(self, serve):
        self.put(serve, self.insights, {"location": "eastus", "kind": "web", "properties": {"Application_Type": "web"}})

    def make_workspace(self, serve):
        self.put(serve, self.workspace, {"location": "eastus", "identity": {"type": "SystemAssigned"},
                                         "properties": {"storageAccount": self.storage, "keyVault": self.vault, "applicationInsights": self.insights}})

    def make_instance(self, serve):
        self.put(serve, self.instance, {"location": "eastus", "properties": {"computeType": "ComputeInstance", "properties": {"vmSize": "STANDARD_DS11_V2"}}})

    def write_notebook(self, serve):
        shares = serve.json(self.storage + "/fileServices/default/shares")["value"]
        share = next(one["name"] for one in shares if one["name"].startswith("code-"))
        files = f"stlab{self.n}.file.core.windows.net"
        text = f"lab {self.n}\n".encode() * 2000
        for folder in ("Users", "Users/learner"):
            self.expect(serve.ask("PUT", f"/{share}/{folder}?restype=directory", b"", files, {**FILE, "x-ms-type": "directory"}), 201, 409)
        path = f"/{share}/Users/learner/lab.txt"
        self.expect(serve.ask("PUT", path, b"", files, {**FILE, "x-ms-content-length": str(len(text))}), 201)
        self.expect(serve.ask("PUT", path + "?comp=range", text, files, {**DATA, "x-ms-write": "update", "x-ms-range": f"bytes=0-{len(text) - 1}"}), 201)
        self.facts["notebook"] = lambda later: later.ask("GET", path, None, files, DATA) == (200, text)

    def write_home(self, serve):
        """In Cloud Shell, which outlives the group."""
        page = Page(serve.ready["site"])
        try:
            page.ask("hello", language="en")
            if page.terminal(f"echo lab {self.n} >> ~/notes.txt; echo wrote-$((40+2))", "wrote-42"):
                at = len(self.home(serve))
                self.facts["home"] = lambda later: len(self.home(later)) >= at and f"lab {self.n}" in self.home(later)
        finally:
            page.close()

    @staticmethod
    def home(serve):
        """The lines of that file, where it lies on this computer."""
        found = list(pathlib.Path(serve.state, "homes").rglob("notes.txt"))
        return found[0].read_text(encoding="utf-8").splitlines() if found else []

    def run_job(self, serve):
        """Until one has ended well: one whose process is lost is submitted again, as its error says."""
        end = time.monotonic() + 60
        while True:
            job = f"{self.workspace}/jobs/job{self.tries}"
            status = (serve.json(job) or {}).get("properties", {}).get("status")
            if status is None:
                self.expect(serve.ask("PUT", job, {"properties": {"jobType": "Command", "command": f"echo lab {self.n}; sleep 0.1", "computeId": self.instance,
                                                                  "environmentId": "azureml:AzureML-sklearn-1.5@latest", "experimentName": "lab"}}), 201)
                self.facts["job"] = lambda later: later.json(job) is not None
            elif status == "Completed":
                self.facts["job"] = lambda later: later.json(job)["properties"]["status"] == "Completed"
                return
            elif status == "Failed":
                run = json.loads(serve.ask("GET", f"/history/v1.0{self.workspace}/experiments/lab/runs/job{self.tries}", None, "eastus.api.azureml.ms")[1])
                if LOST not in json.dumps(run.get("error")):
                    raise AssertionError(f"{job}: {run.get('error')}")
                self.tries += 1
                self.lost += 1
            elif time.monotonic() > end:
                raise AssertionError(f"{job} stays {status}: {serve.admin('GET', '/clock')[1]}")
            elif serve.advance(20)["heldUntil"]:
                time.sleep(0.01)  # its process runs, in real time

    def delete(self, serve):
        self.expect(serve.ask("DELETE", self.group), 202, 404)
        self.facts = {"deletion": lambda later: self.state(later, self.group) in (None, "Deleting"), **{name: self.facts[name] for name in ("home",) if name in self.facts}}
        for _ in range(500):
            if serve.ask("GET", self.group)[0] == 404:
                self.facts["deletion"] = lambda later: self.state(later, self.group) is None
                return
            serve.advance(20)
        raise AssertionError(f"{self.group} is not deleted")

    def expect(self, answer, *statuses):
        if answer[0] not in statuses:
            raise AssertionError(answer)

    def live(self, serve):
        """Until it is done, or the process gone; True in the first case."""
        try:
            while self.steps:
                self.steps[0](serve)
                self.steps.pop(0)
            return True
        except host.DEAD:
            return False


class LabKill(unittest.TestCase):
    def test_nothing_of_a_lab_that_was_answered_is_lost_and_it_can_be_finished(self):
        print(f"seed {SEED}, {KILLS} kills", flush=True)
        draws = random.Random(SEED)
        with tempfile.TemporaryDirectory(prefix="azlab-lab-") as folder:
            at = pathlib.Path(folder)
            (at / "tmp").mkdir()
            begin = lambda: host.Serve(at / "state", "--site-port", "0", surroundings={"TMPDIR": str(at / "tmp")})
            labs = [Lab(0)]
            struck = {}      # step -> kills
            told = datetime.datetime(2000, 1, 1)
            begun = time.monotonic()
            for kill in range(KILLS):
                serve = begin()
                for name, holds in labs[-1].facts.items():
                    self.assertTrue(holds(serve), f"lab {labs[-1].n}: {name} was answered before kill {kill}")
                # A clock that runs sixty times as fast is noted once a real second.
                self.assertGreaterEqual(moment(serve.admin("GET", "/clock")[1]["now"]), told - datetime.timedelta(seconds=60))
                killer = threading.Timer(draws.choice((0.05, 0.1, 0.4, 1.5)) * draws.random(), serve.process.kill)
                killer.start()
                while labs[-1].live(serve):
                    labs.append(Lab(len(labs)))
                killer.join()
                serve.kill()
                told = max(told, moment(serve.told)) if serve.told else told
                name = labs[-1].steps[0].__name__
                struck[name] = struck.get(name, 0) + 1
            serve = begin()
            self.assertTrue(labs[-1].live(serve))
            for lab in labs:
                self.assertIsNone(serve.json(lab.group))
            lost = sum(lab.lost for lab in labs)
            print(f"{len(labs)} labs finished in {time.monotonic() - begun:.0f} s, {lost} jobs lost their process; kills by step: {struck}", flush=True)
            self.assertEqual(0, serve.end())
            # The runs' directories and processes went with those that were killed, or with who went on from them.
            self.assertEqual([], [entry.name for entry in (at / "tmp").iterdir() if (entry / "shares").is_symlink()])
            self.assertEqual([], processes_in(at / "tmp"))
            self.assertEqual(["homes", "shares", "site", "state.db"], sorted(entry.name for entry in (at / "state").iterdir()))


if __name__ == "__main__":
    unittest.main()
