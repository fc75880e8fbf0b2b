"""Tokens as text: what they say, and what an outside issuer says. Standard library only."""
import base64
import json
import time


def part(value):
    """One part of a token: JSON in the alphabet of URLs."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def claims(token):
    body = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


def federated_token():
    """What an outside issuer says of a pipeline; nobody here has its key, and Entra's fake wants none."""
    now = int(time.time())
    return ".".join([part({"alg": "RS256", "typ": "JWT"}),
                     part({"iss": "https://token.actions.githubusercontent.com", "sub": "repo:contoso-labs/labs:ref:refs/heads/main",
                           "aud": "api://AzureADTokenExchange", "iat": now, "exp": now + 600}), "c2ln"])
