"""Cases that a Python client is taken through. Runs under the client's own Python, inside `azlab run`.

    @case("ClientSecretCredential.get_token")
    def secret(): ...

They run in the order of the file; what one leaves behind, the next finds. `main()` writes what became of each as JSON into
the file that AZLAB_CASES names. Standard library only.
"""
import json
import os
import traceback

CASES = []


def case(*calls):
    """`calls`: what the client is seen to do when this passes, in its own words."""
    def add(function):
        CASES.append((function.__name__.replace("_", " "), calls, function))
        return function
    return add


def refused(kind, text, function, *arguments, **named):
    """`function` must fail with an exception of this kind that says `text`; returns it."""
    try:
        function(*arguments, **named)
    except kind as e:
        if text not in str(e):
            raise AssertionError(f"it says {e!s}, not {text!r}") from e
        return e
    raise AssertionError(f"it was not refused with {text!r}")


def equal(expected, actual):
    if expected != actual:
        raise AssertionError(f"expected {expected!r}, got {actual!r}")


def write(results):
    with open(os.environ["AZLAB_CASES"], "w", encoding="utf-8") as file:
        json.dump(results, file)


def main():
    results = []
    for name, calls, function in CASES:
        try:
            function()
            results.append({"name": name, "calls": calls, "passed": True})
        except Exception:  # whatever it was, it is this case's result
            results.append({"name": name, "calls": calls, "passed": False, "detail": traceback.format_exc()})
    write(results)
