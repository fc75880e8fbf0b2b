"""The ground that hosts of continuous integration stand on here: a repository of labs, a checkout of azlab whose compiler is
replaced by the program that the tests are given, and programs that nothing may start for real."""
import json
import pathlib
import shutil
import subprocess

from tools import AZLAB, HERE, ROOT, missing

# What tests/ci/labs hold: two labs in two languages, and one mistake, a translated path.
LABS = ["Instructions/01-look.md", "Instructions/02-group.md", "Instructions/fr/01-look.md", "Instructions/fr/02-group.md"]
MISTAKES = [("Instructions/fr/01-look.md", 10, "azlab/step-failed"), ("Instructions/fr/01-look.md", 13, "l10n/code-differs")]
ADDRESS = "https://github.com/contoso/labs"

# cmake and ninja: a build that takes no time. Each call is written down.
STAND_INS = {
    "apt-get": 'echo "apt-get $*" >>"$CALLS"; exit 100',
    "cmake": 'echo cmake >>"$CALLS"; mkdir -p build/release; touch build/release/build.ninja',
    "ninja": 'echo ninja >>"$CALLS"; cp "$AZLAB_BUILT" "$2/azlab"',
    "sudo": 'echo "sudo $*" >>"$CALLS"',
    "sysctl": 'echo "sysctl $*" >>"$CALLS"; echo 1',
    "docker": 'echo "docker $*" >>"$CALLS"; exit 125',
}


def timeless(report):
    """A JSON report without what real time and the place of the repository make of it."""
    def strip(value):
        if isinstance(value, dict):
            return {key: strip(member) for key, member in value.items() if key not in ("realSeconds", "standIns")}
        return [strip(one) for one in value] if isinstance(value, list) else value
    return strip(json.loads(report if isinstance(report, str) else pathlib.Path(report).read_text(encoding="utf-8")))


def mistakes(report):
    """(file, line, rule) of what a JSON report says is wrong: failed steps and findings."""
    found = []
    for lab in json.loads(pathlib.Path(report).read_text(encoding="utf-8"))["labs"]:
        found += [(lab["file"], step["line"], "azlab/step-failed") for step in lab["steps"] if step["verdict"] == "failed"]
        found += [(lab["file"], finding["line"], finding["rule"]) for finding in lab["findings"]]
    return sorted(found)


class Ground:
    def __init__(self, directory):
        self.root = pathlib.Path(directory)
        self.calls_file = self.root / "calls"
        self.calls_file.touch()
        self.tools = self.root / "tools"
        self.tools.mkdir()
        for name, text in STAND_INS.items():
            (self.tools / name).write_text(f"#!/bin/bash\n{text}\n", encoding="utf-8")
            (self.tools / name).chmod(0o755)
        self.labs = self.root / "origin"
        self.make_labs(self.labs)

    def make_labs(self, place):
        shutil.copytree(HERE / "labs", place)
        who = ["-c", "user.name=author", "-c", "user.email=author@example.com"]
        for command in (["init", "-q", "-b", "main"], ["remote", "add", "origin", ADDRESS], ["add", "-A"], [*who, "commit", "-q", "-m", "Labs"],
                        [*who, "commit", "-q", "--allow-empty", "-m", "A second commit"]):
            subprocess.run(["git", "-C", place, *command], check=True)

    def commit(self, changes):
        """Changes the labs' repository: {file: text, or nothing to take it away}."""
        for name, text in changes.items():
            if text is None:
                (self.labs / name).unlink()
            else:
                (self.labs / name).write_text(text, encoding="utf-8")
        for command in (["add", "-A"], ["-c", "user.name=author", "-c", "user.email=author@example.com", "commit", "-q", "-m", "A change"]):
            subprocess.run(["git", "-C", self.labs, *command], check=True)

    def check_labs_out(self, place, depth):
        """As a host's checkout: depth 0 has the whole history, and the remote's address is the real one."""
        place.mkdir(parents=True, exist_ok=True)
        deep = [] if depth == 0 else [f"--depth={depth}"]
        subprocess.run(["git", "clone", "-q", *deep, f"file://{self.labs}", place], check=True)
        subprocess.run(["git", "-C", place, "remote", "set-url", "origin", ADDRESS], check=True)

    def check_azlab_out(self, place):
        """A fresh checkout of azlab; the folders that nothing writes to are links."""
        place.mkdir(parents=True, exist_ok=True)
        for name in ("azlab", "CMakeLists.txt", "CMakePresets.json"):
            shutil.copy(ROOT / name, place / name)
        for name in (".github", "docs"):
            shutil.copytree(ROOT / name, place / name)
        for name in ("sim", "harness", "fixtures", "scenarios", "cmake"):
            (place / name).symlink_to(ROOT / name)
        # The page, like the program, is the one that was built before: its packages anew in every checkout take minutes.
        if (ROOT / "build" / ".page-made-from").exists():
            (place / "build").mkdir()
            shutil.copy(ROOT / "build" / ".page-made-from", place / "build")
            (place / "build" / "web").symlink_to(ROOT / "build" / "web")

    def environment(self, **more):
        """What a host's own programs see; nothing of whoever runs the test."""
        return {"PATH": f"{self.tools}:/usr/local/bin:/usr/bin:/bin", "HOME": str(self.root), "LANG": "C.UTF-8", "CALLS": str(self.calls_file),
                "AZLAB_BUILT": str(AZLAB.resolve()), **more}

    def calls(self, name=""):
        return [call for call in self.calls_file.read_text(encoding="utf-8").splitlines() if call.startswith(name)]

    def whole_report(self):
        """One run's report of all labs, which shards must add up to."""
        report = self.root / "whole.json"
        place = self.root / "whole"
        if not report.exists():
            self.check_labs_out(place, 0)
            ran = subprocess.run([AZLAB, "validate", "-q", "--no-prepare", "--report", f"json={report}"], cwd=place, capture_output=True, text=True, timeout=600)
            if ran.returncode != 1:
                raise AssertionError(f"status {ran.returncode}: {ran.stdout}{ran.stderr}")
        return report


def python_environment():
    """The prepared Python environment of notebooks: what a runner keeps in its cache."""
    asked = subprocess.run([AZLAB, "prepare", "ml"], capture_output=True, text=True, timeout=1800)
    if asked.returncode != 0 or not asked.stdout.startswith("ml\t"):
        missing(f"no Python environment: {asked.stderr}")
    return pathlib.Path(asked.stdout.strip().split("\t")[2])


