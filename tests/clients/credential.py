"""A credential for the clients that az carries, which carries no azure-identity."""
import os

import requests
from azure.core.credentials import AccessToken


class Secret:
    """A token by client secret."""

    def get_token(self, *scopes, **_):
        answer = requests.post(f"https://login.microsoftonline.com/{os.environ['AZURE_TENANT_ID']}/oauth2/v2.0/token", timeout=60, data={
            "grant_type": "client_credentials", "client_id": os.environ["AZURE_CLIENT_ID"],
            "client_secret": os.environ["AZURE_CLIENT_SECRET"], "scope": scopes[0]}).json()
        return AccessToken(answer["access_token"], int(answer["expires_in"]) + 1_000_000_000_000)
