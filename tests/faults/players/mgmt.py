"""The management clients that az carries (azure-mgmt-*), as a program uses them."""
import os
import sys
import time

from action import carry_out

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "clients"))
PRELOAD = """azure.mgmt.applicationinsights azure.mgmt.authorization azure.mgmt.loganalytics azure.mgmt.keyvault azure.mgmt.storage
 azure.mgmt.resource.deployments azure.mgmt.resource.resources azure.mgmt.resource.subscriptions credential azure.keyvault.secrets""".split()
STORAGE = {"location": "eastus", "sku": {"name": "Standard_LRS"}, "kind": "StorageV2", "properties": {}}
VAULT = {"location": "eastus", "properties": {"tenantId": "72f9a1c4-6d0e-4c5b-8a37-1e2d3c4b5a69", "sku": {"name": "standard", "family": "A"}, "accessPolicies": []}}
GROUP = "rg-labs"


def template(*resources):
    return {"properties": {"mode": "Incremental", "template": {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0", "resources": list(resources)}}}


STORAGE_RESOURCE = {"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-05-01", "name": "stnew", "location": "eastus", "sku": {"name": "Standard_LRS"}, "kind": "StorageV2"}
VAULT_RESOURCE = {"type": "Microsoft.KeyVault/vaults", "apiVersion": "2023-07-01", "name": "kv-new", **VAULT}


def play(text):
    from azure.keyvault.secrets import SecretClient
    from azure.mgmt.applicationinsights import ApplicationInsightsManagementClient
    from azure.mgmt.authorization import AuthorizationManagementClient
    from azure.mgmt.keyvault import KeyVaultManagementClient
    from azure.mgmt.loganalytics import LogAnalyticsManagementClient
    from azure.mgmt.resource.deployments import DeploymentsMgmtClient
    from azure.mgmt.resource.resources import ResourceManagementClient
    from azure.mgmt.resource.subscriptions import SubscriptionClient
    from azure.mgmt.storage import StorageManagementClient
    from credential import Secret
    credential, subscription = Secret(), os.environ["AZURE_SUBSCRIPTION_ID"]

    def of(kind):
        return kind(credential, subscription)

    resources = of(ResourceManagementClient)
    return carry_out(text, {
        "sub": subscription, "GROUP": GROUP, "STORAGE": STORAGE, "VAULT": VAULT, "template": template, "STORAGE_RESOURCE": STORAGE_RESOURCE, "VAULT_RESOURCE": VAULT_RESOURCE, "time": time,
        "resources": resources, "groups": resources.resource_groups, "providers": resources.providers, "subscriptions": SubscriptionClient(credential),
        "accounts": of(StorageManagementClient).storage_accounts, "vaults": of(KeyVaultManagementClient).vaults, "deployments": of(DeploymentsMgmtClient).deployments,
        "components": of(ApplicationInsightsManagementClient).components, "logs": of(LogAnalyticsManagementClient).workspaces,
        "roles": of(AuthorizationManagementClient).role_assignments, "secrets": SecretClient("https://kv-labs.vault.azure.net", credential)})
