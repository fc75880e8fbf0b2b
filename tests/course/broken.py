"""The intentionally broken copy of the sample course: broken.json says what is edited and what must be found, this lays it out.
A defect alone stands in a copy of its own, beside the untouched source where it is in a translation."""
import json
import os
import pathlib
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
COURSE = HERE.parents[1] / "fixtures/course"
TIMEOUT_S = 1500


def read_defects():
    text = (HERE / "broken.json").read_text(encoding="utf-8")
    return json.loads("\n".join(line for line in text.split("\n") if not line.lstrip().startswith("//")))


def edited(text, defect):
    """The text with one defect. `line`, `old`, `new`: words that begin in that line; `after`, `add`: lines to come after that line."""
    lines = text.split("\n")
    if "add" in defect:
        return "\n".join(lines[:defect["after"]] + [defect["add"]] + lines[defect["after"]:])
    before, rest = lines[:defect["line"] - 1], "\n".join(lines[defect["line"] - 1:])
    place = rest.find(defect["old"])
    if place < 0 or "\n" in rest[:place]:
        raise AssertionError(f"line {defect['line']} of {defect['file']} does not hold {defect['old']!r}")
    return "\n".join([*before, rest[:place] + defect["new"] + rest[place + len(defect["old"]):]])


def position(defect):
    return defect.get("line", defect.get("after"))


def all_edited(text, defects):
    """The text with all of them, from the last to the first, so that their line numbers hold."""
    for defect in sorted(defects, key=position, reverse=True):
        text = edited(text, defect)
    return text


def moved(line, own, defects):
    """Where a line of the copy with the defect `own` alone is in the copy with all of them."""
    def grows(one):
        return one["add"].count("\n") + 1 if "add" in one else one["new"].count("\n") - one["old"].count("\n")
    return line + sum(grows(one) for one in defects if one is not own and (position(one) < position(own) or position(one) < line - max(0, grows(own))))


class Ground:
    """Copies of labs below one directory, carried out by one azlab."""

    def __init__(self, directory):
        self.root = pathlib.Path(directory)
        self.files = set()

    def lay(self, name, file, text):
        """A lab under a name of its own, and its source where it is a translation."""
        place = self.root / name / "Instructions" / file
        place.parent.mkdir(parents=True)
        place.write_text(text, encoding="utf-8")
        self.files.add(f"{name}/Instructions/{file}")
        if "/" in file:
            source = self.root / name / "Instructions" / file.split("/")[1]
            source.write_text((COURSE / "Instructions" / file.split("/")[1]).read_text(encoding="utf-8"), encoding="utf-8")

    def carry_out(self, *arguments):
        """{file: lab of the JSON report}. Without Python: notebooks are read, not run."""
        (self.root / "azlab.json").write_text('{"files": ["*/Instructions/**/*.md"]}', encoding="utf-8")
        environment = {**os.environ, "AZLAB_PYTHON_CACHE": str(self.root / "no-python")}
        ran = subprocess.run([os.environ["AZLAB"], "validate", "-q", "--no-prepare", "--report", "json=report.json", *arguments], cwd=self.root, env=environment,
                             capture_output=True, text=True, timeout=TIMEOUT_S)
        if ran.returncode == 2:
            raise AssertionError(ran.stderr)
        return {lab["file"]: lab for lab in json.loads((self.root / "report.json").read_text(encoding="utf-8"))["labs"]}


def found(lab):
    """[rule, line, severity] of a lab's findings."""
    return sorted([one["rule"], one["line"], one["severity"]] for one in lab["findings"])
