"""What MLflow's cases stand on: a workspace, made through Resource Manager with plain requests (an environment of plain
MLflow has no Azure client), and cases that hand values on.

The credential is the invented one that `azlab run` sets (AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET).
"""
import os
import time
import traceback

import requests

from cases import write

ARM = "https://management.azure.com"
GROUP, LOCATION = "rg-mlflow", "eastus"


def token(scope="https://management.azure.com/.default"):
    answer = requests.post(
        f"https://login.microsoftonline.com/{os.environ['AZURE_TENANT_ID']}/oauth2/v2.0/token",
        data={
            "grant_type": "client_credentials",
            "client_id": os.environ["AZURE_CLIENT_ID"],
            "client_secret": os.environ["AZURE_CLIENT_SECRET"],
            "scope": scope,
        },
    )
    answer.raise_for_status()
    return answer.json()["access_token"]


class Arm:
    def __init__(self):
        self.session = requests.Session()
        self.session.headers["Authorization"] = "Bearer " + token()
        self.group = f"/subscriptions/{os.environ['AZURE_SUBSCRIPTION_ID']}/resourceGroups/{GROUP}"

    def put(self, path, body):
        answer = self.session.put(ARM + path, params={"api-version": "2024-04-01"}, json=body)
        assert answer.ok, answer.text
        for _ in range(200):
            body = self.session.get(ARM + path, params={"api-version": "2024-04-01"}).json()
            state = body.get("properties", {}).get("provisioningState", "Succeeded")
            if state in ("Succeeded", "Failed", "Canceled"):
                assert state == "Succeeded", body
                return body
            time.sleep(5)
        raise AssertionError(f"{path} does not end")

    def resource(self, rest):
        return f"{self.group}/providers/{rest}"

    def workspace(self, name):
        """The body of a workspace, made with what it needs."""
        path = self.resource(f"Microsoft.MachineLearningServices/workspaces/{name}")
        account = self.resource("Microsoft.Storage/storageAccounts/st" + name.replace("-", ""))
        vault = self.resource("Microsoft.KeyVault/vaults/kv-" + name)
        insights = self.resource("Microsoft.Insights/components/ai-" + name)
        self.put(self.group, {"location": LOCATION})
        self.put(account, {"location": LOCATION, "sku": {"name": "Standard_LRS"}, "kind": "StorageV2"})
        self.put(vault, {"location": LOCATION, "properties": {"tenantId": os.environ["AZURE_TENANT_ID"], "sku": {"name": "standard", "family": "A"}, "accessPolicies": []}})
        self.put(insights, {"location": LOCATION, "kind": "web", "properties": {"Application_Type": "web"}})
        return self.put(path, {"location": LOCATION, "identity": {"type": "SystemAssigned"}, "properties": {"storageAccount": account, "keyVault": vault, "applicationInsights": insights}})


class Proof:
    """Cases that are carried out where they stand, because later ones need what earlier ones return (cases.py has those
    that do not). `way`: how the client reaches the workspace; begins the name of each case."""

    results = []

    def __init__(self, way):
        self.way = way

    def __call__(self, operation, body):
        name = f"{self.way} {operation}".strip()
        result, detail = None, ""
        try:
            result = body()
        except Exception:  # whatever it was, it is this case's result
            detail = traceback.format_exc()
        Proof.results.append({"name": name, "calls": [name], "passed": not detail, "detail": detail})
        return result

    @classmethod
    def end(cls):
        write(cls.results)


def same(got, wanted):
    assert got == wanted, f"got {got!r}, not {wanted!r}"
    return got
