"""azlab serve --lab: wrong use, the score's file, and what is kept with --state. Standard library only."""
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

AZLAB = os.environ["AZLAB"]
SERVE = [AZLAB, "serve", "--ready", "-", "--until-stdin-ends", "--no-prepare"]
LAB = "# L\n\n## S\n\n1. Make a group:\n\n    ```azurecli\n    az group create -n rg-lab -l eastus\n    ```\n\n1. Close any pop-ups.\n"
TIME_S = 120


def refused(*arguments):
    ran = subprocess.run([*SERVE, *arguments], input="", capture_output=True, text=True, timeout=TIME_S)
    return ran.returncode, ran.stderr.splitlines()[-1]


class Lab(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.lab = self.write("lab.md", LAB.encode())

    def write(self, name, data):
        path = pathlib.Path(self.folder.name) / name
        path.write_bytes(data)
        return str(path)

    def served(self, *arguments, command=None):
        """Serves until told to end; what a client did meanwhile."""
        serve = subprocess.Popen([*SERVE, "--site-port", "0", "--lab", self.lab, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        ready = json.loads(serve.stdout.readline())
        if command is not None:
            environment = {**os.environ, **ready["environment"]}
            subprocess.run(command, env=environment, check=True, capture_output=True, timeout=TIME_S)
        serve.communicate(timeout=TIME_S)
        return serve.returncode

    def test_wrong_use_is_one_line_and_status_2(self):
        nowhere = str(pathlib.Path(self.folder.name) / "nowhere.md")
        self.assertEqual((2, f"azlab: --lab: cannot read {nowhere}: No such file or directory"), refused("--site-port", "0", "--lab", nowhere))
        self.assertEqual((2, "azlab: --lab needs the learner's site: give --site-port, or leave --no-site and --ready out"), refused("--lab", self.lab))
        self.assertEqual((2, "azlab: --score needs a lab: give --lab"), refused("--site-port", "0", "--score", "s.json"))
        status, line = refused("--site-port", "0", "--lab", self.write("bytes.md", b"# a\xff\n"))
        self.assertEqual((2, True), (status, "not UTF-8" in line))
        prose = self.write("prose.md", b"# A letter\n\nDear all,\n\nthis is no lab.\n")
        self.assertEqual((2, f"azlab: --lab: '{prose}' has no instruction that azlab could see carried out; a lab is a page in Markdown with numbered steps"), refused("--site-port", "0", "--lab", prose))
        status, line = refused("--site-port", "0", "--lab", self.lab, "--score", "/proc/nowhere/score.json")
        self.assertEqual((2, True), (status, line.startswith("azlab: --score: ")))

    def test_score_is_written_and_progress_stays_with_the_state(self):
        score = pathlib.Path(self.folder.name) / "score.json"
        state = str(pathlib.Path(self.folder.name) / "state")
        group = "https://management.azure.com/subscriptions/3f0b6c1e-8d5a-4e27-9b14-6a7c2d9e5f01/resourceGroups/rg-lab?api-version=2021-04-01"
        curl = ["curl", "-sSf", "-X", "PUT", group, "-H", "Authorization: Bearer x", "-H", "Content-Type: application/json", "-d", '{"location":"eastus"}']
        self.assertEqual(0, self.served("--score", str(score), "--state", state, command=curl))
        first = json.loads(score.read_text())
        self.assertEqual((1, 4, 4, [True, False]), (first["version"], first["got"], first["of"], [one["done"] for one in first["items"]]))
        score.unlink()
        # The group is there before this one begins; that it was made by the learner is kept.
        self.assertEqual(0, self.served("--score", str(score), "--state", state))
        again = json.loads(score.read_text())
        self.assertEqual((4, first["items"][0]["doneAt"]), (again["got"], again["items"][0]["doneAt"]))


if __name__ == "__main__":
    unittest.main()
