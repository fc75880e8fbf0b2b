"""docs/examples/node, run by Node's own test runner."""
import os
import pathlib
import shutil
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Example(unittest.TestCase):
    def test_it_passes(self):
        node = shutil.which("node")
        old = node is None or int(subprocess.run([node, "--version"], capture_output=True, text=True).stdout.strip("v\n").split(".")[0]) < 18
        if old:
            if os.environ.get("CI", "").lower() in ("true", "1"):
                self.fail("CI needs Node 18 or later")
            print("skipped: there is no Node 18 or later", file=sys.stderr)
            self.skipTest("no node")
        ran = subprocess.run([node, "--test", "--test-reporter", "tap", ROOT / "docs" / "examples" / "node" / "azure.test.mjs"], capture_output=True, text=True, timeout=300)
        self.assertEqual(0, ran.returncode, ran.stdout + ran.stderr)
        self.assertRegex(ran.stdout, r"# pass 3\b")


if __name__ == "__main__":
    unittest.main()
