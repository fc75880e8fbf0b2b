"""Makes a wheel of an extension of az: `make_wheel.py FOLDER` writes ml-0.0.1-py3-none-any.whl and prints its path.

The genuine extension `ml` is in no package index; this one has its name, one command, and needs the SDK as it does.
"""
import pathlib
import sys
import zipfile

MODULE = '''
from azure.cli.core import AzCommandsLoader
from azure.cli.core.commands import CliCommandType


def sdk_version():
    from azure.ai.ml._version import VERSION
    return {"sdk": VERSION}


class Loader(AzCommandsLoader):
    def __init__(self, cli_ctx=None):
        super().__init__(cli_ctx=cli_ctx, custom_command_type=CliCommandType(operations_tmpl="azext_ml_stand_in#{}"))

    def load_command_table(self, args):
        with self.command_group("ml") as group:
            group.custom_command("sdk-version", "sdk_version")
        return self.command_table


COMMAND_LOADER_CLS = Loader
'''
HELP = "from knack.help_files import helps\nhelps['ml'] = 'type: group\\nshort-summary: A stand-in.'\nhelps['ml sdk-version'] = 'type: command\\nshort-summary: Which SDK it finds.'\n"
INFO = "ml-0.0.1.dist-info/"
FILES = {
    "azext_ml_stand_in/__init__.py": "from . import _help  # noqa: F401\n" + MODULE,
    "azext_ml_stand_in/_help.py": HELP,
    "azext_ml_stand_in/azext_metadata.json": '{"azext.minCliCoreVersion": "2.15.0"}',
    INFO + "METADATA": "Metadata-Version: 2.1\nName: ml\nVersion: 0.0.1\nRequires-Dist: azure-ai-ml\n",
    INFO + "WHEEL": "Wheel-Version: 1.0\nGenerator: azlab\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    INFO + "top_level.txt": "azext_ml_stand_in\n",
}

path = pathlib.Path(sys.argv[1]) / "ml-0.0.1-py3-none-any.whl"
with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
    for name, text in FILES.items():
        wheel.writestr(name, text)
    wheel.writestr(INFO + "RECORD", "".join(f"{name},,\n" for name in FILES) + INFO + "RECORD,,\n")
print(path)
