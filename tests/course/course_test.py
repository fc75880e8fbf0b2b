#!/usr/bin/env python3
"""Checks the sample course by itself, without azlab: what a clone of it must be before any lab can be good."""
import ast
import json
import os
import pathlib
import re
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
COURSE = ROOT / "fixtures" / "course"
ENGLISH = sorted((COURSE / "Instructions").glob("*.md"))
TWINS = sorted(path for path in (COURSE / "Instructions").iterdir() if path.is_dir())
ALL = ENGLISH + [path for folder in TWINS for path in sorted(folder.glob("*.md"))]
NOTEBOOKS = sorted(COURSE.rglob("*.ipynb"))
SCRIPTS = sorted(COURSE.rglob("*.sh"))
KERNEL = {"display_name": "Python 3.10 - AzureML", "language": "python", "name": "python310-azureml"}


def fences(text):
    """Language and text of each fenced block, without the indentation of the list it stands in."""
    found = []
    for match in re.finditer(r"^( *)```(\S*)\n(.*?)^\1```$", text, re.M | re.S):
        indent = len(match[1])
        found.append((match[2], "\n".join(line[indent:] for line in match[3].splitlines())))
    return found


def skeleton(text):
    """What must be the same in every language: the kind of each line, code, and how many labels it has."""
    shape = []
    fenced = False
    for line in text.splitlines():
        stripped = line.strip()
        indent = len(line) - len(line.lstrip())
        if stripped.startswith("```"):
            fenced = not fenced
            shape.append(("fence", indent, stripped))
        elif fenced:
            shape.append(("code", line))
        elif not stripped:
            shape.append(("blank",))
        else:
            marker = re.match(r"(#+|1\.|-|>|</?\w+>)?", stripped)[0]
            tags = re.findall(r"</?\w+>", stripped)
            shape.append((marker, indent, tags, stripped.count("**"), re.findall(r"`[^`]+`", stripped),
                          re.findall(r"\]\(([^)]*)\)", stripped), re.findall(r"&#\d+;", stripped)))
    return shape


def prose(text):
    """The lines with at least three words outside of fences, labels and code, by number."""
    found = {}
    fenced = False
    for number, line in enumerate(text.splitlines(), 1):
        fenced ^= line.strip().startswith("```")
        words = re.sub(r"\*\*.+?\*\*|`[^`]+`|<[^>]+>", " ", line)
        if not fenced and len(re.findall(r"[a-z]{2,}", words)) >= 3:
            found[number] = line
    return found


def bold(text):
    return re.findall(r"\*\*(.+?)\*\*", text) + re.findall(r"<b>(.+?)</b>", text)


class Twins(unittest.TestCase):
    def test_there_is_a_folder_for_each_language_that_the_reader_knows_but_english(self):
        known = sorted(path.stem for path in (ROOT / "fixtures/languages").glob("*.json") if path.stem != "labels")
        self.assertEqual(sorted(["en"] + [folder.name for folder in TWINS]), known)

    def test_every_english_lab_has_a_twin_in_each_language_and_the_other_way_round(self):
        for folder in TWINS:
            self.assertEqual([path.name for path in ENGLISH], sorted(path.name for path in folder.iterdir()), folder.name)
        self.assertGreaterEqual(len(ENGLISH), 2)

    def test_twins_have_the_same_structure_line_by_line(self):
        for path in ENGLISH:
            mine = skeleton(path.read_text(encoding="utf-8"))
            for folder in TWINS:
                theirs = skeleton((folder / path.name).read_text(encoding="utf-8"))
                for number, (one, other) in enumerate(zip(mine, theirs), 1):
                    self.assertEqual(one[0], other[0], f"{folder.name}/{path.name}:{number}")
                    self.assertEqual(one, other, f"{folder.name}/{path.name}:{number}")
                self.assertEqual(len(mine), len(theirs), f"{folder.name}/{path.name}")

    def test_no_line_of_prose_was_left_in_english(self):
        for folder in TWINS:
            for path in ENGLISH:
                theirs = (folder / path.name).read_text(encoding="utf-8").splitlines()
                for number, line in prose(path.read_text(encoding="utf-8")).items():
                    self.assertNotEqual(line, theirs[number - 1], f"{folder.name}/{path.name}:{number}")

    def test_numbers_of_more_than_one_digit_and_labels_that_are_names_are_the_same(self):
        names = re.compile(r"(?:rg|mlw)-[\w.-]+|Standard_\w+|[\w.-]+\.sh|Labs/\d+/[\w ]+\.ipynb|Python 3\.10 - AzureML")
        for path in ENGLISH:
            mine = path.read_text(encoding="utf-8").splitlines()
            for folder in TWINS:
                theirs = (folder / path.name).read_text(encoding="utf-8").splitlines()
                for number, (one, other) in enumerate(zip(mine, theirs), 1):
                    where = f"{folder.name}/{path.name}:{number}"
                    self.assertEqual(sorted(re.findall(r"\d\d+", one)), sorted(re.findall(r"\d\d+", other)), where)
                    self.assertEqual(names.findall(one), names.findall(other), where)

    def test_no_literal_holds_a_no_break_space(self):
        for path in ALL:
            text = path.read_text(encoding="utf-8")
            for literal in bold(text) + re.findall(r"`([^`]+)`", text):
                self.assertNotRegex(literal, "[\u00a0\u202f]", path)


class Fences(unittest.TestCase):
    def test_azurecli_fences_hold_az_commands_only_and_all_others_are_bash(self):
        for path in ENGLISH:
            for language, text in fences(path.read_text(encoding="utf-8")):
                lines = [line for line in text.splitlines() if line.strip()]
                if language == "azurecli":
                    self.assertTrue(all(line.startswith("az ") for line in lines), f"{path.name}: {text}")
                else:
                    self.assertEqual(language, "bash", f"{path.name}: {text}")
                    self.assertFalse(all(line.startswith("az ") for line in lines), f"{path.name}: {text}")

    def test_fences_are_the_same_in_every_language(self):
        for path in ENGLISH:
            for folder in TWINS:
                self.assertEqual(fences(path.read_text(encoding="utf-8")), fences((folder / path.name).read_text(encoding="utf-8")), folder.name)

    def test_fences_are_valid_bash(self):
        for path in ENGLISH:
            for _, text in fences(path.read_text(encoding="utf-8")):
                check = subprocess.run(["bash", "-n"], input=text, text=True, capture_output=True)
                self.assertEqual((check.returncode, check.stderr), (0, ""), f"{path.name}: {text}")

    def test_nothing_asks_a_question(self):
        for path in ENGLISH:
            for _, text in fences(path.read_text(encoding="utf-8")):
                for line in text.splitlines():
                    if re.match(r"pip\d? uninstall\b", line):
                        self.assertIn(" -y", line)


class Paths(unittest.TestCase):
    def test_every_path_below_Labs_that_a_lab_names_exists(self):
        for path in ENGLISH:
            text = path.read_text(encoding="utf-8")
            named = [label for label in bold(text) if label.startswith("Labs/")]
            named += re.findall(r"\bcd azure-ml-labs/(\S+)", text)
            self.assertTrue(named, path.name)
            for name in named:
                self.assertTrue((COURSE / name).exists(), f"{path.name} names {name}")

    def test_a_script_that_a_lab_starts_lies_where_it_is_started(self):
        starts = 0
        for path in ENGLISH:
            for _, text in fences(path.read_text(encoding="utf-8")):
                folder = COURSE
                for line in text.splitlines():
                    if line.startswith("cd azure-ml-labs/"):
                        folder = COURSE / line.split("azure-ml-labs/", 1)[1]
                    elif line.startswith("./"):
                        starts += 1
                        self.assertTrue(os.access(folder / line.split()[0], os.X_OK), f"{path.name}: {line}")
        self.assertEqual(starts, 1)

    def test_the_files_that_the_seed_labs_name_are_there(self):
        for name in ("Labs/04/Work with compute.ipynb", "Labs/08/Use MLflow to track jobs.ipynb", "Labs/08/setup.sh"):
            self.assertTrue((COURSE / name).is_file(), name)


class Scripts(unittest.TestCase):
    def test_shell_scripts_are_valid_executable_and_have_the_shebang_of_their_syntax(self):
        self.assertTrue(SCRIPTS)
        for path in SCRIPTS:
            self.assertTrue(os.access(path, os.X_OK), path)
            self.assertEqual(path.read_text(encoding="utf-8").splitlines()[0], "#!/bin/bash", path)
            check = subprocess.run(["bash", "-n", str(path)], capture_output=True, text=True)
            self.assertEqual((check.returncode, check.stderr), (0, ""), path)

    def test_the_setup_script_runs_its_commands_in_order_and_stops_at_the_first_failure(self):
        def run(failing):
            fake = f'az() {{ echo "az $*" >>"$LOG"; [[ "$*" != {failing!r}* ]]; }}; export -f az; '
            log = ROOT / "build" / f"course-setup-{os.getpid()}.log"
            log.parent.mkdir(exist_ok=True)
            log.unlink(missing_ok=True)
            status = subprocess.run(["bash", "-c", fake + f'"{COURSE}/Labs/08/setup.sh"'], capture_output=True,
                                    text=True, env={**os.environ, "LOG": str(log)}).returncode
            lines = log.read_text(encoding="utf-8").splitlines()
            log.unlink()
            return status, [" ".join(line.split()[1:4]) for line in lines]

        status, commands = run("nothing")
        self.assertEqual(status, 0)
        self.assertEqual(commands, ["provider register --namespace", "group create --name",
                                    "configure --defaults " + commands[2].split()[-1], "ml workspace create",
                                    "configure --defaults " + commands[4].split()[-1], "ml compute create",
                                    "ml compute create"])
        self.assertRegex(commands[2], r" group=rg-dp100-l[0-9a-f]{18}$")
        self.assertRegex(commands[4], r" workspace=mlw-dp100-l[0-9a-f]{18}$")
        status, commands = run("ml workspace create")
        self.assertEqual((status, len(commands)), (1, 4))

    def test_python_scripts_can_be_parsed(self):
        for path in sorted(COURSE.rglob("*.py")):
            ast.parse(path.read_text(encoding="utf-8"), filename=str(path))

    def test_the_data_is_what_its_script_makes(self):
        check = subprocess.run([sys.executable, "-B", str(COURSE / "tools" / "make_data.py"), "--check"],
                               capture_output=True, text=True)
        self.assertEqual((check.returncode, check.stderr), (0, ""))
        lines = (COURSE / "Labs/08/src/diabetes.csv").read_text(encoding="utf-8").splitlines()
        self.assertEqual(len(lines), 481)
        self.assertTrue(all(len(line.split(",")) == 10 for line in lines))


class Notebooks(unittest.TestCase):
    def test_notebooks_are_of_format_4_without_outputs_and_with_the_offered_kernel(self):
        self.assertEqual(len(NOTEBOOKS), 2)
        for path in NOTEBOOKS:
            document = json.loads(path.read_text(encoding="utf-8"))
            self.assertEqual(document["nbformat"], 4, path)
            self.assertEqual(document["metadata"]["kernelspec"], KERNEL, path)
            ids = [cell["id"] for cell in document["cells"]]
            self.assertEqual(len(ids), len(set(ids)), path)
            for cell in document["cells"]:
                if cell["cell_type"] == "code":
                    self.assertEqual((cell["outputs"], cell["execution_count"]), ([], None), path)
                self.assertTrue("".join(cell["source"]).strip(), path)

    def test_compute_instances_offer_the_kernel(self):
        text = (ROOT / "fixtures/machines/compute-instance.json").read_text(encoding="utf-8")
        machine = json.loads(re.sub(r"(?m)^\s*//.*$", "", text))
        offered = [kernel for kernel in machine["kernels"] if "retiredOn" not in kernel]
        self.assertIn((KERNEL["name"], KERNEL["display_name"]), [(kernel["name"], kernel["display"]) for kernel in offered])

    def test_the_kernel_is_the_one_that_the_labs_ask_for(self):
        for path in ALL:
            self.assertIn("**" + KERNEL["display_name"] + "**", path.read_text(encoding="utf-8"), path)

    def test_code_cells_are_python_but_for_magics(self):
        for path in NOTEBOOKS:
            for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
                source = "".join(cell["source"])
                if cell["cell_type"] != "code" or source.startswith("pip "):
                    continue
                ast.parse(re.sub(r"\A%%\w+.*\n", "", source), filename=path.name)

    def test_what_a_job_runs_lies_in_the_folder_that_it_sends_or_is_written_there(self):
        for path in NOTEBOOKS:
            text = "\n".join("".join(cell["source"]) for cell in json.loads(path.read_text(encoding="utf-8"))["cells"])
            written = re.findall(r"%%writefile \$script_folder/(\S+)", text)
            jobs = re.findall(r'command="python (\S+) --training_data (\S+)"', text)
            self.assertTrue(jobs, path)
            for script, data in jobs:
                self.assertTrue(script in written or (path.parent / "src" / script).is_file(), f"{path.name}: {script}")
                self.assertTrue((path.parent / "src" / data).is_file(), f"{path.name}: {data}")


if __name__ == "__main__":
    unittest.main()
