"""GitHub Actions without GitHub: carries the steps of a workflow out as its runner would. Expressions are evaluated by GitHub's
own library; `run:` steps are run by bash with the runner's files; an action that is not in the table fails the test."""
import copy
import dataclasses
import glob
import os
import pathlib
import re
import shutil
import subprocess

import yaml

OWN_ACTION = "OWNER/azlab/.github/actions/azlab@main"
STEP_TIMEOUT_S = 600


@dataclasses.dataclass
class Step:
    outcome: str = "success"  # before continue-on-error
    conclusion: str = "success"
    outputs: dict = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Job:
    name: str
    workspace: pathlib.Path
    temp: pathlib.Path
    contexts: dict
    status: str = "success"
    annotations: list = dataclasses.field(default_factory=list)
    commands: list = dataclasses.field(default_factory=list)
    log: str = ""
    used: list = dataclasses.field(default_factory=list)
    environment: dict = dataclasses.field(default_factory=dict)

    @property
    def summary(self):
        path = self.temp / "summary"
        return path.read_text(encoding="utf-8") if path.exists() else ""


def unescaped(text):
    for code, character in (("%3A", ":"), ("%2C", ","), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
        text = text.replace(code, character)
    return text


class Host:
    def __init__(self, ground, node, python_store):
        self.ground, self.node = ground, node
        self.caches = {}  # key -> (paths, directory)
        self.artifacts = {}  # name -> directory
        self.sarif = {}  # category -> path
        self.saved = []
        self.python_store = python_store  # a prepared Python environment: a runner of one's own may have it
        self.actions = {
            "actions/checkout@v5": self.checkout, "actions/cache/restore@v4": self.restore, "actions/cache/save@v4": self.save,
            "actions/upload-artifact@v4": self.upload, "actions/download-artifact@v5": self.download,
            "github/codeql-action/upload-sarif@v4": self.upload_sarif, OWN_ACTION: self.own_action}

    # --- jobs -------------------------------------------------------------------------------------------------

    def run(self, path, event="pull_request"):
        """{job name: [Job]} of all jobs, in the order of what they need. A matrix makes several of one."""
        workflow = yaml.safe_load(pathlib.Path(path).read_text(encoding="utf-8"))
        triggers = workflow[True]  # YAML 1.1 reads `on` as true
        if event not in triggers:
            raise AssertionError(f"{path} is not triggered by {event}")
        done = {}
        for name, job in workflow["jobs"].items():
            needs = [job["needs"]] if isinstance(job.get("needs"), str) else job.get("needs", [])
            worst = "failure" if any(one.status != "success" for need in needs for one in done[need]) else "success"
            contexts = {"needs": {need: {"result": done[need][0].status, "outputs": {}} for need in needs}}
            if not self.holds(job.get("if", ""), contexts, worst, self.ground.root):
                continue
            done[name] = [self.run_job(name, job, event, one, index, len(self.matrix(job))) for index, one in enumerate(self.matrix(job))]
        return done

    def matrix(self, job):
        combinations = [{}]
        for key, values in job.get("strategy", {}).get("matrix", {}).items():
            combinations = [{**one, key: value} for one in combinations for value in values]
        return combinations

    def run_job(self, name, job, event, matrix, index, total):
        place = self.ground.root / f"{name}-{index}"
        for part in ("work", "temp"):
            (place / part).mkdir(parents=True)
        contexts = {"github": {"event_name": event, "workspace": str(place / "work"), "ref": "refs/pull/1/merge", "repository": "contoso/labs"},
                    "matrix": matrix, "strategy": {"job-index": index, "job-total": total, "fail-fast": job.get("strategy", {}).get("fail-fast", True)},
                    "runner": {"os": "Linux", "arch": "X64", "temp": str(place / "temp")}, "steps": {}, "env": {}, "inputs": {}}
        made = Job(name=name, workspace=place / "work", temp=place / "temp", contexts=contexts)
        made.environment = self.ground.environment(
            CI="true", GITHUB_ACTIONS="true", GITHUB_WORKSPACE=str(made.workspace), GITHUB_EVENT_NAME=event, GITHUB_REPOSITORY="contoso/labs",
            RUNNER_OS="Linux", RUNNER_TEMP=str(made.temp), HOME=str(place), GITHUB_STEP_SUMMARY=str(made.temp / "summary"))
        made.status = self.run_steps(made, job["steps"], contexts)
        return made

    def run_steps(self, job, steps, contexts, action_path=None):
        """The status of a job, or of a composite action."""
        status = "success"
        for number, step in enumerate(steps):
            outcome = Step(outcome="skipped", conclusion="skipped")
            if self.holds(step.get("if", ""), contexts, status, job.workspace):
                outcome = self.run_step(job, step, contexts, status, action_path)
                if outcome.outcome == "failure" and not step.get("continue-on-error", False):
                    status = "failure"
            contexts["steps"][step.get("id", f"__{number}")] = dataclasses.asdict(outcome)
        return status

    def run_step(self, job, step, contexts, status, action_path):
        with_these = {key: self.text(value, contexts, status, job.workspace) for key, value in step.get("with", {}).items()}
        if "uses" in step:
            job.used.append(step["uses"])
            if step["uses"] not in self.actions:
                raise AssertionError(f"no stand-in for the action {step['uses']}")
            return self.actions[step["uses"]](job, with_these)
        variables = {key: self.text(value, contexts, status, job.workspace) for key, value in step.get("env", {}).items()}
        if action_path:
            variables["GITHUB_ACTION_PATH"] = str(action_path)
        directory = job.workspace / self.text(step.get("working-directory", "."), contexts, status, job.workspace)
        return self.run_script(job, self.text(step["run"], contexts, status, job.workspace), step.get("shell"), variables, directory)

    def run_script(self, job, text, shell, variables, directory):
        script, files = job.temp / "step.sh", {name: job.temp / name.lower() for name in ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH")}
        script.write_text(text, encoding="utf-8")
        for path in files.values():
            path.write_text("", encoding="utf-8")
        # What GitHub documents for `shell: bash`, and for none.
        command = {"bash": ["bash", "--noprofile", "--norc", "-eo", "pipefail"], None: ["bash", "-e"]}[shell]
        environment = {**job.environment, **{name: str(path) for name, path in files.items()}, **variables}
        ran = subprocess.run([*command, script], cwd=directory, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                             errors="replace", stdin=subprocess.DEVNULL, timeout=STEP_TIMEOUT_S)
        self.read_log(job, ran.stdout)
        job.environment.update(self.assignments(files["GITHUB_ENV"]))
        outcome = "success" if ran.returncode == 0 else "failure"
        return Step(outcome=outcome, conclusion=outcome, outputs=self.assignments(files["GITHUB_OUTPUT"]))

    def read_log(self, job, log):
        """Workflow commands, but between stop-commands and its word."""
        job.log += log
        word = None
        for line in log.splitlines():
            command = re.fullmatch(r"::([\w-]+)(?: ([^:]*))?::(.*)", line)
            if word is not None:
                word = None if line == f"::{word}::" else word
            elif command and command[1] == "stop-commands":
                word = command[3]
            elif command and command[1] in ("error", "warning", "notice"):
                values = {key: unescaped(value) for key, value in (pair.split("=", 1) for pair in (command[2] or "").split(",") if pair)}
                job.annotations.append((command[1], values, unescaped(command[3])))
            elif command:
                job.commands.append(line)

    @staticmethod
    def assignments(path):
        found, lines = {}, iter(path.read_text(encoding="utf-8").splitlines())
        for line in lines:
            if "<<" in line.split("=", 1)[0]:
                name, end = line.split("<<", 1)
                text = []
                while (more := next(lines)) != end:
                    text.append(more)
                found[name] = "\n".join(text)
            else:
                name, found[name] = line.split("=", 1)[0], line.split("=", 1)[1]
        return found

    def text(self, value, contexts, status, workspace):
        if isinstance(value, bool):
            return str(value).lower()
        return self.node.ask(evaluate={"texts": [str(value)], "contexts": contexts, "status": status, "workspace": str(workspace)})[0]

    def holds(self, condition, contexts, status, workspace):
        return self.node.ask(condition={"text": str(condition), "contexts": contexts, "status": status, "workspace": str(workspace)})

    # --- stand-ins for actions --------------------------------------------------------------------------------

    @staticmethod
    def only(inputs, *known):
        unknown = set(inputs) - set(known)
        if unknown:
            raise AssertionError(f"unexpected inputs: {unknown}")

    def checkout(self, job, inputs):
        self.only(inputs, "fetch-depth")
        self.ground.check_labs_out(job.workspace, int(inputs.get("fetch-depth", 1)))
        return Step()

    def paths(self, job, text):
        return [pathlib.Path(found) for line in text.split("\n") if line.strip() for found in sorted(glob.glob(str(job.workspace / line.strip())))]

    def restore(self, job, inputs):
        """A cache belongs to its key and to its paths, as the real one's does."""
        self.only(inputs, "path", "key")
        if inputs["key"] not in self.caches:
            return Step(outputs={"cache-hit": ""})
        for wanted, kept in self.caches[inputs["key"]]:
            # A runner's own places differ from run to run here, as every job has a home of its own.
            place = next(pathlib.Path(line) for line in inputs["path"].split("\n") if pathlib.Path(line).name == wanted)
            place.parent.mkdir(parents=True, exist_ok=True)
            if kept.is_dir():
                place.symlink_to(kept)
            else:
                shutil.copy(kept, place)
        return Step(outputs={"cache-hit": "true"})

    def save(self, job, inputs):
        self.only(inputs, "path", "key")
        kept = []
        for path in self.paths(job, inputs["path"]):
            place = path.resolve()
            if path.is_file():
                place = self.ground.root / "kept" / inputs["key"] / path.name
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, place)
            kept.append((path.name, place))
        if not kept:
            raise AssertionError(f"nothing to keep: {inputs['path']}")
        self.caches[inputs["key"]] = kept
        self.saved.append(inputs["key"])
        return Step()

    def upload(self, job, inputs):
        self.only(inputs, "name", "path", "if-no-files-found")
        found = self.paths(job, inputs["path"])
        if not found:
            failed = inputs.get("if-no-files-found", "warn") == "error"
            return Step(outcome="failure", conclusion="failure") if failed else Step()
        if inputs["name"] in self.artifacts:
            raise AssertionError(f"the artifact {inputs['name']} is there already")
        place = self.artifacts[inputs["name"]] = self.ground.root / "artifacts" / inputs["name"]
        base = pathlib.Path(os.path.commonpath([path.parent for path in found]))
        for path in found:
            target = place / path.relative_to(base)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
        return Step()

    def download(self, job, inputs):
        self.only(inputs, "pattern", "path", "merge-multiple")
        for name, place in self.artifacts.items():
            if pathlib.PurePath(name).match(inputs["pattern"]):
                merged = inputs.get("merge-multiple") == "true"
                shutil.copytree(place, job.workspace / inputs["path"] / ("." if merged else name), dirs_exist_ok=True)
        return Step()

    def upload_sarif(self, job, inputs):
        self.only(inputs, "sarif_file", "category")
        self.sarif[inputs["category"]] = job.workspace / inputs["sarif_file"]
        return Step()

    def own_action(self, job, inputs):
        """The composite action of this repository, in a fresh checkout, as a runner downloads it."""
        checkout = job.temp.parent / "_actions" / str(len(job.used))
        self.ground.check_azlab_out(checkout)
        action_path = checkout / ".github" / "actions" / "azlab"
        action = yaml.safe_load((action_path / "action.yml").read_text(encoding="utf-8"))
        self.only(inputs, *action["inputs"])
        contexts = copy.deepcopy(job.contexts)
        contexts.update(steps={}, inputs={name: inputs.get(name, one.get("default", "")) for name, one in action["inputs"].items()})
        contexts["github"]["action_path"] = str(action_path)
        if self.python_store is not None:
            # The first job's runner has the environment already: `prepare` finds it, and the cache keeps it.
            home = pathlib.Path(job.environment["HOME"]) / ".cache/azlab/python"
            home.mkdir(parents=True)
            (home / self.python_store.name).symlink_to(self.python_store)
            self.python_store = None
        status = self.run_steps(job, action["runs"]["steps"], contexts, action_path)
        outputs = {name: self.text(one["value"], contexts, status, job.workspace) for name, one in action["outputs"].items()}
        return Step(outcome=status, conclusion=status, outputs=outputs)
