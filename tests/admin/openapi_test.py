"""Carries out every operation of fixtures/admin/openapi.json and holds each answer against what it says."""
import json
import re
import unittest
import urllib.error
import urllib.request

from ground import ROOT, Azlab, again_with, python_for_tests

DESCRIPTION = json.loads((ROOT / "fixtures" / "admin" / "openapi.json").read_text(encoding="utf-8"))
# What stands in the paths' places, and bodies that refuse; the good ones are the description's examples.
PLACES = {"name": "before", "number": "1", "fault": "storage-name-taken"}
ORDER = ["armFault", "takeSnapshot", "listSnapshots", "restoreSnapshot", "dropSnapshot", "listFaults", "disarmFault", "exportState", "importState"]


def operations():
    found = {op["operationId"]: (method.upper(), path, op) for path, methods in DESCRIPTION["paths"].items() for method, op in methods.items()}
    return {name: found[name] for name in [*ORDER, *sorted(set(found) - set(ORDER))]}


class Described(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        import jsonschema
        cls.azure = Azlab("--no-prepare", "--date", "2026-11-23T09:00:00Z")
        cls.addClassCleanup(cls.azure.stop)
        cls.validator = jsonschema.Draft202012Validator
        cls.state = b""

    def ask(self, method, path, body=None, media="application/json", headers=None):
        """(status, type, bytes) of a request, whatever its status."""
        request = urllib.request.Request(self.azure.admin + path, data=body, method=method, headers={**({"Content-Type": media} if body is not None else {}), **(headers or {})})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request) as answer:
                return answer.status, answer.headers.get("Content-Type", ""), answer.read()
        except urllib.error.HTTPError as e:
            return e.code, e.headers.get("Content-Type", ""), e.read()

    def fits(self, operation, status, media, body):
        """The status is described, and the body is what is described for it."""
        self.assertIn(str(status), operation["responses"], f"{operation['operationId']}: {body[:300]}")
        content = operation["responses"][str(status)].get("content")
        if content is None:
            self.assertEqual(b"", body)
            return
        kind = media.split(";")[0]
        self.assertIn(kind, content)
        if kind == "application/json":
            schema = {**content[kind]["schema"], "components": DESCRIPTION["components"]}
            errors = [f"{e.json_path}: {e.message}" for e in self.validator(schema).iter_errors(json.loads(body))]
            self.assertEqual([], errors, f"{operation['operationId']} {status}: {body[:500]}")

    def body_of(self, operation):
        content = operation.get("requestBody", {}).get("content", {})
        if "application/vnd.sqlite3" in content:
            return self.state, "application/vnd.sqlite3"
        if "application/json" in content:
            return json.dumps(content["application/json"]["example"]).encode(), "application/json"
        return None, ""

    def test_every_operation_answers_as_described(self):
        for name, (method, path, operation) in operations().items():
            with self.subTest(name):
                body, media = self.body_of(operation)
                status, kind, answer = self.ask(method, re.sub(r"\{(\w+)\}", lambda m: PLACES[m.group(1)], path), body, media)
                self.assertLess(status, 300, answer)
                self.fits(operation, status, kind, answer)
                if name == "exportState":
                    type(self).state = answer

    def test_every_refusal_is_described_and_has_one_shape(self):
        for name, (method, path, operation) in operations().items():
            there = re.sub(r"\{(\w+)\}", "none", path)
            for headers in ({"Host": "evil.example"}, {"Origin": "http://evil.example"}):
                with self.subTest(f"{name} {headers}"):
                    status, kind, answer = self.ask(method, there, headers=headers)
                    self.assertEqual(403, status)
                    self.fits(operation, status, kind, answer)
            if "requestBody" in operation and name != "importState":
                for wrong in (b"[]", b"{", b'{"unheard": 1}', b"\xff", b'"text"', b"null"):
                    with self.subTest(f"{name} {wrong}"):
                        status, kind, answer = self.ask(method, there, wrong)
                        self.assertIn(status, (400, 404), answer)
                        self.fits(operation, status, kind, answer)
                status, kind, answer = self.ask(method, there, b" " * ((1 << 20) + 1))
                self.assertEqual(413, status)
                self.fits(operation, status, kind, answer)
            elif "{" in path:
                with self.subTest(f"{name} none"):
                    status, kind, answer = self.ask(method, there)
                    self.assertEqual(404, status, answer)
                    self.fits(operation, status, kind, answer)

    def test_every_entry_of_the_catalogue_is_as_described(self):
        entry = operations()["showCatalogueEntry"][2]
        faults = self.azure.call("GET", "/catalogue")["faults"]
        self.assertGreater(len(faults), 150)
        for fault in faults:
            self.fits(entry, *self.ask("GET", f"/catalogue/{fault['fault']}"))

    def test_the_served_description_is_the_file(self):
        self.assertEqual(DESCRIPTION, json.loads(self.ask("GET", "/openapi.json")[2]))

    def test_the_description_is_openapi(self):
        """References lead somewhere, names are told once, places in paths are described."""
        text = json.dumps(DESCRIPTION)
        for name in set(re.findall(r'"#/components/schemas/(\w+)"', text)):
            self.assertIn(name, DESCRIPTION["components"]["schemas"])
        for schema in DESCRIPTION["components"]["schemas"].values():
            self.validator.check_schema(schema)
        for name, (method, path, operation) in operations().items():
            told = [p["name"] for p in operation.get("parameters", []) if p["in"] == "path"]
            self.assertEqual(re.findall(r"\{(\w+)\}", path), told, name)


if __name__ == "__main__":
    again_with(python_for_tests())
    unittest.main()
