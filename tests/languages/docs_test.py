"""docs/admin.md has every route of the description, and docs/use-from-another-language.md the examples as they stand.
AZLAB_UPDATE_DOCS=1 writes the table."""
import json
import os
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "admin.md"


def table():
    description = json.loads((ROOT / "fixtures" / "admin" / "openapi.json").read_text(encoding="utf-8"))
    rows = ["| request | what |", "| --- | --- |"]
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            query = ", ".join(p["name"] for p in operation.get("parameters", []) if p["in"] == "query")
            rows.append(f"| `{method.upper()} {path}` | {operation['summary']}{f' Query: {query}.' if query else ''} |")
    return "\n".join(rows)


class Docs(unittest.TestCase):
    def test_the_table_of_routes_is_that_of_the_description(self):
        text = PAGE.read_text(encoding="utf-8")
        now = re.sub(r"(?s)<!-- routes -->\n.*<!-- /routes -->", lambda _: f"<!-- routes -->\n{table()}\n<!-- /routes -->", text)
        if os.environ.get("AZLAB_UPDATE_DOCS") == "1":
            PAGE.write_text(now, encoding="utf-8")
        else:
            self.assertEqual(now, text, "AZLAB_UPDATE_DOCS=1 writes it")

    def test_the_page_shows_the_fixture_as_it_is_run(self):
        page = (ROOT / "docs" / "use-from-another-language.md").read_text(encoding="utf-8")
        fixture = (ROOT / "docs" / "examples" / "pytest" / "conftest.py").read_text(encoding="utf-8")
        self.assertIn(f"```python\n{fixture}```", page)
        tests = (ROOT / "docs" / "examples" / "pytest" / "test_groups.py").read_text(encoding="utf-8")
        shown = re.search(r"```python\n(def test_.*?)```", page, re.S).group(1)
        self.assertIn(shown, tests)


if __name__ == "__main__":
    unittest.main()
