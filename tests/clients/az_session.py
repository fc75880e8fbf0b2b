"""Command lines of the real az, typed one after the other in front of one `azlab run` (az_server.py types them)."""
import json
import pathlib
import re
import tempfile

import clients


def carry_out(python, steps, options):
    """(what az_server.py says of each step, Ran); where az names the directory it worked in, the text says `~`."""
    with tempfile.TemporaryDirectory() as directory:
        at = pathlib.Path(directory)
        (at / "work").mkdir()
        (at / "script.json").write_text(json.dumps(steps), encoding="utf-8")
        ran = clients.run([python, "-B", clients.HERE / "az_server.py", at / "script.json", at / "results.json"], options, at / "work")
        if not (at / "results.json").exists():
            raise AssertionError(ran.err)
        results = json.loads((at / "results.json").read_text(encoding="utf-8"))
        for result in results:
            for stream in ("out", "err"):
                result[stream] = result[stream].replace(str(at / "work"), "~")
        return results, ran


def words_of(arguments):
    """`az group create`: a command line up to its first option."""
    words = ["az"]
    for word in arguments:
        if not re.fullmatch(r"[a-z][a-z-]*", word):
            break
        words.append(word)
    return " ".join(words)
