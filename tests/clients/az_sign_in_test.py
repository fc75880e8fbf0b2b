"""The forms of `az login`, strict refusals, and commands of the real az that the built-in does not have.

A session is a list of command lines in az/sessions.json, each with what it must print (`shows`: a path into its JSON and the
value there; `says`: a part of its output) and its exit status (0 unless `status` says another).
"""
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

import az_session
import clients
import suites
import tokens

SESSIONS = json.loads((clients.HERE / "az" / "sessions.json").read_text(encoding="utf-8"))
REFUSED = {"azcliprod.blob.core.windows.net": "az looks for news about itself"}


def value_at(text, path):
    """`[0].user.name` of a JSON text."""
    value = json.loads(text)
    for part in path.replace("[", ".[").split("."):
        if part:
            value = value[int(part[1:-1])] if part.startswith("[") else value[part]
    return value


class Command(suites.Named):
    def __init__(self, record, session, step, result):
        super().__init__(f"{session}: az {' '.join(step['args'])}")
        self.record, self.step, self.result = record, step, result

    def runTest(self):
        said = f"{self.result['out']}\n{self.result['err']}"
        self.assertEqual(self.step.get("status", 0), self.result["status"], said)
        for path, expected in self.step.get("shows", {}).items():
            self.assertEqual(expected, value_at(self.result["out"], path), said)
        for text in self.step.get("says", []):
            self.assertIn(text, said)
        if self.step.get("called"):
            self.record.called(self.step["called"])
        elif self.result["status"] == 0:
            self.record.called(az_session.words_of(self.step["args"]))


def certificate(directory):
    """A key with a certificate of its own, made as the docs of az make one."""
    path = directory / "cert.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=azlab", "-keyout", directory / "key.pem", "-out", directory / "only.pem", "-days", "2"],
                   check=True, capture_output=True)
    path.write_text((directory / "key.pem").read_text() + (directory / "only.pem").read_text())
    return path


def carry_out(python, session):
    with tempfile.TemporaryDirectory() as own:
        values = {"CERTIFICATE": str(certificate(pathlib.Path(own))), "FEDERATED": tokens.federated_token(), "SUBSCRIPTION": clients.SUBSCRIPTION, "TENANT": clients.TENANT,
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
        return az_session.carry_out(python, steps, session.get("options", []))


def suite():
    python, version = clients.python_environment("az", "azure-cli")
    record = clients.Record("az_sign_in", f"azure-cli {version}: sign-in, strict mode, further commands")
    out = unittest.TestSuite()
    for session in SESSIONS:
        results, ran = carry_out(python, session)
        for step, result in zip(session["steps"], results):
            out.addTest(Command(record, session["name"], step, result))
        out.addTest(suites.Served(session["name"], record, ran, {**REFUSED, **session.get("notServed", {})}))
    out.addTest(suites.Written(record))
    return out


if __name__ == "__main__":
    suites.main("az_sign_in", suite)
