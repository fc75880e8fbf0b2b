"""What the MLflow scripts stand on: a workspace, made through Resource Manager with plain requests, and proof lines.

From the environment, all optional: AZLAB_GROUP, AZLAB_WORKSPACE, AZLAB_LOCATION. The credential is the invented one that
`azlab run` sets (AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, AZURE_SUBSCRIPTION_ID).
"""
import os
import sys
import time
import traceback

import requests

ARM = "https://management.azure.com"
GROUP = os.environ.get("AZLAB_GROUP", "rg-mlflow")
WORKSPACE = os.environ.get("AZLAB_WORKSPACE", "mlw-mlflow")
LOCATION = os.environ.get("AZLAB_LOCATION", "eastus")


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

    def workspace(self):
        """The workspace's body; made with what it needs when it is not there."""
        path = self.resource(f"Microsoft.MachineLearningServices/workspaces/{WORKSPACE}")
        there = self.session.get(ARM + path, params={"api-version": "2024-04-01"})
        if there.ok:
            return there.json()
        account = self.resource("Microsoft.Storage/storageAccounts/st" + WORKSPACE.replace("-", "")[:20])
        vault = self.resource("Microsoft.KeyVault/vaults/kv-" + WORKSPACE[:20])
        insights = self.resource("Microsoft.Insights/components/ai-" + WORKSPACE)
        self.put(self.group, {"location": LOCATION})
        self.put(account, {"location": LOCATION, "sku": {"name": "Standard_LRS"}, "kind": "StorageV2"})
        self.put(vault, {"location": LOCATION, "properties": {"tenantId": os.environ["AZURE_TENANT_ID"], "sku": {"name": "standard", "family": "A"}, "accessPolicies": []}})
        self.put(insights, {"location": LOCATION, "kind": "web", "properties": {"Application_Type": "web"}})
        return self.put(path, {"location": LOCATION, "identity": {"type": "SystemAssigned"}, "properties": {"storageAccount": account, "keyVault": vault, "applicationInsights": insights}})


class Proof:
    """One line for each operation that is proven; exit status 1 when one is not."""

    def __init__(self, client):
        self.client = client
        self.failed = 0

    def __call__(self, operation, body):
        try:
            result = body()
        except Exception:
            traceback.print_exc()
            print(f"failed {self.client} {operation}", flush=True)
            self.failed += 1
            return None
        print(f"ok {self.client} {operation}", flush=True)
        return result

    def end(self):
        sys.exit(1 if self.failed else 0)


def same(got, wanted):
    assert got == wanted, f"got {got!r}, not {wanted!r}"
    return got
