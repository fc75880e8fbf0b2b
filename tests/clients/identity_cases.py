"""azure-identity: every kind of credential gets a token of the right audience for the right principal."""
import datetime
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from azure.core.exceptions import ClientAuthenticationError
from azure.identity import (AuthorizationCodeCredential, AzureCliCredential, CertificateCredential, ChainedTokenCredential,
                            ClientAssertionCredential, ClientSecretCredential, CredentialUnavailableError, DefaultAzureCredential,
                            DeviceCodeCredential, EnvironmentCredential, InteractiveBrowserCredential, ManagedIdentityCredential,
                            OnBehalfOfCredential, TokenCachePersistenceOptions, UsernamePasswordCredential, WorkloadIdentityCredential,
                            get_bearer_token_provider)
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from cases import case, equal, main, refused
from tokens import claims, federated_token

ARM = "https://management.azure.com/.default"
TENANT, CLIENT, SECRET = (os.environ[f"AZURE_{name}"] for name in ("TENANT_ID", "CLIENT_ID", "CLIENT_SECRET"))
PIPELINE = "d81f3c57-06ae-4b29-9f74-a5e2c0b8d615"
MACHINE = "7e20b6f5-d94c-4183-a6bf-1c3e8d5f9a17"
MACHINE_CLIENT = "c94f27d0-6b1e-4a85-93dc-f8e0b5a17d73"
ALEX = "8d7f1b52-5f3c-4b1e-9c56-3a4e2f6d7b10"
ENDPOINT = "http://msi.azlab/token"
HERE = pathlib.Path(__file__).resolve().parent


def check(credential, principal, scope=ARM, audience="https://management.azure.com"):
    token = credential.get_token(scope)
    said = claims(token.token)
    equal((audience, TENANT, principal), (said["aud"], said["tid"], said["oid"]))
    assert token.expires_on > time.time() + 1800, "a token lasts long enough not to be asked for again at once"
    return said


def variables(**changes):
    """Sets variables of the environment for a `with` block; None removes one."""
    class Changed:
        def __enter__(self):
            self.before = {name: os.environ.get(name) for name in changes}
            self.put(changes)

        def __exit__(self, *_):
            self.put(self.before)

        @staticmethod
        def put(values):
            for name, value in values.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value
    return Changed()


@case("ClientSecretCredential.get_token")
def a_client_secret():
    check(ClientSecretCredential(TENANT, CLIENT, SECRET), PIPELINE)


@case("ClientSecretCredential.get_token_info")
def token_info():
    info = ClientSecretCredential(TENANT, CLIENT, SECRET).get_token_info(ARM)
    equal(("Bearer", PIPELINE), (info.token_type, claims(info.token)["oid"]))


@case("ClientSecretCredential.get_token (Azure ML, storage, key vault, Graph)")
def each_audience():
    credential = ClientSecretCredential(TENANT, CLIENT, SECRET)
    for scope, audience in (("https://ml.azure.com/.default", "https://ml.azure.com"),
                            ("https://storage.azure.com/.default", "https://storage.azure.com"),
                            ("https://vault.azure.net/.default", "https://vault.azure.net"),
                            ("https://graph.microsoft.com/.default", "https://graph.microsoft.com"),
                            ("https://management.core.windows.net//.default", "https://management.core.windows.net/")):
        check(credential, PIPELINE, scope, audience)


@case("EnvironmentCredential.get_token (secret)")
def the_environment():
    check(EnvironmentCredential(), PIPELINE)


@case("EnvironmentCredential.get_token (user name and password)")
def the_environment_of_a_person():
    with variables(AZURE_CLIENT_SECRET=None, AZURE_CLIENT_ID="04b07795-8ddb-461a-bbee-02f9e1bf7b46", AZURE_USERNAME="alex.martin@contoso-labs.example", AZURE_PASSWORD="lab-password"):
        check(EnvironmentCredential(), ALEX)


def certificate():
    """A key with a certificate of its own, PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "azlab")])
    now = datetime.datetime.now(datetime.timezone.utc)
    made = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
            .not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1)).sign(key, hashes.SHA256()))
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()) + made.public_bytes(serialization.Encoding.PEM)


@case("CertificateCredential.get_token")
def a_certificate():
    check(CertificateCredential(TENANT, CLIENT, certificate_data=certificate()), PIPELINE)


@case("EnvironmentCredential.get_token (certificate)")
def the_environment_s_certificate():
    with tempfile.TemporaryDirectory() as directory:
        path = pathlib.Path(directory) / "cert.pem"
        path.write_bytes(certificate())
        with variables(AZURE_CLIENT_SECRET=None, AZURE_CLIENT_CERTIFICATE_PATH=str(path)):
            check(EnvironmentCredential(), PIPELINE)


@case("ClientAssertionCredential.get_token")
def an_assertion():
    check(ClientAssertionCredential(TENANT, CLIENT, federated_token), PIPELINE)


@case("WorkloadIdentityCredential.get_token")
def a_federated_token():
    with tempfile.TemporaryDirectory() as directory:
        path = pathlib.Path(directory) / "token"
        path.write_text(federated_token(), encoding="utf-8")
        check(WorkloadIdentityCredential(tenant_id=TENANT, client_id=CLIENT, token_file_path=str(path)), PIPELINE)
        with variables(AZURE_CLIENT_SECRET=None, AZURE_FEDERATED_TOKEN_FILE=str(path)):
            check(DefaultAzureCredential(exclude_managed_identity_credential=True), PIPELINE)


@case("DeviceCodeCredential.get_token", "DeviceCodeCredential.authenticate")
def a_device_code():
    said = []
    credential = DeviceCodeCredential(tenant_id=TENANT, prompt_callback=lambda address, code, expires: said.append((address, code)))
    record = credential.authenticate(scopes=[ARM])
    equal("alex.martin@contoso-labs.example", record.username)
    equal("https://microsoft.com/devicelogin", said[0][0])
    check(credential, ALEX)
    equal(1, len(said))
    check(credential, ALEX, "https://storage.azure.com/.default", "https://storage.azure.com")
    equal(1, len(said))


@case("UsernamePasswordCredential.get_token")
def a_password():
    check(UsernamePasswordCredential("04b07795-8ddb-461a-bbee-02f9e1bf7b46", "robin@contoso-labs.example", "lab-password", tenant_id=TENANT), "1c9e4a70-2b8d-4f36-a5e1-7d0f9b6c3e21")


@case("InteractiveBrowserCredential.get_token")
def a_browser():
    with variables(BROWSER=f"{sys.executable} {HERE / 'browser.py'} %s &"):
        check(InteractiveBrowserCredential(tenant_id=TENANT, timeout=60), ALEX)


@case("AuthorizationCodeCredential.get_token")
def an_authorization_code():
    back = "https://pipeline.contoso-labs.example/signin"
    address = f"https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/authorize?response_type=code&client_id={CLIENT}&redirect_uri={back}&scope={ARM}%20offline_access&state=s"
    code = subprocess.run([sys.executable, HERE / "browser.py", "--print-code", address], capture_output=True, text=True, check=True).stdout.strip()
    check(AuthorizationCodeCredential(TENANT, CLIENT, code, back, client_secret=SECRET), ALEX)


@case("OnBehalfOfCredential.get_token")
def on_behalf_of_a_person():
    person = UsernamePasswordCredential("04b07795-8ddb-461a-bbee-02f9e1bf7b46", "alex.martin@contoso-labs.example", "lab-password", tenant_id=TENANT)
    assertion_of = person.get_token(ARM).token
    check(OnBehalfOfCredential(TENANT, CLIENT, client_secret=SECRET, user_assertion=assertion_of), ALEX)


@case("ManagedIdentityCredential.get_token (virtual machine)")
def a_virtual_machine():
    check(ManagedIdentityCredential(), MACHINE)
    check(ManagedIdentityCredential(client_id=MACHINE_CLIENT), MACHINE)
    refused(ClientAuthenticationError, "Identity not found", ManagedIdentityCredential(client_id=CLIENT).get_token, ARM)


@case("ManagedIdentityCredential.get_token (App Service)")
def app_service():
    with variables(IDENTITY_ENDPOINT=ENDPOINT, IDENTITY_HEADER="h"):
        check(ManagedIdentityCredential(), MACHINE)
        check(ManagedIdentityCredential(client_id=MACHINE_CLIENT), MACHINE)


@case("ManagedIdentityCredential.get_token (Azure ML compute)")
def azure_ml():
    with variables(MSI_ENDPOINT=ENDPOINT, MSI_SECRET="s"):
        check(ManagedIdentityCredential(), MACHINE)
        check(ManagedIdentityCredential(client_id=MACHINE_CLIENT), MACHINE)


@case("ManagedIdentityCredential.get_token (Cloud Shell)")
def cloud_shell():
    with variables(MSI_ENDPOINT=ENDPOINT):
        check(ManagedIdentityCredential(), ALEX)


@case("DefaultAzureCredential.get_token (secret)", "DefaultAzureCredential.get_token (managed identity)")
def the_default_chain():
    check(DefaultAzureCredential(), PIPELINE)
    with variables(AZURE_CLIENT_SECRET=None, AZURE_CLIENT_ID=None):
        check(DefaultAzureCredential(), MACHINE)


@case("ChainedTokenCredential.get_token")
def a_chain():
    with variables(AZURE_CLIENT_SECRET=None):
        nobody = EnvironmentCredential()
    check(ChainedTokenCredential(nobody, ManagedIdentityCredential()), MACHINE)


@case("get_bearer_token_provider")
def a_provider():
    equal(PIPELINE, claims(get_bearer_token_provider(ClientSecretCredential(TENANT, CLIENT, SECRET), ARM)())["oid"])


@case("AzureCliCredential.get_token")
def the_command_line():
    refused(CredentialUnavailableError, "az login", AzureCliCredential().get_token, ARM)
    subprocess.run(["az", "login", "--service-principal", "-u", CLIENT, "-p", SECRET, "--tenant", TENANT], check=True, capture_output=True)
    check(AzureCliCredential(), PIPELINE, audience="https://management.azure.com")
    with variables(AZURE_CLIENT_SECRET=None, AZURE_CLIENT_ID=None):
        check(DefaultAzureCredential(exclude_managed_identity_credential=True), PIPELINE)


@case("instance discovery of another authority")
def an_authority_of_one_s_own():
    # The host is not among those that clients know, so they ask the real login host about it (wire.md, trap 14).
    check(ClientSecretCredential(TENANT, CLIENT, SECRET, authority="login.windows.net"), PIPELINE)
    refused(ValueError, "https", lambda: ClientSecretCredential(TENANT, CLIENT, SECRET, authority="http://login.microsoftonline.com"))


@case("TokenCachePersistenceOptions")
def a_cache_on_disk():
    options = TokenCachePersistenceOptions(name="azlab", allow_unencrypted_storage=True)
    check(ClientSecretCredential(TENANT, CLIENT, SECRET, cache_persistence_options=options), PIPELINE)
    check(ClientSecretCredential(TENANT, CLIENT, SECRET, cache_persistence_options=options), PIPELINE)


if __name__ == "__main__":
    main()
