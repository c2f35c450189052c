"""One POST to an address that was looked at before: no redirects, no proxy, and an end after some seconds."""

import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from http.client import HTTPConnection, HTTPException
from threading import Timer

import certifi
from django.utils.translation import gettext as _

from hooks.guard import Target

#: Seconds: until there is a connection, for each answer of the network, and for everything together.
CONNECT, PAUSE, ALTOGETHER = 3.0, 5.0, 8.0
#: Bytes of the answer that are read.
_MOST_BYTES = 1200


class NotReached(Exception):
    """No answer; the text says why."""


class _Connection(HTTPConnection):
    """Goes to the address that was looked at; certificate and ``Host`` are those of the name."""

    def __init__(self, target: Target) -> None:
        self.default_port = 443 if target.is_https else 80
        super().__init__(target.host, target.port)
        self._target = target

    def connect(self) -> None:
        raw = socket.create_connection((self._target.address, self._target.port), CONNECT)
        raw.settimeout(PAUSE)
        # A second handle of the same connection: who answers a byte now and then is cut off all the same.
        self._end = raw.dup()
        self._clock = Timer(ALTOGETHER, self._cut_off)
        self._clock.daemon = True
        self._clock.start()
        self.sock = raw
        if self._target.is_https:
            self.sock = _trust().wrap_socket(raw, server_hostname=self._target.host)

    def close(self) -> None:
        super().close()
        if clock := getattr(self, "_clock", None):
            clock.cancel()
            self._end.close()

    def _cut_off(self) -> None:
        with suppress(OSError):  # it may have ended by itself
            self._end.shutdown(socket.SHUT_RDWR)


def post(target: Target, headers: Mapping[str, str], content: bytes) -> tuple[int, str]:
    """Status and the beginning of the answer. Raises ``NotReached``."""
    connection = _Connection(target)
    try:
        connection.request("POST", target.path, body=content, headers=dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.read(_MOST_BYTES).decode(errors="replace")
    except TimeoutError:
        raise NotReached(_("The receiver did not answer in time.")) from None
    except ssl.SSLCertVerificationError as error:
        raise NotReached(_("The certificate is not valid: %(reason)s") % {"reason": error.verify_message}) from None
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "strerror", "") or type(error).__name__
        raise NotReached(_("The connection failed: %(reason)s") % {"reason": reason}) from None
    finally:
        connection.close()


@cache
def _trust() -> ssl.SSLContext:
    """The authorities that this machine trusts, and those that browsers trust."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context
