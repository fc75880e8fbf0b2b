"""Faults before real clients: `fault_test.py CLIENT` carries out cases/CLIENT.json, a test for each case (README.md).

FAULTS=a,b carries out only these. What was seen is left in the build directory, for whoever writes a case.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "clients"))

import clients  # noqa: E402
import grounds  # noqa: E402
import stage  # noqa: E402
import suites  # noqa: E402

# The environment that has the client, the package whose version counts, the client's name for readers.
CLIENTS = {
    "az": ("az", "azure-cli", "az"),
    "mgmt": ("az", "azure-mgmt-resource", "azure-mgmt-*"),
    "ml": ("ml", "azure-ai-ml", "azure-ai-ml"),
    "tracking": ("ml", "azureml-mlflow", "MLflow with azureml-mlflow"),
    "blob": ("ml", "azure-storage-blob", "azure-storage-blob"),
    "identity": ("ml", "azure-identity", "azure-identity"),
}


def lines(text):
    return "\n".join(text) if isinstance(text, list) else text


class Player:
    """The client, imported once; each action is a process of its own."""

    def __init__(self, python, name):
        self.process = subprocess.Popen([str(python), "-B", str(HERE / "player.py"), name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env={**os.environ, "PYTHONUNBUFFERED": "1"})

    def play(self, serve, text):
        work = serve.directory / "work"
        work.mkdir(exist_ok=True)
        self.process.stdin.write(json.dumps({"settings": serve.settings, "do": lines(text), "directory": str(work)}) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise AssertionError("the client's process ended")
        return json.loads(answer)

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


def state_after(serve, expected):
    """Of each place that a case names what is there: its status, "absent", or the values at the paths that it names."""
    out = {}
    for place, wanted in expected.items():
        status, body = serve.ask("GET", place.format(**grounds.PLACES))
        if isinstance(wanted, dict):
            out[place] = {path: value_at(body, path) for path in wanted}
        else:
            state = value_at(body, "properties.provisioningState") if status < 300 else None
            out[place] = "absent" if status == 404 else state or status
    return out


def value_at(body, path):
    for part in path.split("."):
        body = body[int(part)] if isinstance(body, list) and part.isdigit() and int(part) < len(body) else body.get(part) if isinstance(body, dict) else None
    return body


def with_serve(directory, options, act):
    serve = stage.Serve(directory, options)
    try:
        return act(serve)
    finally:
        serve.close()


def carry_out(player, case, made):
    """What was seen: how the client ended, what it said, its requests, the simulated seconds, the state that follows."""
    directory = stage.copy_of(made[case["ground"]])
    try:
        if "first" in case:
            def before(serve):
                done = player.play(serve, case["first"])
                serve.end()
                return done
            done = with_serve(directory, (), before)
            if done["ends"] not in ("ok", 0):
                raise AssertionError(f"what comes first ended with {done}")

        def struck(serve):
            seen = player.play(serve, case["do"])
            return seen, serve.end()
        seen, summary = with_serve(directory, ["--fault", case.get("arm", case["fault"]), *case.get("options", [])], struck)
        seen["hits"] = summary["faults"][0]["hits"]
        seen["requests"] = {name: calls["requests"] for name, calls in sorted(summary["operations"].items())}
        seen["waits"] = summary["simulatedSeconds"]
        seen["notServed"] = summary["notServed"]
        if "after" in case:
            seen["after"] = with_serve(directory, (), lambda serve: state_after(serve, case["after"]))
        return seen
    finally:
        shutil.rmtree(directory, ignore_errors=True)


class Strikes(suites.Named):
    def __init__(self, case, act):
        super().__init__(case["fault"] + (" (" + case["as"] + ")" if "as" in case else ""))
        self.case, self.act = case, act

    def runTest(self):
        case, seen = self.case, self.act(self.case)
        wanted = {"hits": case.get("hits", 1), "ends": case["ends"], "requests": case.get("requests", {}), **({"after": case["after"]} if "after" in case else {})}
        got = {"hits": seen["hits"], "ends": seen["ends"], "requests": {name: seen["requests"].get(name, 0) for name in case.get("requests", {})},
               **({"after": seen["after"]} if "after" in case else {})}
        self.assertEqual(wanted, got, seen["text"][-3000:])
        if "says" in case:
            self.assertIn(lines(case["says"]), seen["text"])
        least, most = case["waits"] if isinstance(case["waits"], list) else (case["waits"], case["waits"])
        self.assertTrue(least - 0.5 <= seen["waits"] <= most + 0.5, f"{seen['waits']} simulated seconds instead of {case['waits']}")


class Noted(suites.Named):
    """What was seen is written down for whoever looks into a failure or writes a case."""

    def __init__(self, name, seen):
        super().__init__(f"what {name} did")
        self.file, self.seen = clients.BUILD / "faults" / f"{name}.json", seen

    def runTest(self):
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(json.dumps(self.seen, indent=1), encoding="utf-8")
        self.assertTrue(self.seen)


def suite(name):
    environment, package, _ = CLIENTS[name]
    python, _ = clients.python_environment(environment, package)
    only = [one for one in os.environ.get("FAULTS", "").split(",") if one]
    cases = [case for case in json.loads((HERE / "cases" / f"{name}.json").read_text(encoding="utf-8")) if not only or case["fault"] in only]
    directory = tempfile.mkdtemp(prefix="azlab-grounds-")
    made = grounds.make(directory, {case["ground"] for case in cases})
    player, seen = Player(python, name), {}

    def act(case):
        seen.setdefault(case["fault"], []).append(carry_out(player, case, made))
        return seen[case["fault"]][-1]

    class Ended(suites.Named):
        def runTest(self):
            player.close()
            for one in {directory, *map(str, made.values())}:
                shutil.rmtree(one, ignore_errors=True)
    return unittest.TestSuite([*(Strikes(case, act) for case in cases), Noted(name, seen), Ended("the client's process")])


if __name__ == "__main__":
    suites.main(f"faults-{sys.argv[1]}", lambda: suite(sys.argv[1]))
