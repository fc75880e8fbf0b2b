"""azure-mgmt-*: the management clients that az itself carries, used as a program uses them."""
import os
import uuid

import requests
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.mgmt.applicationinsights import ApplicationInsightsManagementClient
from azure.mgmt.authorization import AuthorizationManagementClient
from azure.mgmt.compute import ComputeManagementClient
from azure.mgmt.containerregistry import ContainerRegistryManagementClient
from azure.mgmt.keyvault import KeyVaultManagementClient
from azure.mgmt.loganalytics import LogAnalyticsManagementClient
from azure.mgmt.resource.deployments import DeploymentsMgmtClient
from azure.mgmt.resource.resources import ResourceManagementClient
from azure.mgmt.resource.subscriptions import SubscriptionClient
from azure.mgmt.storage import StorageManagementClient

from cases import case, equal, main, refused
from credential import Secret

SUBSCRIPTION, TENANT = os.environ["AZURE_SUBSCRIPTION_ID"], os.environ["AZURE_TENANT_ID"]
GROUP = "rg-mgmt"
KIM = "f05b7c19-3e6a-4d84-91c7-08a2d6e4b543"


def client(kind):
    return kind(Secret(), SUBSCRIPTION)


resources = client(ResourceManagementClient)


@case("SubscriptionClient.subscriptions.list", "SubscriptionClient.subscriptions.get", "SubscriptionClient.subscriptions.list_locations", "SubscriptionClient.tenants.list")
def subscriptions():
    of = SubscriptionClient(Secret())
    equal([SUBSCRIPTION], [s.subscription_id for s in of.subscriptions.list()])
    equal("Enabled", of.subscriptions.get(SUBSCRIPTION).state.value if hasattr(of.subscriptions.get(SUBSCRIPTION).state, "value") else of.subscriptions.get(SUBSCRIPTION).state)
    assert "eastus" in [location.name for location in of.subscriptions.list_locations(SUBSCRIPTION)]
    equal([TENANT], [tenant.tenant_id for tenant in of.tenants.list()])


@case("a head of 12 KB, with lines of 4 KB")
def long_heads():
    answer = requests.get(f"https://management.azure.com/subscriptions/{SUBSCRIPTION}?api-version=2022-12-01&c={'c' * 4000}", timeout=60,
                          headers={"Authorization": f"Bearer {'t' * 4000}", "x-ms-client-trace": "x" * 4000})
    equal(200, answer.status_code)


@case("ResourceManagementClient.resource_groups.create_or_update", "ResourceManagementClient.resource_groups.get", "ResourceManagementClient.resource_groups.check_existence",
      "ResourceManagementClient.resource_groups.update", "ResourceManagementClient.resource_groups.list")
def resource_groups():
    equal("eastus", resources.resource_groups.create_or_update(GROUP, {"location": "eastus", "tags": {"a": "b"}}).location)
    equal("Succeeded", resources.resource_groups.get(GROUP).properties.provisioning_state)
    equal((True, False), (resources.resource_groups.check_existence(GROUP), resources.resource_groups.check_existence("none")))
    equal({"c": "d"}, resources.resource_groups.update(GROUP, {"tags": {"c": "d"}}).tags)
    equal([GROUP], [group.name for group in resources.resource_groups.list()])
    refused(ResourceNotFoundError, "ResourceGroupNotFound", resources.resource_groups.get, "none")


@case("ResourceManagementClient.providers.register", "ResourceManagementClient.providers.get", "ResourceManagementClient.providers.list", "ResourceManagementClient.providers.unregister")
def providers():
    equal("Registered", resources.providers.get("Microsoft.Storage").registration_state)
    assert len(list(resources.providers.list())) > 10
    equal("Unregistering", resources.providers.unregister("Microsoft.PolicyInsights").registration_state)
    assert resources.providers.register("Microsoft.PolicyInsights").registration_state in ("Registering", "Registered")


@case("StorageManagementClient.storage_accounts.check_name_availability", "StorageManagementClient.storage_accounts.begin_create", "StorageManagementClient.storage_accounts.get_properties",
      "StorageManagementClient.storage_accounts.list", "StorageManagementClient.storage_accounts.list_by_resource_group", "StorageManagementClient.storage_accounts.update",
      "StorageManagementClient.storage_accounts.list_keys")
def storage_accounts():
    accounts = client(StorageManagementClient).storage_accounts
    assert accounts.check_name_availability({"name": "stmgmt77", "type": "Microsoft.Storage/storageAccounts"}).name_available
    equal("stmgmt77", accounts.begin_create(GROUP, "stmgmt77", {"location": "eastus", "sku": {"name": "Standard_LRS"}, "kind": "StorageV2", "properties": {}}).result().name)
    equal("Succeeded", accounts.get_properties(GROUP, "stmgmt77").provisioning_state)
    equal(["stmgmt77"], [account.name for account in accounts.list()])
    equal(["stmgmt77"], [account.name for account in accounts.list_by_resource_group(GROUP)])
    equal({"t": "1"}, accounts.update(GROUP, "stmgmt77", {"tags": {"t": "1"}}).tags)
    equal(2, len(accounts.list_keys(GROUP, "stmgmt77").keys_property if hasattr(accounts.list_keys(GROUP, "stmgmt77"), "keys_property") else accounts.list_keys(GROUP, "stmgmt77").keys))


@case("StorageManagementClient.blob_containers.create", "StorageManagementClient.blob_containers.get", "StorageManagementClient.blob_containers.list", "StorageManagementClient.blob_containers.delete")
def blob_containers():
    containers = client(StorageManagementClient).blob_containers
    containers.create(GROUP, "stmgmt77", "box", {})
    equal("box", containers.get(GROUP, "stmgmt77", "box").name)
    equal(["box"], [container.name for container in containers.list(GROUP, "stmgmt77")])
    containers.delete(GROUP, "stmgmt77", "box")


@case("KeyVaultManagementClient.vaults.begin_create_or_update", "KeyVaultManagementClient.vaults.get", "KeyVaultManagementClient.vaults.list_by_resource_group",
      "KeyVaultManagementClient.vaults.list_by_subscription", "KeyVaultManagementClient.vaults.delete", "KeyVaultManagementClient.vaults.list_deleted",
      "KeyVaultManagementClient.vaults.get_deleted", "KeyVaultManagementClient.vaults.begin_purge_deleted", "KeyVaultManagementClient.vaults.check_name_availability")
def key_vaults():
    vaults = client(KeyVaultManagementClient).vaults
    wanted = {"location": "eastus", "properties": {"tenantId": TENANT, "sku": {"family": "A", "name": "standard"}, "accessPolicies": []}}
    assert vaults.check_name_availability({"name": "kv-mgmt-77", "type": "Microsoft.KeyVault/vaults"}).name_available
    equal("https://kv-mgmt-77.vault.azure.net/", vaults.begin_create_or_update(GROUP, "kv-mgmt-77", wanted).result().properties.vault_uri)
    equal("kv-mgmt-77", vaults.get(GROUP, "kv-mgmt-77").name)
    equal(["kv-mgmt-77"], [vault.name for vault in vaults.list_by_resource_group(GROUP)])
    equal(["kv-mgmt-77"], [vault.name for vault in vaults.list_by_subscription()])
    vaults.delete(GROUP, "kv-mgmt-77")
    equal(["kv-mgmt-77"], [vault.name for vault in vaults.list_deleted()])
    equal("kv-mgmt-77", vaults.get_deleted("kv-mgmt-77", "eastus").name)
    refused(HttpResponseError, "ConflictError", lambda: vaults.begin_create_or_update(GROUP, "kv-mgmt-77", wanted).result())
    vaults.begin_purge_deleted("kv-mgmt-77", "eastus").wait()
    equal([], list(vaults.list_deleted()))


@case("ContainerRegistryManagementClient.registries.begin_create", "ContainerRegistryManagementClient.registries.get", "ContainerRegistryManagementClient.registries.list_by_resource_group",
      "ContainerRegistryManagementClient.registries.begin_update", "ContainerRegistryManagementClient.registries.list_credentials", "ContainerRegistryManagementClient.registries.begin_delete")
def registries():
    of = client(ContainerRegistryManagementClient).registries
    equal("crmgmt77.azurecr.io", of.begin_create(GROUP, "crmgmt77", {"location": "eastus", "sku": {"name": "Basic"}, "properties": {"adminUserEnabled": False}}).result().login_server)
    equal("crmgmt77", of.get(GROUP, "crmgmt77").name)
    equal(["crmgmt77"], [registry.name for registry in of.list_by_resource_group(GROUP)])
    equal(True, of.begin_update(GROUP, "crmgmt77", {"properties": {"adminUserEnabled": True}}).result().admin_user_enabled)
    equal("crmgmt77", of.list_credentials(GROUP, "crmgmt77").username)
    of.begin_delete(GROUP, "crmgmt77").wait()


@case("LogAnalyticsManagementClient.workspaces.begin_create_or_update", "LogAnalyticsManagementClient.workspaces.get", "LogAnalyticsManagementClient.workspaces.list_by_resource_group")
def log_analytics():
    of = client(LogAnalyticsManagementClient).workspaces
    equal("log-mgmt", of.begin_create_or_update(GROUP, "log-mgmt", {"location": "eastus", "properties": {"sku": {"name": "PerGB2018"}}}).result().name)
    assert of.get(GROUP, "log-mgmt").customer_id
    equal(["log-mgmt"], [workspace.name for workspace in of.list_by_resource_group(GROUP)])


@case("ApplicationInsightsManagementClient.components.create_or_update", "ApplicationInsightsManagementClient.components.get", "ApplicationInsightsManagementClient.components.list",
      "ApplicationInsightsManagementClient.components.delete")
def application_insights():
    of = client(ApplicationInsightsManagementClient).components
    from azure.mgmt.applicationinsights.models import ApplicationInsightsComponent
    equal("ai-mgmt", of.create_or_update(GROUP, "ai-mgmt", ApplicationInsightsComponent(location="eastus", kind="web", application_type="web")).name)
    assert of.get(GROUP, "ai-mgmt").instrumentation_key
    equal(["ai-mgmt"], [component.name for component in of.list()])
    of.delete(GROUP, "ai-mgmt")


def template():
    return {"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
            "parameters": {"name": {"type": "string", "defaultValue": "stdeploy77"}},
            "resources": [{"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01", "name": "[parameters('name')]", "location": "[resourceGroup().location]",
                           "sku": {"name": "Standard_LRS"}, "kind": "StorageV2"}],
            "outputs": {"id": {"type": "string", "value": "[resourceId('Microsoft.Storage/storageAccounts', parameters('name'))]"}}}


@case("DeploymentsMgmtClient.deployments.begin_validate", "DeploymentsMgmtClient.deployments.begin_create_or_update", "DeploymentsMgmtClient.deployments.get",
      "DeploymentsMgmtClient.deployments.check_existence", "DeploymentsMgmtClient.deployments.list_by_resource_group", "DeploymentsMgmtClient.deployments.export_template",
      "DeploymentsMgmtClient.deployment_operations.list", "DeploymentsMgmtClient.deployment_operations.get", "DeploymentsMgmtClient.deployments.begin_delete")
def deployments():
    of = client(DeploymentsMgmtClient)
    # A parameter passed as null takes its default (trap 8).
    wanted = {"properties": {"mode": "Incremental", "template": template(), "parameters": {"name": {"value": None}}}}
    equal("Succeeded", of.deployments.begin_validate(GROUP, "d1", wanted).result().properties.provisioning_state)
    made = of.deployments.begin_create_or_update(GROUP, "d1", wanted).result()
    assert made.properties.outputs["id"]["value"].endswith("/stdeploy77")
    equal("Succeeded", of.deployments.get(GROUP, "d1").properties.provisioning_state)
    equal(True, of.deployments.check_existence(GROUP, "d1"))
    equal(["d1"], [deployment.name for deployment in of.deployments.list_by_resource_group(GROUP)])
    assert of.deployments.export_template(GROUP, "d1").template["resources"]
    done = list(of.deployment_operations.list(GROUP, "d1"))
    equal(["stdeploy77"], [operation.properties.target_resource.resource_name for operation in done])
    equal(done[0].operation_id, of.deployment_operations.get(GROUP, "d1", done[0].operation_id).operation_id)
    of.deployments.begin_delete(GROUP, "d1").wait()


@case("ResourceManagementClient.resources.list", "ResourceManagementClient.resources.list_by_resource_group", "ResourceManagementClient.resources.get_by_id",
      "ResourceManagementClient.resources.begin_create_or_update_by_id", "ResourceManagementClient.resources.begin_delete_by_id")
def generic_resources():
    assert "stdeploy77" in [resource.name for resource in resources.resources.list()]
    assert "stdeploy77" in [resource.name for resource in resources.resources.list_by_resource_group(GROUP)]
    resource_id = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}/providers/Microsoft.Storage/storageAccounts/stgeneric77"
    made = resources.resources.begin_create_or_update_by_id(resource_id, "2023-01-01", {"location": "eastus", "sku": {"name": "Standard_LRS"}, "kind": "StorageV2", "properties": {}}).result()
    equal(resource_id, made.id)
    equal("stgeneric77", resources.resources.get_by_id(resource_id, "2023-01-01").name)
    resources.resources.begin_delete_by_id(resource_id, "2023-01-01").wait()
    refused(ResourceNotFoundError, "ResourceNotFound", resources.resources.get_by_id, resource_id, "2023-01-01")


@case("ResourceManagementClient.tags.create_or_update_at_scope", "ResourceManagementClient.tags.update_at_scope", "ResourceManagementClient.tags.get_at_scope",
      "ResourceManagementClient.tags.delete_at_scope", "ResourceManagementClient.tags.list")
def tags():
    scope = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}"
    of = resources.tags
    created = (of.begin_create_or_update_at_scope if hasattr(of, "begin_create_or_update_at_scope") else of.create_or_update_at_scope)(scope, {"properties": {"tags": {"a": "1"}}})
    if hasattr(created, "result"):
        created.result()
    updated = (of.begin_update_at_scope if hasattr(of, "begin_update_at_scope") else of.update_at_scope)(scope, {"operation": "Merge", "properties": {"tags": {"b": "2"}}})
    if hasattr(updated, "result"):
        updated.result()
    equal({"a": "1", "b": "2"}, of.get_at_scope(scope).properties.tags)
    assert "a" in [tag.tag_name for tag in of.list()]
    deleted = (of.begin_delete_at_scope if hasattr(of, "begin_delete_at_scope") else of.delete_at_scope)(scope)
    if hasattr(deleted, "wait"):
        deleted.wait()
    equal({}, of.get_at_scope(scope).properties.tags or {})


@case("ComputeManagementClient.virtual_machine_sizes.list", "ComputeManagementClient.usage.list", "ComputeManagementClient.resource_skus.list", "ComputeManagementClient.virtual_machines.list_all")
def compute():
    of = client(ComputeManagementClient)
    assert "Standard_DS11_v2" in [size.name for size in of.virtual_machine_sizes.list("eastus")]
    assert "cores" in [usage.name.value for usage in of.usage.list("eastus")]
    assert "Standard_DS11_v2" in [sku.name for sku in of.resource_skus.list(filter="location eq 'eastus'")]
    equal([], list(of.virtual_machines.list_all()))


@case("AuthorizationManagementClient.role_definitions.list", "AuthorizationManagementClient.role_definitions.get_by_id", "AuthorizationManagementClient.role_assignments.create",
      "AuthorizationManagementClient.role_assignments.list_for_scope", "AuthorizationManagementClient.role_assignments.get", "AuthorizationManagementClient.role_assignments.delete")
def roles():
    of = client(AuthorizationManagementClient)
    scope = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}"
    reader = list(of.role_definitions.list(scope, filter="roleName eq 'Reader'"))[0]
    equal("Reader", of.role_definitions.get_by_id(reader.id).role_name)
    name = str(uuid.UUID(int=77))
    made = of.role_assignments.create(scope, name, {"properties": {"roleDefinitionId": reader.id, "principalId": KIM, "principalType": "User"}})
    equal((scope, KIM), (made.scope, made.principal_id))
    equal([name], [one.name for one in of.role_assignments.list_for_scope(scope, filter=f"principalId eq '{KIM}'")])
    equal(name, of.role_assignments.get(scope, name).name)
    of.role_assignments.delete(scope, name)
    equal([], list(of.role_assignments.list_for_scope(scope, filter=f"principalId eq '{KIM}'")))


@case("ResourceManagementClient.resource_groups.begin_export_template")
def export_a_group():
    exported = resources.resource_groups.begin_export_template(GROUP, {"resources": ["*"], "options": "SkipAllParameterization"}).result()
    assert "stdeploy77" in [resource["name"] for resource in exported.template["resources"]]


@case("LogAnalyticsManagementClient.workspaces.begin_delete", "StorageManagementClient.storage_accounts.delete", "ResourceManagementClient.resource_groups.begin_delete")
def delete_everything():
    client(LogAnalyticsManagementClient).workspaces.begin_delete(GROUP, "log-mgmt").wait()
    client(StorageManagementClient).storage_accounts.delete(GROUP, "stmgmt77")
    resources.resource_groups.begin_delete(GROUP).wait()
    equal(False, resources.resource_groups.check_existence(GROUP))


if __name__ == "__main__":
    main()
