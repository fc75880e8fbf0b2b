"""`azlab run --strict`: wrong secrets, foreign and expired tokens and missing roles are refused as Azure words them."""
import contextlib
import io
import os
import pathlib
import tempfile
import time

import requests
from azure.ai.ml import MLClient, command
from azure.ai.ml.entities import AmlCompute, Workspace
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError
from azure.identity import ClientSecretCredential, ManagedIdentityCredential, UsernamePasswordCredential
from azure.mgmt.resource.resources import ResourceManagementClient

from cases import case, equal, main, refused
from tokens import claims, part

ARM = "https://management.azure.com/.default"
TENANT, CLIENT, SECRET, SUBSCRIPTION = (os.environ[f"AZURE_{name}"] for name in ("TENANT_ID", "CLIENT_ID", "CLIENT_SECRET", "SUBSCRIPTION_ID"))
AUDITOR, CLI = "a36e9d84-2c57-4f10-b9d8-7e5f1a0c6b62", "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
KIM = "f05b7c19-3e6a-4d84-91c7-08a2d6e4b543"
SUBSCRIPTION_ID = f"/subscriptions/{SUBSCRIPTION}"


class Fixed:
    """A token as it is."""

    def __init__(self, token):
        self.token = token

    def get_token(self, *_, **__):
        return AccessToken(self.token, int(time.time()) + 3600)


def groups(credential):
    return ResourceManagementClient(credential, SUBSCRIPTION).resource_groups


def person(name):
    return UsernamePasswordCredential(CLI, f"{name}@contoso-labs.example", "lab-password", tenant_id=TENANT)


@case("ClientSecretCredential (the right secret)")
def the_right_secret():
    groups(ClientSecretCredential(TENANT, CLIENT, SECRET)).create_or_update("rg", {"location": "eastus"})


@case("ClientSecretCredential (a wrong secret: refused)")
def a_wrong_secret():
    refused(ClientAuthenticationError, "AADSTS7000215: Invalid client secret provided.", ClientSecretCredential(TENANT, CLIENT, "wrong").get_token, ARM)


@case("ClientSecretCredential (an unknown application: refused)")
def an_unknown_application():
    refused(ClientAuthenticationError, "AADSTS700016", ClientSecretCredential(TENANT, "00000000-0000-4000-8000-000000000001", SECRET).get_token, ARM)


@case("UsernamePasswordCredential (a wrong password: refused)")
def a_wrong_password():
    refused(ClientAuthenticationError, "AADSTS50126", UsernamePasswordCredential(CLI, "alex.martin@contoso-labs.example", "wrong", tenant_id=TENANT).get_token, ARM)


@case("a token of nobody's: refused")
def a_token_of_another_s():
    foreign = ".".join([part({"alg": "RS256", "typ": "JWT"}), part({"aud": "https://management.azure.com", "tid": TENANT, "oid": "o", "exp": int(time.time()) + 600}), "c2ln"])
    said = refused(HttpResponseError, "InvalidAuthenticationToken", lambda: list(groups(Fixed(foreign)).list()))
    equal(401, said.status_code)


@case("an expired token: refused")
def an_expired_token():
    # Entra gives none that has expired, so one of ours is taken whose time is over in its claims: the signature fails first.
    token = ClientSecretCredential(TENANT, CLIENT, SECRET).get_token(ARM).token
    head, _, signature = token.split(".")
    over = {**claims(token), "exp": int(time.time()) - 600}
    said = refused(HttpResponseError, "InvalidAuthenticationToken", lambda: list(groups(Fixed(f"{head}.{part(over)}.{signature}")).list()))
    equal(401, said.status_code)


@case("a token for another audience: refused")
def a_token_for_another_audience():
    token = ClientSecretCredential(TENANT, CLIENT, SECRET).get_token("https://storage.azure.com/.default").token
    said = refused(HttpResponseError, "InvalidAuthenticationTokenAudience", lambda: list(groups(Fixed(token)).list()))
    equal(401, said.status_code)


@case("no token: refused")
def no_token():
    answer = requests.get(f"https://management.azure.com{SUBSCRIPTION_ID}/resourcegroups?api-version=2021-04-01", timeout=60)
    equal((401, "AuthenticationFailed"), (answer.status_code, answer.json()["error"]["code"]))
    assert answer.headers["WWW-Authenticate"].startswith("Bearer authorization_uri=")


@case("a Reader reads, and may not write")
def a_reader():
    of_auditor = groups(ClientSecretCredential(TENANT, AUDITOR, SECRET))
    equal(["rg"], [group.name for group in of_auditor.list()])
    said = refused(HttpResponseError, "does not have authorization to perform action 'Microsoft.Resources/subscriptions/resourcegroups/write' over scope", of_auditor.create_or_update, "rg2", {"location": "eastus"})
    equal((403, "AuthorizationFailed"), (said.status_code, said.error.code))


@case("somebody without a role, and with one given")
def a_role_is_given():
    of_kim = groups(person("kim.novak"))
    equal(403, refused(HttpResponseError, "AuthorizationFailed", of_kim.get, "rg").status_code)
    token = ClientSecretCredential(TENANT, CLIENT, SECRET).get_token(ARM).token
    assignment = f"https://management.azure.com{SUBSCRIPTION_ID}/resourceGroups/rg/providers/Microsoft.Authorization/roleAssignments/11111111-0000-4000-8000-000000000001?api-version=2022-04-01"
    role = f"{SUBSCRIPTION_ID}/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7"
    head = {"Authorization": f"Bearer {token}"}
    equal(201, requests.put(assignment, json={"properties": {"roleDefinitionId": role, "principalId": KIM, "principalType": "User"}}, headers=head, timeout=60).status_code)
    equal("rg", of_kim.get("rg").name)
    equal(403, refused(HttpResponseError, "AuthorizationFailed", of_kim.begin_delete, "rg").status_code)
    equal(200, requests.delete(assignment, headers=head, timeout=60).status_code)
    equal(403, refused(HttpResponseError, "AuthorizationFailed", of_kim.get, "rg").status_code)


@case("a Contributor writes, and gives no roles")
def a_contributor():
    token = person("robin").get_token(ARM).token
    head = {"Authorization": f"Bearer {token}"}
    equal("rg3", groups(person("robin")).create_or_update("rg3", {"location": "eastus"}).name)
    assignment = f"https://management.azure.com{SUBSCRIPTION_ID}/providers/Microsoft.Authorization/roleAssignments/11111111-0000-4000-8000-000000000002?api-version=2022-04-01"
    answer = requests.put(assignment, json={"properties": {}}, headers=head, timeout=60)
    equal((403, "AuthorizationFailed"), (answer.status_code, answer.json()["error"]["code"]))


@case("ManagedIdentityCredential (its own role)")
def a_machine():
    equal(["rg", "rg3"], [group.name for group in groups(ManagedIdentityCredential()).list()])


@case("MLClient.jobs.stream (signed with a signature: refused by storage)", "MLClient.jobs.download")
def a_log_in_strict_mode():
    credential = ClientSecretCredential(TENANT, CLIENT, SECRET)
    of_group = MLClient(credential, SUBSCRIPTION, "rg")
    workspace = of_group.workspaces.begin_create(Workspace(name="mlw-strict")).result()
    client = MLClient(credential, SUBSCRIPTION, "rg", "mlw-strict")
    client.compute.begin_create_or_update(AmlCompute(name="aml-cluster", size="STANDARD_DS11_V2", max_instances=1)).result()
    name = client.jobs.create_or_update(command(command="echo trained", environment="AzureML-sklearn-1.5@latest", compute="aml-cluster")).name
    # The SDK asks for an expirable secret, is given a shared access signature, and from 1.35.0 on signs the log's address
    # with it as if it were the account's key. Storage refuses that, and the SDK prints the refusal where the log should be.
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        client.jobs.stream(name)
    assert "<Code>AuthenticationFailed</Code>" in text.getvalue() and "trained" not in text.getvalue(), text.getvalue()
    # Run history's own address of the log is good by itself, without a token; SDKs before 1.35.0 use it.
    path = f"{workspace.id}/runs/{name}/details".replace("/subscriptions/", "subscriptions/", 1)
    head = {"Authorization": f"Bearer {credential.get_token('https://ml.azure.com/.default').token}"}
    log = requests.get(f"https://eastus.api.azureml.ms/history/v1.0/{path}", headers=head, timeout=60).json()["logFiles"]["user_logs/std_log.txt"]
    equal((200, "trained\n"), (requests.get(log, timeout=60).status_code, requests.get(log, timeout=60).text))
    equal(403, requests.get(log.replace("sp=r", "sp=rw"), timeout=60).status_code)
    # Lists and reads with the signature that it was given.
    with tempfile.TemporaryDirectory() as folder:
        client.jobs.download(name, download_path=folder, all=True)
        equal("trained\n", (pathlib.Path(folder) / "artifacts" / "user_logs" / "std_log.txt").read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
