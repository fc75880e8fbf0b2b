"""Runs a list of command lines of the real az, one after the other, in processes that share az's long import.

Started by az's own Python: `python az_server.py SCRIPT RESULTS`. SCRIPT is a JSON list of {"args": [...]} and, where
wanted, "input" (typed at a terminal), "variables" (of its environment), "files" (written before it into the working
directory) and "save". RESULTS becomes a JSON list of {"status", "out", "err", "seconds"}. Every command is a fork made before anything of az ran: it
reads its configuration, signs in and exits as if it had been started alone; only modules are imported already.
`${NAME}` in an argument is the output of an earlier command with {"save": NAME}.
"""
import importlib
import json
import os
import pty
import runpy
import sys
import tempfile
import time

from az_modules import SHARED


def run_as_az(args):
    sys.argv = ["az", *args]
    runpy.run_module("azure.cli", run_name="__main__", alter_sys=True)


def in_child(args, files, variables):
    os.environ.update(variables)
    for target, file in enumerate(files):
        os.dup2(file.fileno(), target)
    for name, target in (("stdin", 0), ("stdout", 1), ("stderr", 2)):
        setattr(sys, name, os.fdopen(target, "r" if target == 0 else "w", encoding="utf-8", closefd=False))
    sys.__stdin__, sys.__stdout__, sys.__stderr__ = sys.stdin, sys.stdout, sys.stderr
    status = 0
    try:
        run_as_az(args)
    except SystemExit as e:
        status = e.code if isinstance(e.code, int) else (0 if e.code is None else 1)
    except BaseException:  # what the interpreter would do: print it, status 1
        sys.excepthook(*sys.exc_info())
        status = 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def run(args, text, variables):
    """What is typed comes from a terminal, because az asks nobody who cannot be seen typing."""
    keyboard, terminal = pty.openpty()
    os.write(keyboard, text.encode())
    with open(terminal if text else os.devnull, "rb") as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if child == 0:
            in_child(args, (given, out, err), variables)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        written = []
        if not text:
            os.close(terminal)
        os.close(keyboard)
        for file in (out, err):
            file.seek(0)
            written.append(file.read().decode("utf-8", "replace"))
    return {"status": status, "out": written[0], "err": written[1]}


def main():
    for module in SHARED:
        importlib.import_module(module)
    with open(sys.argv[1], encoding="utf-8") as file:
        script = json.load(file)
    saved, results = {}, []
    for step in script:
        args = [replaced(word, saved) for word in step["args"]]
        for name, content in step.get("files", {}).items():
            with open(name, "w", encoding="utf-8") as file:
                file.write(content)
        begin = time.monotonic()
        result = run(args, step.get("input", ""), step.get("variables", {}))
        result["seconds"] = round(time.monotonic() - begin, 2)
        if "save" in step:
            saved[step["save"]] = result["out"].strip()
        results.append(result)
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        json.dump(results, file)


def replaced(word, saved):
    for name, value in saved.items():
        word = word.replace("${" + name + "}", value)
    return word


if __name__ == "__main__":
    main()
