"""azure-storage-blob, on the account of the ground."""
import os

from action import carry_out

PRELOAD = ["azure.storage.blob", "azure.identity"]


def play(text):
    from azure.identity import EnvironmentCredential
    from azure.storage.blob import BlobServiceClient
    service = BlobServiceClient("https://stlabs.blob.core.windows.net", EnvironmentCredential())
    anonymous = BlobServiceClient("https://stlabs.blob.core.windows.net")

    def put(text="hello", **changes):
        service.get_blob_client("lab", "notes.txt").upload_blob(text, overwrite=True, **changes)

    def make():
        service.create_container("lab")

    return carry_out(text, {"service": service, "anonymous": anonymous, "put": put, "make": make, "blob": service.get_blob_client("lab", "notes.txt"), "os": os, "BlobServiceClient": BlobServiceClient})
