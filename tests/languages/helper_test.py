"""clients/python/azlab_testing.py: one simulator each, ended with the program that began it even when that is killed."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "admin"))
from ground import AZLAB, ROOT, Azlab, AzlabError  # noqa: E402

PARENT = """
import sys, time
sys.path.insert(0, sys.argv[1])
from azlab_testing import Azlab
azure = Azlab("--no-prepare")
print(azure._process.pid, flush=True)
time.sleep(600)
"""


def is_running(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class Helper(unittest.TestCase):
    def test_it_ends_with_its_parent_when_that_is_killed_and_leaves_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            parent = subprocess.Popen([sys.executable, "-c", PARENT, str(ROOT / "clients" / "python")], stdout=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": folder})
            pid = int(parent.stdout.readline())
            self.assertTrue(is_running(pid))
            os.kill(parent.pid, signal.SIGKILL)
            parent.wait()
            parent.stdout.close()
            until = time.monotonic() + 20
            while is_running(pid) and time.monotonic() < until:
                time.sleep(0.05)
            self.assertFalse(is_running(pid))
            self.assertEqual([], os.listdir(folder))

    def test_two_do_not_meet(self):
        with Azlab("--no-prepare") as one, Azlab("--no-prepare", "--seed", "2") as other:
            one.advance(60)
            self.assertEqual([1, 2], [azure.call("GET", "/scenario")["seed"] for azure in (one, other)])
            self.assertNotEqual(one.admin, other.admin)
            self.assertNotEqual(one.environ()["HTTPS_PROXY"], other.environ()["HTTPS_PROXY"])

    def test_the_environment_leads_nowhere_else_and_comes_back(self):
        os.environ["AZURE_CLIENT_SECRET"], os.environ["NO_PROXY"] = "real", "*"
        before, sleep = dict(os.environ), time.sleep
        self.addCleanup(lambda: [os.environ.pop(name, None) for name in ("AZURE_CLIENT_SECRET", "NO_PROXY")])
        with Azlab("--no-prepare") as azure:
            self.assertNotIn("NO_PROXY", azure.environ())
            self.assertEqual("lab-secret", azure.environ()["AZURE_CLIENT_SECRET"])
            azure.enter()
            self.assertIsNot(sleep, time.sleep)
            begun, really = azure.now(), time.monotonic()
            time.sleep(3600)
            self.assertLess(time.monotonic() - really, 10)
            self.assertGreater(azure.now(), begun)
        self.assertEqual(before, dict(os.environ))
        self.assertIs(sleep, time.sleep)

    def test_what_azlab_refuses_is_told_in_its_words(self):
        with self.assertRaisesRegex(AzlabError, "unknown scenario 'typicall'; did you mean typical"):
            Azlab("--scenario", "typicall")
        with Azlab("--no-prepare") as azure, self.assertRaises(AzlabError) as refused:
            azure.arm("no-such-fault")
        self.assertEqual((400, "InvalidRequest"), (refused.exception.status, refused.exception.code))
        self.assertIn("azlab: 0 requests", azure.said())

    def test_pages_of_the_journal_are_put_together(self):
        with Azlab("--no-prepare") as azure:
            subprocess.run(["bash", "-c", "for i in 1 2 3; do curl -sS -o /dev/null https://management.azure.com/subscriptions; done"], env=azure.environ(), check=True)
            self.assertEqual(3, len(list(azure.journal(limit=2, operation="subscriptions.list"))))
            self.assertEqual((3, 0), (azure.requests("subscriptions.list").count, azure.requests().retries))
            self.assertTrue(azure.run_until(idle=True))

    def test_the_line_for_programs_may_go_into_a_file(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "ready.json"
            served = subprocess.Popen([AZLAB, "serve", "--no-prepare", "--ready", file, "--until-stdin-ends"], stdin=subprocess.PIPE, stderr=subprocess.PIPE)
            until = time.monotonic() + 30
            while not file.exists() and time.monotonic() < until:
                time.sleep(0.05)
            ready = json.loads(file.read_text(encoding="utf-8"))
            self.assertIsNone(ready["admin"])
            self.assertEqual(ready["proxy"], ready["environment"]["HTTPS_PROXY"])
            _, said = served.communicate(timeout=30)
            self.assertEqual(0, served.returncode, said)


if __name__ == "__main__":
    unittest.main()
