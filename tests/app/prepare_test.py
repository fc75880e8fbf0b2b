"""`azlab prepare` in front of a cache of Python environments that was laid back: nothing is installed again."""
import os
import pathlib
import subprocess
import tempfile
import unittest

AZLAB = os.environ["AZLAB"]
NO_INDEX = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "", "PIP_RETRIES": "0"}


def prepare(*arguments, **variables):
    return subprocess.run([AZLAB, "prepare", *arguments], capture_output=True, text=True, env={**os.environ, **variables}, timeout=1800)


def everything_below(directory):
    return {path: path.lstat().st_mtime_ns for path in directory.rglob("*")}


class Prepare(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.cache = pathlib.Path(self.directory.name) / "cache"

    def tearDown(self):
        self.directory.cleanup()

    def where(self, name):
        asked = prepare("--where", name, AZLAB_PYTHON_CACHE=str(self.cache))
        self.assertEqual((0, ""), (asked.returncode, asked.stderr))
        self.assertRegex(asked.stdout, rf"^{name}\tPython 3\.\d+\.\d+\t{self.cache}/{name}-[0-9a-f]{{12}}\n$")
        return pathlib.Path(asked.stdout.strip().split("\t")[2])

    def test_where_makes_nothing(self):
        self.where("ml")
        self.assertFalse(self.cache.exists())
        listed = prepare("--where", AZLAB_PYTHON_CACHE=str(self.cache))
        self.assertEqual(["ml", "az"], [line.split("\t")[0] for line in listed.stdout.splitlines()])
        wrong = prepare("--where", "mll")
        self.assertEqual((2, ""), (wrong.returncode, wrong.stdout))

    def test_what_was_laid_back_is_used_without_the_index(self):
        made = prepare("ml")
        if made.returncode != 0 or not made.stdout.startswith("ml\t"):
            if os.environ.get("CI", "").lower() in ("true", "1"):
                raise AssertionError(f"CI needs the Python environment: {made.stderr}")
            self.skipTest("no Python environment")
        kept, place = pathlib.Path(made.stdout.strip().split("\t")[2]), self.where("ml")
        self.assertEqual(kept.name, place.name)
        self.cache.mkdir()
        subprocess.run(["cp", "-al", kept, place], check=True)  # links: what a cache lays back is the same files
        before = everything_below(place)
        again = prepare("ml", AZLAB_PYTHON_CACHE=str(self.cache), **NO_INDEX)
        self.assertEqual((0, made.stdout.replace(str(kept), str(place)), ""), (again.returncode, again.stdout, again.stderr))
        self.assertEqual(before, everything_below(place))

    def test_half_of_one_is_no_environment(self):
        place = self.where("az")
        (place / "bin").mkdir(parents=True)
        refused = prepare("az", AZLAB_PYTHON_CACHE=str(self.cache), **NO_INDEX)
        self.assertEqual((1, ""), (refused.returncode, refused.stdout))
        self.assertIn("cannot prepare the Python environment 'az': ", refused.stderr)
        self.assertFalse(place.exists())


if __name__ == "__main__":
    unittest.main()
