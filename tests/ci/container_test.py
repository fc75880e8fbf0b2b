"""The Dockerfile, carried out step by step without docker, and what the examples do with its image."""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import tools

tools.enter()

import container_host  # noqa: E402
import yaml  # noqa: E402
from ground import MISTAKES, Ground, mistakes, python_environment, timeless  # noqa: E402
from tools import AZLAB, HERE, ROOT, missing, node_packages  # noqa: E402


def without_sandbox(report):
    """A report as `timeless` gives it: without a sandbox clock and seed do not reach everything, which each lab says."""
    return {key: value for key, value in timeless(report).items() if key != "notReproducible"}


def launcher_list(name):
    """A list of packages in the launcher."""
    text = re.search(rf"^{name}=\((.*?)\)$", (ROOT / "azlab").read_text(encoding="utf-8"), re.M | re.S)[1]
    return {word for word in text.split() if "packages_to_run" not in word}


class Container(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(directory.cleanup)
        cls.root = pathlib.Path(directory.name)
        works = ["bwrap", "--unshare-pid", "--unshare-user", "--ro-bind", "/", "/", "true"]
        if subprocess.run(works, capture_output=True).returncode != 0:
            missing("bubblewrap does not work here")
        if not (ROOT / ".git").exists():
            missing("this is no working tree: there is no list of its files")
        (cls.root / "ground").mkdir()
        cls.ground = Ground(cls.root / "ground")
        cls.context = cls.make_context()
        parsed = subprocess.run(["node", node_packages() / "dockerfile.js", ROOT / ".devcontainer/Dockerfile"], capture_output=True, text=True, check=True)
        ignored = (cls.context / ".dockerignore").read_text(encoding="utf-8").split()
        cls.builder = container_host.Builder(cls.root / "build", json.loads(parsed.stdout)["instructions"], cls.context, ignored, AZLAB.resolve())
        cls.image = cls.builder.build({"ENVIRONMENTS": ""})

    @classmethod
    def make_context(cls):
        """The files of this tree, and some that are to be left out."""
        context = cls.root / "context"
        listed = subprocess.run(["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"], capture_output=True, text=True, check=True)
        for name in filter(None, listed.stdout.split("\0")):
            if (ROOT / name).is_file():
                (context / name).parent.mkdir(parents=True, exist_ok=True)
                (context / name).write_bytes((ROOT / name).read_bytes())
                (context / name).chmod((ROOT / name).stat().st_mode & 0o777)
        for name in (".git/HEAD", "build/release/build.ninja", "build/.have-build", "tests/ci/tools.pyc"):
            (context / name).parent.mkdir(parents=True, exist_ok=True)
            (context / name).write_text("left behind", encoding="utf-8")
        return context

    def stage(self, name):
        return pathlib.Path(self.builder.stages[name]["root"])

    def installed(self, name):
        return set((self.stage(name) / container_host.INSTALLED).read_text(encoding="utf-8").split())

    def test_each_stage_installs_what_the_launcher_says_and_no_more(self):
        to_run, to_build = launcher_list("packages_to_run"), launcher_list("packages")
        self.assertIn("bubblewrap", to_run)
        self.assertIn("g++", to_build)
        self.assertEqual(to_run | to_build, self.installed("packages"))
        self.assertEqual(self.installed("packages"), self.installed("build"))
        self.assertEqual(to_run, self.installed("2"))
        self.assertEqual(["apt-get update", "apt-get install", "cmake", "ninja"], (self.stage("build") / "var/lib/calls").read_text(encoding="utf-8").splitlines())
        self.assertEqual([], list((self.stage("2") / "var/lib/apt/lists").iterdir()))

    def test_what_is_ignored_is_not_copied(self):
        copied = self.stage("build") / "opt/azlab"
        self.assertEqual([False] * 4, [(copied / name).exists() for name in (".git", "build/.have-nothing", "tests/ci/tools.pyc", "build/release/build.ninja.left")])
        self.assertNotEqual("left behind", (copied / "build/release/build.ninja").read_text(encoding="utf-8"))
        self.assertTrue((copied / "tests/ci/tools.py").exists())
        self.assertEqual(["azlab"], [path.name for path in (self.stage("2") / "opt/azlab").iterdir() if path.name != "build"])

    def docker(self, directory, *arguments, **variables):
        """docs/ci/container.sh in a directory of labs."""
        stand_in = self.root / "bin"
        stand_in.mkdir(exist_ok=True)
        (stand_in / "docker").write_text(f'#!/bin/sh\nexec "{sys.executable}" -B "{HERE}/container_host.py" "$@"\n', encoding="utf-8")
        (stand_in / "docker").chmod(0o755)
        images = self.root / "images.json"
        images.write_text(json.dumps({"azlab": self.image}), encoding="utf-8")
        return subprocess.run([ROOT / "docs/ci/container.sh", *arguments], cwd=directory, capture_output=True, text=True, timeout=600,
                              env={"PATH": f"{stand_in}:/usr/bin:/bin", "STAND_IN_IMAGES": str(images), **variables})

    def labs(self, name):
        place = self.root / name
        self.ground.check_labs_out(place, 0)
        return place

    def test_the_container_carries_out_labs_that_belong_to_somebody_else(self):
        labs = self.labs("labs")
        if os.geteuid() == 0:
            subprocess.run(["chown", "-R", "1000:1000", labs], check=True)
        ran = self.docker(labs, "--no-prepare", "--report", "json=labs.json")
        self.assertEqual(1, ran.returncode, ran.stdout + ran.stderr)
        self.assertEqual(MISTAKES, mistakes(labs / "labs.json"))
        self.assertEqual(without_sandbox(self.ground.whole_report()), without_sandbox(labs / "labs.json"))

    def test_the_container_needs_no_root(self):
        labs = self.labs("labs-of-a-user")
        ran = self.docker(labs, "--no-prepare", "--report", "json=labs.json", STAND_IN_USER="1234")
        self.assertEqual((1, MISTAKES), (ran.returncode, mistakes(labs / "labs.json")), ran.stdout + ran.stderr)

    def test_without_arguments_it_says_what_it_can_do(self):
        ran = subprocess.run(container_host.run(self.image, []), capture_output=True, text=True, timeout=60)
        self.assertEqual(0, ran.returncode, ran.stderr)
        self.assertIn("validate", ran.stdout)

    def test_the_python_environment_is_made_for_whoever_runs_it(self):
        python = python_environment()
        place = "/var/cache/azlab/python/" + python.name
        builder = container_host.Builder(self.root / "with-python", self.builder.instructions, self.context, self.builder.ignored, AZLAB.resolve())
        # An environment's place and its mark: `azlab prepare` finds it and asks no index.
        made = self.root / "environment"
        made.mkdir()
        (made / "azlab-prepared").write_text("ml\n", encoding="utf-8")
        image = builder.build({}, ["--bind", made, place])
        self.assertEqual("/var/cache/azlab/python", image["environment"]["AZLAB_PYTHON_CACHE"])
        self.assertEqual([0o777] * 2, [path.stat().st_mode & 0o777 for path in (pathlib.Path(image["root"]) / "var/cache/azlab/python", made / "sites")])

    # --- Kubernetes -------------------------------------------------------------------------------------------

    def pods(self, job, work):
        """Carries a Job's pods out as Kubernetes does: one for each index, until each was well once. Returns the exit statuses."""
        spec = job["spec"]
        container = spec["template"]["spec"]["containers"][0]
        self.assertEqual(["/course"], [mount["mountPath"] for mount in container["volumeMounts"]])
        statuses = []
        for index in range(spec.get("completions", 1)):
            environment = {**self.image["environment"], **{one["name"]: one["value"] for one in container.get("env", [])}}
            if spec.get("completionMode") == "Indexed":
                environment["JOB_COMPLETION_INDEX"] = str(index)
            command = container_host.sandbox({**self.image, "directory": container["workingDir"]}, ["--bind", work, "/course"], environment)
            statuses.append(subprocess.run([*command, *container["command"]], capture_output=True, text=True, timeout=600).returncode)
        return statuses

    def test_an_indexed_job_shares_the_labs_out_and_another_merges(self):
        jobs = list(yaml.safe_load_all((ROOT / "docs/ci/kubernetes-job.yaml").read_text(encoding="utf-8")))
        work = self.root / "work"
        (work / "reports").mkdir(parents=True)
        self.ground.check_labs_out(work / "labs", 0)
        self.assertEqual([0] * 4, self.pods(jobs[0], work))
        self.assertEqual(["0.json", "1.json", "2.json", "3.json"], sorted(path.name for path in (work / "reports").iterdir()))
        self.assertEqual([1], self.pods(jobs[1], work))
        self.assertEqual(without_sandbox(self.ground.whole_report()), without_sandbox(work / "reports/labs.json"))
        # A part that is missing is no report of the whole.
        (work / "reports/2.json").unlink()
        self.assertEqual([2], self.pods(jobs[1], work))
        # Wrong use is the status that the Job's policy gives up at.
        (work / "labs/azlab.json").write_text('{"file": []}', encoding="utf-8")
        given_up_at = jobs[0]["spec"]["podFailurePolicy"]["rules"][0]["onExitCodes"]["values"]
        self.assertEqual(given_up_at * 4, self.pods(jobs[0], work))


if __name__ == "__main__":
    unittest.main()
