"""azure-ai-ml: MLClient's workspaces and computes, as the labs' notebooks and beyond use them.

The groups that need a data plane (jobs, data, environments, models, components, datastores) are in ml_asset_cases.py.
"""
import os

from azure.ai.ml import MLClient
from azure.ai.ml.entities import (AmlCompute, BatchEndpoint, ComputeInstance, ComputeSchedules, ComputeStartStopSchedule, IdentityConfiguration,
                                  RecurrencePattern, RecurrenceTrigger, Workspace)
from azure.ai.ml.constants import TimeZone
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.identity import DefaultAzureCredential
from azure.mgmt.resource.resources import ResourceManagementClient

from cases import case, equal, main, refused

SUBSCRIPTION = os.environ["AZURE_SUBSCRIPTION_ID"]
CREDENTIAL = DefaultAzureCredential()
GROUP, NAME = "rg-labs", "mlw-labs"
client = MLClient(CREDENTIAL, SUBSCRIPTION, GROUP, NAME)
of_group = MLClient(CREDENTIAL, SUBSCRIPTION, GROUP)


@case("ResourceManagementClient.resource_groups.create_or_update")
def a_resource_group():
    ResourceManagementClient(CREDENTIAL, SUBSCRIPTION).resource_groups.create_or_update(GROUP, {"location": "eastus"})


@case("MLClient.workspaces.get (not found)")
def no_workspace_yet():
    refused(ResourceNotFoundError, "ResourceNotFound", of_group.workspaces.get, NAME)


@case("MLClient.workspaces.begin_create")
def create_a_workspace():
    # No location: the client takes the group's. Its progress lines know only the types that a workspace needs (trap 3).
    made = of_group.workspaces.begin_create(Workspace(name=NAME, display_name="Labs", description="for the labs", tags={"team": "lab"})).result()
    equal((NAME, "eastus", "Labs", "lab"), (made.name, made.location, made.display_name, made.tags["team"]))
    assert made.storage_account and made.key_vault and made.application_insights
    # The service says v1.0; the SDK makes v2.0 of it.
    assert made.mlflow_tracking_uri.startswith("azureml://eastus.api.azureml.ms/mlflow/v2.0/subscriptions/"), made.mlflow_tracking_uri
    equal((False, False), (made.hbi_workspace, made.enable_data_isolation))


@case("MLClient.workspaces.begin_create (with parts that are there)")
def create_a_second_workspace():
    first = of_group.workspaces.get(NAME)
    made = of_group.workspaces.begin_create(Workspace(name="mlw-second", location="westeurope", storage_account=first.storage_account, key_vault=first.key_vault,
                                                      application_insights=first.application_insights)).result()
    equal((first.storage_account, "westeurope"), (made.storage_account, made.location))


@case("MLClient.workspaces.get")
def get_a_workspace():
    equal("eastus.api.azureml.ms", of_group.workspaces.get(NAME).discovery_url.split("/")[2])


@case("MLClient.workspaces.list", "MLClient.workspaces.list (subscription)")
def list_workspaces():
    equal(["mlw-labs", "mlw-second"], sorted(w.name for w in of_group.workspaces.list()))
    equal(["mlw-labs", "mlw-second"], sorted(w.name for w in of_group.workspaces.list(scope="subscription")))


@case("MLClient.workspaces.begin_update")
def update_a_workspace():
    workspace = of_group.workspaces.get(NAME)
    workspace.description = "changed"
    workspace.tags = {"team": "other"}
    changed = of_group.workspaces.begin_update(workspace).result()
    equal(("changed", "other", "Labs"), (changed.description, changed.tags["team"], changed.display_name))


@case("MLClient.workspaces.begin_create (exists: an update)")
def create_it_again():
    equal("again", of_group.workspaces.begin_create(Workspace(name=NAME, location="eastus", description="again")).result().description)


@case("MLClient.workspaces.get_keys")
def keys_of_a_workspace():
    assert of_group.workspaces.get_keys(NAME).user_storage_key


@case("MLClient.workspaces.begin_sync_keys")
def sync_keys_of_a_workspace():
    of_group.workspaces.begin_sync_keys(NAME).result()


@case("MLClient.workspaces.begin_diagnose")
def diagnose_a_workspace():
    of_group.workspaces.begin_diagnose(NAME).result()


@case("MLClient.compute.get (not found)")
def no_compute_yet():
    refused(ResourceNotFoundError, "", client.compute.get, "aml-cluster")


@case("MLClient.compute.begin_create_or_update (cluster)")
def create_a_cluster():
    made = client.compute.begin_create_or_update(AmlCompute(name="aml-cluster", type="amlcompute", size="STANDARD_DS11_V2", location="eastus",
                                                            min_instances=0, max_instances=1, idle_time_before_scale_down=120, tier="Dedicated")).result()
    equal(("aml-cluster", "STANDARD_DS11_V2", 1), (made.name, made.size.upper(), made.max_instances))


@case("MLClient.compute.begin_create_or_update (cluster, scaled)")
def scale_a_cluster():
    # Without a size the client sends STANDARD_DS3_V2; the size stays, and the new maximum counts at once (trap 5, wire.md 7.1).
    client.compute.begin_create_or_update(AmlCompute(name="aml-cluster", max_instances=2))
    found = client.compute.get("aml-cluster")
    equal((2, "STANDARD_DS11_V2", 120), (found.max_instances, found.size.upper(), found.idle_time_before_scale_down))


@case("MLClient.compute.begin_update")
def update_a_cluster():
    cluster = client.compute.get("aml-cluster")
    cluster.idle_time_before_scale_down = 300
    equal(300, client.compute.begin_update(cluster).result().idle_time_before_scale_down)


@case("MLClient.compute.begin_create_or_update (cluster with an identity)")
def a_cluster_with_an_identity():
    made = client.compute.begin_create_or_update(AmlCompute(name="own-cluster", size="STANDARD_DS11_V2", identity=IdentityConfiguration(type="system_assigned"))).result()
    assert made.identity.principal_id


@case("MLClient.compute.begin_create_or_update (instance)")
def create_an_instance():
    made = client.compute.begin_create_or_update(ComputeInstance(name="ci-labs", size="STANDARD_DS11_v2")).result()
    equal(("ci-labs", "Running"), (made.name, made.state))
    assert any((service.get("display_name") or service.get("displayName")) == "Jupyter" for service in made.services)


@case("MLClient.compute.begin_create_or_update (instance with a schedule)")
def an_instance_with_a_schedule():
    trigger = RecurrenceTrigger(frequency="day", interval=1, schedule=RecurrencePattern(hours=18, minutes=0), time_zone=TimeZone.UTC)
    made = client.compute.begin_create_or_update(ComputeInstance(name="ci-timed", size="STANDARD_DS11_v2", idle_time_before_shutdown_minutes=60,
                                                                 schedules=ComputeSchedules(compute_start_stop=[ComputeStartStopSchedule(trigger=trigger, action="Stop")]))).result()
    equal("60", str(made.idle_time_before_shutdown_minutes))


@case("MLClient.compute.get")
def get_an_instance():
    equal("ComputeInstance".lower(), client.compute.get("ci-labs").type.lower())


@case("MLClient.compute.list", "MLClient.compute.list (of a kind)")
def list_computes():
    equal(["aml-cluster", "ci-labs", "ci-timed", "own-cluster"], sorted(c.name for c in client.compute.list()))
    equal(["aml-cluster", "own-cluster"], sorted(c.name for c in client.compute.list(compute_type="amlcompute")))


@case("MLClient.compute.begin_stop")
def stop_an_instance():
    client.compute.begin_stop("ci-labs").wait()
    equal("Stopped", client.compute.get("ci-labs").state)


@case("MLClient.compute.begin_start")
def start_an_instance():
    client.compute.begin_start("ci-labs").wait()
    equal("Running", client.compute.get("ci-labs").state)


@case("MLClient.compute.begin_restart")
def restart_an_instance():
    client.compute.begin_restart("ci-labs").wait()
    equal("Running", client.compute.get("ci-labs").state)


@case("MLClient.compute.begin_start (a cluster: refused)")
def a_cluster_cannot_be_started():
    refused(HttpResponseError, "", lambda: client.compute.begin_start("aml-cluster").wait())


@case("MLClient.compute.list_nodes")
def nodes_of_a_cluster():
    equal([], list(client.compute.list_nodes("aml-cluster")))


@case("MLClient.compute.list_sizes")
def sizes():
    assert "Standard_DS11_v2".lower() in [size.name.lower() for size in client.compute.list_sizes(location="eastus")]


@case("MLClient.compute.list_usage")
def usage():
    assert [one.name.localized_value if hasattr(one.name, "localized_value") else one.name for one in client.compute.list_usage(location="eastus")]


@case("MLClient.compute.begin_create_or_update (quota: refused)")
def too_many_cores():
    refused(Exception, "quota", lambda: client.compute.begin_create_or_update(ComputeInstance(name="ci-too-big", size="STANDARD_DS15_v2")).result())


@case("MLClient.batch_endpoints.begin_create_or_update (not simulated: refused)", "MLClient.batch_endpoints.invoke (not simulated: refused)")
def batch_endpoints_are_refused_by_name():
    # Trap 23 is about what invoking one answers. None can be made here, and nobody is told that one was invoked.
    for attempt in (lambda: client.batch_endpoints.begin_create_or_update(BatchEndpoint(name="scores")).result(),
                    lambda: client.batch_endpoints.invoke(endpoint_name="scores", inputs={})):
        said = refused(Exception, "", attempt)
        assert "azlab" in str(said) and "batchEndpoints/scores" in str(said), said


@case("MLClient.compute.begin_delete (instance)", "MLClient.compute.begin_delete (cluster)")
def delete_computes():
    for name in ("ci-labs", "ci-timed", "own-cluster", "aml-cluster"):
        client.compute.begin_delete(name).wait()
    equal([], list(client.compute.list()))


@case("MLClient.workspaces.begin_delete")
def delete_a_workspace():
    of_group.workspaces.begin_delete("mlw-second", delete_dependent_resources=False).result()
    equal([NAME], [w.name for w in of_group.workspaces.list()])


@case("MLClient.workspaces.begin_delete (for good, with all its parts)")
def delete_a_workspace_with_all_its_parts():
    of_group.workspaces.begin_delete(NAME, delete_dependent_resources=True, permanently_delete=True).result()
    equal([], list(of_group.workspaces.list()))
    resources = ResourceManagementClient(CREDENTIAL, SUBSCRIPTION)
    equal([], [r.name for r in resources.resources.list_by_resource_group(GROUP) if "storage" in r.name])


if __name__ == "__main__":
    main()
