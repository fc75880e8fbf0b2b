"""`azlab serve --bind`: the learner's site for browsers of other computers, behind TLS and its key; all else stays on the loopback.
Standard library only.
"""
import hashlib
import http.client
import json
import os
import pathlib
import re
import socket
import ssl
import subprocess
import tempfile
import unittest

AZLAB = os.environ["AZLAB"]
UPGRADE = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}


class Bind(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="azlab-bind-")
        self.addCleanup(directory.cleanup)
        self.at = pathlib.Path(directory.name)

    def wrong(self, *arguments):
        ran = subprocess.run([AZLAB, "serve", "--no-prepare", *map(str, arguments)], capture_output=True, text=True, timeout=60, env={**os.environ, "XDG_RUNTIME_DIR": str(self.at)})
        self.assertEqual(2, ran.returncode, ran.stderr)
        self.assertEqual([], list(self.at.rglob("serve.env")))
        return ran.stderr

    def serve(self, *options):
        process = subprocess.Popen([AZLAB, "serve", "--seed", "1", "--ready", "-", "--admin-port", "0", "--until-stdin-ends", "--no-prepare", *map(str, options)],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = process.stdout.readline()
        self.assertTrue(line, process.stderr.read() if not line else "")
        self.process = process
        self.addCleanup(self.end)
        ready = json.loads(line)
        self.key = ready["site"].split("key=")[1]
        return ready

    def end(self):
        """What it said on standard error until its end."""
        if self.process.stdin.closed:
            return ""
        self.process.stdin.close()
        said = self.process.stderr.read()
        self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()
        return said

    def ask(self, ready, method, path, headers=None, host=None, name="localhost"):
        """(status, headers, text; the page is compressed) of the site, over TLS that is checked against its certificate."""
        port = int(re.search(r":(\d+)/", ready["site"])[1])
        connection = http.client.HTTPSConnection(name, port, timeout=30, context=ssl.create_default_context(cadata=ready["siteCertificate"]))
        connection.request(method, path, headers={"Host": host or f"{name}:{port}", **(headers or {})})
        answer = connection.getresponse()
        text = b"" if answer.status == 101 else answer.read()
        connection.close()
        return answer.status, answer.headers, text.decode(errors="replace")

    @staticmethod
    def others():
        """Addresses of this computer beyond the loopback; there may be none."""
        return sorted({info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)} - {"127.0.0.1", "127.0.1.1"})

    def test_others_are_let_in_by_tls_and_the_key_alone(self):
        ready = self.serve("--bind", "0.0.0.0", "--site-host", "localhost")
        port = re.fullmatch(r"https://localhost:(\d+)/\?key=[0-9a-f]{32}", ready["site"])[1]
        cookie = {"Cookie": f"azlab-{port}={self.key}"}
        status, headers, _ = self.ask(ready, "GET", f"/?key={self.key}")
        self.assertEqual((303, f"azlab-{port}={self.key}; Path=/; HttpOnly; SameSite=Strict; Secure"), (status, headers["Set-Cookie"]))
        self.assertEqual(200, self.ask(ready, "GET", "/", cookie)[0])
        self.assertEqual((403, "azlab: open the link that azlab serve printed; it holds the key\n"), self.ask(ready, "GET", "/")[::2])
        self.assertEqual(403, self.ask(ready, "GET", "/?key=" + "0" * 32)[0])
        self.assertEqual(403, self.ask(ready, "GET", "/", cookie, host="evil.example")[0])
        # A tab: terminals and all that changes anything go through its WebSocket.
        ours = {"Origin": f"https://localhost:{port}"}
        self.assertEqual(101, self.ask(ready, "GET", "/live", {**UPGRADE, **cookie, **ours})[0])
        self.assertEqual(403, self.ask(ready, "GET", "/live", {**UPGRADE, **ours})[0])
        self.assertEqual(403, self.ask(ready, "GET", "/live", {**UPGRADE, **cookie})[0])
        for foreign in ("https://evil.example", f"http://localhost:{port}", "null"):
            self.assertEqual((403, "azlab: only pages of this site may ask it\n"), self.ask(ready, "GET", "/live", {**UPGRADE, **cookie, "Origin": foreign})[::2])
        # Every address of this computer is one of its names, the certificate's as well.
        self.assertEqual(200, self.ask(ready, "GET", "/", cookie, name="127.0.0.1")[0])
        # Without TLS nothing is to be had.
        plain = http.client.HTTPConnection("127.0.0.1", int(port), timeout=30)
        plain.request("GET", f"/?key={self.key}", headers={"Host": f"localhost:{port}"})
        answer = plain.getresponse()
        self.assertEqual((400, None, b"azlab: this site is https:// only\n"), (answer.status, answer.headers["Set-Cookie"], answer.read()))
        plain.close()
        # Proxy and admin interface answer this computer alone.
        self.assertEqual("127.0.0.1", ready["proxy"].split("//")[1].split(":")[0])
        for address in self.others():
            for door in ("proxy", "admin"):
                with self.assertRaises(ConnectionRefusedError):
                    socket.create_connection((address, int(ready[door].split(":")[2])), timeout=10).close()
            self.assertEqual(200, self.ask(ready, "GET", "/", cookie, name=address)[0])
        said = self.end()
        self.assertEqual(1, said.count(f"https://localhost:{port}/?key="))
        end = "-----END CERTIFICATE-----"
        leaf = ssl.PEM_cert_to_DER_cert(ready["siteCertificate"].split(end)[0] + end)
        self.assertIn("SHA-256 fingerprint " + ":".join(f"{byte:02X}" for byte in hashlib.sha256(leaf).digest()) + "\n", said)

    def test_the_loopback_stays_plain_and_closed_to_other_names(self):
        ready = self.serve("--site-port", "0")
        self.assertIsNone(ready["siteCertificate"])
        self.assertRegex(ready["site"], r"^http://127\.0\.0\.1:\d+/")
        self.end()
        # A name for a tunnel that ends on the loopback.
        ready = self.serve("--site-host", "localhost:9999")
        self.assertTrue(ready["site"].startswith("http://localhost:9999/?key="), ready["site"])

    def test_a_state_keeps_the_certificate_that_browsers_were_told_to_trust(self):
        options = ("--bind", "0.0.0.0", "--site-host", "localhost", "--state", self.at / "state")
        first = self.serve(*options)
        self.end()
        self.assertEqual([0o600] * 3, [(self.at / "state" / name).stat().st_mode & 0o777 for name in ("site", "site.crt", "site.key")])
        again = self.serve(*options)
        self.assertEqual(first["siteCertificate"], again["siteCertificate"])
        self.assertEqual(first["site"], again["site"])
        self.end()
        # Other addresses of this computer matter to nobody who says by which name browsers come: a container has others each time.
        for address in self.others():
            one = self.serve("--bind", address, "--site-host", "localhost", "--state", self.at / "state")
            self.assertEqual(first["siteCertificate"], one["siteCertificate"])
            self.end()
        # One that lacks a name would be refused by browsers.
        other = self.serve(*options, "--site-host", "lab.example")
        self.assertNotEqual(first["siteCertificate"], other["siteCertificate"])
        self.end()
        # A certificate of the user's own: what was made before will do.
        own = self.serve("--bind", "0.0.0.0", "--site-host", "localhost", "--tls-cert", self.at / "state" / "site.crt", "--tls-key", self.at / "state" / "site.key")
        self.assertEqual(other["siteCertificate"], own["siteCertificate"])
        self.assertNotIn("PRIVATE KEY", json.dumps(own))
        self.assertNotIn("fingerprint", self.end())

    def test_wrong_use_is_said_in_one_line(self):
        self.assertEqual("azlab: --bind needs an IP address of this computer, or 0.0.0.0 for all, not 'box'\n", self.wrong("--bind", "box"))
        self.assertEqual("azlab: cannot listen on 203.0.113.9:0: Cannot assign requested address\n", self.wrong("--bind", "203.0.113.9"))
        self.assertEqual("azlab: --tls-cert and --tls-key go together\n", self.wrong("--bind", "0.0.0.0", "--tls-key", "k"))
        self.assertEqual(f"azlab: cannot read the certificate in '{self.at}/c': No such file or directory\n", self.wrong("--tls-cert", self.at / "c", "--tls-key", self.at / "k"))
        self.assertEqual("azlab: --site-host needs NAME or NAME:PORT, not 'https://lab.example'\n", self.wrong("--bind", "0.0.0.0", "--site-host", "https://lab.example"))
        self.assertEqual("azlab: --no-site opens no site, which --site-port, --bind, --site-host, --tls-cert and --tls-key are about\n", self.wrong("--bind", "0.0.0.0", "--no-site"))
        with socket.create_server(("0.0.0.0", 0)) as taken:
            port = taken.getsockname()[1]
            self.assertEqual(f"azlab: cannot listen on 0.0.0.0:{port}: Address already in use\n", self.wrong("--bind", "0.0.0.0", "--site-port", port))


if __name__ == "__main__":
    unittest.main()
