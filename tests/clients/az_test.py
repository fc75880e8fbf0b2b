"""The real az against what the built-in az is held to: every command of its transcripts, byte for byte.

tests/harness/run/az_transcripts is the list (each line of it is proven of the built-in az by the test harness/run); here
the real az types the same lines at a simulator of the same seed and day (names of transcripts as arguments: only these). Where the two may differ stands with the reason
in az/differences.json; an entry that no longer differs is an error, too. Times are compared as times.
"""
import concurrent.futures
import json
import re
import sys
import unittest

import az_session
import clients
import suites
import transcript

OPTIONS = ["--seed", "1", "--date", "2026-11-23T09:00:00Z"]
# A person who sits at Cloud Shell: az finds its account there without being asked (the built-in az's world, too).
SHELL = {"ACC_CLOUD": "PROD", "AZUREPS_HOST_ENVIRONMENT": "cloud-shell/1.0"}
TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)?")
DIFFERENCES = json.loads((clients.HERE / "az" / "differences.json").read_text(encoding="utf-8"))


def same_text(one, other):
    """Equal but for the times and device codes; a table's columns are as wide as these."""
    def plain(text):
        text = re.sub(r"enter the code \w+", "enter the code CODE", TIME.sub("TIME", text))
        if not text.lstrip().startswith(("{", "[")):
            text = re.sub(r" {2,}", "  ", re.sub(r"-{2,}", "--", text))
        return [line.rstrip() for line in text.split("\n")]
    return one == other or plain(one) == plain(other)


class Session:
    """One transcript, carried out by the real az from its first line to its last."""

    def __init__(self, path, python):
        self.name = path.stem
        self.exchanges = transcript.read(path)
        listed = DIFFERENCES["transcripts"].get(self.name, {})
        self.reasons = {line: reason for reason, lines in listed.get("differ", {}).items() for line in lines}
        self.not_run = {line for lines in listed.get("notRun", {}).values() for line in lines}
        steps = [{"args": ["login", "--identity"], "variables": SHELL}]
        for exchange in self.typed():
            variables, arguments = exchange.words()
            steps.append({"args": arguments, "variables": {**SHELL, **variables}, "files": exchange.files, "input": exchange.typed})
        results, self.ran = az_session.carry_out(python, steps, OPTIONS)
        self.results = results[1:]
        for result in self.results:
            for stream in ("out", "err"):
                result[stream] = re.sub(r"/\S*?/azlab-\w+/azure/", "~/.azure/", result[stream])

    def typed(self):
        return [exchange for exchange in self.exchanges if exchange.line not in self.not_run]


class SameCommand(suites.Named):
    def __init__(self, record, session, exchange, result):
        super().__init__(f"{session.name}:{exchange.number} {exchange.line}")
        self.record, self.session, self.exchange, self.result = record, session, exchange, result

    def runTest(self):
        expected, result = self.exchange, self.result
        difference = ""
        if result["status"] != expected.status:
            difference += f"status {result['status']}, built-in {expected.status}\n"
        for stream in ("out", "err"):
            if not same_text(expected.text(stream), result[stream]):
                difference += f"{stream}: {result[stream]}\nbuilt-in: {expected.text(stream)}\n"
        if self.exchange.line in self.session.reasons:
            self.assertNotEqual("", difference, "differences.json lists it, but nothing differs")
        else:
            self.assertEqual("", difference)
        if result["status"] == 0:
            self.record.called(az_session.words_of(self.exchange.words()[1]))


def suite():
    python, version = clients.python_environment("az", "azure-cli")
    record = clients.Record("az", f"azure-cli {version}")
    only = sys.argv[1:] or DIFFERENCES["transcripts"]
    paths = [path for path in sorted(transcript.TRANSCRIPTS.glob("*.txt")) if path.stem in only]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        sessions = list(pool.map(lambda path: Session(path, python), paths))
    out = unittest.TestSuite()
    for session in sessions:
        out.addTests(SameCommand(record, session, exchange, result) for exchange, result in zip(session.typed(), session.results))
        out.addTest(suites.Served(session.name, record, session.ran, DIFFERENCES["notServed"]))
    if not sys.argv[1:]:
        out.addTest(suites.Written(record, at_least=50))
    return out


if __name__ == "__main__":
    suites.main("az", suite)
