"""docs/examples/pytest, run by pytest with two workers: a simulator each, an unmodified azure-mgmt-resource client."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "admin"))
from ground import ROOT, python_for_tests  # noqa: E402


class Example(unittest.TestCase):
    def test_it_passes_with_a_simulator_for_each_worker_and_without_waiting(self):
        python = python_for_tests()
        with tempfile.TemporaryDirectory() as folder:
            begun = time.monotonic()
            ran = subprocess.run([python, "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider", ROOT / "docs" / "examples" / "pytest"], cwd=folder, capture_output=True, text=True, timeout=500,
                                 env={**os.environ, "PYTHONPATH": str(ROOT / "clients" / "python"), "PYTHONDONTWRITEBYTECODE": "1", "TMPDIR": folder})
            self.assertEqual(0, ran.returncode, ran.stdout[-4000:] + ran.stderr[-2000:])
            self.assertRegex(ran.stdout, r"\b4 passed\b")
            self.assertEqual([], [name for name in os.listdir(folder) if name.startswith("azlab-")])  # the simulators' own folders
            print(f"{re.search(r'passed in [^ ]*', ran.stdout).group(0)}, {time.monotonic() - begun:.0f} s in all")


if __name__ == "__main__":
    unittest.main()
