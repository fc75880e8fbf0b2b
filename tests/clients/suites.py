"""What every client's test has: tests by a name of their own, the last of which look at the whole and write it down."""
import sys
import unittest

import clients


class Named(unittest.TestCase):
    """A test that is known by `name`, not by its class."""

    maxDiff = None

    def __init__(self, name):
        super().__init__()
        self.name = name

    def id(self):
        return self.name

    __str__ = id


class Skipped(Named):
    """Stands for all cases of a client that is not here."""

    def __init__(self, reason):
        super().__init__("a client that is not here")
        self.reason = reason

    def runTest(self):
        self.skipTest(self.reason)


class Served(Named):
    """Nothing that a client asked for was left unserved, but for what `allowed` explains: {route or host: why}."""

    def __init__(self, session, record, ran, allowed):
        super().__init__(f"{session}: nothing that was asked for is not served")
        self.record, self.ran, self.allowed = record, ran, allowed

    def runTest(self):
        self.record.saw(self.ran)
        asked = self.ran.summary["notServed"] + sorted(self.ran.summary["refusedHosts"])
        self.assertEqual([], [what for what in asked if not any(key in what for key in self.allowed)])


class Written(Named):
    """Last: what the client was seen to do is written down, if all of it was as expected."""

    def __init__(self, record, at_least=1):
        super().__init__(f"what {record.name} did")
        self.record, self.at_least = record, at_least
        self.sound = False

    def run(self, result=None):
        self.sound = result is not None and result.wasSuccessful()
        return super().run(result)

    def runTest(self):
        self.assertGreaterEqual(len(self.record.calls), self.at_least)
        if self.sound:
            self.record.write()


def main(name, make):
    """Runs the suite that `make()` returns; where it finds no client, that is said instead. Ends the program."""
    clients.forget(name)
    try:
        suite = make()
    except unittest.SkipTest as skip:
        suite = unittest.TestSuite([Skipped(str(skip))])
    sys.exit(not unittest.TextTestRunner(verbosity=1).run(suite).wasSuccessful())
