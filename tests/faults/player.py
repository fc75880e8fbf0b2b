"""Runs under a client's own Python: `player.py CLIENT`. Imports the client once and carries each action out in a fork.

A line of standard input is a JSON object {"settings": {...}, "do": "..."}, a line of the answer {"ends", "text"}: the exit
status of az, or the class of the exception that ended an SDK's action ("ok" where none did), and all that was printed.
`clients/NAME.py` says what is imported beforehand (`PRELOAD`) and how an action is carried out (`play`).
"""
import importlib
import json
import os
import runpy
import signal
import sys
import tempfile
import time

PATIENCE_S = 150
REAL_SLEEP = time.sleep
ASLEEP = [REAL_SLEEP]


def sleep(seconds):
    """Modules that took `sleep` by its name before the simulator was known wait in simulated time all the same."""
    return ASLEEP[0](seconds)


time.sleep = sleep


def meet_the_clock():
    """What Python does by itself where the settings stand in its environment from the start: azlab's start-up file."""
    time.sleep = REAL_SLEEP
    runpy.run_path(os.path.join(os.environ["PYTHONPATH"].split(os.pathsep)[0], "sitecustomize.py"))
    ASLEEP[0], time.sleep = time.sleep, sleep


def in_child(client, order, answer, shown):
    signal.alarm(PATIENCE_S)
    os.environ.update(order["settings"])
    os.chdir(order["directory"])
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(shown.fileno(), 1)
    os.dup2(shown.fileno(), 2)
    for name, target in (("stdin", 0), ("stdout", 1), ("stderr", 2)):
        setattr(sys, name, os.fdopen(target, "r" if target == 0 else "w", encoding="utf-8", closefd=False))
    sys.__stdin__, sys.__stdout__, sys.__stderr__ = sys.stdin, sys.stdout, sys.stderr
    meet_the_clock()
    ends = client.play(order["do"])
    sys.stdout.flush()
    sys.stderr.flush()
    answer.write(json.dumps(ends))
    answer.flush()
    os._exit(0)


def carry_out(client, order):
    with tempfile.TemporaryFile("w+", encoding="utf-8") as answer, tempfile.TemporaryFile() as shown:
        child = os.fork()
        if child == 0:
            try:
                in_child(client, order, answer, shown)
            except BaseException:  # the action itself never lets one out
                sys.excepthook(*sys.exc_info())
            os._exit(70)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        answer.seek(0)
        shown.seek(0)
        ends = json.loads(answer.read()) if status == 0 else f"killed by signal {-status}" if status < 0 else f"left with {status}"
        return {"ends": ends, "text": shown.read().decode("utf-8", "replace")}


def main():
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "players"))
    client = importlib.import_module(sys.argv[1])
    for module in client.PRELOAD:
        importlib.import_module(module)
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for line in sys.stdin:
        out.write(json.dumps(carry_out(client, json.loads(line))) + "\n")
        out.flush()


if __name__ == "__main__":
    main()
