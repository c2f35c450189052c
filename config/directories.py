"""Sign-in through the directory of the authority: what the environment says about it, as settings."""

import json
import os
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured


def group_roles(text: str) -> dict[str, str]:
    """``{group: role}`` or ``{group: role@school number}`` from a JSON object, or from lines ``group -> role``.

    Raises ``ImproperlyConfigured`` for anything else. Which roles there are is checked by ``web.sign_in.checks``.
    """
    text = text.strip()
    if text.startswith("{"):
        try:
            table = json.loads(text)
        except ValueError as error:
            raise ImproperlyConfigured(f"OIDC_GROUP_ROLES is not valid JSON: {error}") from error
        pairs = [(group, str(role)) for group, role in table.items()]
    else:
        lines = [line for line in text.splitlines() if line.strip()]
        if wrong := [line for line in lines if line.count("->") != 1]:
            raise ImproperlyConfigured(f"OIDC_GROUP_ROLES: not “group -> role”: {wrong[0]!r}")
        pairs = [(line.split("->")[0], line.split("->")[1]) for line in lines]
    return {group.strip(): role.strip() for group, role in pairs}


def openid_connect() -> dict[str, Any]:
    """The one provider of OpenID Connect as ``SOCIALACCOUNT_PROVIDERS``; empty without ``OIDC_SERVER_URL``."""
    url = os.environ.get("OIDC_SERVER_URL", "")
    return openid_connect_at(url) if url else {}


def openid_connect_at(url: str) -> dict[str, Any]:
    """``url``: of the issuer, such as ``https://sso.stadt.example/realms/schule``.

    ``email_authentication`` lets people into an existing account by the address that the directory vouches for. Off
    unless asked for: whoever may set addresses in the directory could take over any account here.
    """
    by_email = os.environ.get("OIDC_MATCH_EMAIL", "").strip().lower() in {"1", "true", "yes", "on"}
    app = {
        "provider_id": "sso",
        "name": os.environ.get("OIDC_NAME") or "Single Sign-on",
        "client_id": os.environ.get("OIDC_CLIENT_ID", ""),
        "secret": os.environ.get("OIDC_CLIENT_SECRET", ""),
        "settings": {"server_url": url, "email_authentication": by_email, "oauth_pkce_enabled": True},
    }
    return {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}}


def origins(url: str) -> list[str]:
    """Scheme and host of an address as the content security policy wants them."""
    parts = urlsplit(url)
    return [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []
