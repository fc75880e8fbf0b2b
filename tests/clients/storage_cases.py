"""azure-storage-blob and azure-storage-file-share on the storage account of a workspace, strictly checked."""
import datetime
import os

import requests
from azure.ai.ml import MLClient
from azure.ai.ml.entities import Workspace
from azure.core import MatchConditions
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError, ResourceExistsError, ResourceModifiedError, ResourceNotFoundError
from azure.identity import EnvironmentCredential
from azure.mgmt.resource.resources import ResourceManagementClient
from azure.storage.blob import (BlobBlock, BlobSasPermissions, BlobServiceClient, ContainerSasPermissions, ContentSettings, StandardBlobTier,
                                generate_blob_sas, generate_container_sas)
from azure.storage.fileshare import ShareServiceClient

from cases import case, equal, main, refused

SUBSCRIPTION, CREDENTIAL = os.environ["AZURE_SUBSCRIPTION_ID"], EnvironmentCredential()
GROUP, NAME = "rg-storage", "mlw-storage"
PIPELINE, BLOB_DATA_CONTRIBUTOR = "d81f3c57-06ae-4b29-9f74-a5e2c0b8d615", "ba92f5b4-2d11-453d-a403-e96b0029c9fe"
HELD = {}


def hours(number):
    return datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=number)


def blob(name):
    return HELD["box"].get_blob_client(name)


@case("BlobServiceClient.list_containers", "BlobServiceClient.list_containers (with a token)", "ContainerClient.exists")
def the_account_of_a_workspace():
    ResourceManagementClient(CREDENTIAL, SUBSCRIPTION).resource_groups.create_or_update(GROUP, {"location": "eastus"})
    scope = f"/subscriptions/{SUBSCRIPTION}"
    assignment = f"https://management.azure.com{scope}/resourceGroups/{GROUP}/providers/Microsoft.Authorization/roleAssignments/11111111-0000-4000-8000-000000000011?api-version=2022-04-01"
    role = {"roleDefinitionId": f"{scope}/providers/Microsoft.Authorization/roleDefinitions/{BLOB_DATA_CONTRIBUTOR}", "principalId": PIPELINE, "principalType": "ServicePrincipal"}
    head = {"Authorization": "Bearer " + CREDENTIAL.get_token("https://management.azure.com/.default").token}
    equal(201, requests.put(assignment, json={"properties": role}, headers=head, timeout=60).status_code)
    of_group = MLClient(CREDENTIAL, SUBSCRIPTION, GROUP)
    workspace = of_group.workspaces.begin_create(Workspace(name=NAME)).result()
    account = workspace.storage_account.split("/")[-1]
    key = of_group.workspaces.get_keys(NAME).user_storage_key
    HELD.update(account=account, key=key, blobs=BlobServiceClient(f"https://{account}.blob.core.windows.net", key), workspace=MLClient(CREDENTIAL, SUBSCRIPTION, GROUP, NAME))
    store = HELD["workspace"].datastores.get("workspaceblobstore").container_name
    equal(sorted(["azureml", store]), sorted(one.name for one in HELD["blobs"].list_containers()))
    equal([store], [one.name for one in BlobServiceClient(HELD["blobs"].url, CREDENTIAL).list_containers(name_starts_with="azureml-")])
    equal(True, HELD["blobs"].get_container_client(store).exists())


@case("ContainerClient.create_container", "ContainerClient.get_container_properties", "ContainerClient.set_container_metadata")
def containers():
    HELD["box"] = box = HELD["blobs"].get_container_client("box")
    equal(False, box.exists())
    box.create_container(metadata={"team": "lab"})
    equal("ContainerAlreadyExists", refused(ResourceExistsError, "already exists", box.create_container).error_code)
    equal({"team": "lab"}, box.get_container_properties().metadata)
    box.set_container_metadata({"team": "other"})
    equal({"team": "other"}, box.get_container_properties().metadata)


@case("BlobClient.upload_blob", "BlobClient.download_blob", "BlobClient.download_blob (range)", "BlobClient.get_blob_properties", "BlobClient.exists")
def upload_and_ranges():
    made = blob("dir/one.txt").upload_blob(b"0123456789", metadata={"a": "b"}, content_settings=ContentSettings(content_type="text/plain", cache_control="no-cache"))
    found = blob("dir/one.txt").get_blob_properties()
    equal((10, "text/plain", "no-cache", {"a": "b"}, made["etag"], "BlockBlob", "Hot"),
          (found.size, found.content_settings.content_type, found.content_settings.cache_control, found.metadata, found.etag, found.blob_type.value, found.blob_tier))
    equal(b"0123456789", blob("dir/one.txt").download_blob().readall())
    equal(b"3456", blob("dir/one.txt").download_blob(offset=3, length=4).readall())
    equal(416, refused(HttpResponseError, "InvalidRange", lambda: blob("dir/one.txt").download_blob(offset=10, length=1)).status_code)
    blob("empty").upload_blob(b"")
    equal(b"", blob("empty").download_blob().readall())
    equal((True, False), (blob("empty").exists(), blob("none").exists()))
    equal("BlobNotFound", refused(ResourceNotFoundError, "does not exist", blob("none").download_blob).error_code)
    equal("BlobAlreadyExists", refused(ResourceExistsError, "already exists", blob("dir/one.txt").upload_blob, b"x").error_code)


@case("BlobClient.stage_block", "BlobClient.commit_block_list", "BlobClient.get_block_list")
def block_lists():
    for number in (1, 2, 3):
        blob("blocks").stage_block(f"b{number}", f"part {number};".encode())
    committed, staged = blob("blocks").get_block_list("all")
    equal(([], ["b1", "b2", "b3"]), (committed, sorted(one.id for one in staged)))
    blob("blocks").commit_block_list([BlobBlock("b3"), BlobBlock("b1")])
    equal(b"part 3;part 1;", blob("blocks").download_blob().readall())
    committed, staged = blob("blocks").get_block_list("all")
    equal(([("b3", 7), ("b1", 7)], []), ([(one.id, one.size) for one in committed], staged))
    equal("InvalidBlockList", refused(HttpResponseError, "block list is invalid", blob("blocks").commit_block_list, [BlobBlock("b2")]).error_code)


@case("ContainerClient.list_blobs", "ContainerClient.list_blobs (by page)", "ContainerClient.walk_blobs")
def lists():
    for name in ("dir/deep/two.txt", "dir/three & four.txt", "é/five.txt"):
        blob(name).upload_blob(name.encode())
    every = ["blocks", "dir/deep/two.txt", "dir/one.txt", "dir/three & four.txt", "empty", "é/five.txt"]
    equal(every, [one.name for one in HELD["box"].list_blobs()])
    equal([("dir/one.txt", {"a": "b"})], [(one.name, one.metadata) for one in HELD["box"].list_blobs(name_starts_with="dir/o", include=["metadata"])])
    equal([every[:4], every[4:]], [[one.name for one in page] for page in HELD["box"].list_blobs(results_per_page=4).by_page()])
    equal(["blocks", "dir/", "empty", "é/"], sorted(one.name for one in HELD["box"].walk_blobs()))
    equal(["dir/deep/", "dir/one.txt", "dir/three & four.txt"], sorted(one.name for one in HELD["box"].walk_blobs(name_starts_with="dir/")))


@case("BlobClient.set_blob_metadata", "BlobClient.set_http_headers", "BlobClient.set_standard_blob_tier")
def metadata_and_headers():
    one = blob("dir/one.txt")
    before = one.get_blob_properties().etag
    assert one.set_blob_metadata({"other": "value"})["etag"] != before
    one.set_http_headers(ContentSettings(content_type="text/csv"))
    one.set_standard_blob_tier(StandardBlobTier.COOL)
    found = one.get_blob_properties()
    equal(({"other": "value"}, "text/csv", None, "Cool"), (found.metadata, found.content_settings.content_type, found.content_settings.cache_control, found.blob_tier))


@case("BlobClient.upload_blob (another etag: refused)", "BlobClient.download_blob (not modified)", "BlobClient.delete_blob (modified since: refused)")
def conditional_headers():
    one = blob("dir/one.txt")
    etag = one.get_blob_properties().etag
    refused(ResourceModifiedError, "ConditionNotMet", lambda: one.upload_blob(b"x", overwrite=True, etag='"0x0"', match_condition=MatchConditions.IfNotModified))
    equal(304, refused(HttpResponseError, "", lambda: one.download_blob(etag=etag, match_condition=MatchConditions.IfModified)).status_code)
    refused(HttpResponseError, "ConditionNotMet", lambda: one.delete_blob(if_unmodified_since=datetime.datetime(2020, 1, 1)))
    one.upload_blob(b"new", overwrite=True, etag=etag, match_condition=MatchConditions.IfNotModified)
    equal(b"new", one.download_blob().readall())


@case("BlobClient.create_append_blob", "BlobClient.append_block", "BlobClient.start_copy_from_url", "BlobClient.upload_blob_from_url")
def append_blobs_and_copies():
    log = blob("log")
    log.create_append_blob()
    log.append_block(b"one\n")
    equal(("4", 2), (lambda made: (made["blob_append_offset"], made["blob_committed_block_count"]))(log.append_block(b"two\n", appendpos_condition=4)))
    refused(HttpResponseError, "AppendPositionConditionNotMet", lambda: log.append_block(b"no", appendpos_condition=4))
    equal("success", blob("copies/log").start_copy_from_url(log.url)["copy_status"])
    equal((b"one\ntwo\n", log.url), (blob("copies/log").download_blob().readall(), blob("copies/log").get_blob_properties().copy.source))
    sas = generate_blob_sas(HELD["account"], "box", "log", account_key=HELD["key"], permission=BlobSasPermissions(read=True), expiry=hours(1))
    blob("copies/sync").upload_blob_from_url(f"{log.url}?{sas}")
    equal(b"one\ntwo\n", blob("copies/sync").download_blob().readall())


@case("generate_blob_sas", "generate_container_sas", "BlobServiceClient.get_user_delegation_key", "a foreign key: refused", "a signature without the permission: refused")
def signatures():
    def signed(sas, name="dir/one.txt"):
        return BlobServiceClient(HELD["blobs"].url, sas).get_blob_client("box", name)
    reads = generate_blob_sas(HELD["account"], "box", "dir/one.txt", account_key=HELD["key"], permission=BlobSasPermissions(read=True), expiry=hours(1))
    equal(b"new", signed(reads).download_blob().readall())
    equal("AuthorizationPermissionMismatch", refused(HttpResponseError, "", lambda: signed(reads).upload_blob(b"x", overwrite=True)).error_code)
    refused(ClientAuthenticationError, "AuthenticationFailed", lambda: signed(reads, "empty").download_blob())
    over = generate_container_sas(HELD["account"], "box", account_key=HELD["key"], permission=ContainerSasPermissions(read=True), expiry=hours(-1))
    refused(ClientAuthenticationError, "AuthenticationFailed", lambda: signed(over).download_blob())
    delegation = BlobServiceClient(HELD["blobs"].url, CREDENTIAL).get_user_delegation_key(hours(-1), hours(1))
    of_token = generate_blob_sas(HELD["account"], "box", "dir/one.txt", user_delegation_key=delegation, permission=BlobSasPermissions(read=True), expiry=hours(1))
    equal(b"new", signed(of_token).download_blob().readall())
    refused(ClientAuthenticationError, "AuthenticationFailed", lambda: BlobServiceClient(HELD["blobs"].url, "bm9ib2R5").get_container_client("box").get_container_properties())


@case("BlobClient.delete_blob", "ContainerClient.delete_container")
def deletion():
    blob("empty").delete_blob()
    refused(ResourceNotFoundError, "BlobNotFound", blob("empty").delete_blob)
    HELD["box"].delete_container()
    equal(False, HELD["box"].exists())


@case("ShareServiceClient.get_share_client", "ShareClient.get_share_properties", "ShareDirectoryClient.create_directory", "ShareFileClient.upload_file", "ShareFileClient.download_file",
      "ShareFileClient.download_file (range)", "ShareFileClient.get_file_properties", "ShareDirectoryClient.list_directories_and_files", "ShareFileClient.delete_file", "ShareDirectoryClient.delete_directory")
def the_share_of_notebooks():
    account = HELD["account"]
    name = HELD["workspace"].datastores.get("workspaceworkingdirectory").file_share_name
    share = ShareServiceClient(f"https://{account}.file.core.windows.net", HELD["key"]).get_share_client(name)
    equal(name, share.get_share_properties().name)
    folder = share.get_directory_client("Users")
    if not folder.exists():
        folder.create_directory()
    mine = folder.create_subdirectory("alex")
    equal("ResourceAlreadyExists", refused(ResourceExistsError, "", folder.create_subdirectory, "alex").error_code)
    file = mine.get_file_client("notes é.txt")
    file.upload_file(b"0123456789")
    equal((b"0123456789", b"345", 10), (file.download_file().readall(), file.download_file(offset=3, length=3).readall(), file.get_file_properties().size))
    mine.create_subdirectory("deep")
    equal([("deep", True), ("notes é.txt", False)], sorted((one.name, one.is_directory) for one in mine.list_directories_and_files()))
    equal([("notes é.txt", 10)], [(one.name, one.size) for one in mine.list_directories_and_files(name_starts_with="n")])
    equal("DirectoryNotEmpty", refused(HttpResponseError, "", mine.delete_directory).error_code)
    file.delete_file()
    refused(ResourceNotFoundError, "ResourceNotFound", file.get_file_properties)
    mine.get_subdirectory_client("deep").delete_directory()
    mine.delete_directory()
    equal([], [one.name for one in folder.list_directories_and_files() if one.name == "alex"])
    refused(ClientAuthenticationError, "", lambda: ShareServiceClient(f"https://{account}.file.core.windows.net", "bm9ib2R5").get_share_client(name).get_share_properties())


if __name__ == "__main__":
    main()
