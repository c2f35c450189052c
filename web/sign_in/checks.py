"""Settings of signing in that cannot be meant: `manage.py check` and every start say so."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from schools.enums import Role
from schools.sign_ins import table_errors


def check_directory(**_rest: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = [
        Error(f"OIDC_GROUP_ROLES: no such role, or a school where none belongs: {line}", id="klassensatz.E001")
        for line in table_errors(settings.DIRECTORY_GROUP_ROLES)
    ]
    unknown = [role for role in settings.MFA_REQUIRED_ROLES if role not in Role.values]
    found += [Error(f"MFA_REQUIRED_ROLES: no such role: {role}", id="klassensatz.E002") for role in unknown]
    return found
