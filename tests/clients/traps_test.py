"""Every known trap of clients has a test that proves it; docs/traps.md says which. AZLAB_UPDATE_DOCS=1 writes the page."""
import json
import os
import re
import subprocess
import unittest

import clients
import transcript

PAGE = clients.ROOT / "docs" / "traps.md"
TRAPS = json.loads((clients.HERE / "traps.json").read_text(encoding="utf-8"))
HEAD = """# Traps

Where clients do what nobody would expect, and the test that proves each to be met. Generated from `tests/clients/traps.json`.

| trap | what | proven by |
| --- | --- | --- |
"""


def cases_of(test):
    """The names of the cases of a test program or script, by the name that ctest knows it by."""
    if test == "clients/az":
        return {exchange.line for path in transcript.TRANSCRIPTS.glob("*.txt") for exchange in transcript.read(path)}
    if test == "clients/traps":
        return {name for name in dir(Traps) if name.startswith("test_")}
    if test.startswith("clients/"):
        script = clients.HERE / (test[len("clients/"):] + "_cases.py")
        return {name.replace("_", " ") for name in re.findall(r"^def (\w+)\(", script.read_text(encoding="utf-8"), re.M)} if script.exists() else set()
    out = set()
    for path in (clients.ROOT / "tests" / test).glob("*_test.cpp"):
        out.update(text.replace('\\"', '"') for text in re.findall(r'TEST_CASE\("((?:[^"\\]|\\.)*)"', path.read_text(encoding="utf-8")))
    return out


class Traps(unittest.TestCase):
    def test_each_is_there_once(self):
        self.assertEqual(list(range(1, 34)), [trap["trap"] for trap in TRAPS])

    def test_the_tests_exist(self):
        for trap in TRAPS:
            for proof in trap.get("proven", []):
                self.assertIn(proof["case"], cases_of(proof["test"]), f"trap {trap['trap']}: {proof['test']} has no such case")

    def test_the_page_is_what_the_data_says(self):
        lines = []
        for trap in TRAPS:
            proofs = "<br>".join(f"`{proof['test']}`: {proof['case']}" for proof in trap.get("proven", [])) or "**open**"
            lines.append(f"| {trap['trap']} | {trap['what']} | {proofs} |\n")
        text = HEAD + "".join(lines)
        if os.environ.get("AZLAB_UPDATE_DOCS"):
            PAGE.write_text(text, encoding="utf-8")
        self.assertEqual(PAGE.read_text(encoding="utf-8") if PAGE.exists() else "", text, "AZLAB_UPDATE_DOCS=1 writes docs/traps.md anew")

    def test_no_recorded_token_lies_here(self):
        """A token begins with the encoded form of `{"typ":"JWT"` or `{"alg":"`; a test that makes one writes it in parts."""
        found = subprocess.run(["git", "grep", "-lE", "eyJ0eXAiOiJKV1Qi[A-Za-z0-9_-]{20}|eyJhbGciOiJ[A-Za-z0-9_-]{20}"], cwd=clients.ROOT, capture_output=True, text=True)
        if found.returncode not in (0, 1):
            self.skipTest("not a git work tree")
        self.assertEqual("", found.stdout)


if __name__ == "__main__":
    unittest.main()
