"""The workflows for GitHub Actions and the composite action, carried out without GitHub on a small repository of labs."""
import json
import subprocess
import tempfile
import unittest

import tools

tools.enter()

from github_host import Host  # noqa: E402
from ground import LABS, MISTAKES, Ground, mistakes, python_environment, timeless  # noqa: E402
from tools import ROOT, Node  # noqa: E402

SIMPLE, SHARDED = ROOT / "docs/ci/github-actions.yml", ROOT / "docs/ci/github-actions-sharded.yml"
OWN = "OWNER/azlab/.github/actions/azlab@main"


class GitHub(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.node = Node()
        cls.python = python_environment()

    @classmethod
    def tearDownClass(cls):
        cls.node.close()

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.ground = Ground(directory.name)
        self.host = Host(self.ground, self.node, self.python)

    def assert_the_mistakes_are_annotated(self, job):
        self.assertEqual([("error", file, line, rule) for file, line, rule in MISTAKES],
                         [(kind, values["file"], int(values["line"]), values["title"].split(" ")[0]) for kind, values, _ in job.annotations], job.log)
        self.assertIn("No such file or directory", job.annotations[0][2])
        self.assertIn("| Instructions/fr/01-look.md | fr | **failed** | 2 of 3 | 2 | 0 | 0 |", job.summary)

    def assert_the_mistakes_are_in_sarif(self):
        results = json.loads(self.host.sarif["azlab"].read_text(encoding="utf-8"))["runs"][0]["results"]
        places = [(one["locations"][0]["physicalLocation"], one["ruleId"]) for one in results]
        self.assertEqual(MISTAKES, sorted((place["artifactLocation"]["uri"], place["region"]["startLine"], rule) for place, rule in places))

    def test_one_job_carries_out_all_labs(self):
        jobs = self.host.run(SIMPLE)
        job = jobs["labs"][0]
        self.assertEqual("failure", job.status)
        self.assertEqual(["actions/checkout@v5", OWN, "actions/cache/restore@v4", "actions/cache/save@v4", "actions/cache/restore@v4", "actions/cache/save@v4",
                          "github/codeql-action/upload-sarif@v4", "actions/upload-artifact@v4"], job.used)
        self.assert_the_mistakes_are_annotated(job)
        self.assert_the_mistakes_are_in_sarif()
        self.assertEqual(["labs.html", "labs.xml"], sorted(path.name for path in self.host.artifacts["labs"].iterdir()))
        # What it needs was built once and kept although the labs failed; bubblewrap was allowed.
        self.assertEqual(["cmake"], self.ground.calls("cmake"))
        self.assertEqual(["sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"], self.ground.calls("sudo"))
        self.assertEqual(2, len(self.host.saved))
        self.assertRegex(self.host.saved[0], "^azlab-[0-9a-f]{32}$")
        self.assertEqual(f"Linux-{self.python.name}", self.host.saved[1])
        self.assertEqual("1", job.contexts["steps"]["__1"]["outputs"]["status"])

    def test_what_labs_print_does_not_command_the_runner(self):
        forged = (self.ground.labs / LABS[0]).read_text(encoding="utf-8").replace(
            "cat course/Labs/data.csv", "echo '::error file=a.md,line=1::forged'; echo '::set-output name=a::b'; false")
        self.ground.commit({LABS[0]: forged, LABS[2]: None})
        job = self.host.run(SIMPLE)["labs"][0]
        self.assertEqual(["azlab/step-failed (source)"], [values["title"] for _, values, _ in job.annotations])
        self.assertEqual([], job.commands)

    def test_four_jobs_share_the_labs_out_and_a_fifth_merges(self):
        jobs = self.host.run(SHARDED)
        self.assertEqual({"ready": ["success"], "labs": ["success"] * 4, "report": ["failure"]}, {name: [job.status for job in made] for name, made in jobs.items()})
        # One build and one Python environment for six runners; after the first job's last look, ninja is not asked again.
        self.assertEqual((["cmake"], 2), (self.ground.calls("cmake"), len(self.host.saved)))
        self.assertEqual("sudo", self.ground.calls()[-1].split()[0])
        self.assertEqual([], [call for call in self.ground.calls()[self.ground.calls().index(self.ground.calls("sudo")[0]):] if call == "ninja"])
        self.assertEqual(["", ""], [job.summary for job in jobs["labs"][:2]])
        parts = [json.loads((self.host.artifacts[f"part-{shard}"] / f"part-{shard}.json").read_text(encoding="utf-8")) for shard in (1, 2, 3, 4)]
        self.assertEqual([[LABS[0], LABS[2]], [LABS[1], LABS[3]], [], []], [[lab["file"] for lab in part["labs"]] for part in parts])
        report = jobs["report"][0]
        self.assert_the_mistakes_are_annotated(report)
        self.assert_the_mistakes_are_in_sarif()
        self.assertEqual(["labs.html", "labs.xml"], sorted(path.name for path in self.host.artifacts["labs"].iterdir()))
        merged = self.merged(jobs)
        self.assertEqual(MISTAKES, mistakes(merged))
        self.assertEqual(timeless(self.ground.whole_report()), timeless(merged))

    def merged(self, jobs):
        """The JSON report that the last job's parts merge to: the workflow itself keeps other kinds."""
        parts = sorted((jobs["report"][0].workspace / "parts").glob("*.json"))
        path = self.ground.root / "merged.json"
        ran = subprocess.run([tools.AZLAB, "merge", *parts, "--report", f"json={path}"], capture_output=True, text=True, timeout=300)
        self.assertEqual(1, ran.returncode, ran.stderr)
        return path

    def test_labs_that_pass_make_the_job_pass(self):
        self.ground.commit({LABS[2]: None})
        job = self.host.run(SIMPLE)["labs"][0]
        self.assertEqual(("success", []), (job.status, job.annotations), job.log)
        self.assertEqual("0", job.contexts["steps"]["__1"]["outputs"]["status"])

    def test_wrong_use_fails_even_where_statuses_are_accepted(self):
        self.ground.commit({"azlab.json": '{"file": []}'})
        jobs = self.host.run(SHARDED)
        self.assertEqual({"ready": ["success"], "labs": ["failure"] * 4}, {name: [job.status for job in made] for name, made in jobs.items()})
        self.assertIn("azlab.json:1: file: there is no such member; do you mean 'files'?", jobs["labs"][0].log)

    def test_an_action_that_is_not_known_fails(self):
        workflow = self.ground.root / "labs.yml"
        workflow.write_text(SIMPLE.read_text(encoding="utf-8").replace("actions/upload-artifact@v4", "actions/upload-artifact@v3"), encoding="utf-8")
        with self.assertRaisesRegex(AssertionError, "no stand-in for the action actions/upload-artifact@v3"):
            self.host.run(workflow)


if __name__ == "__main__":
    unittest.main()
