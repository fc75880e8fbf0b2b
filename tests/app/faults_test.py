"""azlab faults: what is known of Azure's failures, and what an error text means. Standard library only."""
import os
import subprocess
import unittest

AZLAB = os.environ["AZLAB"]
TAKEN = "ERROR: (StorageAccountAlreadyTaken) The storage account named stlab is already taken.\nCode: StorageAccountAlreadyTaken"


def faults(*arguments, given=None):
    ran = subprocess.run([AZLAB, "faults", *arguments], input=given, capture_output=True, text=True, timeout=60)
    return ran.returncode, ran.stdout, ran.stderr


class Faults(unittest.TestCase):
    def test_list_names_where_each_strikes(self):
        status, served, _ = faults("list")
        self.assertEqual(0, status)
        self.assertIn("allocation-failed                      fails    200  computes.create:create, computes.start:run, computes.update:update\n", served)
        status, other, _ = faults("list", "--not-served")
        self.assertEqual(196, len(served.splitlines()) + len(other.splitlines()))
        self.assertIn("batch-endpoint-auth-mode ", other)
        self.assertIn("job-schema-validation                  client   -    nothing: the client fails by itself\n", other)
        status, of_tokens, _ = faults("list", "--operation", "secrets.get")
        self.assertIn("keyvault-forbidden-rbac ", of_tokens)
        self.assertNotIn("storage-name-taken ", of_tokens)

    def test_show_tells_all_of_one(self):
        status, text, _ = faults("show", "storage-name-taken")
        self.assertEqual(0, status)
        for part in ("Status: 409 StorageAccountAlreadyTaken\n", "Strikes: storageAccounts.create\n", "Cause: ", "What to do: ", "Grade: ", "https://"):
            self.assertIn(part, text)
        self.assertEqual((2, "", "azlab: there is no fault 'storage-name-takn'; do you mean 'storage-name-taken'?\n"), faults("show", "storage-name-takn"))

    def test_why_answers_an_error_text_from_arguments_and_from_standard_input(self):
        for answer in (faults("why", TAKEN), faults("why", *TAKEN.split()), faults("why", "-", given=TAKEN)):
            self.assertEqual(0, answer[0], answer)
            self.assertTrue(answer[1].startswith("storage-name-taken: The storage account named {account} is already taken.\n  account: stlab\nCause: "), answer[1])
        status, out, _ = faults("why", "(StorageAccountAlreadyTaken)")
        self.assertEqual(1, status)
        self.assertTrue(out.startswith("No fault of the catalogue reads exactly like this. The nearest:\n\nstorage-name-taken: "), out)
        self.assertEqual((1, "", "azlab: no fault of the catalogue reads like this (azlab faults list names them)\n"), faults("why", "all is well"))
        self.assertEqual((2, "", "azlab: faults why: give the error's text, or - to read it from standard input\n"), faults("why", "-", given=" \n"))

    def test_a_fault_that_could_not_strike_is_refused_before_anything_runs(self):
        ran = subprocess.run([AZLAB, "run", "--no-prepare", "--fault", "job-user-error-exit@jobs.create", "--", "true"], capture_output=True, text=True, timeout=60)
        self.assertEqual((2, "azlab: fault 'job-user-error-exit' is no answer to a request: name a phase, or leave the place away\n"), (ran.returncode, ran.stderr))


if __name__ == "__main__":
    unittest.main()
