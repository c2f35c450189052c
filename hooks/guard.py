"""Where webhooks may go: to public addresses by https, and into private networks only where a setting says so.

Whoever names an address could otherwise make this server ask its own neighbours (server-side request forgery). A name
is resolved once, every address behind it is looked at, and the connection goes to the address that was looked at: what
the name means a moment later does not matter.
"""

import ipaddress
import re
import socket
from contextlib import suppress
from typing import NamedTuple, TypeAlias
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

#: Of public receivers; in networks of the setting every port will do.
PUBLIC_PORTS = frozenset({443, 8443})
#: Ways of writing IPv4 addresses as IPv6 ones: what is behind them cannot be seen (6to4, Teredo, NAT64).
_TUNNELS = [ipaddress.ip_network(text) for text in ("2002::/16", "2001::/32", "64:ff9b::/96", "64:ff9b:1::/48")]
_LONGEST = 500
_PLAIN = re.compile(r"[!-~]+")


class Target(NamedTuple):
    """One request's way: to ``address``, which stands behind ``host``. ``path`` includes the query."""

    is_https: bool
    host: str
    port: int
    path: str
    address: str


class UnknownHost(ValidationError):
    """Nobody knows the name today."""


def check_address(url: str) -> None:
    """Raise ``ValidationError`` for an address that will never do, without asking the network what a name means."""
    parts, host, port = _parsed(url)
    if parts.scheme == "http" and not settings.WEBHOOK_PRIVATE_TARGETS:
        raise _no_https()
    with suppress(UnknownHost):
        _judge(parts, port, _resolved(host, port, socket.AI_NUMERICHOST))


def target_of(url: str) -> Target:
    """Resolve the host, once. Raises ``ValidationError`` where nothing may be sent."""
    parts, host, port = _parsed(url)
    addresses = _resolved(host, port)
    _judge(parts, port, addresses)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme == "https", host, port, path, str(addresses[0]))


def shown_address(url: str) -> str:
    """Without path and query: these may hold a secret of the receiver."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}/" + ("…" if parts.path.strip("/") or parts.query else "")


def _parsed(url: str) -> tuple[SplitResult, str, int]:
    unreadable = ValidationError(_("This is not the address of a receiver, such as https://example.org/hook."), "url")
    if len(url) > _LONGEST or not _PLAIN.fullmatch(url) or "\\" in url:
        raise unreadable
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise unreadable from None
    if parts.scheme not in ("http", "https") or not host or parts.fragment:
        raise unreadable
    if parts.username is not None or parts.password is not None:
        raise ValidationError(_("Leave user name and password out of the address."), "credentials")
    return parts, host, port or (443 if parts.scheme == "https" else 80)


def _resolved(host: str, port: int, flags: int = 0) -> list[Address]:
    """All addresses behind the host; spellings such as 2130706433 or 0x7f.1 come out as what they mean."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=flags)
    except (OSError, UnicodeError):
        raise UnknownHost(_("The host of this address is not known."), "unknown_host") from None
    texts = dict.fromkeys(str(where[0]) for *_rest, where in found)
    return [_unmapped(ipaddress.ip_address(text)) for text in texts]


def _judge(parts: SplitResult, port: int, addresses: list[Address]) -> None:
    """Every address has to do: nobody knows which one is taken the next time."""
    if all(_is_allowed(address) for address in addresses):
        return
    if not all(_is_public(address) for address in addresses):
        raise ValidationError(_("This address lies in a network that webhooks may not reach."), "private_target")
    if parts.scheme != "https":
        raise _no_https()
    if port not in PUBLIC_PORTS:
        raise ValidationError(_("A webhook may use the ports 443 and 8443 only."), "port")


def _no_https() -> ValidationError:
    return ValidationError(_("A webhook needs an https address."), "no_https")


def _unmapped(address: Address) -> Address:
    return getattr(address, "ipv4_mapped", None) or address


def _is_allowed(address: Address) -> bool:
    return any(address in network for network in settings.WEBHOOK_PRIVATE_TARGETS)


def _is_public(address: Address) -> bool:
    if address.is_multicast or any(address in tunnel for tunnel in _TUNNELS):
        return False
    return address.is_global
