"""Azure Pipelines without Azure: carries the steps of a pipeline out as its agent would. Macros and conditions are replaced as far
as the examples use them; a task, or a command of the agent, that is not in the tables fails the test."""
import dataclasses
import glob
import pathlib
import re
import shutil
import subprocess

import yaml

STEP_TIMEOUT_S = 600


@dataclasses.dataclass
class Job:
    name: str
    directory: pathlib.Path
    variables: dict
    status: str = "success"
    log: str = ""
    summaries: list = dataclasses.field(default_factory=list)
    used: list = dataclasses.field(default_factory=list)
    after: list = dataclasses.field(default_factory=list)  # what tasks do when the job has succeeded


class Host:
    def __init__(self, ground, python_store):
        self.ground, self.python_store = ground, python_store
        self.caches, self.artifacts, self.results = {}, {}, []
        self.tasks = {"Cache@2": self.cache, "PublishPipelineArtifact@1": self.publish, "DownloadPipelineArtifact@2": self.download,
                      "PublishTestResults@2": self.publish_results}

    # --- jobs -------------------------------------------------------------------------------------------------

    def run(self, path):
        pipeline = yaml.safe_load(pathlib.Path(path).read_text(encoding="utf-8"))
        self.repositories = {one["repository"]: one["name"] for one in pipeline["resources"]["repositories"]}
        done = {}
        for job in pipeline["jobs"]:
            before = [one.status for name in [job.get("dependsOn")] if name for one in done[name]]
            status = "failure" if "failure" in before else "success"
            if self.holds(job.get("condition", "succeeded()"), {}, status):
                total = job.get("strategy", {}).get("parallel", 1)
                done[job["job"]] = [self.run_job(job, position, total) for position in range(1, total + 1)]
        return done

    def run_job(self, job, position, total):
        place = self.ground.root / f"{job['job']}-{position}"
        (place / "s").mkdir(parents=True)
        variables = {"Pipeline.Workspace": str(place), "Build.SourcesDirectory": str(place / "s"), "System.JobPositionInPhase": str(position),
                     "System.TotalJobsInPhase": str(total), "Agent.OS": "Linux"}
        made = Job(name=job["job"], directory=place, variables=variables)
        for step in self.expanded(job["steps"], {}):
            if self.holds(step.get("condition", "succeeded()"), made.variables, made.status) and not self.run_step(made, step):
                made.status = "failure"
        if made.status == "success":
            for one in made.after:
                one()
        return made

    def expanded(self, steps, parameters):
        """Steps with those of templates in their places; only ${{ parameters.NAME }} is known of template expressions."""
        for step in steps:
            step = self.filled(step, r"\$\{\{\s*parameters\.(\w+)\s*\}\}", parameters)
            if "template" not in step:
                yield step
                continue
            name, _, repository = step["template"].partition("@")
            if repository not in self.repositories:
                raise AssertionError(f"{step['template']}: no such repository")
            checkout = self.ground.root / "templates"
            if not checkout.exists():
                self.ground.check_azlab_out(checkout)
            template = yaml.safe_load((checkout / name).read_text(encoding="utf-8"))
            given = {one["name"]: step.get("parameters", {}).get(one["name"], one.get("default")) for one in template["parameters"]}
            unknown = set(step.get("parameters", {})) - set(given)
            if unknown:
                raise AssertionError(f"{name} has no parameters {unknown}")
            yield from self.expanded(template["steps"], given)

    def filled(self, value, pattern, values):
        if isinstance(value, dict):
            return {key: self.filled(member, pattern, values) for key, member in value.items()}
        if isinstance(value, list):
            return [self.filled(one, pattern, values) for one in value]
        # What has no value stays: in a script it is bash's own.
        return re.sub(pattern, lambda match: str(values.get(match[1], match[0])), value) if isinstance(value, str) else value

    def run_step(self, job, step):
        step = self.filled(step, r"\$\(([\w.]+)\)", job.variables)
        if "checkout" in step:
            return self.checkout(job, step)
        if "task" in step:
            job.used.append(step["task"])
            if step["task"] not in self.tasks:
                raise AssertionError(f"no stand-in for the task {step['task']}")
            return self.tasks[step["task"]](job, step.get("inputs", {}))
        unknown = set(step) - {"bash", "displayName", "workingDirectory", "condition"}
        if unknown:
            raise AssertionError(f"a step has {unknown}")
        script = job.directory / "step.sh"
        script.write_text(step["bash"], encoding="utf-8")
        # Variables are the environment, in upper case and with _ instead of a point. Without `set -e` only the last command counts.
        environment = self.ground.environment(HOME=str(job.directory), TF_BUILD="True",
                                              **{name.upper().replace(".", "_"): value for name, value in job.variables.items()})
        ran = subprocess.run(["bash", "--noprofile", "--norc", script], cwd=step.get("workingDirectory", job.directory / "s"), env=environment,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", stdin=subprocess.DEVNULL, timeout=STEP_TIMEOUT_S)
        self.read_log(job, ran.stdout)
        return ran.returncode == 0

    @staticmethod
    def read_log(job, log):
        job.log += log
        for command, properties, value in re.findall(r"##vso\[([\w.]+)([^\]]*)\](.*)", log):
            if command == "task.setvariable":
                job.variables[re.fullmatch(r" variable=(\w+)", properties)[1]] = value
            elif command == "task.uploadsummary":
                job.summaries.append(pathlib.Path(value).read_text(encoding="utf-8"))
            else:
                raise AssertionError(f"no stand-in for the command {command}")

    @staticmethod
    def holds(condition, variables, status):
        """and(), ne(), succeeded() and succeededOrFailed(), as Azure evaluates them; other functions fail."""
        names = {"succeeded": lambda: status == "success", "succeededOrFailed": lambda: True, "and_": lambda *all_of: all(all_of), "ne": lambda a, b: a != b}
        text = re.sub(r"variables\.(\w+)", lambda match: repr(variables.get(match[1], "")), condition).replace("and(", "and_(")
        return bool(eval(text, {"__builtins__": {}}, names))  # noqa: S307: the examples' own text

    # --- stand-ins for checkout and tasks ---------------------------------------------------------------------

    def checkout(self, job, step):
        unknown = set(step) - {"checkout", "path", "fetchDepth"}
        if unknown:
            raise AssertionError(f"checkout has {unknown}")
        place = job.directory / step["path"]
        if step["checkout"] == "self":
            self.ground.check_labs_out(place, step.get("fetchDepth", 1))
        elif step["checkout"] in self.repositories:
            self.ground.check_azlab_out(place)
        else:
            raise AssertionError(f"checkout: {step['checkout']}: no such repository")
        return True

    def cache(self, job, inputs):
        """Lays a folder back where its key is known; else keeps it when the job has succeeded."""
        self.only(inputs, "key", "path")
        key, place = inputs["key"], pathlib.Path(inputs["path"])
        if "$(" in key:
            raise AssertionError(f"a variable of the key is not set: {key}")
        if key in self.caches:
            shutil.copytree(self.caches[key], place, symlinks=True)
        else:
            if self.python_store is not None and "azlab-python" in key:
                # The environment that `prepare` would make; it finds it.
                place.mkdir()
                (place / self.python_store.name).symlink_to(self.python_store)
            job.after.append(lambda: self.keep(key, place))
        return True

    def keep(self, key, place):
        if key not in self.caches:
            self.caches[key] = self.ground.root / "kept" / str(len(self.caches))
            shutil.copytree(place, self.caches[key], symlinks=True)

    @staticmethod
    def only(inputs, *known):
        unknown = set(inputs) - set(known)
        if unknown:
            raise AssertionError(f"unexpected inputs: {unknown}")

    def publish(self, job, inputs):
        self.only(inputs, "targetPath", "artifact")
        if inputs["artifact"] in self.artifacts:
            raise AssertionError(f"the artifact {inputs['artifact']} is there already")
        place = self.artifacts[inputs["artifact"]] = self.ground.root / "artifacts" / inputs["artifact"]
        place.mkdir(parents=True)
        shutil.copy(inputs["targetPath"], place)
        return True

    def download(self, job, inputs):
        """Without a name: every artifact in a folder of its name; patterns are about those paths."""
        self.only(inputs, "itemPattern", "targetPath")
        for name, place in self.artifacts.items():
            for path in place.rglob("*"):
                if pathlib.PurePath(name, path.relative_to(place)).match(inputs["itemPattern"]):
                    target = pathlib.Path(inputs["targetPath"]) / name / path.relative_to(place)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(path, target)
        return True

    def publish_results(self, job, inputs):
        self.only(inputs, "testResultsFormat", "testResultsFiles", "searchFolder", "testRunTitle")
        self.results += [pathlib.Path(one) for one in glob.glob(f"{inputs['searchFolder']}/{inputs['testResultsFiles']}")]
        return True
