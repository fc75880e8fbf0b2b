"""One simulator for each case: `azlab serve` on a copy of a ground, with the case's fault armed, and what it says at its end.

Standard library only.
"""
import json
import os
import pathlib
import shlex
import shutil
import ssl
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

AZLAB = os.environ.get("AZLAB", "azlab")
PATIENCE_S = 60


class Serve:
    """A running `azlab serve`; `settings` is the environment of its clients."""

    def __init__(self, directory, options=()):
        self.directory = pathlib.Path(directory)
        self.summary_file = self.directory / "summary.json"
        (self.directory / "state").mkdir(parents=True, exist_ok=True)
        settings = self.directory / "azlab" / "serve.env"
        settings.unlink(missing_ok=True)
        self.summary_file.unlink(missing_ok=True)
        self.process = subprocess.Popen([AZLAB, "serve", "--no-site", "--seed", "1", "--state", str(self.directory / "state"), "--summary", str(self.summary_file), *options],
                                        env={**os.environ, "XDG_RUNTIME_DIR": str(self.directory)}, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.settings = self.read_settings(settings)

    def read_settings(self, file):
        """The file is there before it is whole; its last line is the subscription's."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise AssertionError(f"azlab serve: status {self.process.returncode}: {self.process.stdout.read()}")
            words = shlex.split(file.read_text(encoding="utf-8")) if file.exists() else []
            found = dict(word.split("=", 1) for word in words if "=" in word)
            if "AZURE_SUBSCRIPTION_ID" in found and len(found["AZURE_SUBSCRIPTION_ID"]) == 36:
                return found
            time.sleep(0.005)
        raise AssertionError("azlab serve did not begin")

    def upload(self, url, text):
        """A blob, put by a plain request."""
        request = urllib.request.Request(url, method="PUT", data=text.encode(), headers={"x-ms-blob-type": "BlockBlob", "x-ms-version": "2023-11-03"})
        self.opener().open(request, timeout=PATIENCE_S).close()

    def opener(self):
        return urllib.request.build_opener(urllib.request.ProxyHandler({"https": self.settings["HTTPS_PROXY"]}),
                                           urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=self.settings["SSL_CERT_FILE"])))

    def ask(self, method, path, body=None, api_version="2024-04-01"):
        """(status, JSON or None) of a plain request to Resource Manager."""
        url = f"https://management.azure.com{path}{'&' if '?' in path else '?'}api-version={api_version}"
        request = urllib.request.Request(url, method=method, data=None if body is None else json.dumps(body).encode(), headers={"Content-Type": "application/json"})
        try:
            with self.opener().open(request, timeout=PATIENCE_S) as answer:
                text = answer.read()
                return answer.status, json.loads(text) if text else None
        except urllib.error.HTTPError as refusal:
            text = refusal.read()
            return refusal.code, json.loads(text) if text[:1] in (b"{", b"[") else None

    def end(self):
        """What azlab says it did. The state is saved by then; the process needs a moment more to close its doors."""
        self.process.terminate()
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            text = self.summary_file.read_text(encoding="utf-8") if self.summary_file.exists() else ""
            if text.endswith("\n"):
                return json.loads(text)
            if self.process.poll() is not None and not text:
                raise AssertionError(f"azlab serve: status {self.process.returncode}: {self.process.stdout.read()}")
            time.sleep(0.005)
        raise AssertionError("azlab serve does not end")

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()


def copy_of(ground):
    """A directory of its own with the state of a ground."""
    directory = pathlib.Path(tempfile.mkdtemp(prefix="azlab-faults-"))
    shutil.copytree(ground / "state", directory / "state", symlinks=True)
    return directory
