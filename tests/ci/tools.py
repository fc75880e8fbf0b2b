"""What the tests of workflow files stand on, made once below the build directory and pinned: a Python with requirements.txt,
and node's packages. Import it first and call `enter`: from then on the test runs in that Python."""
import fcntl
import json
import os
import pathlib
import shutil
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
AZLAB = pathlib.Path(os.environ["AZLAB"])
BUILD = pathlib.Path(os.environ.get("AZLAB_CI_BUILD", "/tmp/azlab-ci"))
TIMEOUT_S = 600


def missing(reason):
    """A printed skip where something cannot be had; an error in continuous integration."""
    if os.environ.get("CI", "").lower() in ("true", "1"):
        raise AssertionError(f"CI needs it: {reason}")
    print(f"skipped: {reason}", file=sys.stderr)
    raise unittest.SkipTest(reason)


def made_once(directory, recipe, make):
    """`make(directory)` where the directory was not made from this recipe before. Tests run beside each other."""
    BUILD.mkdir(parents=True, exist_ok=True)
    stamp = directory / ".made-from"
    with open(BUILD / "lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if stamp.exists() and stamp.read_text(encoding="utf-8") == recipe:
            return directory
        shutil.rmtree(directory, ignore_errors=True)
        make(directory)
        stamp.write_text(recipe, encoding="utf-8")
    return directory


def checked(command, what, **options):
    ran = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S, **options)
    if ran.returncode != 0:
        missing(f"{what}: {(ran.stdout + ran.stderr).strip()[-400:]}")


def enter():
    """Goes on in the Python that has requirements.txt."""
    venv, lock = BUILD / "python", HERE / "requirements.txt"

    def make(directory):
        checked([sys.executable, "-m", "venv", directory], "no virtual environment")
        checked([directory / "bin/pip", "install", "-q", "--no-deps", "--require-hashes", "-r", lock], "pip install")

    if sys.prefix == str(venv):
        return
    try:
        made_once(venv, f"{sys.version}\n{lock.read_text(encoding='utf-8')}", make)
    except unittest.SkipTest:
        print("Ran 0 tests in 0.000s\n\nOK", file=sys.stderr)
        sys.exit(0)
    os.execv(venv / "bin/python", [str(venv / "bin/python"), "-B", *sys.argv])


def node_packages():
    if shutil.which("node") is None or shutil.which("npm") is None:
        missing("there is no node, or no npm")

    def make(directory):
        directory.mkdir()
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / "node" / name, directory / name)
        checked(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], "npm ci", cwd=directory)

    directory = made_once(BUILD / "node", (HERE / "node/package-lock.json").read_text(encoding="utf-8"), make)
    for script in (HERE / "node").glob("*.js"):
        shutil.copy(script, directory / script.name)
    return directory


class Node:
    """node/github.js, asked line by line."""

    def __init__(self):
        self.process = subprocess.Popen(["node", node_packages() / "github.js"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, **request):
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise AssertionError(f"{answer['error']}: {request}")
        return answer["answer"]

    def close(self):
        self.process.stdin.close()
        self.process.wait(TIMEOUT_S)
        self.process.stdout.close()
