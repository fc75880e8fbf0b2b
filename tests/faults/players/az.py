"""The real az: an action is a command line, or several of which the last counts."""
import os
import runpy
import shlex
import sys

PRELOAD = """azure.cli.core azure.cli.core._profile azure.cli.core.auth.identity azure.cli.core.cloud azure.cli.core.commands
 azure.cli.core.commands.arm azure.cli.core.commands.client_factory azure.cli.core.commands.parameters azure.cli.core.parser
 azure.cli.core.profiles azure.cli.core._help azure.cli.core.file_util azure.core.pipeline.policies azure.core.polling
 azure.core.pipeline.transport azure.mgmt.core azure.mgmt.core.polling.arm_polling msal msal_extensions requests knack.output
 azure.cli.core.aaz azure.mgmt.resource azure.mgmt.storage colorama tabulate jmespath argcomplete""".split()


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
