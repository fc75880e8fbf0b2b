"""GNU parallel shares labs out among processes: docs/ci/parallel.sh, run as it is."""
import json
import shutil
import subprocess
import tempfile
import unittest

import tools

tools.enter()

from ground import LABS, MISTAKES, Ground, mistakes, timeless  # noqa: E402
from tools import AZLAB, ROOT, missing  # noqa: E402


class Workers(unittest.TestCase):
    def setUp(self):
        known = shutil.which("parallel") and subprocess.run(["parallel", "--version"], capture_output=True, text=True).stdout.startswith("GNU parallel")
        if not known:
            missing("there is no GNU parallel")
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.ground = Ground(directory.name)
        self.labs = self.ground.root / "labs"

    def parallel(self, *arguments):
        self.ground.check_labs_out(self.labs, 0)
        # --no-prepare is the script's azlab's: these labs need no Python.
        azlab = self.ground.root / "azlab"
        azlab.write_text(f'#!/bin/bash\nif [[ $1 == validate ]]; then set -- "$@" --no-prepare; fi\nexec {AZLAB.resolve()} "$@"\n', encoding="utf-8")
        azlab.chmod(0o755)
        return subprocess.run([ROOT / "docs/ci/parallel.sh", *arguments], cwd=self.labs, capture_output=True, text=True, timeout=600,
                              env={"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(self.ground.root), "AZLAB": str(azlab)})

    def test_four_workers_are_one_run(self):
        ran = self.parallel("4")
        self.assertEqual(1, ran.returncode, ran.stdout + ran.stderr)
        self.assertEqual(MISTAKES, mistakes(self.labs / "labs.json"))
        self.assertEqual(timeless(self.ground.whole_report()), timeless(self.labs / "labs.json"))
        self.assertEqual(LABS, [lab["file"] for lab in json.loads((self.labs / "labs.json").read_text(encoding="utf-8"))["labs"]])
        self.assertTrue((self.labs / "labs.html").exists() and (self.labs / "labs.sarif").exists())

    def test_one_worker_that_cannot_read_its_labs_ends_it(self):
        self.ground.commit({"azlab.json": '{"file": []}'})
        ran = self.parallel("2")
        self.assertEqual(2, ran.returncode)
        self.assertIn("do you mean 'files'?", ran.stderr)
        self.assertFalse((self.labs / "labs.json").exists())


if __name__ == "__main__":
    unittest.main()
