"""The HTML report in a real Chromium: it filters, says nothing on the console, asks the network for nothing, and text of
others stays text. AZLAB_UPDATE_DOCS=1 writes the picture in docs/."""
import os
import pathlib
import subprocess
import tempfile
import unittest

from made import AZLAB, ROOT, TIMEOUT_S, make
from webdriver import browser

SHOWN = "return Array.from(document.querySelectorAll('article:not([hidden])'), a => a.offsetParent ? a.dataset.verdict : 'unseen')"
SEARCH = "return document.activeElement.id"


class Page(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()
        cls.address = make(cls.directory.name, "html")["html"].as_uri()

    @classmethod
    def tearDownClass(cls):
        cls.directory.cleanup()

    def choose(self, page, control, value):
        page.run("const c = document.getElementById(arguments[0]); c.value = arguments[1]; c.dispatchEvent(new Event('input'))", control, value)
        return page.run(SHOWN)

    def test_filters(self):
        with browser() as page:
            page.open(self.address)
            everything = page.run(SHOWN)
            self.assertEqual(["passed", "passed", "passed", "failed", "passed", "failed", "not understood", "passed", "passed"], everything)
            self.assertEqual("9 of 9 shown", page.run("return document.getElementById('shown').textContent"))
            self.assertEqual(["failed", "failed"], self.choose(page, "verdict", "failed"))
            self.assertEqual("2 of 9 shown", page.run("return document.getElementById('shown').textContent"))
            self.assertEqual([], self.choose(page, "language", "fr"))
            self.assertEqual(["passed", "passed"], self.choose(page, "verdict", ""))
            self.assertEqual(1, page.run("return document.querySelectorAll('section:not([hidden])').length"))
            page.click("#clear")
            self.assertEqual(everything, page.run(SHOWN))
            self.assertEqual(["passed", "failed", "failed"], self.choose(page, "severity", "error"))
            self.assertEqual(["failed"], self.choose(page, "owner", "platform"))
            self.assertEqual(["ui/label-not-on-screen", "azlab/step-failed"], page.run("return Array.from(document.querySelectorAll('article:not([hidden]) li:not([hidden]) code'), c => c.textContent)"))
            page.click("#clear")
            page.type("#text", "rg-TWO show")
            self.assertEqual(["failed"], page.run(SHOWN))
            self.assertEqual([], [entry["message"] for entry in page.log("browser")])
            self.assertEqual([self.address], page.requests())

    def test_keys(self):
        with browser() as page:
            page.open(self.address)
            page.press("/")
            self.assertEqual("text", page.run(SEARCH))
            page.press("r", "g", "-", "t", "w", "o")
            self.assertEqual(["failed"], page.run(SHOWN))
            page.press("\ue00c")  # Escape
            self.assertEqual(9, len(page.run(SHOWN)))
            # Whatever can be pressed is reached with the tab key, in the order of the page.
            page.run("document.body.focus(); document.activeElement.blur(); window.scrollTo(0, 0)")
            seen = []
            page.run("document.querySelector('.skip').focus()")
            for _ in range(12):
                seen.append(page.run("const e = document.activeElement; return e.id || e.tagName + ' ' + e.textContent.slice(0, 20)"))
                page.press("\ue004")  # Tab
            self.assertEqual(["A To the results", "verdict", "severity", "owner", "language", "text", "clear"], [s for s in seen if s in
                             ("A To the results", "verdict", "severity", "owner", "language", "text", "clear")])
            self.assertTrue(any(s.startswith("SUMMARY") for s in seen), seen)

    def test_text_of_others_stays_text(self):
        with browser() as page:
            page.open(self.address)
            self.assertEqual("azlab: 2 labs, 1 failed", page.run("return document.title"))
            self.assertEqual(1, page.run("return document.scripts.length"))
            self.assertEqual(0, page.run("return document.querySelectorAll('img, i, iframe, link').length"))
            text = page.run("return document.body.textContent")
            for part in ("title='name'<script>", "title='text'</script>", "title='output'</script>", "<i>Such</i>", "onerror=alert(1)"):
                self.assertIn(part, text)
            # Even a script that got in would not run, and nothing can be fetched.
            page.run("const s = document.createElement('script'); s.textContent = 'document.title = 1'; document.body.append(s)")
            self.assertEqual("azlab: 2 labs, 1 failed", page.run("return document.title"))
            self.assertEqual("connect-src", page.run("""return new Promise(done => {
                document.addEventListener('securitypolicyviolation', e => done(e.effectiveDirective));
                fetch('http://127.0.0.1:9/').then(() => done('sent'), () => {});
            })"""))

    def test_prints_and_darkens(self):
        with browser() as page:
            page.open(self.address)
            paper = page.call("POST", "/print", {"background": True})
            self.assertTrue(paper.startswith("JVBERi"), paper[:20])  # "%PDF-"
            page.run("window.dispatchEvent(new Event('beforeprint'))")
            self.assertEqual(0, page.run("return document.querySelectorAll('details:not([open])').length"))
            page.run("window.dispatchEvent(new Event('afterprint'))")
            self.assertLess(0, page.run("return document.querySelectorAll('details:not([open])').length"))
            light = page.run("return getComputedStyle(document.body).backgroundColor")
            self.assertTrue(page.picture().startswith(b"\x89PNG"))
        with browser(dark=True) as page:
            page.open(self.address)
            self.assertNotEqual(light, page.run("return getComputedStyle(document.body).backgroundColor"))

    @unittest.skipUnless(os.environ.get("AZLAB_UPDATE_DOCS") == "1", "writes docs/pictures/report.png")
    def test_picture_for_the_documentation(self):
        documents = ROOT / "tests" / "harness" / "run" / "documents"
        report = pathlib.Path(self.directory.name) / "documented.html"
        subprocess.run([AZLAB, "validate", "-q", "--no-prepare", "--report", f"html={report}", "wrong-order.md", "italian-wrong-labels.md"], cwd=documents, timeout=TIMEOUT_S, check=False)
        with browser() as page:
            page.open(report.as_uri())
            self.choose(page, "verdict", "failed")
            (ROOT / "docs" / "pictures").mkdir(exist_ok=True)
            (ROOT / "docs" / "pictures" / "report.png").write_bytes(page.picture())


if __name__ == "__main__":
    unittest.main()
