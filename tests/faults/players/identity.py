"""azure-identity."""
import os

from action import carry_out

PRELOAD = ["azure.identity", "azure.core.exceptions"]


def play(text):
    import azure.identity as identity
    return carry_out(text, {"identity": identity, "TENANT": os.environ["AZURE_TENANT_ID"], "CLIENT": os.environ["AZURE_CLIENT_ID"], "SECRET": os.environ["AZURE_CLIENT_SECRET"],
                            "ARM": "https://management.azure.com/.default", "os": os})
