"""Labs that are carried out at the same time: report and console are those of labs one after another. Standard library only."""
import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

AZLAB = os.environ["AZLAB"]
LANGUAGES = ["en", "fr", "de"]


class Parallel(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.directory.name)

    def tearDown(self):
        self.directory.cleanup()

    def validate(self, *arguments):
        """Exit status, console and JSON report of the sample course, without what real time makes of them. Without Python:
        clients of the real kind draw names and times of their own."""
        languages = [part for language in LANGUAGES for part in ("--language", language)]
        report = self.root / "report.json"
        ran = subprocess.run([AZLAB, "validate", "--no-prepare", "--report", f"json={report}", *languages, *arguments], cwd=self.root, capture_output=True, text=True, timeout=600,
                             env={**os.environ, "AZLAB_PYTHON_CACHE": str(self.root / "no-python")})
        console = re.sub(r"took [0-9.]+ s", "took …", ran.stdout)
        text = re.sub(r'"realSeconds": [0-9.e-]+', '"realSeconds": 0', report.read_text(encoding="utf-8"))
        return ran.returncode, console, text

    def test_the_report_does_not_depend_on_how_many_labs_run_at_the_same_time(self):
        one = self.validate("--jobs", "1")
        self.assertEqual(3, one[0], one[1])
        files = [lab["file"] for lab in json.loads(one[2])["labs"]]
        folders = [f"course/Instructions/{folder}" for folder in ("", "de/", "fr/")]
        self.assertEqual([folder + name for folder in folders for name in ("04-work-with-compute.md", "08-track-jobs.md")], files)
        four = self.validate("--jobs", "4")
        self.assertEqual(one[1], four[1])
        self.assertEqual(one[2], four[2])

    def test_a_run_that_cannot_begin_says_so_once(self):
        wrong = self.root / "no-such-folder"
        ran = subprocess.run([AZLAB, "validate", "-q", "--no-prepare", "--jobs", "4"], capture_output=True, text=True, timeout=600, env={**os.environ, "TMPDIR": str(wrong)})
        self.assertEqual(2, ran.returncode, ran.stderr)
        self.assertEqual([f"azlab: cannot make a directory for the run ({wrong}/azlab-…): No such file or directory; set TMPDIR to a place with room"],
                         [re.sub(r"azlab-\w{6}", "azlab-…", line) for line in ran.stderr.splitlines() if "shell syntax" not in line])
        for jobs in ("0", "-1", "many"):
            ran = subprocess.run([AZLAB, "validate", "--jobs", jobs], capture_output=True, text=True, timeout=600)
            self.assertEqual((2, 1), (ran.returncode, ran.stderr.count("\n")), ran.stderr)


if __name__ == "__main__":
    unittest.main()
