"""What the tests of this folder stand on: azlab itself, its helper for Python, and the environment "tests"."""
import os
import pathlib
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
AZLAB = os.environ["AZLAB"]
sys.path.insert(0, str(ROOT / "clients" / "python"))

from azlab_testing import Azlab, AzlabError  # noqa: E402,F401


def python_for_tests():
    """A Python with jsonschema, pytest and clients; a printed skip where it cannot be had, an error in continuous integration."""
    asked = subprocess.run([AZLAB, "prepare", "tests"], capture_output=True, text=True, timeout=1800)
    if asked.returncode == 0:
        return pathlib.Path(asked.stdout.strip().splitlines()[-1].split("\t")[-1]) / "bin" / "python"
    if os.environ.get("CI", "").lower() in ("true", "1"):
        raise AssertionError(f"CI needs the Python environment: {asked.stderr}")
    print(f"skipped: {asked.stderr.strip()}", file=sys.stderr)
    raise unittest.SkipTest("no Python environment")


def again_with(python):
    """Runs the calling script under another Python, once."""
    if os.environ.get("AZLAB_TESTS_PYTHON") == "1":
        return
    os.environ["AZLAB_TESTS_PYTHON"] = "1"
    os.execv(python, [str(python), "-B", *sys.argv])
