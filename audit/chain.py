"""The chain of the audit trail: digests by which a missing or altered line shows.

Each link has the digest of what was written in one go (an act, or entries of one kind) and, over that, one of the
link before it. On SQLite there is one writer at a time. On PostgreSQL whoever writes first holds the end of the chain
until the end of the transaction; the links of others, who do not wait, are loose until a later link ties them.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from django.db import connection

from audit.models import Act, Link, LooseEnd

#: Key of PostgreSQL's advisory lock: the end of the chain.
_END = 0x6B6C6174
_STATE = """
SELECT id, digest, is_loose FROM audit_link
 WHERE id = (SELECT id FROM audit_link WHERE NOT is_loose ORDER BY id DESC LIMIT 1)
 UNION ALL
SELECT link.id, link.digest, link.is_loose
  FROM audit_looseend AS loose JOIN audit_link AS link ON link.id = loose.link_id
 ORDER BY 1
"""
#: Equal values give equal text, whatever order a database gives keys in.
canonical = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str, check_circular=False
).encode
_quoted = json.encoder.encode_basestring


def act_content(row: Sequence[Any]) -> str:
    """Digest of an act. ``row``: at, user, channel, via, verb, subject, reason, undoes."""
    at, *rest = row
    return _digest(canonical([_instant(at), *rest]))


class EntriesContent:
    """Digest of entries that come one after the other, in the order of their keys."""

    def __init__(self) -> None:
        self.number = 0
        self._digest = sha256()

    def add(self, kind: str, object_id: int, label: str, school: int | None, changes: str) -> None:
        """``changes``: canonical JSON. No two different entries add the same line."""
        self.number += 1
        self._digest.update(f"{kind} {object_id} {school} {_quoted(label)} {changes}\n".encode())

    def digest(self) -> str:
        return self._digest.hexdigest()


def link_digest(before: str, ties: Iterable[str], act: int, number: int, content: str) -> str:
    """``before``: digest of the link before (``""``: none, or loose); ``ties``: those of the loose links it ties."""
    return _digest(f"{before} {','.join(ties)} {act} {number} {content}")


def append_link(act: Act, number: int, content: str) -> None:
    """Chain what was just written for ``act``. Call within the transaction of the act."""
    if not _holds_end():
        digest = link_digest("", (), act.pk, number, content)
        link = Link.objects.create(act=act, number=number, content=content, digest=digest, is_loose=True)
        LooseEnd.objects.create(link=link)
        return
    before, loose = _state()
    digest = link_digest(before, loose.values(), act.pk, number, content)
    Link.objects.create(act=act, number=number, content=content, digest=digest, ties=list(loose))
    if loose:
        LooseEnd.objects.filter(pk__in=loose).delete()


def head() -> str:
    """Digest of the last link; ``""`` where there is none. Kept elsewhere it proves that nothing was cut off."""
    return _state()[0]


def _holds_end() -> bool:
    """Never waits: two transactions that wait for each other's rows and for the chain would never end."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_END])
        return bool(cursor.fetchone()[0])


def _state() -> tuple[str, dict[int, str]]:
    """Digest of the last link that is not loose, and ``{key: digest}`` of the loose ends."""
    before, loose = "", {}
    with connection.cursor() as cursor:
        cursor.execute(_STATE)
        for key, digest, is_loose in cursor.fetchall():
            if is_loose:
                loose[key] = digest
            else:
                before = digest
    return before, loose


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
