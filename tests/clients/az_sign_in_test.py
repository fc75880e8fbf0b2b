"""The forms of `az login`, strict refusals, and commands of the real az that the built-in does not have.

A session is a list of command lines in az/sessions.json, each with what it must print (`shows`: a path into its JSON and the
value there; `says`: a part of its output) and its exit status (0 unless `status` says another).
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import clients
from az_test import words_of

SESSIONS = json.loads((clients.HERE / "az" / "sessions.json").read_text(encoding="utf-8"))
RECORD = clients.Record("az_sign_in", "azure-cli")
REFUSED = {"azcliprod.blob.core.windows.net": "az looks for news about itself"}


def value_at(text, path):
    """`[0].user.name` of a JSON text."""
    value = json.loads(text)
    for part in path.replace("[", ".[").split("."):
        if part:
            value = value[int(part[1:-1])] if part.startswith("[") else value[part]
    return value


class Command(unittest.TestCase):
    def __init__(self, session, step, result):
        super().__init__()
        self.session, self.step, self.result = session, step, result

    def id(self):
        return f"{self.session['name']}: az {' '.join(self.step['args'])}"

    __str__ = id

    def runTest(self):
        said = f"{self.result['out']}\n{self.result['err']}"
        self.assertEqual(self.step.get("status", 0), self.result["status"], said)
        for path, expected in self.step.get("shows", {}).items():
            self.assertEqual(expected, value_at(self.result["out"], path), said)
        for text in self.step.get("says", []):
            self.assertIn(text, said)
        if self.step.get("called"):
            RECORD.called(self.step["called"])
        elif self.result["status"] == 0:
            RECORD.called(words_of(self.step["args"]))


class Served(unittest.TestCase):
    def __init__(self, session, ran):
        super().__init__()
        self.session, self.ran = session, ran

    def id(self):
        return f"{self.session['name']}: nothing that was asked for is not served"

    __str__ = id

    def runTest(self):
        RECORD.saw(self.ran)
        clients.check_served(self, self.ran, {**REFUSED, **self.session.get("notServed", {})})


class Written(unittest.TestCase):
    def runTest(self):
        RECORD.write()


def certificate(directory):
    """A key with a certificate of its own, made as the docs of az make one."""
    path = directory / "cert.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=azlab", "-keyout", directory / "key.pem", "-out", directory / "only.pem", "-days", "2"],
                   check=True, capture_output=True)
    path.write_text((directory / "key.pem").read_text() + (directory / "only.pem").read_text())
    return path


def carry_out(python, session):
    with tempfile.TemporaryDirectory() as own:
        at = pathlib.Path(own)
        (at / "work").mkdir()
        values = {"CERTIFICATE": str(certificate(at)), "FEDERATED": clients.federated_token(), "SUBSCRIPTION": clients.SUBSCRIPTION, "TENANT": clients.TENANT,
                  "CLIENT": "5b0c6b1e-7f42-4d93-a8e6-2c1d9f3b4a51", "AUDITOR": "a36e9d84-2c57-4f10-b9d8-7e5f1a0c6b62", "SECRET": "lab-secret"}
        steps = []
        for step in session["steps"]:
            arguments = []
            for word in step["args"]:
                for name, value in values.items():
                    word = word.replace("{" + name + "}", value)
                arguments.append(word)
            variables = {name: value.replace("{BROWSER}", f"{python} {clients.HERE / 'browser.py'} %s &") for name, value in step.get("variables", {}).items()}
            steps.append({**step, "args": arguments, "variables": variables})
        (at / "script.json").write_text(json.dumps(steps), encoding="utf-8")
        ran = clients.run([python, "-B", clients.HERE / "az_server.py", at / "script.json", at / "results.json"], session.get("options", []), at / "work")
        if not (at / "results.json").exists():
            raise AssertionError(ran.err)
        return json.loads((at / "results.json").read_text(encoding="utf-8")), ran


def suite_of_all():
    clients.forget("az_sign_in")
    try:
        python, version = clients.python_environment("az", "azure-cli")
    except unittest.SkipTest as skip:
        return unittest.TestSuite([clients.Skipped(str(skip))])
    RECORD.client = f"azure-cli {version}: sign-in, strict mode, further commands"
    out = unittest.TestSuite()
    for session in SESSIONS:
        results, ran = carry_out(python, session)
        for step, result in zip(session["steps"], results):
            out.addTest(Command(session, step, result))
        out.addTest(Served(session, ran))
    out.addTest(Written())
    return out


if __name__ == "__main__":
    sys.exit(not unittest.TextTestRunner(verbosity=1).run(suite_of_all()).wasSuccessful())
