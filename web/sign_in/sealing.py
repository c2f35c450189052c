"""Secrets of authenticator apps lie encrypted in the database: whoever reads a copy of it cannot compute codes."""

import base64
import hashlib

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def encrypted(text: str) -> str:
    return _fernet().encrypt(text.encode()).decode()


def decrypted(token: str) -> str:
    """Raises ``cryptography.fernet.InvalidToken`` where SECRET_KEY and its fallbacks are others than back then."""
    return _fernet().decrypt(token.encode()).decode()


def _fernet() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(f"klassensatz second factor {key}".encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
