"""A tab of the learner's site, over its WebSocket. Standard library only."""
import json
import socket
import struct
import time


class Page:
    def __init__(self, link):
        self.port = int(link.split(":")[2].split("/")[0])
        key = link.split("key=")[1]
        self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        self.socket.sendall((f"GET /live HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nOrigin: http://127.0.0.1:{self.port}\r\nCookie: azlab-{self.port}={key}\r\n"
                             "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n").encode())
        self.buffer = b""
        head = self.until(b"\r\n\r\n")
        if b" 101 " not in head.split(b"\r\n")[0]:
            raise AssertionError(head)
        self.asked = 0
        self.pushed = []

    def until(self, end):
        while end not in self.buffer:
            self.more()
        head, self.buffer = self.buffer.split(end, 1)
        return head

    def more(self):
        data = self.socket.recv(65536)
        if not data:
            raise ConnectionError("the site closed the tab")
        self.buffer += data

    def take(self, count):
        while len(self.buffer) < count:
            self.more()
        data, self.buffer = self.buffer[:count], self.buffer[count:]
        return data

    def hear(self):
        while True:
            first, second = self.take(2)
            length = second & 127
            if length == 126:
                length, = struct.unpack(">H", self.take(2))
            elif length == 127:
                length, = struct.unpack(">Q", self.take(8))
            data = self.take(length)
            if first & 15 == 1:
                return json.loads(data)

    def ask(self, name, **members):
        self.asked += 1
        data = json.dumps({"id": self.asked, "ask": name, **members}).encode()
        length = struct.pack(">BB", 0x81, 0x80 | len(data)) if len(data) < 126 else struct.pack(">BBH", 0x81, 0x80 | 126, len(data))
        self.socket.sendall(length + b"\0\0\0\0" + data)
        while True:
            answer = self.hear()
            if answer.get("re") == self.asked:
                return answer
            self.pushed.append(answer)

    def terminal(self, command, wanted):
        """Types a command into a new Cloud Shell and waits for what it says; False where no terminal can be had here."""
        opened = self.ask("terminal.open", columns=80, rows=24)
        if "error" in opened:
            print(f"skipped: no terminal here: {opened['error']}")
            return False
        self.ask("terminal.type", terminal=opened["terminal"], data=command + "\n")
        end = time.monotonic() + 60
        said = ""
        while wanted not in said:
            if time.monotonic() > end:
                raise AssertionError(f"'{wanted}' is not in {said!r}")
            said = "".join(push.get("data", "") for push in self.pushed if push.get("push") == "terminal")
            if wanted not in said:
                self.pushed.append(self.hear())
        return True

    def close(self):
        self.socket.close()
