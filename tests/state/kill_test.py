"""kill -9 at random moments of `azlab serve --state`: what was answered is there after the restart, nothing is half-done, what was under
way comes to its end, and the lab can be finished.

AZLAB_KILLS says how often (200 unless told; 1000 with AZLAB_KILLS_LONG), AZLAB_KILL_SEED from which seed; both are printed. Standard
library only.
"""
import json
import os
import pathlib
import random
import tempfile
import threading
import time
import unittest

import host

KILLS = int(os.environ.get("AZLAB_KILLS") or (1000 if "AZLAB_KILLS_LONG" in os.environ else 200))
SEED = int(os.environ.get("AZLAB_KILL_SEED") or time.time_ns() % 1_000_000)
SUB = f"/subscriptions/{host.SUBSCRIPTION}"
GROUP = f"{SUB}/resourceGroups/rg-kill"
STORAGE = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/"
WORKSPACE = f"{GROUP}/providers/Microsoft.MachineLearningServices/workspaces/mlw-kill"
ACCOUNT = {"location": "eastus", "sku": {"name": "Standard_LRS"}, "kind": "StorageV2"}
DATA = {"x-ms-version": "2023-11-03"}
FILE = {**DATA, "x-ms-type": "file", "x-ms-file-attributes": "None", "x-ms-file-creation-time": "now", "x-ms-file-last-write-time": "now", "x-ms-file-permission": "inherit"}
BLOBS = "stbase.blob.core.windows.net"
FILES = "stbase.file.core.windows.net"


def settle(serve, path):
    """Reads until the resource has come to its end, as clients do (that moves a leaping clock)."""
    for _ in range(2000):
        body = serve.json(path)
        if body is None or body["properties"].get("provisioningState") in ("Succeeded", "Failed"):
            return body
    raise AssertionError(f"{path} does not end: {body}")


def content(n):
    """Of a length that is more than one page of a database, and says who it is."""
    return (f"{n}:".encode() * 4000)[: 100 + n * 37 % 9000]


class Client:
    """Writes one thing after the other; knows what was answered, and what it asked last without hearing the end of it."""

    def __init__(self):
        self.n = 0
        self.kept = []       # (what, n) that were answered
        self.open = None     # (what, n) that was asked and not answered
        self.clock = ""

    def write(self, serve, what, n):
        if what == "group":
            return serve.ask("PUT", f"{SUB}/resourceGroups/rg-{n}", {"location": "eastus", "tags": {"n": str(n)}})[0]
        if what == "account":
            return serve.ask("PUT", f"{STORAGE}stkill{n}", {**ACCOUNT, "tags": {"n": str(n)}})[0]
        if what == "blob":
            return serve.ask("PUT", f"/labs/{n}.bin", content(n), BLOBS, {**DATA, "x-ms-blob-type": "BlockBlob"})[0]
        if what == "file":
            made = serve.ask("PUT", f"/share/{n}.bin", b"", FILES, {**FILE, "x-ms-content-length": str(len(content(n)))})[0]
            return made if made >= 300 else serve.ask("PUT", f"/share/{n}.bin?comp=range", content(n), FILES, {**DATA, "x-ms-write": "update", "x-ms-range": f"bytes=0-{len(content(n)) - 1}"})[0]
        if what == "tag":  # the same row over and over
            return serve.ask("PUT", GROUP, {"location": "eastus", "tags": {"n": str(n)}})[0]
        return serve.ask("GET", f"{STORAGE}stkill{n - 4}")[0]  # lets time pass, where that account has not come to its end

    def live(self, serve):
        """Until the process is gone."""
        kinds = ("group", "account", "blob", "file", "tag", "look")
        try:
            while True:
                self.n += 1
                what = kinds[self.n % len(kinds)]
                self.open = (what, self.n)
                status = self.write(serve, what, self.n)
                if status >= 300 and not (what == "look" and status == 404):
                    raise AssertionError(f"{what} {self.n}: {status}")
                if what != "look":
                    self.kept.append((what, self.n))
                self.open = None
                if self.n % 7 == 0:
                    self.clock = serve.admin("GET", "/clock")[1]["now"]
        except host.DEAD:
            return

    def read(self, serve, what, n):
        """What is there of it: True for all, None for nothing; anything else is half of it."""
        if what in ("group", "tag"):
            body = serve.json(f"{SUB}/resourceGroups/rg-{n}" if what == "group" else GROUP)
            tag = body and body["tags"].get("n")
            return None if body is None or (what == "tag" and tag != str(n)) else tag == str(n)
        if what == "account":
            body = serve.json(f"{STORAGE}stkill{n}")
            return None if body is None else body["tags"] == {"n": str(n)} and body["properties"]["provisioningState"] in ("Creating", "ResolvingDns", "Succeeded")
        status, data = serve.ask("GET", f"/labs/{n}.bin" if what == "blob" else f"/share/{n}.bin", None, BLOBS if what == "blob" else FILES, DATA)
        return None if status == 404 else data == content(n)


class Kill(unittest.TestCase):
    def check(self, client, serve, things):
        last_tag = max((n for what, n in client.kept if what == "tag"), default=None)
        for what, n in things:
            if what == "tag" and n != last_tag:
                continue  # a later one took its place
            if what == "tag" and client.open and client.open[0] == "tag" and client.read(serve, *client.open):
                continue  # one that was not answered took it
            self.assertIs(True, client.read(serve, what, n), f"{what} {n} was answered")

    def test_nothing_that_was_answered_is_lost(self):
        print(f"seed {SEED}, {KILLS} kills", flush=True)
        draws = random.Random(SEED)
        with tempfile.TemporaryDirectory(prefix="azlab-kill-") as folder:
            state = pathlib.Path(folder) / "state"
            serve = host.Serve(state)
            self.assertEqual(201, serve.ask("PUT", GROUP, {"location": "eastus"})[0])
            serve.ask("PUT", STORAGE + "stbase", ACCOUNT)
            self.assertEqual("Succeeded", settle(serve, STORAGE + "stbase")["properties"]["provisioningState"])
            self.assertEqual(201, serve.ask("PUT", "/labs?restype=container", b"", BLOBS, DATA)[0])
            self.assertIn(serve.ask("PUT", STORAGE + "stbase/fileServices/default/shares/share", {"properties": {}})[0], (200, 201))
            client = Client()
            begun = time.monotonic()
            seen = 0
            for kill in range(KILLS):
                killer = threading.Timer(draws.uniform(0.0, 0.12), serve.process.kill)
                killer.start()
                client.live(serve)
                killer.join()
                serve.kill()
                serve = host.Serve(state)
                # All of this life, and some of those before it.
                before = [draws.choice(client.kept[:seen]) for _ in range(min(seen, 5))]
                self.check(client, serve, client.kept[seen:] + before)
                seen = len(client.kept)
                if client.open and client.open[0] not in ("look", "file"):  # a file is two requests
                    self.assertIn(client.read(serve, *client.open), (True, None), f"{client.open} is there by half")
                client.open = None
                self.assertGreaterEqual(serve.admin("GET", "/clock")[1]["now"], client.clock)
            print(f"{len(client.kept)} things written in {time.monotonic() - begun:.0f} s", flush=True)
            self.check(client, serve, client.kept)
            for what, n in client.kept:
                if what == "account":
                    self.assertEqual("Succeeded", settle(serve, f"{STORAGE}stkill{n}")["properties"]["provisioningState"])
            self.finish(serve)
            self.assertEqual(0, serve.end())
            self.assertFalse((state / "run").is_symlink())
            self.assertEqual(["homes", "shares", "state.db"], sorted(entry.name for entry in state.iterdir()))

    def finish(self, serve):
        """The lab's own end: a workspace on what has been made, and all of it deleted."""
        vault = f"{GROUP}/providers/Microsoft.KeyVault/vaults/kv-kill"
        insights = f"{GROUP}/providers/Microsoft.Insights/components/ai-kill"
        serve.ask("PUT", vault, {"location": "eastus", "properties": {"tenantId": "72f9a1c4-6d0e-4c5b-8a37-1e2d3c4b5a69", "sku": {"name": "standard", "family": "A"}, "accessPolicies": []}})
        serve.ask("PUT", insights, {"location": "eastus", "kind": "web", "properties": {"Application_Type": "web"}})
        settle(serve, vault)
        serve.ask("PUT", WORKSPACE, {"location": "eastus", "identity": {"type": "SystemAssigned"}, "properties": {"storageAccount": STORAGE + "stbase", "keyVault": vault, "applicationInsights": insights}})
        # The last one, in the middle of the creation.
        folder = pathlib.Path(serve.state)
        serve.kill()
        self.resumed = host.Serve(folder)
        serve.__dict__.update(self.resumed.__dict__)
        self.assertEqual("Succeeded", settle(serve, WORKSPACE)["properties"]["provisioningState"])
        self.assertEqual(202, serve.ask("DELETE", GROUP)[0])
        for _ in range(2000):
            if serve.ask("GET", GROUP)[0] == 404:
                return
        self.fail("the group is not deleted")


if __name__ == "__main__":
    unittest.main()
