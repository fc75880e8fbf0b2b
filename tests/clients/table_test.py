"""docs/clients.md is what the clients' tests of this build saw. AZLAB_UPDATE_DOCS=1 writes it.

What a client did stands in the results of its test; for a client that could not be had here the committed page is believed.
"""
import json
import os
import re
import unittest

import clients

PAGE = clients.ROOT / "docs" / "clients.md"
ORDER = ["az", "az_sign_in", "az_templates", "az_causes", "identity", "strict", "ml", "ml_asset", "ml_online", "mlflow", "mlflow2", "mlflow3", "cause", "storage", "secret", "mgmt", "node", "node_blob", "debian"]
HEAD = """# Real clients

Unmodified clients, in the versions that the tests install, carried out the operations below in front of `azlab run`. Written by
`tests/clients/table_test.py` from what the clients' tests saw; nothing here is claimed that was not carried out.

"""


def read_page():
    """{name: {"client", "calls", "operations"}} of the committed page."""
    out, current = {}, None
    if not PAGE.exists():
        return out
    columns = []
    for line in PAGE.read_text(encoding="utf-8").split("\n"):
        heading = re.fullmatch(r"### (.+) \(`(\w+)`\)", line)
        if heading:
            current = out.setdefault(heading[2], {"calls": [], "operations": []})
            current["client"] = heading[1]  # the table above knows it by its short name alone
        elif line.startswith("- ") and current is not None:
            current["calls"].append(line[3:-1])
        elif line.startswith("| operation |"):
            columns = [cell.strip(" `") for cell in line.strip("| ").split("|")[1:]]
        elif columns and line.startswith("| `"):
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            for name, mark in zip(columns, cells[1:]):
                if mark:
                    out.setdefault(name, {"client": name, "calls": [], "operations": []})["operations"].append(cells[0].strip("`"))
    return out


def render(found):
    names = [name for name in ORDER if name in found]
    calls = sum(len(found[name]["calls"]) for name in names)
    operations = sorted({operation for name in names for operation in found[name]["operations"]})
    lines = [HEAD + f"{calls} calls of {len(names)} clients reached {len(operations)} operations of azlab.", "", "## Operations of azlab", "",
             "| operation | " + " | ".join(f"`{name}`" for name in names) + " |", "| --- |" + " --- |" * len(names)]
    for operation in operations:
        lines.append(f"| `{operation}` | " + " | ".join("x" if operation in found[name]["operations"] else "" for name in names) + " |")
    lines += ["", "## What the clients did", ""]
    for name in names:
        lines += [f"### {found[name]['client']} (`{name}`)", "", *(f"- `{call}`" for call in sorted(found[name]["calls"])), ""]
    return "\n".join(lines)


class Table(unittest.TestCase):
    def test_the_page_says_what_was_seen(self):
        found = read_page()
        missing = []
        for name in ORDER:
            file = clients.RESULTS / f"{name}.json"
            if file.exists():
                found[name] = json.loads(file.read_text(encoding="utf-8"))
            else:
                missing.append(name)
        if missing:
            print("no results of this build, so the page is believed: " + ", ".join(missing))
        text = render(found)
        if os.environ.get("AZLAB_UPDATE_DOCS"):
            PAGE.write_text(text, encoding="utf-8")
        committed = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
        self.assertEqual(committed, text, "AZLAB_UPDATE_DOCS=1 writes docs/clients.md anew")

    def test_at_least_150_calls_by_real_clients(self):
        self.assertGreaterEqual(sum(len(one["calls"]) for one in read_page().values()), 150)


if __name__ == "__main__":
    unittest.main()
