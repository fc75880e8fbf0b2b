"""Reports of a lab that has everything in it, made once for each test. Standard library only."""
import os
import pathlib
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
AZLAB = os.environ.get("AZLAB", "azlab")
BUILD = pathlib.Path(os.environ.get("AZLAB_REPORTS_BUILD", "/tmp/azlab-reports"))
TIMEOUT_S = 300

# Its name, its text and what its commands print try to be markup.
NAME = "<script>document.title='name'<script>&%.md"
ENGLISH = """# Make a group <script>document.title='title'</script>

## Do it

1. Open the Azure portal at `https://portal.azure.com`, and open the **Cloud Shell** with **Bash**.
1. Run this command <script>document.title='text'</script>:

    ```azurecli
    az group create --name rg-one --location eastus
    ```

1. Run this command:

    ```bash
    echo "<script>document.title='output'</script><img src=x onerror=alert(1)>"; printf '\\377\\001'
    ```

1. Run this command:

    ```azurecli
    az group show --name rg-two
    ```

1. Select **Resource groups**.
1. Select **Make a Wish**.
1. Whistle **No <i>Such</i> Thing** <img src=x onerror=alert(2)>.
"""
FRENCH = """# Créer un groupe

## Le faire

1. Ouvrez le portail Azure à l'adresse `https://portal.azure.com`, puis **Cloud Shell** avec **Bash**.
1. Exécutez cette commande :

    ```azurecli
    az group create --name rg-un --location eastus
    ```
"""


def missing(reason):
    """A printed skip where something cannot be had; an error in continuous integration."""
    if os.environ.get("CI", "").lower() in ("true", "1"):
        raise AssertionError(f"CI needs it: {reason}")
    print(f"skipped: {reason}", file=sys.stderr)
    raise unittest.SkipTest(reason)


def make(directory, *kinds):
    """Writes reports of two labs into a directory: {kind: path}. The labs fail, and that is the point."""
    directory = pathlib.Path(directory)
    (directory / "fr").mkdir()
    (directory / NAME).write_text(ENGLISH, encoding="utf-8")
    (directory / "fr" / "02-lab.md").write_text(FRENCH, encoding="utf-8")
    paths = {kind: directory / f"report.{kind}" for kind in kinds}
    wanted = [word for kind, path in paths.items() for word in ("--report", f"{kind}={path}")]
    ran = subprocess.run([AZLAB, "validate", "-q", "--no-prepare", *wanted, NAME, "fr/02-lab.md"], cwd=directory, capture_output=True, text=True,
                         errors="replace", timeout=TIMEOUT_S)
    if ran.returncode != 1:
        raise AssertionError(f"azlab validate: status {ran.returncode}\n{ran.stdout}\n{ran.stderr}")
    return paths
