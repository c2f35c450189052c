"""Lost updates: ``ETag`` names the version of a record, ``If-Match`` the one that a change was decided on.

The version is the number of the newest audit entry about the record. It is no cache validator: names of related
records, which a representation shows, have versions of their own.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, status
from rest_framework.request import Request

from audit.models import Entry
from audit.versions import unchanged_since
from common.bulk import ids
from reports.told import seen_keys, told_changes
from schools.access import sees_everything

T = TypeVar("T", bound=Model)
# A proxy that compresses marks the tag as weak.
_TAG = re.compile(r'(?:W/)?"([0-9]{1,18})"')


class VersionMissing(exceptions.APIException):
    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_detail = _("Name in If-Match the version that you have seen: the ETag of the record as you read it.")
    default_code = "version_missing"


def matching(
    request: Request, record: T, unchanged: Callable[[T, int | None], AbstractContextManager[T]] = unchanged_since
) -> AbstractContextManager[T]:
    """A transaction with ``record`` locked and read again, if it still has the version named in ``If-Match``.

    ``If-Match: *`` stands for whichever version there is. Raises ``VersionMissing`` (428) without the header,
    ``ParseError`` (400) where it is no single ETag of ours, ``audit.versions.ChangedMeanwhile`` (412).
    """
    return unchanged(record, _asked_version(request))


def etag(version: int) -> str:
    return f'"{version}"'


def changes_for(user: Any, entries: Iterable[Entry], hidden: Collection[str] = ()) -> Iterator[dict[str, Any]]:
    """What was done meanwhile, as far as ``user`` may know, newest first; fields in ``hidden`` left out.

    ``If-Match`` may name a version of long ago: a school reads no more of the time before than the trail tells it.
    """
    told = list(entries)
    visible = Entry.objects.visible_to(user).filter(pk__in=ids(entry.pk for entry in told))
    keys, seen = set(visible.values_list("pk", flat=True)), seen_keys(user, told)
    for entry in told:
        if entry.pk in keys:
            yield {
                "at": entry.act.at,
                "by": str(entry.act.user or "") if sees_everything(user) else None,
                "fields": told_changes(entry, hidden=hidden, reads_personal=False, seen=seen),
            }


def _asked_version(request: Request) -> int | None:
    given = request.headers.get("If-Match", "").strip()
    if not given:
        raise VersionMissing
    if given == "*":
        return None
    found = _TAG.fullmatch(given)
    if found is None:
        raise exceptions.ParseError(_("If-Match is not the ETag of a record."))
    return int(found[1])
