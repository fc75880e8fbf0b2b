"""The intentionally broken copy of the sample course gives exactly the findings that broken.json lists: each defect alone, and all
defects of a page together but for those that hide others."""
import pathlib
import shutil
import tempfile
import unittest

from broken import COURSE, Ground, all_edited, edited, found, moved, read_defects

ADDRESS = "https://github.com/MicrosoftLearning/mslearn-azure-ml.git"


def page(file):
    return (COURSE / "Instructions" / file).read_text(encoding="utf-8")


class Broken(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.ground = Ground(directory.name)
        self.defects = read_defects()
        self.pages = [one for one in self.defects if one["file"].endswith(".md")]

    def test_there_are_many_of_many_kinds_in_several_languages(self):
        languages = {one["file"].split("/")[0] if "/" in one["file"] else "en" for one in self.pages}
        self.assertEqual({"en", "fr", "de", "ja", "zh-cn"}, languages)
        self.assertGreaterEqual(len(self.defects), 60)
        rules = {rule for one in self.defects for rule, _, _ in one["finds"]}
        self.assertGreaterEqual(len(rules), 60, sorted(rules))

    def test_each_alone_and_those_of_a_page_together(self):
        for number, defect in enumerate(self.pages):
            self.ground.lay(f"alone-{number}", defect["file"], edited(page(defect["file"]), defect))
        together = {}
        for defect in self.pages:
            if not defect.get("alone", False):
                together.setdefault(defect["file"], []).append(defect)
        for number, (file, defects) in enumerate(together.items()):
            self.ground.lay(f"together-{number}", file, all_edited(page(file), defects))
        labs = self.ground.carry_out()
        for number, defect in enumerate(self.pages):
            with self.subTest(file=defect["file"], rule=defect["finds"][0][0], line=defect["finds"][0][1]):
                self.assertEqual(sorted(defect["finds"]), found(labs[f"alone-{number}/Instructions/{defect['file']}"]))
        for number, (file, defects) in enumerate(together.items()):
            with self.subTest(together=file):
                expected = sorted([rule, moved(line, one, defects), severity] for one in defects for rule, line, severity in one["finds"])
                self.assertEqual(expected, found(labs[f"together-{number}/Instructions/{file}"]))
        # Nothing is found in the sources beside translations.
        self.assertEqual([], [file for file, lab in labs.items() if file not in self.ground.files and lab["findings"]])

    def test_each_notebook(self):
        """A lab clones the course: the broken one stands in for it."""
        for number, defect in enumerate(one for one in self.defects if one["file"].endswith(".ipynb")):
            course = self.ground.root / f"course-{number}"
            shutil.copytree(COURSE, course)
            notebook = course / defect["file"]
            text = notebook.read_text(encoding="utf-8")
            self.assertEqual(1, text.count(defect["old"]), defect["old"])
            notebook.write_text(text.replace(defect["old"], defect["new"]), encoding="utf-8")
            lab = next((COURSE / "Instructions").glob(f"{pathlib.Path(defect['file']).parts[1]}-*.md")).name
            self.ground.lay(f"notebook-{number}", lab, page(lab))
            labs = self.ground.carry_out("--clone", f"{ADDRESS}={course}", f"notebook-{number}/Instructions/{lab}")
            with self.subTest(defect=defect["new"]):
                self.assertEqual(sorted(defect["finds"]), found(labs[f"notebook-{number}/Instructions/{lab}"]))


if __name__ == "__main__":
    unittest.main()
