"""`azlab serve` on a state's folder, and the shortest ways to ask it something. Standard library only."""
import http.client
import json
import os
import signal
import ssl
import subprocess

AZLAB = os.environ.get("AZLAB", "azlab")
SUBSCRIPTION = "3f0b6c1e-8d5a-4e27-9b14-6a7c2d9e5f01"
ARM = "management.azure.com"
DEAD = (OSError, http.client.HTTPException, ValueError)


class Serve:
    """One life of it. What is asked of it raises one of DEAD once it is dead."""

    def __init__(self, state, *options, surroundings=None):
        self.process = subprocess.Popen([AZLAB, "serve", "--seed", "1", "--state", str(state), "--ready", "-", "--admin-port", "0", "--until-stdin-ends", "--no-prepare", *options],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **(surroundings or {})})
        self.state = state
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError(f"azlab serve did not begin: {self.process.communicate()[1]}")
        self.ready = json.loads(line)
        self.proxy = self.ready["proxy"].removeprefix("http://").split(":")
        self.context = ssl.create_default_context(cafile=self.ready["environment"]["SSL_CERT_FILE"])
        self.connections = {}
        self.told = None  # the last instant that it told

    def ask(self, method, path, body=None, host=ARM, headers=None):
        """(status, bytes)."""
        if host not in self.connections:
            connection = http.client.HTTPSConnection(self.proxy[0], int(self.proxy[1]), timeout=60, context=self.context)
            connection.set_tunnel(host, 443)
            self.connections[host] = connection
        connection = self.connections[host]
        if host == ARM:
            path += ("&" if "?" in path else "?") + "api-version=2024-04-01"
        data = json.dumps(body).encode() if isinstance(body, dict) else body
        connection.request(method, path, body=data, headers={"Content-Type": "application/json", **(headers or {})} if data is not None else headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read()

    def json(self, path):
        status, text = self.ask("GET", path)
        return json.loads(text) if status == 200 else None

    def admin(self, method, path, body=None):
        connection = http.client.HTTPConnection(*self.ready["admin"].removeprefix("http://").split(":"), timeout=60)
        connection.request(method, path, body=None if body is None else json.dumps(body))
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer.status, json.loads(text) if text[:1] == b"{" else text

    def advance(self, seconds):
        """Moves the simulated clock on; what it is then."""
        clock = self.admin("POST", "/clock/advance", {"seconds": seconds})[1]
        self.told = clock["now"]
        return clock

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.gone()

    def gone(self):
        self.process.wait()
        for connection in self.connections.values():
            connection.close()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            stream.close()

    def end(self):
        """The ordinary end; its exit status."""
        self.process.stdin.close()
        status = self.process.wait(60)
        self.gone()
        return status
