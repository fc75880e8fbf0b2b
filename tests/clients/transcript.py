"""Reads what the built-in az is held to: tests/harness/run/az_transcripts (its format: tests/harness/run/az_transcript.hpp)."""
import pathlib
import shlex

TRANSCRIPTS = pathlib.Path(__file__).resolve().parent.parent / "harness" / "run" / "az_transcripts"


class Exchange:
    """One command line, the files that lie there from now on, what is typed, and what it prints."""

    def __init__(self, line, number, files):
        self.line, self.number, self.files = line, number, files
        self.typed, self.out, self.err, self.status = "", [], [], 0
        self.open_end = {"out": False, "err": False}

    def words(self):
        """(variables, arguments of az)"""
        words, variables = shlex.split(self.line), {}
        while words[0] != "az":
            name, _, value = words.pop(0).partition("=")
            variables[name] = value
        return variables, words[1:]

    def text(self, stream):
        lines = self.out if stream == "out" else self.err
        return "\n".join(lines) + ("" if self.open_end[stream] or not lines else "\n")


def read(path):
    exchanges, files, current, last, open_file = [], {}, None, "out", None
    for number, raw in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        mark = raw[:2]
        if mark == "$ ":
            current = Exchange(raw[2:], number, files)
            exchanges.append(current)
            files, open_file, last = {}, None, "out"
        elif mark == "= ":
            current, open_file = None, raw[2:]
            files[open_file] = ""
        elif current is None:
            if open_file and mark == "  ":
                files[open_file] += raw[2:] + "\n"
        elif mark == "< ":
            current.typed += raw[2:] + "\n"
        elif mark == "  ":
            current.out.append(raw[2:])
            last = "out"
        elif raw[:1] == "!":
            current.err.append(raw[2:])
            last = "err"
        elif raw == "\\":
            current.open_end[last] = True
        elif mark == "? ":
            current.status = int(raw[2:])
        else:
            current = None
    return exchanges
