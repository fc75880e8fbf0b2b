"""SARIF and JUnit reports against the schemas that others check them with. Neither schema is ours: SARIF's is the one of
@microsoft/jest-sarif, JUnit's is Jenkins' junit-10.xsd, which pytest's sources carry."""
import fcntl
import hashlib
import json
import shutil
import subprocess
import tarfile
import tempfile
import unittest

from made import BUILD, HERE, TIMEOUT_S, make, missing

PYTEST = "pytest-8.3.4"
PYTEST_SHA256 = "965370d062bce11e73868e0335abac31b4d3de0e82f4007408d242b4f8610761"
XSD = f"{PYTEST}/testing/example_scripts/junit-10.xsd"


def sarif_validator():
    if shutil.which("node") is None or shutil.which("npm") is None:
        missing("there is no node, or no npm")
    directory, lock = BUILD / "schemas", HERE / "schemas" / "package-lock.json"
    directory.mkdir(parents=True, exist_ok=True)
    stamp = directory / ".installed"
    if not stamp.exists() or stamp.read_bytes() != lock.read_bytes():
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / "schemas" / name, directory / name)
        ran = subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=directory, capture_output=True, text=True, timeout=TIMEOUT_S)
        if ran.returncode != 0:
            missing(f"npm ci failed: {ran.stderr.strip()[-400:]}")
        stamp.write_bytes(lock.read_bytes())
    shutil.copy(HERE / "schemas" / "sarif.js", directory / "sarif.js")
    return ["node", directory / "sarif.js"]


def junit_schema():
    if shutil.which("xmllint") is None:
        missing("there is no xmllint (libxml2-utils)")
    archive, schema = BUILD / f"{PYTEST}.tar.gz", BUILD / "junit-10.xsd"
    if not schema.exists():
        with tempfile.TemporaryDirectory() as own:
            ran = subprocess.run(["python3", "-m", "venv", f"{own}/venv"], capture_output=True, text=True, timeout=TIMEOUT_S)
            if ran.returncode != 0:
                missing(f"no virtual environment: {ran.stdout}{ran.stderr}")
            asked = [f"{own}/venv/bin/pip", "download", "-q", "--no-deps", "--no-binary", "pytest", PYTEST.replace("-", "=="), "-d", str(BUILD)]
            ran = subprocess.run(asked, capture_output=True, text=True, timeout=TIMEOUT_S)
            if ran.returncode != 0:
                missing(f"the sources of {PYTEST}: {ran.stderr.strip()[-400:]}")
        if hashlib.sha256(archive.read_bytes()).hexdigest() != PYTEST_SHA256:
            raise AssertionError(f"{archive} is not what it was")
        with tarfile.open(archive) as packed:
            schema.write_bytes(packed.extractfile(XSD).read())
    return schema


class Schemas(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()
        cls.reports = make(cls.directory.name, "sarif", "junit", "json", "markdown")
        BUILD.mkdir(parents=True, exist_ok=True)
        cls.lock = open(BUILD / "lock", "w", encoding="utf-8")
        fcntl.flock(cls.lock, fcntl.LOCK_EX)

    @classmethod
    def tearDownClass(cls):
        cls.lock.close()
        cls.directory.cleanup()

    def test_sarif(self):
        validator = sarif_validator()
        ran = subprocess.run([*validator, self.reports["sarif"]], capture_output=True, text=True, timeout=TIMEOUT_S)
        self.assertEqual("valid", ran.stdout.strip(), ran.stderr)
        broken = BUILD / "broken.sarif"
        broken.write_text('{"version": "2.1.0", "runs": [{"tool": {}}]}', encoding="utf-8")
        ran = subprocess.run([*validator, broken], capture_output=True, text=True, timeout=TIMEOUT_S)
        self.assertEqual(".runs[0].tool: should have required property 'driver'", ran.stderr.strip())
        results = json.loads(self.reports["sarif"].read_text(encoding="utf-8"))["runs"][0]["results"]
        self.assertEqual({"azlab/step-failed", "azlab/step-not-understood"}, {r["ruleId"] for r in results if r["ruleId"].startswith("azlab/")})
        self.assertIn("%3Cscript%3Edocument.title%3D%27name%27%3Cscript%3E%26%25.md", {r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in results})

    def test_junit(self):
        schema = junit_schema()
        ran = subprocess.run(["xmllint", "--noout", "--nonet", "--schema", schema, self.reports["junit"]], capture_output=True, text=True, timeout=TIMEOUT_S)
        self.assertEqual(0, ran.returncode, ran.stderr)
        broken = BUILD / "broken.xml"
        broken.write_text("<testsuites><testsuite/></testsuites>", encoding="utf-8")
        ran = subprocess.run(["xmllint", "--noout", "--nonet", "--schema", schema, broken], capture_output=True, text=True, timeout=TIMEOUT_S)
        self.assertIn("The attribute 'name' is required but missing", ran.stderr)

    def test_json_and_markdown_hold_the_transcript(self):
        report = json.loads(self.reports["json"].read_text(encoding="utf-8"))
        commands = [c for lab in report["labs"] for s in lab["steps"] for op in s["ops"] for c in op.get("commands", [])]
        self.assertEqual([0, 0, 3, 0], [c["exitStatus"] for c in commands])
        self.assertIn("<script>document.title='output'</script>", commands[1]["output"])
        self.assertNotIn("<script>document", self.reports["markdown"].read_text(encoding="utf-8").split("```")[0])


if __name__ == "__main__":
    unittest.main()
