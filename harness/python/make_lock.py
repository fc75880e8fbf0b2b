#!/usr/bin/env python3
"""Makes the lock file of a Python environment: every package pinned, with the hashes of its files for the Pythons and
processors that azlab runs on. A maintainer runs it when versions change:

    python3 harness/python/make_lock.py ml            # pins what fixtures/python/environments.json wants
    python3 harness/python/make_lock.py ml VENV       # pins what is installed in a venv, without resolving anew

It asks the package index through pip, and writes fixtures/python/<name>.txt.
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "fixtures" / "python"
PYTHONS = ["3.11", "3.12", "3.13"]
MACHINES = ["x86_64", "aarch64"]
GLIBCS = ["2_5", "2_12", "2_17", "2_24", "2_26", "2_27", "2_28", "2_31", "2_34"]
NOT_OURS = {"pip", "setuptools", "wheel"}


def report(arguments):
    """What pip would install: name -> (version, hash)."""
    done = subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed", "--report", "-", *arguments],
                          capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr)
    found = {}
    for item in json.loads(done.stdout)["install"]:
        name = re.sub(r"[-_.]+", "-", item["metadata"]["name"]).lower()
        found[name] = (item["metadata"]["version"], item["download_info"]["archive_info"]["hashes"]["sha256"])
    return found


def installed(venv):
    listed = subprocess.run([f"{venv}/bin/python", "-m", "pip", "list", "--format=json"], capture_output=True, text=True, check=True)
    return {re.sub(r"[-_.]+", "-", p["name"]).lower(): p["version"] for p in json.loads(listed.stdout)}


def environments():
    text = (FOLDER / "environments.json").read_text()
    return json.loads("\n".join(line for line in text.split("\n") if not line.lstrip().startswith("//")))


def main():
    name = sys.argv[1]
    wanted = next(e for e in environments() if e["name"] == name)
    if len(sys.argv) > 2:
        versions = installed(sys.argv[2])
    else:
        versions = {package: version for package, (version, _) in report(wanted["wants"]).items()}
    versions = {package: version for package, version in sorted(versions.items()) if package not in NOT_OURS}
    hashes = {package: set() for package in versions}
    pins = [f"{package}=={version}" for package, version in versions.items()]
    with tempfile.TemporaryDirectory() as target:
        for python in PYTHONS:
            for machine in MACHINES:
                platforms = [f"--platform=manylinux_{glibc}_{machine}" for glibc in GLIBCS] + [f"--platform=manylinux2014_{machine}", f"--platform=linux_{machine}"]
                only = ["--no-deps", "--only-binary=:all:", f"--python-version={python}", f"--target={target}"]
                for package, (_, sha) in report([*only, *platforms, *pins]).items():
                    hashes[package].add(sha)
    lines = [f"# {wanted['purpose']}", f"# Python {', '.join(PYTHONS)} on {', '.join(MACHINES)}; made by harness/python/make_lock.py."]
    for package, version in versions.items():
        lines.append(" \\\n    ".join([f"{package}=={version}"] + [f"--hash=sha256:{sha}" for sha in sorted(hashes[package])]))
    (FOLDER / wanted["lock"]).write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
