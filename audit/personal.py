"""Personal data of the audit trail: apart from the entries, and deletable without breaking the chain."""

import secrets
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from audit.enums import Retention
from audit.models import Act, Entry, PersonalDetail

if TYPE_CHECKING:
    from audit.services import Record

#: Begins what an entry holds instead of a personal value.
VEIL = "personal:"
_Changes = Mapping[str, list[Any]]


def veiled(
    records: Sequence["Record"], personal: Mapping[int, _Changes]
) -> tuple[list["Record"], dict[int, tuple[str, _Changes]]]:
    """The records with digests for personal values, and ``{object_id: (salt, values)}``."""
    details = {key: (secrets.token_hex(16), changes) for key, changes in personal.items()}
    told = []
    for record in records:
        salt, changes = details.get(record.object_id, ("", {}))
        digests = {name: [veil(salt, value) for value in pair] for name, pair in changes.items()}
        told.append(record._replace(changes={**record.changes, **digests}))
    return told, details


def veil(salt: str, value: Any) -> str | None:
    """What the entry says of a value; of an empty one that it is empty."""
    return None if value in (None, "") else VEIL + sha256(f"{salt}{value}".encode()).hexdigest()


def is_veiled(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(VEIL)


def keep_details(act: Act, kind: str, details: Mapping[int, tuple[str, _Changes]], retention: Retention) -> None:
    """Store the values beside the entries that were just written."""
    entries = Entry.objects.filter(act=act, kind=kind, object_id__in=details).order_by("pk")
    newest = dict(entries.values_list("object_id", "pk"))
    PersonalDetail.objects.bulk_create(
        PersonalDetail(
            entry_id=newest[key],
            changes={name: [_text(value) for value in pair] for name, pair in changes.items()},
            salt=salt,
            retention=retention,
            created_at=act.at,
        )
        for key, (salt, changes) in details.items()
    )


def with_details(entry: Entry) -> dict[str, list[Any]]:
    """The changes of an entry with its personal values as far as they are still kept; fetch ``details`` along."""
    details = getattr(entry, "details", None)
    return {**entry.changes, **(details.changes if details else {})}


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
