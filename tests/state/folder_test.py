"""`--state DIR` between two lives of azlab: the clock, the browser's session, homes, processes that were lost; export and import.
Standard library only.
"""
import base64
import datetime
import json
import os
import pathlib
import socket
import subprocess
import tempfile
import time
import unittest

import host
from page import Page

SUB = f"/subscriptions/{host.SUBSCRIPTION}"
GROUP = f"{SUB}/resourceGroups/rg-folder"


class Folder(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="azlab-folder-")
        self.addCleanup(directory.cleanup)
        self.at = pathlib.Path(directory.name)
        self.state = self.at / "state"
        self.serve = None
        self.addCleanup(lambda: self.serve and self.serve.kill())

    def begin(self, *options, state=None):
        self.serve = host.Serve(state or self.state, *options)
        return self.serve

    def kill(self):
        self.serve.kill()
        self.serve = None

    def azlab(self, *arguments):
        return subprocess.run([host.AZLAB, *map(str, arguments)], capture_output=True, text=True, timeout=60)

    def test_simulated_time_goes_on_from_where_it_stood(self):
        serve = self.begin("--time", "60x", "--date", "2026-11-23T09:00:00Z")
        time.sleep(2.5)
        serve.ask("PUT", GROUP, {"location": "eastus"})
        before = serve.admin("GET", "/clock")[1]["now"]
        self.kill()
        time.sleep(1)
        after = self.begin("--time", "60x").admin("GET", "/clock")[1]["now"]
        self.assertGreaterEqual(before, "2026-11-23T09:02:30")
        moment = lambda text: datetime.datetime.fromisoformat(text[:19])
        self.assertGreaterEqual(moment(after), moment(before) - datetime.timedelta(minutes=1))  # noted once a real second
        self.assertLess(after, "2026-11-23T09:30")

    def test_a_browser_goes_on_where_it_was(self):
        serve = self.begin("--site-port", "0")
        link = serve.ready["site"]
        page = Page(link)
        hello = page.ask("hello", language="en", address="https://portal.azure.com/#allservices")
        self.assertTrue(hello["session"])
        shown = page.ask("view")["view"]
        page.close()
        self.kill()
        self.assertEqual(0o600, (self.state / "site").stat().st_mode & 0o777)
        serve = self.begin("--site-port", "0")
        self.assertEqual(link, serve.ready["site"])
        page = Page(link)
        again = page.ask("hello", language="en", session=hello["session"])
        self.assertEqual(hello["session"], again["session"])
        self.assertEqual(shown.get("address"), again["view"].get("address"))
        self.assertEqual(shown.get("title"), again["view"].get("title"))
        page.close()
        # Somebody else has the port now: another one, with the same key.
        self.kill()
        with socket.create_server(("127.0.0.1", int(link.split(":")[2].split("/")[0]))):
            serve = self.begin("--site-port", "0")
            self.assertNotEqual(link, serve.ready["site"])
            self.assertEqual(link.split("key=")[1], serve.ready["site"].split("key=")[1])

    def test_the_home_of_cloud_shell_is_there_again(self):
        page = Page(self.begin("--site-port", "0").ready["site"])
        page.ask("hello", language="en")
        if not page.terminal("echo my notes > ~/notes.txt; echo wrote-$((40+2))", "wrote-42"):
            return
        page.close()
        self.kill()
        page = Page(self.begin("--site-port", "0").ready["site"])
        page.ask("hello", language="en")
        self.assertTrue(page.terminal("cat ~/notes.txt", "my notes\r\n"))
        page.close()

    def put(self, serve, path, body):
        self.assertLess(serve.ask("PUT", path, body)[0], 300)
        return self.settle(serve, path)

    def settle(self, serve, path):
        for _ in range(3000):
            properties = serve.json(path)["properties"]
            if properties.get("provisioningState", "Succeeded") in ("Succeeded", "Failed"):
                return properties
        self.fail(f"{path} does not end")

    def test_a_process_that_was_lost_is_reported(self):
        serve = self.begin()
        of = GROUP + "/providers/"
        storage, vault, insights = of + "Microsoft.Storage/storageAccounts/stfolder", of + "Microsoft.KeyVault/vaults/kv-folder", of + "Microsoft.Insights/components/ai-folder"
        workspace = of + "Microsoft.MachineLearningServices/workspaces/mlw"
        self.put(serve, GROUP, {"location": "eastus"})
        self.put(serve, storage, {"location": "eastus", "sku": {"name": "Standard_LRS"}, "kind": "StorageV2"})
        self.put(serve, vault, {"location": "eastus", "properties": {"tenantId": "72f9a1c4-6d0e-4c5b-8a37-1e2d3c4b5a69", "sku": {"name": "standard", "family": "A"}, "accessPolicies": []}})
        self.put(serve, insights, {"location": "eastus", "kind": "web", "properties": {"Application_Type": "web"}})
        self.put(serve, workspace, {"location": "eastus", "identity": {"type": "SystemAssigned"}, "properties": {"storageAccount": storage, "keyVault": vault, "applicationInsights": insights}})
        script = base64.b64encode(b"sleep 600 &\nwait\n").decode()
        instance = workspace + "/computes/ci-folder"
        serve.ask("PUT", instance, {"location": "eastus", "properties": {"computeType": "ComputeInstance", "properties": {
            "vmSize": "STANDARD_DS11_V2", "setupScripts": {"scripts": {"creationScript": {"scriptSource": "inline", "scriptData": script}}}}}})
        for _ in range(200):  # until its script runs, which holds the clock
            clock = serve.admin("POST", "/clock/advance", {"seconds": 60})[1]
            if clock["heldUntil"]:
                break
        if not clock["heldUntil"]:
            print("skipped: no process can be started here")
            return
        self.kill()
        serve = self.begin()
        properties = self.settle(serve, instance)
        self.assertEqual("Failed", properties["provisioningState"])
        self.assertIn("the process of this resource was lost", json.dumps(properties))

    def test_one_file_and_back(self):
        serve = self.begin()
        serve.ask("PUT", GROUP, {"location": "eastus"})
        file = self.at / "state.azlab"
        busy = self.azlab("state", "export", self.state, file)
        self.assertEqual((2, f"azlab: the state in '{self.state}/state.db' is in use by another azlab; end that one first\n"), (busy.returncode, busy.stderr))
        self.assertFalse(file.exists())
        second = self.azlab("serve", "--state", self.state, "--no-site")
        self.assertEqual((2, busy.stderr), (second.returncode, second.stderr))
        exported = serve.admin("GET", "/state")[1]
        self.kill()
        (self.state / "shares" / "a").mkdir()
        (self.state / "shares" / "a" / "b.txt").write_text("x", encoding="utf-8")
        self.assertEqual(0, self.azlab("state", "export", self.state, file).returncode)
        other = self.at / "other"
        self.assertEqual(0, self.azlab("state", "import", file, other).returncode)
        self.assertEqual("x", (other / "shares" / "a" / "b.txt").read_text(encoding="utf-8"))
        self.assertEqual("eastus", self.begin(state=other).json(GROUP)["location"])
        self.kill()
        # What the admin interface exports is such a file, without files.
        (self.at / "plain").write_bytes(exported)
        self.assertEqual(0, self.azlab("state", "import", self.at / "plain", self.at / "third").returncode)
        self.assertEqual("eastus", self.begin(state=self.at / "third").json(GROUP)["location"])
        for arguments, line in (
                (("export", self.at / "none", file), f"azlab: there is no state in '{self.at}/none'\n"),
                (("import", self.at / "none", self.at / "x"), f"azlab: there is no file '{self.at}/none'\n"),
                (("import", file, other), f"azlab: there is a state in '{other}' already; choose another folder\n"),
                (("import", pathlib.Path(__file__), self.at / "x"), f"azlab: '{__file__}' holds no state of azlab\n")):
            ran = self.azlab("state", *arguments)
            self.assertEqual((2, line), (ran.returncode, ran.stderr))
        self.assertFalse((self.at / "x").exists())


if __name__ == "__main__":
    unittest.main()
