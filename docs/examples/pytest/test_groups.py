"""What an unmodified client of Resource Manager does when Azure fails: its requests, tries and waits."""
import os

import pytest
from azure.core.exceptions import HttpResponseError
from azure.identity import DefaultAzureCredential
from azure.mgmt.resource import ResourceManagementClient


@pytest.fixture
def client(azure):
    with ResourceManagementClient(DefaultAzureCredential(), os.environ["AZURE_SUBSCRIPTION_ID"]) as one:
        yield one


def test_the_client_tries_again_and_waits_as_it_was_told(azure, client):
    azure.arm("too-many-requests-generic@resourceGroups.create:request:2")
    client.resource_groups.create_or_update("rg", {"location": "eastus"})
    seen = azure.requests("resourceGroups.create")
    assert (seen.statuses, seen.retries) == ([429, 429, 201], 2)
    assert seen.waits == [10, 10]   # simulated seconds: the test itself waits for none of them


def test_the_client_gives_up_after_four_tries(azure, client):
    fault = azure.arm("too-many-requests-generic@resourceGroups.create:request:-1")
    with pytest.raises(HttpResponseError) as refused:
        client.resource_groups.create_or_update("rg", {"location": "eastus"})
    assert refused.value.status_code == 429
    assert azure.hits(fault) == 4
    azure.disarm()
    client.resource_groups.create_or_update("rg", {"location": "eastus"})


def test_deleting_waits_for_the_group_to_be_gone(azure, client):
    client.resource_groups.create_or_update("rg", {"location": "eastus"})
    begun = azure.now()
    client.resource_groups.begin_delete("rg").result()
    assert azure.now() > begun
    assert not client.resource_groups.check_existence("rg")
    assert azure.unknown() == []


def test_nothing_is_left_of_the_test_before(azure, client):
    assert list(client.resource_groups.list()) == []
    with azure.undone():
        client.resource_groups.create_or_update("rg", {"location": "eastus"})
        assert client.resource_groups.check_existence("rg")
    assert not client.resource_groups.check_existence("rg")
