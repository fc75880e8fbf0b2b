"""docs/faults.md: every fault of the catalogue, before which client it struck and what that did. AZLAB_UPDATE_DOCS=1 writes it.

It says what cases/*.json assert; `faults/CLIENT` carries them out.
"""
import collections
import json
import os
import pathlib
import re
import unittest

from fault_test import CLIENTS, HERE, lines

ROOT = HERE.parent.parent
PAGE = ROOT / "docs" / "faults.md"
SHOWN_MAX = 150
HEAD = """# Faults before real clients

Written by `tests/faults/table_test.py` from `tests/faults/cases`: each line is a test, in which the unmodified client met the fault
at a served operation of azlab, and which asserts what stands in its last column. The catalogue's words are not counted: what
counts is how the client ends, what it prints, how often it asks, how long it waits in simulated time, and the state that follows.

"""
WHY_NOT = {"batch": "azlab serves no batch endpoints"}


def read_catalogue():
    """[(theme, entry)] in the order of the files; comments are lines of their own."""
    out = []
    for file in sorted((ROOT / "fixtures" / "catalogue" / "faults").glob("*.json")):
        text = re.sub(r"^\s*//.*$", "", file.read_text(encoding="utf-8"), flags=re.M)
        out += [(file.stem, entry) for entry in json.loads(text)]
    return out


def read_cases():
    """{fault: [(client, case)]}"""
    out = collections.defaultdict(list)
    for name in CLIENTS:
        file = HERE / "cases" / f"{name}.json"
        for case in json.loads(file.read_text(encoding="utf-8")) if file.exists() else []:
            out[case["fault"]].append((name, case))
    return out


def cell(text):
    return re.sub(r"\s+", " ", text).replace("|", "\\|").replace("<", "&lt;").strip()


def in_time(seconds):
    if isinstance(seconds, list):
        return f"at most {in_time(seconds[1])}" if seconds[0] == 0 else f"{in_time(seconds[0])} to {in_time(seconds[1])}"
    return f"{seconds:g} s" if seconds < 600 else f"{seconds / 60:g} min"


def ending(name, case):
    if name == "az":
        return f"exit status {case['ends']}"
    return "goes on" if case["ends"] == "ok" else f"raises {case['ends']}"


def deed(name, case):
    """What the client did, in a line."""
    out = [ending(name, case)]
    if "says" in case:
        said = cell(lines(case["says"]))
        out.append(f"says “{said[:SHOWN_MAX]}{'…' if len(said) > SHOWN_MAX else ''}”")
    asked = [f"{count} × `{operation}`" for operation, count in case.get("requests", {}).items()]
    if asked:
        out.append("asks " + ", ".join(asked))
    if case["waits"] != 0:
        out.append("waits " + in_time(case["waits"]))
    for place, state in case.get("after", {}).items():
        what = place.rsplit("/", 1)[-1].split("?")[0].strip("{}")
        out.append(f"afterwards `{what}` is " + (", ".join(f"{path} {value}" for path, value in state.items()) if isinstance(state, dict) else f"{state}"))
    return "; ".join(out)


def place_of(case, entry):
    if "@" in case.get("arm", ""):
        return case["arm"].split("@", 1)[1]
    at = entry["strikes"][0]
    return at["operation"] + ("" if at["at"] == "request" else ":" + at["at"])


def render(catalogue, cases):
    struck = [entry["id"] for _, entry in catalogue if entry["id"] in cases]
    text = [HEAD + f"{len(struck)} of {len(catalogue)} faults struck, in {sum(map(len, cases.values()))} cases before {len({name for one in cases.values() for name, _ in one})} clients.", ""]
    for theme in dict.fromkeys(theme for theme, _ in catalogue):
        rows = []
        for _, entry in (one for one in catalogue if one[0] == theme):
            for name, case in cases.get(entry["id"], []):
                rows.append(f"| `{entry['id']}`{': ' + case['as'] if 'as' in case else ''} | `{place_of(case, entry)}` | {CLIENTS[name][2]} | {deed(name, case)} |")
        if rows:
            text += [f"## {theme}", "", "| fault | struck at | client | what it did |", "| --- | --- | --- | --- |", *rows, ""]
    missed = [(theme, entry) for theme, entry in catalogue if entry["id"] not in cases]
    if missed:
        text += ["## Not struck", "", "| fault | why |", "| --- | --- |", *(f"| `{entry['id']}` | {why_not(theme, entry)} |" for theme, entry in missed), ""]
    return "\n".join(text)


def why_not(theme, entry):
    if entry["kind"] == "client":
        return "the client fails by itself: no request is made, or none that failed"
    return "served, and no client of ours has met it" if entry["strikes"] else WHY_NOT.get(theme, "nothing of the kind is served")


class Table(unittest.TestCase):
    def test_the_page_says_what_the_cases_assert(self):
        text = render(read_catalogue(), read_cases())
        if os.environ.get("AZLAB_UPDATE_DOCS"):
            PAGE.write_text(text, encoding="utf-8")
        self.assertEqual(PAGE.read_text(encoding="utf-8") if PAGE.exists() else "", text, "AZLAB_UPDATE_DOCS=1 writes docs/faults.md anew")

    def test_every_case_is_of_a_fault_that_is_served(self):
        served = {entry["id"] for _, entry in read_catalogue() if entry["strikes"]}
        self.assertEqual(set(), set(read_cases()) - served)

    def test_every_case_asserts_how_its_client_ends_and_something_that_the_answer_does_not_say(self):
        for fault, cases in read_cases().items():
            for name, case in cases:
                self.assertTrue({"ends", "waits"} <= set(case) and ({"requests", "after"} & set(case)), f"{fault} before {name}")


if __name__ == "__main__":
    unittest.main()
