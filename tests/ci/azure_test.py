"""The pipeline for Azure Pipelines, carried out without Azure on a small repository of labs."""
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree

import tools

tools.enter()

from azure_host import Host  # noqa: E402
from ground import LABS, MISTAKES, Ground, mistakes, python_environment, timeless  # noqa: E402
from tools import ROOT  # noqa: E402

PIPELINE = ROOT / "docs/ci/azure-pipelines.yml"


class Azure(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.ground = Ground(directory.name)
        self.python = python_environment()
        self.host = Host(self.ground, self.python)

    def test_four_jobs_share_the_labs_out_and_a_fifth_merges(self):
        jobs = self.host.run(PIPELINE)
        self.assertEqual({"labs": ["success"] * 4, "report": ["failure"]}, {name: [job.status for job in made] for name, made in jobs.items()},
                         jobs["labs"][0].log)
        merged = self.ground.root / "merged.json"
        parts = sorted((jobs["report"][0].directory / "parts").rglob("part.json"))
        self.assertEqual([f"part-{position}" for position in (1, 2, 3, 4)], [part.parent.name for part in parts])
        self.assertEqual(1, subprocess.run([tools.AZLAB, "merge", *parts, "--report", f"json={merged}"], capture_output=True, timeout=300).returncode)
        self.assertEqual(MISTAKES, mistakes(merged))
        self.assertEqual(timeless(self.ground.whole_report()), timeless(merged))
        # What the agent shows: a test for each step, the Markdown report, the page.
        suites = xml.etree.ElementTree.parse(self.host.results[0]).getroot()
        self.assertEqual((1, 4), (len(self.host.results), len(suites.findall("testsuite"))))
        self.assertEqual([LABS[2]], [suite.get("name") for suite in suites.findall("testsuite") if suite.get("failures") != "0"])
        self.assertEqual(1, len(jobs["report"][0].summaries))
        self.assertIn("| Instructions/fr/01-look.md | fr | **failed** | 2 of 3 | 2 | 0 | 0 |", jobs["report"][0].summaries[0])
        self.assertEqual(["labs.html"], [path.name for path in self.host.artifacts["labs"].iterdir()])
        # The first job builds, the others lay back; so with the Python environment, which the last job does not want.
        self.assertEqual(["cmake"], self.ground.calls("cmake"))
        self.assertRegex(sorted(self.host.caches)[0], r'^"azlab" \| "[0-9a-f]{32}"$')
        self.assertEqual([f'"azlab-python" | "Linux" | "{self.python.name}"'], sorted(self.host.caches)[1:])
        self.assertEqual([["Cache@2", "Cache@2", "PublishPipelineArtifact@1"]] * 4, [job.used for job in jobs["labs"]])
        self.assertEqual(["Cache@2", "DownloadPipelineArtifact@2", "PublishTestResults@2", "PublishPipelineArtifact@1"], jobs["report"][0].used)
        self.assertEqual(["sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"] * 5, self.ground.calls("sudo"))

    def test_what_labs_print_does_not_command_the_agent(self):
        # Findings quote the lab.
        forged = (self.ground.labs / LABS[2]).read_text(encoding="utf-8").replace("cat course/Labs/données.csv", "echo '##vso[task.complete result=Succeeded]forged'")
        self.ground.commit({LABS[2]: forged})
        jobs = self.host.run(PIPELINE)  # an unknown command of the agent fails
        self.assertEqual("failure", jobs["report"][0].status)
        self.assertIn("## vso[task.complete result=Succeeded]forged", jobs["labs"][0].log)

    def test_wrong_use_fails_the_jobs_that_it_meets_and_nothing_is_judged(self):
        self.ground.commit({"azlab.json": '{"file": []}'})
        jobs = self.host.run(PIPELINE)
        self.assertEqual({"labs": ["failure"] * 4}, {name: [job.status for job in made] for name, made in jobs.items()})
        self.assertEqual({}, self.host.artifacts)

    def test_a_task_that_is_not_known_fails(self):
        pipeline = self.ground.root / "azure-pipelines.yml"
        pipeline.write_text(PIPELINE.read_text(encoding="utf-8").replace("PublishTestResults@2", "PublishTestResults@1"), encoding="utf-8")
        with self.assertRaisesRegex(AssertionError, "no stand-in for the task PublishTestResults@1"):
            self.host.run(pipeline)


if __name__ == "__main__":
    unittest.main()
