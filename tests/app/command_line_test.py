"""Wrong use and bad input: one clear line, the documented exit status, nothing half-written. Standard library only."""
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

AZLAB = os.environ["AZLAB"]
LAB = """# Make a group

## Create it in the Cloud Shell

1. Open the Azure portal at `https://portal.azure.com`.
"""


def azlab(*arguments, **keywords):
    return subprocess.run([AZLAB, *arguments], capture_output=True, text=True, timeout=120, **keywords)


class CommandLine(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.at = pathlib.Path(self.directory.name)
        self.lab = self.at / "lab.md"
        self.lab.write_text(LAB, encoding="utf-8")

    def tearDown(self):
        self.directory.cleanup()

    def wrong(self, *arguments):
        """The one line of a wrong use; its status is 2."""
        ran = azlab(*arguments)
        self.assertEqual(2, ran.returncode, ran.stderr)
        self.assertEqual(1, len(ran.stderr.strip().splitlines()), ran.stderr)
        return ran.stderr.strip()

    def test_an_option_takes_one_value_and_leaves_the_files(self):
        report = self.at / "r.json"
        ran = azlab("validate", "-q", "--report", f"json={report}", str(self.lab))
        self.assertIn(ran.returncode, (0, 3), ran.stderr)
        self.assertEqual([str(self.lab)], [lab["file"] for lab in json.loads(report.read_text(encoding="utf-8"))["labs"]])

    def test_every_kind_of_report_is_written_and_github_s_is_printed(self):
        kinds = ("json", "junit", "sarif", "github", "markdown", "html")
        wanted = [word for kind in kinds for word in ("--report", f"{kind}={self.at}/r.{kind}")]
        ran = azlab("validate", "-q", *wanted, "--report", "github", str(self.lab))
        self.assertIn(ran.returncode, (0, 3), ran.stderr)
        self.assertEqual(sorted(f"r.{kind}" for kind in kinds), sorted(p.name for p in self.at.glob("r.*")))
        self.assertTrue(ran.stdout.endswith((self.at / "r.github").read_text(encoding="utf-8")), ran.stdout)
        self.assertIn("json, junit, sarif, github, markdown, html", self.wrong("validate", "--report", "xml=r.xml", str(self.lab)))

    def test_a_walker_is_headless_or_a_browser_that_is_there(self):
        self.assertIn("--walker", self.wrong("validate", "--walker", "firefox", str(self.lab)))
        nowhere = azlab("validate", "-q", "--no-prepare", "--walker", "browser", str(self.lab), env={**os.environ, "PATH": "/nowhere"})
        self.assertEqual(2, nowhere.returncode, nowhere.stderr)
        last = nowhere.stderr.strip().splitlines()[-1]
        self.assertTrue("chromium and chromium-driver" in last or "built without Node.js" in last, nowhere.stderr)

    def test_a_report_explains_a_line(self):
        report = self.at / "r.json"
        azlab("validate", "-q", "--report", f"json={report}", str(self.lab))
        told = azlab("explain", str(report), "5")
        self.assertEqual(0, told.returncode, told.stderr)
        self.assertTrue(told.stdout.startswith(f"{self.lab}:5  passed\n  section: Create it in the Cloud Shell\n"), told.stdout)
        self.assertEqual("azlab: 'five' is no place; write LINE or FILE:LINE", self.wrong("explain", str(report), "five"))
        self.assertEqual(f"azlab: the report has no lab 'other.md'; write FILE:LINE with one of {self.lab}", self.wrong("explain", str(report), "other.md:5"))
        self.assertIn("no-such.json", self.wrong("explain", str(self.at / "no-such.json"), "5"))
        self.assertEqual(f"azlab: {self.lab}", self.wrong("explain", str(self.lab), "5")[:len(f"azlab: {self.lab}")])

    def test_every_rule_that_a_report_can_name_is_explained(self):
        listed = [line.split()[0] for line in azlab("rules").stdout.splitlines()]
        self.assertIn("azlab/step-blocked", listed)
        self.assertIn("md/broken-emphasis", listed)
        said = azlab("rules", "azlab/step-blocked")
        self.assertEqual(0, said.returncode)
        self.assertIn("notSimulated", said.stdout)
        self.assertIn("<!-- azlab disable md/broken-emphasis: why -->", azlab("rules", "md/broken-emphasis").stdout)
        self.assertEqual("azlab: there is no rule 'md/broken-emphasiss'; do you mean 'md/broken-emphasis'?", self.wrong("rules", "md/broken-emphasiss"))

    def test_clients_of_other_terminals_find_a_running_service(self):
        surroundings = {**os.environ, "XDG_RUNTIME_DIR": str(self.at)}
        self.assertIn("no azlab serve is running", azlab("env", env=surroundings).stderr)
        with subprocess.Popen([AZLAB, "serve"], stderr=subprocess.PIPE, text=True, env=surroundings) as service:
            try:
                self.assertIn("a simulated Azure behind the proxy http://127.0.0.1:", service.stderr.readline())
                asked = subprocess.run(
                    ["bash", "-c", f'eval "$({AZLAB} env)"; curl -sS -o /dev/null -w "%{{http_code}}" https://management.azure.com/subscriptions'],
                    capture_output=True, text=True, timeout=60, env=surroundings, check=False)
                self.assertEqual("200", asked.stdout, asked.stderr)
            finally:
                service.terminate()
            self.assertIn("1  subscriptions.list", service.stderr.read())
        self.assertEqual(0, service.returncode)
        self.assertEqual(2, azlab("env", env=surroundings).returncode)

    def test_wrong_options_and_names(self):
        self.assertEqual("azlab: unknown scenario 'typicall'; did you mean typical?", self.wrong("validate", "--scenario", "typicall", str(self.lab)))
        self.assertIn("--no-such", self.wrong("validate", "--no-such", str(self.lab)))
        self.assertIn("write KIND=FILE", self.wrong("validate", "--report", "r.json", str(self.lab)))
        self.assertIn("--date 'tomorrow' is not a date", self.wrong("validate", "--date", "tomorrow", str(self.lab)))
        self.assertIn("--az", self.wrong("validate", "--az", "genuine", str(self.lab)))
        self.assertEqual("azlab: --extension-wheel: the built-in az takes no wheels; add --az real", self.wrong("validate", "--extension-wheel", "x.whl", str(self.lab)))
        self.assertEqual("azlab: --extension-wheel x.whl: az takes wheels named NAME-VERSION-py3-none-any.whl only", self.wrong("validate", "--az", "real", "--extension-wheel", "x.whl", str(self.lab)))

    def test_input_that_cannot_be_read(self):
        self.assertIn("no-such.md", self.wrong("validate", str(self.at / "no-such.md")))
        self.lab.write_bytes(b"# Caf\xe9\n")
        self.assertIn("UTF-8", self.wrong("validate", str(self.lab)))
        self.assertIn(str(self.at), self.wrong("validate", str(self.at)))

    def test_a_report_that_cannot_be_written_leaves_the_old_one(self):
        self.assertEqual(f"azlab: --report: the directory {self.at}/none does not exist", self.wrong("validate", "-q", "--report", f"json={self.at}/none/r.json", str(self.lab)))
        kept = self.at / "kept"
        kept.mkdir()
        self.assertIn("cannot write", self.wrong("validate", "-q", "--report", f"json={kept}", str(self.lab)))
        self.assertEqual(["kept", "lab.md"], sorted(p.name for p in self.at.iterdir()))

    def test_a_client_runs_with_its_own_status(self):
        ran = azlab("run", "--", "sh", "-c", "exit 5")
        self.assertEqual(5, ran.returncode)
        self.assertIn("no request came from 'sh'", ran.stderr)
        self.assertEqual("azlab: there is no program 'no-such-program' on PATH", self.wrong("run", "--", "no-such-program"))
        self.assertEqual("azlab: --time fast: write leap, real, or how many times faster, as 60x", self.wrong("run", "--time", "fast", "--", "true"))
        self.assertIn("is not a date", self.wrong("run", "--date", "x", "--", "true"))


if __name__ == "__main__":
    unittest.main()
