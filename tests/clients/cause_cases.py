"""azure-ai-ml, azure-mgmt and MLflow where Azure has a cause to refuse (cause_scenario.json): what each raises, and what follows."""
import os
import tempfile

import mlflow
from azure.ai.ml import MLClient, command
from azure.ai.ml.entities import AmlCompute, ComputeInstance, Workspace
from azure.core.exceptions import HttpResponseError, ResourceExistsError
from azure.identity import DefaultAzureCredential
from azure.mgmt.resource.resources import ResourceManagementClient

from cases import case, equal, main, refused

SUBSCRIPTION = os.environ["AZURE_SUBSCRIPTION_ID"]
CREDENTIAL = DefaultAzureCredential()
client = MLClient(CREDENTIAL, SUBSCRIPTION, "rg-lab", "mlw-lab")
private = MLClient(CREDENTIAL, SUBSCRIPTION, "rg-lab", "mlw-private")
resources = ResourceManagementClient(CREDENTIAL, SUBSCRIPTION)


@case("MLClient.compute.begin_create_or_update (size not offered)")
def a_size_that_is_not_offered():
    e = refused(HttpResponseError, "is currently not available in location 'eastus'", client.compute.begin_create_or_update, ComputeInstance(name="ci-size", size="Standard_DS3_v2"))
    equal((409, "SkuNotAvailable"), (e.status_code, e.error.code))


@case("MLClient.compute.begin_create_or_update (no capacity)")
def a_region_without_machines():
    poller = client.compute.begin_create_or_update(ComputeInstance(name="ci-full", size="Standard_DS12_v2"))
    refused(HttpResponseError, "AllocationFailed", poller.result)
    equal("Failed", client.compute.get("ci-full").provisioning_state)


@case("MLClient.compute.begin_create_or_update (quota)")
def more_cores_than_the_family_has():
    e = refused(HttpResponseError, "The specified subscription has a Standard DSv2 Family vCPU quota of 8 and is less than", client.compute.begin_create_or_update,
                AmlCompute(name="cpu-large", size="Standard_DS11_v2", min_instances=5, max_instances=5))
    equal(400, e.status_code)


@case("MLClient.compute.begin_create_or_update (name taken)")
def a_name_that_somebody_else_has():
    refused(HttpResponseError, "(UserError) Compute with this name already exists. Compute name needs to be unique across all existing computes within an Azure region.", client.compute.begin_create_or_update, ComputeInstance(name="ci-taken", size="Standard_DS11_v2"))


@case("MLClient.jobs.create_or_update (environment withdrawn)")
def a_curated_environment_that_is_there_no_more():
    client.compute.begin_create_or_update(AmlCompute(name="cpu", size="Standard_DS11_v2", min_instances=0, max_instances=1)).result()
    with tempfile.TemporaryDirectory() as code:
        with open(os.path.join(code, "train.py"), "w", encoding="utf-8") as file:
            file.write("print('hello')\n")
        job = command(code=code, command="echo hello", environment="AzureML-sklearn-1.5@latest", compute="cpu")
        refused(Exception, "AzureML-sklearn-1.5", client.jobs.create_or_update, job)
    names = [one.name for one in client.environments.list()]
    equal((False, True), ("AzureML-sklearn-1.5" in names, "AzureML-lightgbm-3.3" in names))


@case("MLClient.workspaces.begin_create (soft-deleted name)")
def the_name_of_a_deleted_workspace():
    refused(Exception, "Soft-deleted workspace exists. Please purge or recover it.", lambda: client.workspaces.begin_create(Workspace(name="mlw-old", location="eastus")).result())


@case("MLClient.jobs.list (private workspace)")
def a_workspace_without_public_access():
    equal("Disabled", private.workspaces.get("mlw-private").public_network_access)
    refused(HttpResponseError, "Access to workspace was denied based on workspace private link configuration.", lambda: list(private.jobs.list()))


@case("mlflow.search_experiments (budget used up)")
def more_requests_than_the_tracking_server_takes():
    # The client repeats what is refused by itself, after the seconds that it is told.
    mlflow.set_tracking_uri(client.workspaces.get("mlw-lab").mlflow_tracking_uri)
    for _ in range(8):
        equal(["Default"], [one.name for one in mlflow.search_experiments()][:1] or ["Default"])


@case("ResourceManagementClient.resources.begin_create_or_update (policy)")
def what_a_policy_denies():
    e = refused(HttpResponseError, "(RequestDisallowedByPolicy) Resource 'crlab' was disallowed by policy. Reasons: 'Registries are made by the platform team.'. See error details for policy resource IDs.",
                resources.resources.begin_create_or_update, "rg-lab", "Microsoft.ContainerRegistry", "", "registries", "crlab", {"location": "eastus", "sku": {"name": "Basic"}}, api_version="2023-07-01")
    equal((403, "RequestDisallowedByPolicy", "crlab"), (e.status_code, e.error.code, e.error.target))


@case("ResourceManagementClient.resource_groups.begin_delete (locked)")
def a_locked_group():
    refused(ResourceExistsError, "(ScopeLocked) The scope '", resources.resource_groups.begin_delete, "rg-locked")
    equal("rg-locked", resources.resource_groups.get("rg-locked").name)


if __name__ == "__main__":
    main()
