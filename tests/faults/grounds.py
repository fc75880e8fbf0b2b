"""What a case stands on: states of a simulator, each made once by plain requests and copied for every case.

    empty       a subscription
    group       a resource group, rg-labs
    parts       and what a workspace needs: stlabs, kv-labs, ai-labs
    workspace   and the workspace mlw-labs
    computes    and a cluster, aml-cluster, and an instance, ci-labs
    endpoint    and an online endpoint, shop-labs, with a model and code to deploy
    served      and its deployment, blue, which receives all the traffic
"""
import pathlib
import time

import stage

SUBSCRIPTION = "3f0b6c1e-8d5a-4e27-9b14-6a7c2d9e5f01"
TENANT = "72f9a1c4-6d0e-4c5b-8a37-1e2d3c4b5a69"
SUB = f"/subscriptions/{SUBSCRIPTION}"
GROUP = f"{SUB}/resourceGroups/rg-labs"
OF = f"{GROUP}/providers/"
STORAGE = OF + "Microsoft.Storage/storageAccounts/stlabs"
VAULT = OF + "Microsoft.KeyVault/vaults/kv-labs"
INSIGHTS = OF + "Microsoft.Insights/components/ai-labs"
WORKSPACE = OF + "Microsoft.MachineLearningServices/workspaces/mlw-labs"
PLACES = {"sub": SUB, "rg": GROUP, "of": OF, "storage": STORAGE, "vault": VAULT, "insights": INSIGHTS, "ws": WORKSPACE, "shop": WORKSPACE + "/onlineEndpoints/shop-labs"}
ENDED = ("Succeeded", "Failed", "Canceled")


def put(serve, path, body):
    status, answer = serve.ask("PUT", path, body)
    if status >= 300:
        raise AssertionError(f"PUT {path}: {status} {answer}")
    for _ in range(500):  # plain requests move time by reading what is not done yet
        answer = serve.ask("GET", path)[1]
        if answer.get("properties", {}).get("provisioningState", "Succeeded") in ENDED:
            return
        time.sleep(0.001)
    raise AssertionError(f"{path} does not end: {answer}")


def group(serve):
    put(serve, GROUP, {"location": "eastus"})


def parts(serve):
    put(serve, STORAGE, {"location": "eastus", "sku": {"name": "Standard_LRS"}, "kind": "StorageV2", "properties": {}})
    put(serve, VAULT, {"location": "eastus", "properties": {"tenantId": TENANT, "sku": {"name": "standard", "family": "A"}, "accessPolicies": []}})
    put(serve, INSIGHTS, {"location": "eastus", "kind": "web", "properties": {"Application_Type": "web"}})


def workspace(serve):
    put(serve, WORKSPACE, {"location": "eastus", "identity": {"type": "SystemAssigned"},
                           "properties": {"storageAccount": STORAGE, "keyVault": VAULT, "applicationInsights": INSIGHTS}})


def computes(serve):
    put(serve, WORKSPACE + "/computes/aml-cluster", {"location": "eastus", "properties": {"computeType": "AmlCompute", "properties": {
        "vmSize": "Standard_DS11_v2", "scaleSettings": {"minNodeCount": 0, "maxNodeCount": 2, "nodeIdleTimeBeforeScaleDown": "PT120S"}}}})
    put(serve, WORKSPACE + "/computes/ci-labs", {"location": "eastus", "properties": {"computeType": "ComputeInstance", "properties": {"vmSize": "Standard_DS11_v2"}}})


def traffic(serve, shares):
    put(serve, PLACES["shop"], {"location": "eastus", "identity": {"type": "SystemAssigned"}, "properties": {"authMode": "Key", "traffic": shares}})


SCORE = """import json


def init():
    print("ready")


def run(raw_data):
    return [2 * number for number in json.loads(raw_data)["data"][0]]
"""


def endpoint(serve):
    serve.upload("https://stlabs.blob.core.windows.net/azureml/models/churn/weights.txt", "0.5")
    serve.upload("https://stlabs.blob.core.windows.net/azureml/scoring/score.py", SCORE)
    put(serve, WORKSPACE + "/models/churn/versions/1", {"properties": {"modelUri": "azureml://datastores/workspaceartifactstore/paths/models/churn", "modelType": "custom_model"}})
    put(serve, WORKSPACE + "/codes/scoring/versions/1", {"properties": {"codeUri": "https://stlabs.blob.core.windows.net/azureml/scoring"}})
    put(serve, WORKSPACE + "/environments/own/versions/1", {"properties": {"image": "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04", "condaFile": "dependencies: [python=3.10]"}})
    traffic(serve, {})


def served(serve):
    put(serve, PLACES["shop"] + "/deployments/blue", {"location": "eastus", "sku": {"name": "Default", "capacity": 1}, "properties": {
        "endpointComputeType": "Managed", "instanceType": "Standard_F2s_v2", "model": WORKSPACE + "/models/churn/versions/1", "environmentId": "azureml:AzureML-sklearn-1.5:46",
        "codeConfiguration": {"codeId": WORKSPACE + "/codes/scoring/versions/1", "scoringScript": "score.py"}}})
    traffic(serve, {"blue": 100})


STEPS = {"empty": None, "group": group, "parts": parts, "workspace": workspace, "computes": computes, "endpoint": endpoint, "served": served}


def make(directory, wanted):
    """{name: directory} of the grounds that are wanted, each made from the one before it."""
    out, before = {}, None
    for name, step in STEPS.items():
        here = pathlib.Path(directory) / name
        if before is None:
            (here / "state" / "shares").mkdir(parents=True)
        else:
            here = stage.copy_of(before)
        if step is not None:
            serve = stage.Serve(here)
            try:
                step(serve)
                serve.end()
            finally:
                serve.close()
        out[name] = before = here
        if all(one in out for one in wanted):
            return out
    return out
