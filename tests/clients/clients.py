"""Real, unmodified clients in front of `azlab run`: where they are, how they run, what was proven by them.

Standard library only. A test program of this folder finds its client here, runs it, and at its end says what the client
did (`Record`): that becomes its part of docs/clients.md, which table_test.py compares with what is committed.
"""
import contextlib
import fcntl
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
AZLAB = os.environ.get("AZLAB", "azlab")
BUILD = pathlib.Path(os.environ.get("AZLAB_CLIENTS_BUILD", tempfile.gettempdir() + "/azlab-clients"))
RESULTS = BUILD / "results"
SUBSCRIPTION = "3f0b6c1e-8d5a-4e27-9b14-6a7c2d9e5f01"
TENANT = "72f9a1c4-6d0e-4c5b-8a37-1e2d3c4b5a69"
TIMEOUT_S = 900


def missing(reason):
    """A printed skip where a client cannot be had; an error in continuous integration."""
    if os.environ.get("CI", "").lower() in ("true", "1"):
        raise AssertionError(f"CI needs every client: {reason}")
    print(f"skipped: {reason}", file=sys.stderr)
    raise unittest.SkipTest(reason)


class Ran:
    """A command that ran in front of a simulator: its status, its output, and what the simulator says it did."""

    def __init__(self, status, out, err, summary):
        self.status, self.out, self.err, self.summary = status, out, err, summary

    def succeeded(self):
        """Operations of azlab that answered without an error, sorted."""
        return sorted(name for name, calls in self.summary["operations"].items() if calls["succeeded"])


def run(command, options=(), directory=None, variables=None):
    """Runs `azlab run OPTIONS -- COMMAND`; fails when azlab itself could not."""
    with tempfile.TemporaryDirectory() as own:
        summary = pathlib.Path(own) / "summary.json"
        ran = subprocess.run([AZLAB, "run", "--summary", str(summary), *options, "--", *map(str, command)], cwd=directory or own,
                             capture_output=True, text=True, timeout=TIMEOUT_S, env={**os.environ, **(variables or {})},
                             stdin=subprocess.DEVNULL)
        if not summary.exists():
            raise AssertionError(f"azlab run: status {ran.returncode}: {ran.stderr}")
        return Ran(ran.returncode, ran.stdout, ran.stderr, json.loads(summary.read_text(encoding="utf-8")))


def run_script(command, options=(), variables=None):
    """Runs a script of cases (cases.py says what that is) and returns (what it says of each case, Ran)."""
    with tempfile.TemporaryDirectory() as own:
        results = pathlib.Path(own) / "results.json"
        ran = run(command, options, directory=own, variables={**(variables or {}), "AZLAB_CASES": str(results)})
        if not results.exists():
            raise AssertionError(f"{command} ended with {ran.status} and no results:\n{ran.out}\n{ran.err}")
        return json.loads(results.read_text(encoding="utf-8")), ran


class Record:
    """What one client was seen to do. `client` is its name and version, the heading in docs/clients.md."""

    def __init__(self, name, client):
        self.name, self.client = name, client
        self.calls, self.operations = set(), set()

    def called(self, call):
        """One thing that the client does, in its own words: `az group create`, `MLClient.workspaces.get`."""
        self.calls.add(call)

    def saw(self, ran):
        self.operations.update(ran.succeeded())

    def write(self):
        RESULTS.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"client": self.client, "calls": sorted(self.calls), "operations": sorted(self.operations)}, indent=1)
        (RESULTS / f"{self.name}.json").write_text(text, encoding="utf-8")


def forget(name):
    """What an earlier run of a client's test said is not to be taken for this one's."""
    (RESULTS / f"{name}.json").unlink(missing_ok=True)


def python_environment(name, package):
    """(python, version of the package) of a prepared environment: AZLAB_CLIENT_NAME names another one's directory."""
    given = os.environ.get(f"AZLAB_CLIENT_{name.upper()}")
    directory = pathlib.Path(given) if given else prepared(name)
    python = directory / "bin" / "python"
    if not python.exists():
        missing(f"there is no {python}")
    asked = subprocess.run([python, "-c", f"import importlib.metadata as m; print(m.version({package!r}))"], capture_output=True, text=True)
    if asked.returncode != 0:
        missing(f"{python} has no {package}")
    return python, asked.stdout.strip()


@contextlib.contextmanager
def alone(name):
    """While it lasts, no other test of this build directory does the same: they run beside each other."""
    BUILD.mkdir(parents=True, exist_ok=True)
    with open(BUILD / f"{name}.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def node_environment(package):
    """(directory with node_modules, version of the package); installed from the lock, in the build directory."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        missing("there is no node, or no npm")
    directory = BUILD / "node"
    lock = HERE / "node" / "package-lock.json"
    with alone("node"):
        install_node_packages(directory, lock)
    return directory, json.loads(lock.read_text(encoding="utf-8"))["packages"][f"node_modules/{package}"]["version"]


def install_node_packages(directory, lock):
    stamp = directory / ".installed"
    if not stamp.exists() or stamp.read_bytes() != lock.read_bytes():
        directory.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / "node" / name, directory / name)
        ran = subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=directory, capture_output=True, text=True, timeout=TIMEOUT_S)
        if ran.returncode != 0:
            missing(f"npm ci failed: {ran.stderr.strip()[-400:]}")
        stamp.write_bytes(lock.read_bytes())
    for script in (HERE / "node").glob("*.js"):
        there = directory / script.name
        if not there.exists() or there.read_bytes() != script.read_bytes():  # another test may be reading it
            shutil.copy(script, there)


def debian_environment():
    """(python, PYTHONPATH, version) of Debian 12's own generation, unpacked into the build directory; nothing is installed."""
    release = pathlib.Path("/etc/os-release").read_text(encoding="utf-8") if pathlib.Path("/etc/os-release").exists() else ""
    python = pathlib.Path("/usr/bin/python3")
    if "VERSION_CODENAME=bookworm" not in release or shutil.which("apt-get") is None or not python.exists():
        missing("only Debian 12 has azure-ai-ml 1.4.0")
    directory, names = BUILD / "debian", (HERE / "debian" / "packages.txt").read_text(encoding="utf-8").split()
    if not (directory / ".unpacked").exists():
        shutil.rmtree(directory, ignore_errors=True)
        (directory / "packages").mkdir(parents=True)
        ran = subprocess.run(["apt-get", "download", *names], cwd=directory / "packages", capture_output=True, text=True, timeout=TIMEOUT_S)
        if ran.returncode != 0:
            missing(f"apt-get download failed (has apt-get update run?): {ran.stderr.strip()[-300:]}")
        for package in (directory / "packages").glob("*.deb"):
            subprocess.run(["dpkg", "-x", package, directory / "root"], check=True)
        (directory / ".unpacked").touch()
    site = directory / "root" / "usr" / "lib" / "python3" / "dist-packages"
    return python, os.pathsep.join([str(site), str(ROOT / "fixtures" / "python" / "debian")]), "1.4.0"


def prepared(name):
    """The directory of an environment of fixtures/python, made at first use (`azlab prepare` says how and where)."""
    asked = subprocess.run([AZLAB, "prepare", name], capture_output=True, text=True, timeout=2 * TIMEOUT_S)
    if asked.returncode != 0:
        missing(f"the Python environment '{name}': {asked.stderr.strip().splitlines()[-1] if asked.stderr.strip() else asked.returncode}")
    return pathlib.Path(asked.stdout.strip().splitlines()[-1].split("\t")[-1])


def path_with_az():
    """For clients that start `az` themselves (AzureCliCredential)."""
    python, _ = python_environment("az", "azure-cli")
    return {"PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}"}
