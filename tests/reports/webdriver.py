"""As much of WebDriver (W3C) as these tests need, spoken to chromedriver. Standard library only."""
import base64
import contextlib
import json
import os
import re
import shutil
import subprocess
import time
import urllib.request

from made import missing

START_S = 60
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the standard's name of an element's id


class Browser:
    def __init__(self, port):
        self.base = f"http://127.0.0.1:{port}"
        self.direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def call(self, method, path, body=None):
        data = json.dumps(body if body is not None else {}).encode() if method == "POST" else None
        request = urllib.request.Request(self.base + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with self.direct.open(request, timeout=START_S) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as e:
            raise AssertionError(f"{method} {path}: {e.read().decode('utf-8', 'replace')}") from None

    def start(self, dark=False):
        options = {"binary": shutil.which("chromium"), "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1200,1000",
                                                                "--hide-scrollbars", *(["--force-dark-mode", "--blink-settings=preferredColorScheme=0"] if dark else [])]}
        wanted = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"}}
        self.base += "/session/" + self.call("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})["sessionId"]

    def open(self, address):
        self.call("POST", "/url", {"url": address})

    def run(self, script, *arguments):
        return self.call("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def find(self, selector):
        return self.call("POST", "/element", {"using": "css selector", "value": selector})[ELEMENT]

    def type(self, selector, text):
        self.call("POST", f"/element/{self.find(selector)}/value", {"text": text})

    def click(self, selector):
        self.call("POST", f"/element/{self.find(selector)}/click")

    def press(self, *keys):
        """Keys go to whatever has the focus."""
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self.call("POST", "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]})

    def log(self, kind):
        return self.call("POST", "/se/log", {"type": kind})

    def requests(self):
        """Addresses that the page asked for since the last call."""
        messages = [json.loads(entry["message"])["message"] for entry in self.log("performance")]
        return [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]

    def picture(self):
        return base64.b64decode(self.call("GET", "/screenshot"))


@contextlib.contextmanager
def browser(dark=False):
    """A Chromium with a profile of its own, which ends with the block."""
    if shutil.which("chromedriver") is None or shutil.which("chromium") is None:
        missing("there is no chromium, or no chromium-driver")
    # Any free port; it says which.
    driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={**os.environ, "LC_ALL": "C.UTF-8"})
    try:
        port, deadline = None, time.monotonic() + START_S
        while port is None and time.monotonic() < deadline:
            line = driver.stdout.readline()
            if not line:
                break
            started = re.search(r"started successfully on port (\d+)", line)
            port = started and started.group(1)
        if port is None:
            raise AssertionError("chromedriver did not start")
        one = Browser(port)
        one.start(dark)
        try:
            yield one
        finally:
            one.call("DELETE", "")
    finally:
        driver.terminate()
        driver.wait()
        driver.stdout.close()
