"""azure-keyvault-secrets on the vault of a workspace."""
import datetime
import os

from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.keyvault.secrets import SecretClient
from azure.mgmt.resource.resources import ResourceManagementClient

from cases import case, equal, main, refused
from credential import Secret

SUBSCRIPTION, TENANT, CREDENTIAL = os.environ["AZURE_SUBSCRIPTION_ID"], os.environ["AZURE_TENANT_ID"], Secret()
GROUP, VAULT = "rg-secrets", "kv-secrets-77"
PIPELINE = "d81f3c57-06ae-4b29-9f74-a5e2c0b8d615"
secrets = SecretClient(f"https://{VAULT}.vault.azure.net", CREDENTIAL)


@case("SecretClient.set_secret (no access policy: refused)")
def a_workspace_s_vault():
    resources = ResourceManagementClient(CREDENTIAL, SUBSCRIPTION)
    resources.resource_groups.create_or_update(GROUP, {"location": "eastus"})
    group = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}/providers"

    def create(rest, version, **body):
        return resources.resources.begin_create_or_update_by_id(f"{group}/{rest}", version, {"location": "eastus", **body}).result().id
    vault = f"Microsoft.KeyVault/vaults/{VAULT}"
    properties = {"tenantId": TENANT, "sku": {"family": "A", "name": "standard"}, "accessPolicies": []}
    parts = {"keyVault": create(vault, "2023-07-01", properties=properties), "storageAccount": create("Microsoft.Storage/storageAccounts/stsecrets77", "2023-01-01", kind="StorageV2", sku={"name": "Standard_LRS"}),
             "applicationInsights": create("Microsoft.Insights/components/ai-secrets", "2020-02-02", kind="web", properties={"Application_Type": "web"})}
    create("Microsoft.MachineLearningServices/workspaces/mlw-secrets", "2024-04-01", identity={"type": "SystemAssigned"}, properties=parts)
    equal(403, refused(HttpResponseError, "Caller was not found on any access policy.", secrets.set_secret, "one", "x").status_code)
    # Creating the workspace gave its own identity a policy; a person adds one for themselves.
    policies = resources.resources.get_by_id(f"{group}/{vault}", "2023-07-01").properties["accessPolicies"]
    mine = {"tenantId": TENANT, "objectId": PIPELINE, "permissions": {"secrets": ["get", "list", "set", "delete", "recover", "purge"]}}
    create(vault, "2023-07-01", properties={**properties, "accessPolicies": [*policies, mine]})


@case("SecretClient.set_secret", "SecretClient.get_secret", "SecretClient.get_secret (version)", "SecretClient.get_secret (not found)")
def set_and_get():
    first = secrets.set_secret("one", "first", content_type="text/plain", tags={"a": "b"})
    second = secrets.set_secret("one", "second")
    equal("second", secrets.get_secret("one").value)
    found = secrets.get_secret("one", first.properties.version)
    equal(("first", "text/plain", {"a": "b"}, True), (found.value, found.properties.content_type, found.properties.tags, found.properties.enabled))
    assert first.properties.version != second.properties.version
    equal(f"https://{VAULT}.vault.azure.net/secrets/one/{second.properties.version}", second.id)
    refused(ResourceNotFoundError, "SecretNotFound", secrets.get_secret, "none")


@case("SecretClient.update_secret_properties", "SecretClient.list_properties_of_secrets", "SecretClient.list_properties_of_secret_versions")
def properties():
    ends = datetime.datetime(2030, 1, 1, tzinfo=datetime.timezone.utc)
    changed = secrets.update_secret_properties("one", expires_on=ends, tags={"c": "d"})
    equal((ends, {"c": "d"}), (changed.expires_on, changed.tags))
    secrets.set_secret("two", "2", enabled=False)
    equal([("one", True), ("two", False)], [(one.name, one.enabled) for one in secrets.list_properties_of_secrets()])
    equal(2, len(list(secrets.list_properties_of_secret_versions("one"))))
    equal(403, refused(HttpResponseError, "", secrets.get_secret, "two").status_code)


@case("SecretClient.begin_delete_secret", "SecretClient.get_deleted_secret", "SecretClient.list_deleted_secrets", "SecretClient.begin_recover_deleted_secret", "SecretClient.purge_deleted_secret")
def delete_recover_purge():
    equal("one", secrets.begin_delete_secret("one").result().name)
    refused(ResourceNotFoundError, "SecretNotFound", secrets.get_secret, "one")
    equal("one", secrets.get_deleted_secret("one").name)
    equal(["one"], [one.name for one in secrets.list_deleted_secrets()])
    refused(ResourceExistsError, "ObjectIsDeletedButRecoverable", secrets.set_secret, "one", "x")
    secrets.begin_recover_deleted_secret("one").wait()
    equal("second", secrets.get_secret("one").value)
    secrets.begin_delete_secret("one").wait()
    secrets.purge_deleted_secret("one")
    equal([], list(secrets.list_deleted_secrets()))
    equal("anew", secrets.set_secret("one", "anew").value)


if __name__ == "__main__":
    main()
