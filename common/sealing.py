"""Secrets that the program has to read again lie encrypted in the database: a copy of it gives none of them away."""

import base64
import hashlib

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def sealed(purpose: str, text: str) -> str:
    """``text`` encrypted with a key of this purpose alone, derived from SECRET_KEY."""
    return _fernet(purpose).encrypt(text.encode()).decode()


def unsealed(purpose: str, token: str) -> str:
    """Raises ``cryptography.fernet.InvalidToken`` where SECRET_KEY and its fallbacks are others than back then."""
    return _fernet(purpose).decrypt(token.encode()).decode()


def _fernet(purpose: str) -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(f"klassensatz {purpose} {key}".encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
