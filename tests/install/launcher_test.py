#!/usr/bin/env python3
"""Checks the launcher with stand-ins for dpkg, cmake and ninja: what it says, where it runs, how it ends."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]

STAND_INS = {
    "dpkg-query": 'case " $MISSING " in *" ${!#} "*) exit 1;; esac; printf installed',
    # Never installs, and no test may install anything for real.
    "apt-get": "echo apt-get \"$@\" >>\"$CALLS\"; exit 100",
    "apt-cache": "exit 1",
    "sudo": "exit 1",
    "cmake": 'echo cmake "$@" >>"$CALLS"; [[ -z ${BAD_CMAKE-} ]] || { echo "cmake is unhappy"; exit 1; }\n'
             "mkdir -p build/release; touch build/release/build.ninja",
    "ninja": 'echo ninja "$@" >>"$CALLS"; [[ -z ${BAD_BUILD-} ]] || { echo "no such semicolon"; exit 1; }\n'
             'printf \'#!/bin/sh\\npwd; for a; do echo "[$a]"; done; exit 3\\n\' >"$2/azlab"; chmod 755 "$2/azlab"',
}


class Launcher(unittest.TestCase):
    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="azlab launcher "))
        self.addCleanup(shutil.rmtree, self.directory)
        self.checkout = self.directory / "a checkout"
        (self.checkout / "harness" / "app").mkdir(parents=True)
        (self.checkout / "harness" / "app" / "main.cpp").touch()
        shutil.copy(ROOT / "azlab", self.checkout / "azlab")
        tools = self.directory / "tools"
        tools.mkdir()
        for name, text in STAND_INS.items():
            (tools / name).write_text("#!/bin/bash\n" + text + "\n")
            (tools / name).chmod(0o755)
        self.calls = self.directory / "calls"
        self.calls.touch()
        self.environment = {"PATH": f"{tools}:/usr/bin:/bin", "CALLS": str(self.calls), "HOME": str(self.directory)}

    def launch(self, *arguments, program=None, directory=None, **environment):
        return subprocess.run([str(program or self.checkout / "azlab"), *arguments], capture_output=True, text=True,
                              cwd=directory or self.directory, env={**self.environment, **environment})

    def test_arguments_directory_and_exit_status_are_the_callers(self):
        elsewhere = self.directory / "labs"
        elsewhere.mkdir()
        done = self.launch("validate", "my lab.md", "", directory=elsewhere)
        self.assertEqual((done.returncode, done.stdout), (3, f"{elsewhere}\n[validate]\n[my lab.md]\n[]\n"))

    def test_it_works_through_a_symbolic_link(self):
        link = self.directory / "link"
        link.symlink_to(self.checkout / "azlab")
        done = self.launch("steps", program=link)
        self.assertEqual((done.returncode, done.stdout.splitlines()[1:]), (3, ["[steps]"]))

    def test_it_configures_once_and_lets_ninja_see_what_changed(self):
        self.launch()
        self.launch()
        calls = [line.split()[0] for line in self.calls.read_text().splitlines()]
        self.assertEqual(calls, ["cmake", "ninja", "ninja"])

    @unittest.skipIf(os.geteuid() == 0, "root installs instead of asking")
    def test_missing_packages_are_named_in_one_line_when_nothing_may_be_installed(self):
        done = self.launch("validate", MISSING="libre2-dev catch2")
        self.assertEqual((done.returncode, done.stderr), (2, "azlab: these packages are missing: libre2-dev catch2\n"))
        self.assertEqual(self.calls.read_text(), "")

    @unittest.skipIf(os.geteuid() != 0, "only root tries to install")
    def test_root_installs_what_is_missing_and_says_what_could_not_be(self):
        done = self.launch("validate", MISSING="libre2-dev catch2")
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr.splitlines()[-1], r"could not be installed \(see .*\): libre2-dev catch2$")
        self.assertEqual(self.calls.read_text(), "apt-get -q update\n")

    def test_a_build_that_fails_is_shown_and_exits_with_2(self):
        for name, text in (("BAD_CMAKE", "cmake is unhappy"), ("BAD_BUILD", "no such semicolon")):
            done = self.launch("validate", **{name: "yes"})
            self.assertEqual(done.returncode, 2, name)
            self.assertIn(text, done.stderr)
            self.assertEqual(done.stdout, "")

    def restore(self, key, text="#!/bin/sh\necho restored \"$@\"\n"):
        """What a cache of continuous integration lays into a fresh checkout."""
        release = self.checkout / "build" / "release"
        shutil.rmtree(release, ignore_errors=True)
        release.mkdir(parents=True)
        (release / "azlab").write_text(text)
        (release / "azlab").chmod(0o755)
        (release / ".made-from").write_text(key + "\n")

    def test_setup_builds_and_says_nothing(self):
        done = self.launch("setup")
        self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)
        self.assertEqual(["cmake", "ninja"], [line.split()[0] for line in self.calls.read_text().splitlines()])
        key = self.launch("setup", "--key").stdout
        self.assertEqual(key, (self.checkout / "build" / "release" / ".made-from").read_text())
        self.assertRegex(key, r"^[0-9a-f]{32}\n$")

    def test_a_restored_program_is_used_as_it_is_while_its_key_fits(self):
        key = self.launch("setup", "--key").stdout.strip()
        self.restore(key)
        self.assertEqual((0, "restored validate a b\n"), self.said("validate", "a b"))
        self.assertEqual((0, ""), self.said("setup"))
        self.assertEqual("", self.calls.read_text())
        # Another file, or a program that does not start here (a library is missing): it is built.
        (self.checkout / "harness" / "app" / "main.cpp").write_text("// changed\n")
        self.assertNotEqual(key, self.launch("setup", "--key").stdout.strip())
        self.assertEqual(3, self.said("validate")[0])
        self.restore(self.launch("setup", "--key").stdout.strip(), "#!/bin/sh\nexit 127\n")
        self.assertEqual(3, self.said("validate")[0])
        self.assertEqual(["cmake", "ninja"] * 2, [line.split()[0] for line in self.calls.read_text().splitlines()])

    def said(self, *arguments):
        done = self.launch(*arguments)
        return done.returncode, done.stdout

    @unittest.skipIf(os.geteuid() != 0, "only root tries to install")
    def test_what_runs_a_built_program_needs_no_compiler(self):
        self.assertEqual(2, self.launch("setup", "--packages", MISSING="g++").returncode)
        self.assertEqual("apt-get -q update\n", self.calls.read_text())
        self.assertEqual(2, self.launch("setup", "--to-run", MISSING="bubblewrap").returncode)
        self.assertEqual(0, self.launch("setup", "--to-run", MISSING="g++").returncode)
        self.assertNotIn("cmake", self.calls.read_text())

    def test_wrong_use_of_test_is_one_line(self):
        for arguments, text in ((["--asn"], "unknown option --asn"), (["--fuzz"], "--fuzz needs a number of seconds")):
            done = self.launch("test", *arguments)
            self.assertEqual((done.returncode, len(done.stderr.splitlines())), (2, 1), arguments)
            self.assertIn(text, done.stderr)
        done = self.launch("setup", "--kye")
        self.assertEqual((2, "azlab: setup: unknown option --kye (--packages, --to-run, --key)\n"), (done.returncode, done.stderr))


if __name__ == "__main__":
    unittest.main()
