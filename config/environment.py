"""Reading the environment, and what an installation owns before it has a setting."""

import os
import secrets
import tempfile
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

_FALSE = {"", "0", "false", "no", "off"}


def flag(name: str, *, default: bool = False) -> bool:
    """True unless the variable is empty, 0, false, no or off."""
    value = os.environ.get(name)
    return default if value is None else value.strip().lower() not in _FALSE


def words(name: str, *, default: str = "") -> list[str]:
    """The comma-separated entries of a variable, without blanks."""
    parts = os.environ.get(name, default).split(",")
    return [part.strip() for part in parts if part.strip()]


def networks(name: str) -> list[IPv4Network | IPv6Network]:
    """Comma-separated networks such as 10.1.0.0/16. Raises ``ValueError`` for anything else."""
    return [ip_network(word) for word in words(name)]


def number(name: str, *, default: int) -> int:
    """A whole number; an unset or empty variable means the default."""
    value = os.environ.get(name, "").strip()
    return int(value) if value else default


def kept_secret(path: Path) -> str:
    """The secret stored at ``path``; the first caller makes it (mode 0600).

    Web server and worker start at the same moment: the file appears under its name only when it is complete, and
    whoever comes second reads the first one's secret.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, scratch = tempfile.mkstemp(dir=path.parent, prefix=".secret-")
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(64))
        try:
            os.link(scratch, path)
        except FileExistsError:
            pass
        finally:
            os.unlink(scratch)
    return path.read_text().strip()
