"""One client that is driven by a script of cases: `client_test.py NAME`. A test for each case, and one for what was not served."""
import sys
import unittest

import clients
import suites

# Name here: (environment that has it, package whose version counts, heading, script, options of azlab run).
CLIENTS = {
    "identity": ("ml", "azure-identity", "azure-identity", "identity_cases.py", []),
    "strict": ("ml", "azure-identity", "azure-identity, strictly checked", "strict_cases.py", ["--strict"]),
    "ml": ("ml", "azure-ai-ml", "azure-ai-ml: workspaces and computes", "ml_cases.py", []),
    "ml_asset": ("ml", "azure-ai-ml", "azure-ai-ml: what a workspace holds", "ml_asset_cases.py", []),
    "ml_online": ("ml", "azure-ai-ml", "azure-ai-ml: online endpoints", "ml_online_cases.py", []),
    "mlflow": ("ml", "azureml-mlflow", "MLflow with azureml-mlflow, plainly, and in a job", "mlflow_cases.py", []),
    "mlflow2": ("mlflow2", "mlflow", "plain MLflow, its second generation:", "mlflow_plain_cases.py", []),
    "mlflow3": ("mlflow3", "mlflow", "plain MLflow, its third generation:", "mlflow_plain_cases.py", []),
    "storage": ("ml", "azure-storage-blob", "azure-storage-file-share and azure-storage-blob, strictly checked:", "storage_cases.py", ["--strict"]),
    "secret": ("az", "azure-keyvault-secrets", "azure-keyvault-secrets, strictly checked:", "secret_cases.py", ["--strict"]),
    "cause": ("ml", "azure-ai-ml", "causes met by azure-mgmt, MLflow and azure-ai-ml", "cause_cases.py", ["--scenario", str(clients.HERE / "cause_scenario.json")]),
    "mgmt": ("az", "azure-mgmt-resource", "azure-mgmt-*, with azure-mgmt-resource", "mgmt_cases.py", []),
}
# Hosts and routes that clients ask for and that nobody misses.
ALLOWED = {"azcliprod.blob.core.windows.net": "az looks for news about itself", "azure.microsoft.com": "az 2.45 does, too",
           "raw.githubusercontent.com": "az 2.45 does, too",
           "workspaces/mlw-labs/batchEndpoints/scores": "a case of ml_cases.py asserts that it is refused",
           "PATCH eastus.api.azureml.ms/history/v1.0": "azure-ai-ml 1.4 notes a run's display name there, too, and does not mind"}


class Case(suites.Named):
    def __init__(self, record, result):
        super().__init__(result["name"])
        self.record, self.result = record, result

    def runTest(self):
        if not self.result["passed"]:
            self.fail(self.result["detail"])
        for call in self.result["calls"]:
            self.record.called(call)


def prepare(name):
    """(heading with the version, command, options, variables of the environment)"""
    if name == "node":
        directory, version = clients.node_environment("@azure/arm-machinelearning")
        return f"JavaScript: @azure/arm-machinelearning {version}, @azure/arm-resources, @azure/identity", ["node", directory / "cases.js"], [], {}
    if name == "node_blob":
        directory, version = clients.node_environment("@azure/storage-blob")
        return f"JavaScript: @azure/storage-blob {version}, strictly checked", ["node", directory / "blob_cases.js"], ["--strict"], {}
    if name == "debian":
        python, path, version = clients.debian_environment()
        return f"Debian 12: azure-ai-ml {version} and azure-cli 2.45.0", [python, "-B", clients.HERE / "debian_cases.py"], [], {"PYTHONPATH": path}
    environment, package, heading, script, options = CLIENTS[name]
    python, version = clients.python_environment(environment, package)
    return f"{heading} {version}", [python, "-B", clients.HERE / script], options, clients.path_with_az() if name == "identity" else {}


def suite(name):
    heading, command, options, variables = prepare(name)
    record = clients.Record(name, heading)
    results, ran = clients.run_script(command, options, variables)
    return unittest.TestSuite([*(Case(record, result) for result in results), suites.Served(name, record, ran, ALLOWED), suites.Written(record)])


if __name__ == "__main__":
    suites.main(sys.argv[1], lambda: suite(sys.argv[1]))
