"""The real az: an action is a command line, or several of which the last counts."""
import os
import runpy
import shlex
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "clients"))
from az_modules import SHARED as PRELOAD  # noqa: E402,F401  read by player.py


def play(text):
    """A person who sits at Cloud Shell has an account there. Each command but the last runs in a process of its own."""
    os.environ.update({"ACC_CLOUD": "PROD", "AZUREPS_HOST_ENVIRONMENT": "cloud-shell/1.0"})
    lines = [line for line in text.split("\n") if line]
    if not lines[0].startswith("login"):
        lines.insert(0, "login --identity --output none")
    for line in lines[:-1]:
        child = os.fork()
        if child == 0:
            os._exit(run(line))
        os.waitpid(child, 0)
    return run(lines[-1])


def run(line):
    sys.argv = ["az", *shlex.split(line)]
    try:
        runpy.run_module("azure.cli", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else (0 if end.code is None else 1)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0
