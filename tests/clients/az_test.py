"""The real az against what the built-in az is held to: every command of its transcripts, byte for byte.

tests/harness/run/az_transcripts is the list (each line of it is proven of the built-in az by the test harness/run); here
the real az types the same lines at a simulator of the same seed and day (names of transcripts as arguments: only these). Where the two may differ stands with the reason
in az/differences.json; an entry that no longer differs is an error, too. Times are compared as times.
"""
import concurrent.futures
import json
import pathlib
import re
import sys
import tempfile
import unittest

import clients
import transcript

OPTIONS = ["--seed", "1", "--date", "2026-11-23T09:00:00Z"]
# A person who sits at Cloud Shell: az finds its account there without being asked (the built-in az's world, too).
SHELL = {"ACC_CLOUD": "PROD", "AZUREPS_HOST_ENVIRONMENT": "cloud-shell/1.0"}
TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)?")
DIFFERENCES = json.loads((clients.HERE / "az" / "differences.json").read_text(encoding="utf-8"))
REFUSED = DIFFERENCES["notServed"]
RECORD = clients.Record("az", "azure-cli")


def same_text(one, other):
    """Equal but for the times and device codes; a table's columns are as wide as these."""
    def plain(text):
        text = re.sub(r"enter the code \w+", "enter the code CODE", TIME.sub("TIME", text))
        if not text.lstrip().startswith(("{", "[")):
            text = re.sub(r" {2,}", "  ", re.sub(r"-{2,}", "--", text))
        return [line.rstrip() for line in text.split("\n")]
    return one == other or plain(one) == plain(other)


def words_of(arguments):
    """`az group create`: a command line up to its first option."""
    words = ["az"]
    for word in arguments:
        if not re.fullmatch(r"[a-z][a-z-]*", word):
            break
        words.append(word)
    return " ".join(words)


class Session:
    """One transcript, carried out by the real az from its first line to its last."""

    def __init__(self, path, python):
        self.name = path.stem
        self.exchanges = transcript.read(path)
        listed = DIFFERENCES["transcripts"].get(self.name, {})
        self.reasons = {line: reason for reason, lines in listed.get("differ", {}).items() for line in lines}
        self.not_run = {line for lines in listed.get("notRun", {}).values() for line in lines}
        with tempfile.TemporaryDirectory() as directory:
            at = pathlib.Path(directory)
            (at / "work").mkdir()
            steps = [{"args": ["login", "--identity"], "variables": SHELL}]
            for exchange in self.typed():
                variables, arguments = exchange.words()
                steps.append({"args": arguments, "variables": {**SHELL, **variables}, "files": exchange.files, "input": exchange.typed})
            (at / "script.json").write_text(json.dumps(steps), encoding="utf-8")
            self.ran = clients.run([python, "-B", clients.HERE / "az_server.py", at / "script.json", at / "results.json"], OPTIONS, at / "work")
            if not (at / "results.json").exists():
                raise AssertionError(self.ran.err)
            self.results = json.loads((at / "results.json").read_text(encoding="utf-8"))[1:]
            for result in self.results:
                for stream in ("out", "err"):
                    text = result[stream].replace(str(at / "work"), "~")
                    result[stream] = re.sub(r"/\S*?/azlab-\w+/azure/", "~/.azure/", text)

    def typed(self):
        return [exchange for exchange in self.exchanges if exchange.line not in self.not_run]


def suite_of_all():
    clients.forget("az")
    try:
        python, version = clients.python_environment("az", "azure-cli")
    except unittest.SkipTest as skip:
        return unittest.TestSuite([clients.Skipped(str(skip))])
    RECORD.client = f"azure-cli {version}"
    only = sys.argv[1:] or DIFFERENCES["transcripts"]
    paths = [path for path in sorted(transcript.TRANSCRIPTS.glob("*.txt")) if path.stem in only]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        sessions = list(pool.map(lambda path: Session(path, python), paths))
    out = unittest.TestSuite()
    for session in sessions:
        for exchange, result in zip(session.typed(), session.results):
            out.addTest(SameCommand(session, exchange, result))
        out.addTest(EverythingServed(session))
    if not sys.argv[1:]:
        out.addTest(Finish())
    return out


class SameCommand(unittest.TestCase):
    maxDiff = None

    def __init__(self, session, exchange, result):
        super().__init__()
        self.session, self.exchange, self.result = session, exchange, result

    def id(self):
        return f"{self.session.name}:{self.exchange.number} {self.exchange.line}"

    __str__ = id

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
            RECORD.called(words_of(self.exchange.words()[1]))


class EverythingServed(unittest.TestCase):
    def __init__(self, session):
        super().__init__()
        self.session = session

    def id(self):
        return f"{self.session.name} asks for nothing that is not served"

    __str__ = id

    def runTest(self):
        RECORD.saw(self.session.ran)
        clients.check_served(self, self.session.ran, REFUSED)


class Finish(unittest.TestCase):
    def runTest(self):
        self.assertGreaterEqual(len(RECORD.calls), 50)
        RECORD.write()


if __name__ == "__main__":
    sys.exit(not unittest.TextTestRunner(verbosity=1).run(suite_of_all()).wasSuccessful())
