#!/usr/bin/env python3
"""Runs ctest and says how many test cases passed and failed.

ctest knows programs; a reader wants test cases. So the summaries that Catch2 (2 and 3) and Python's unittest print
are counted, and a test without one counts as one case. Standard library only. The last line is `N passed, N failed`.
"""
import argparse
import json
import os
import re
import subprocess
import sys

RESULT = re.compile(
    r"^\s*\d+/\d+ Test\s+#(?P<number>\d+): (?P<name>\S+) \.*\s*(?P<how>Passed|\*+\S.*?)\s+(?P<seconds>[\d.]+) sec")
ALL_PASSED = re.compile(r"All tests passed \(\d+ assertions? in (?P<cases>\d+) test cases?\)")
SOME_FAILED = re.compile(r"test cases:\s*(?P<total>\d+)(?P<rest>.*)")
UNITTEST_RAN = re.compile(r"^Ran (?P<cases>\d+) tests? in ")
UNITTEST_FAILED = re.compile(r"^FAILED \((?P<rest>.*)\)")
FAILURE = re.compile(r": FAILED:$|^(?:FAIL|ERROR): ")  # the head of one, by Catch2 or unittest
NUMBERED = re.compile(r"^(?P<number>\d+): (?P<text>.*)$")


def count_cases(lines):
    """(passed, failed) of one program's output, or None when it printed no summary of Catch2 or unittest."""
    unittest_failed = 0
    for line in reversed(lines):
        match = UNITTEST_FAILED.match(line)
        if match:
            unittest_failed = sum(int(number) for number in re.findall(r"(?:failures|errors)=(\d+)", match["rest"]))
        match = UNITTEST_RAN.match(line)
        if match:
            return int(match["cases"]) - unittest_failed, unittest_failed
        match = ALL_PASSED.search(line)
        if match:
            return int(match["cases"]), 0
        match = SOME_FAILED.search(line)
        if match:
            numbers = dict((word, int(number)) for number, word in re.findall(r"(\d+) (passed|failed)", match["rest"]))
            return numbers.get("passed", 0), numbers.get("failed", 0)
    return None


def first_failure(lines, height=16):
    """The lines of the first failure: later ones often follow from it, and whoever sees only the end sees this."""
    for number, line in enumerate(lines):
        if FAILURE.search(line):
            return lines[number:number + height]
    return []


def targets_to_build(directory, selection):
    """The targets behind the selected tests, or None when no test is selected. A test that is a script needs
    everything, unless its label says that it looks at sources only."""
    listing = subprocess.run(["ctest", "--test-dir", directory, "--show-only=json-v1"] + selection,
                             capture_output=True, text=True, check=True)
    tests = json.loads(listing.stdout)["tests"]
    known = subprocess.run(["ninja", "-C", directory, "-t", "targets", "all"], capture_output=True, text=True).stdout
    known = set(re.findall(r"^([^\s:]+): phony$", known, re.M))
    targets = set()
    for test in tests:
        labels = [label for entry in test.get("properties", []) if entry["name"] == "LABELS" for label in entry["value"]]
        # ctest names the command of a test only when its program is there already.
        program = test.get("command", ["test_" + test["name"].replace("/", "_")])[0]
        if os.path.basename(program) in known:
            targets.add(os.path.basename(program))
        elif "sources-only" not in labels:
            targets.add("all")
    return sorted(targets) if tests else None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ctest-directory", required=True)
    parser.add_argument("--targets", action="store_true", help="print what must be built for the selection, run nothing")
    parser.add_argument("--log", default=os.devnull)
    parser.add_argument("--jobs", default="1")
    parser.add_argument("selection", nargs="*")
    arguments = parser.parse_args()

    if arguments.targets:
        targets = targets_to_build(arguments.ctest_directory, arguments.selection)
        if targets is None:
            return 2
        print("\n".join(targets))
        return 0

    command = ["ctest", "--test-dir", arguments.ctest_directory, "-V", "-j", arguments.jobs] + arguments.selection
    output = {}
    passed = failed = skipped = programs = 0
    with open(arguments.log, "w", encoding="utf-8", errors="replace") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                   encoding="utf-8", errors="replace", env=os.environ)
        for line in process.stdout:
            log.write(line)
            numbered = NUMBERED.match(line)
            if numbered:
                output.setdefault(numbered["number"], []).append(numbered["text"])
                continue
            result = RESULT.match(line)
            if not result:
                continue
            programs += 1
            lines = output.pop(result["number"], [])
            if "Skipped" in result["how"] or "Not Run" in result["how"]:
                # A program that could not be started is no pass: only a test's own wish to be skipped is.
                if "Skipped" in result["how"]:
                    skipped += 1
                    print(f"skipped  {result['name']}: {lines[-1] if lines else 'no reason given'}", flush=True)
                else:
                    failed += 1
                    print(f"FAILED   {result['name']}: could not be started", flush=True)
                continue
            good = result["how"] == "Passed"
            cases = count_cases(lines) or ((1, 0) if good else (0, 1))
            if not good and cases[1] == 0:
                cases = (cases[0], 1)
            passed += cases[0]
            failed += cases[1]
            verdict = "ok      " if good else "FAILED  "
            print(f"{verdict} {result['name']}: {cases[0]} passed, {cases[1]} failed, {result['seconds']} s", flush=True)
            if not good:
                print("\n".join("    " + text for text in lines[-200:]), flush=True)
                first = first_failure(lines)
                if first:
                    print("    the first failure:\n" + "\n".join("    " + text for text in first), flush=True)
        process.wait()
    if skipped:
        print(f"{skipped} skipped")
    if programs == 0:
        print("no test was run", file=sys.stderr)
        failed += 1
    print(f"{passed} passed, {failed} failed")
    return 0 if failed == 0 else 1


sys.exit(main())
