"""schemathesis tries the admin interface with what its description allows and forbids: no 500, nothing that is not described."""
import os
import pathlib
import subprocess
import tempfile
import unittest

from ground import Azlab, again_with, python_for_tests

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,negative_data_rejection"


class Tried(unittest.TestCase):
    def test_nothing_breaks_and_nothing_is_undescribed(self):
        tester = pathlib.Path(os.sys.executable).parent / "schemathesis"
        # The tester keeps notes in the folder where it runs.
        with tempfile.TemporaryDirectory() as notes, Azlab("--no-prepare", "--date", "2026-11-23T09:00:00Z") as azure:
            ran = subprocess.run([tester, "--no-color", "run", azure.admin + "/openapi.json", "--url", azure.admin, "--checks", CHECKS, "--seed", "1", "--max-examples", "60", "--phases", "examples,fuzzing",
                                  "--generation-deterministic", "--exclude-path", "/state", "--suppress-health-check", "all"],
                                 capture_output=True, text=True, timeout=500, cwd=notes, env={**os.environ, "SCHEMATHESIS_HOOKS": ""})
            self.assertEqual(0, ran.returncode, ran.stdout[-6000:] + ran.stderr[-2000:])
            self.assertEqual("leap", azure.call("GET", "/clock")["mode"])  # it still answers


if __name__ == "__main__":
    again_with(python_for_tests())
    unittest.main()
