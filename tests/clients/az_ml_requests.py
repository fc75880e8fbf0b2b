"""The SDK's side of az_ml_test.py: the same operations, from the same files, with what each asked of Resource Manager.

Runs under the SDK's Python inside `azlab run`, in the directory of the files; AZLAB_CASES gets a list of {"step", "error", "asked"}.
"""
import json
import os

import requests
from azure.ai.ml import MLClient, load_component, load_compute, load_data, load_datastore, load_environment, load_job, load_model
from azure.ai.ml.entities import Workspace
from azure.identity import EnvironmentCredential
from azure.mgmt.resource.resources import ResourceManagementClient

from cases import write

SUBSCRIPTION, GROUP, NAME = os.environ["AZURE_SUBSCRIPTION_ID"], "rg-ml", "mlw-lab"
CREDENTIAL = EnvironmentCredential()
client, of_group = MLClient(CREDENTIAL, SUBSCRIPTION, GROUP, NAME), MLClient(CREDENTIAL, SUBSCRIPTION, GROUP)
ASKED = []
send = requests.Session.send


def recorded(session, request, **more):
    host, _, path = request.url.removeprefix("https://").partition("/")
    if host == "management.azure.com":
        body = request.body.decode() if isinstance(request.body, bytes) else request.body
        ASKED.append({"method": request.method, "path": "/" + path.partition("?")[0], "body": json.loads(body) if isinstance(body, str) and body else None})
    return send(session, request, **more)


requests.Session.send = recorded


def scaled():
    cluster = client.compute.get("aml-cluster")
    cluster.max_instances = 3
    client.compute.begin_update(cluster).result()


STEPS = {
    "group": lambda: ResourceManagementClient(CREDENTIAL, SUBSCRIPTION).resource_groups.create_or_update(GROUP, {"location": "eastus"}),
    "workspace create": lambda: of_group.workspaces.begin_create(Workspace(name=NAME)).result(),
    "workspace show": lambda: of_group.workspaces.get(NAME),
    "workspace list": lambda: list(of_group.workspaces.list()),
    "compute create (cluster)": lambda: client.compute.begin_create_or_update(load_compute("cluster.yml")).result(),
    "compute create (instance)": lambda: client.compute.begin_create_or_update(load_compute("instance.yml")).result(),
    "compute update": scaled,
    "compute stop": lambda: client.compute.begin_stop("ci-one").result(),
    "compute start": lambda: client.compute.begin_start("ci-one").result(),
    "data create": lambda: client.data.create_or_update(load_data("data.yml")),
    "data show": lambda: client.data.get("diabetes-data", "1"),
    "data list": lambda: list(client.data.list()),
    "data archive": lambda: client.data.archive("diabetes-data", "1"),
    "environment create": lambda: client.environments.create_or_update(load_environment("environment.yml")),
    "environment show": lambda: client.environments.get("mine", "1"),
    "environment list": lambda: list(client.environments.list()),
    "environment archive": lambda: client.environments.archive("mine", "1"),
    "model create": lambda: client.models.create_or_update(load_model("model.yml")),
    "model show": lambda: client.models.get("weights", "1"),
    "model list": lambda: list(client.models.list()),
    "model archive": lambda: client.models.archive("weights", "1"),
    "component create": lambda: client.components.create_or_update(load_component("component.yml")),
    "component show": lambda: client.components.get("train", "3"),
    "component list": lambda: list(client.components.list()),
    "component archive": lambda: client.components.archive("train", "3"),
    "datastore create": lambda: client.datastores.create_or_update(load_datastore("datastore.yml")),
    "job create": lambda: client.jobs.create_or_update(load_job("job.yml")),
    "job show": lambda: client.jobs.get("job-one"),
    "job cancel": lambda: client.jobs.begin_cancel("job-one").result(),
    "compute delete (instance)": lambda: client.compute.begin_delete("ci-one").result(),
    "compute delete (cluster)": lambda: client.compute.begin_delete("aml-cluster").result(),
}
results = []
for name, step in STEPS.items():
    ASKED.clear()
    error = ""
    try:
        step()
    except Exception as e:  # the test says which step failed, and how
        error = repr(e)
    results.append({"step": name, "error": error, "asked": list(ASKED)})
write(results)
