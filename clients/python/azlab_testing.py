"""A simulated Azure for tests in Python: starts `azlab serve`, hands its environment out, speaks its admin interface.

    with Azlab("--scenario", "typical") as azure:
        azure.arm("too-many-requests-generic@resourceGroups.create:request:2")
        subprocess.run(["az", "group", "create", …], env=azure.environ())
        assert azure.requests("resourceGroups.create").retries == 2

Standard library only, Python 3.9 and later. One object is one simulator with ports and files of its own, so workers of
pytest-xdist, each with its own, do not meet. The process ends with this one, even where this one is killed.
"""
import contextlib
import fnmatch
import json
import os
import pathlib
import runpy
import subprocess
import tempfile
import time
import types
import urllib.error
import urllib.parse
import urllib.request


class AzlabError(Exception):
    """What azlab refused, in its own words. `status` and `code` are those of the admin interface; 0 and "" before it is there."""

    def __init__(self, message, status=0, code=""):
        super().__init__(message)
        self.status, self.code = status, code


class Azlab:
    """A simulated Azure. `options` are those of `azlab serve`; `program` is azlab itself, by default $AZLAB or `azlab` on PATH."""

    def __init__(self, *options, program=None):
        self._before = None
        self._said = tempfile.TemporaryFile()
        command = [program or os.environ.get("AZLAB") or "azlab", "serve", "--admin-port", "0", "--ready", "-", "--until-stdin-ends", *options]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._said)
        line = self._process.stdout.readline()
        if not line:
            self._process.stdin.close()
            self._end()
            raise AzlabError(self.said().strip() or f"{command[0]} ended with {self._process.returncode}")
        ready = json.loads(line)
        self.proxy, self.admin = ready["proxy"], ready["admin"]
        self._environment, self._unset = ready["environment"], ready["unset"]
        self._open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open  # never through a proxy

    # --- its life

    def stop(self):
        """Ends it and gives this process its environment back."""
        self.leave()
        if not self._process.stdin.closed:
            self._process.stdin.close()
            self._end()

    def _end(self):
        self._process.wait(timeout=60)
        self._process.stdout.close()
        self._all_said = self.said()
        self._said.close()

    def said(self):
        """What it wrote on standard error; at the end, the summary of the run."""
        if self._said.closed:
            return self._all_said
        self._said.seek(0)
        return self._said.read().decode("utf-8", "replace")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    # --- clients

    def environ(self, base=None):
        """The environment of a client: `base` (by default this process's) without what leads elsewhere, with azlab's settings."""
        kept = {name: value for name, value in (os.environ if base is None else base).items()
                if not any(fnmatch.fnmatchcase(name, pattern) for pattern in self._unset)}
        return {**kept, **self._environment}

    def enter(self):
        """Makes this process a client: its environment, and time.sleep waits in simulated time until `leave`."""
        if self._before is not None:
            return
        self._before = (dict(os.environ), time.sleep)
        there = self.environ()
        os.environ.clear()
        os.environ.update(there)
        shim = pathlib.Path(there["PYTHONPATH"].split(os.pathsep)[0]) / "sitecustomize.py"
        runpy.run_path(str(shim))

    def leave(self):
        if self._before is None:
            return
        environment, time.sleep = self._before
        self._before = None
        os.environ.clear()
        os.environ.update(environment)

    # --- what a test asks

    def call(self, method, path, body=None, **query):
        """One request of the admin interface (docs/admin.md); its answer as Python has it."""
        wanted = {name: str(value).lower() if isinstance(value, bool) else value for name, value in query.items() if value is not None}
        url = self.admin + path + ("?" + urllib.parse.urlencode(wanted) if wanted else "")
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data=data, method=method, headers={"Content-Type": "application/json"} if data else {})
        try:
            with self._open(request) as answer:
                text = answer.read()
        except urllib.error.HTTPError as e:
            error = json.loads(e.read())["error"]
            raise AzlabError(error["message"], e.code, error["code"]) from None
        return json.loads(text) if text else None

    def requests(self, operation=None, **filters):
        """What clients asked of one operation, over all places: `count`, `retries`, `statuses`, `waits` (simulated seconds)."""
        places = self.call("GET", "/requests", operation=operation, **filters)["requests"]
        together = types.SimpleNamespace(count=0, retries=0, statuses=[], waits=[], places=[place["place"] for place in places])
        for place in places:
            together.count += place["count"]
            together.retries += place["retries"]
            together.statuses += place["statuses"]
            together.waits += place["waits"]
        return together

    def journal(self, **filters):
        """Every entry that fits, page by page."""
        after = filters.pop("after", 0)
        while after is not None:
            page = self.call("GET", "/journal", after=after, **filters)
            yield from page["entries"]
            after = page["next"]

    def unknown(self):
        """Requests that azlab serves nothing for."""
        return self.call("GET", "/unknown")["requests"]

    # --- what a test does

    def now(self):
        return self.call("GET", "/clock")["now"]

    def advance(self, seconds):
        return self.call("POST", "/clock/advance", {"seconds": seconds})["now"]

    def run_until(self, **condition):
        """operation=…, resource=… with state=… or gone=True, time=…, idle=True; False when it did not come to that."""
        while True:
            ended = self.call("POST", "/clock/run-until", condition)
            if ended["stoppedBy"] != "held":
                return ended["met"]
            self._wait_really()  # a process of azlab runs, and real time is what it takes

    def _wait_really(self):
        (self._before[1] if self._before else time.sleep)(0.05)

    def arm(self, fault, **where):
        """Arms a fault; operation=…, resource=…, phase=…, times=… say where, else the catalogue does. Its number."""
        return self.call("POST", "/faults", {"fault": fault, **where})["number"]

    def hits(self, number):
        return next(fault["hits"] for fault in self.call("GET", "/faults")["faults"] if fault["number"] == number)

    def disarm(self, number=None):
        self.call("DELETE", "/faults" if number is None else f"/faults/{number}")

    def reset(self, **changed):
        """Begins anew; scenario=… (name or dict), seed=…"""
        return self.call("POST", "/reset", changed)

    @contextlib.contextmanager
    def undone(self):
        """What happens within is undone at the end: state, clock, journal."""
        name = self.call("POST", "/snapshots", {})["name"]
        try:
            yield self
        finally:
            self.call("POST", f"/snapshots/{name}/restore")
            self.call("DELETE", f"/snapshots/{name}")
