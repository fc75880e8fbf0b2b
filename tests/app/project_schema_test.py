"""fixtures/project/azlab.schema.json and azlab itself take and refuse the same files. Run with a Python that has jsonschema."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

AZLAB = os.environ["AZLAB"]
SCHEMA = pathlib.Path(__file__).resolve().parents[2] / "fixtures" / "project" / "azlab.schema.json"
GOOD = [{}, {"files": ["*.md"], "exclude": [], "languages": ["en"], "scenarios": ["typical"], "seed": 3, "asOf": "2026-11-01", "date": "2026-11-02T09:00:00Z", "failOn": "never"},
        {"twins": {"source": "{name}.md", "translation": "{language}/{name}.md"}, "rules": {"md/broken-emphasis": "off"}, "clones": {"https://github.com/contoso/labs": "."}},
        {"$schema": "azlab.schema.json", "notSimulated": [{"text": "words", "reason": "why", "file": "*.md"}]}]
BAD = [[], {"file": []}, {"files": "*.md"}, {"files": [""]}, {"languages": [1]}, {"seed": -1}, {"seed": "1"}, {"asOf": "soon"}, {"date": 5}, {"failOn": "always"}, {"clones": []},
       {"clones": {"https://github.com/contoso/labs": 1}}, {"twins": {"source": "{name}.md"}}, {"twins": {"source": "a.md", "translation": "{language}/{name}.md"}},
       {"twins": {"source": "{name}.md", "translation": "{name}.md"}}, {"rules": {"md/broken-emphasis": "loud"}}, {"rules": []}, {"notSimulated": [{"text": "words"}]},
       {"notSimulated": [{"text": "words", "reason": "why", "line": 3}]}, {"notSimulated": {}}]


def json_schema():
    """The validator, from the Python environment of notebooks; None where that cannot be had."""
    asked = subprocess.run([AZLAB, "prepare", "ml"], capture_output=True, text=True, timeout=1800)
    python = pathlib.Path(asked.stdout.strip().splitlines()[-1].split("\t")[-1]) / "bin" / "python" if asked.returncode == 0 else None
    if python is None and os.environ.get("CI", "").lower() in ("true", "1"):
        raise AssertionError(f"CI needs the Python environment: {asked.stderr}")
    return python


class Schema(unittest.TestCase):
    def test_both_take_and_refuse_the_same(self):
        python = json_schema()
        if python is None:
            print("skipped: no Python environment with jsonschema", file=sys.stderr)
            self.skipTest("no jsonschema")
        program = "import json, sys, jsonschema\nschema, documents = json.load(open(sys.argv[1])), json.load(sys.stdin)\n" \
                  "print(json.dumps([jsonschema.Draft202012Validator(schema).is_valid(one) for one in documents]))"
        said = json.loads(subprocess.run([python, "-c", program, SCHEMA], input=json.dumps(GOOD + BAD), capture_output=True, text=True, check=True).stdout)
        self.assertEqual([True] * len(GOOD) + [False] * len(BAD), said)
        with tempfile.TemporaryDirectory() as directory:
            config, lab = pathlib.Path(directory) / "azlab.json", pathlib.Path(directory) / "lab.md"
            lab.write_text("# Nothing to do\n", encoding="utf-8")
            for document, good in zip(GOOD + BAD, said):
                config.write_text(json.dumps(document), encoding="utf-8")
                ran = subprocess.run([AZLAB, "validate", "-q", "--config", config, lab], capture_output=True, text=True, timeout=120)
                self.assertEqual(good, ran.returncode != 2, f"{document}: {ran.stderr}")


if __name__ == "__main__":
    unittest.main()
