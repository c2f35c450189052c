"""Finding what was done to the audit trail behind its back: lines that are missing, altered, added or swapped.

Two passes, each over rows in order and in constant memory: entries against the links of their act, and link against
link. Others may write meanwhile: what is found is looked for once more, and only what is found twice is told.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any

from django.utils.translation import gettext as _

from audit import guard
from audit.chain import EntriesContent, act_content, canonical, link_digest
from audit.models import Act, Entry, Link, LooseEnd, PersonalDetail
from audit.personal import veil

_ACT = ("at", "user", "channel", "via", "verb", "subject", "reason", "undoes")
_ENTRY = ("act", "kind", "object_id", "label", "school", "changes")
_CHUNK = 5000


def altered_contents() -> list[str]:
    """Acts whose own words or entries are not those that were written."""
    return _twice(_contents)


def broken_chain() -> list[str]:
    """Links that do not follow from those before them."""
    return _twice(_chain)


def missing_guard() -> list[str]:
    return guard.missing()


def altered_details() -> Iterator[str]:
    """Personal details that are not what their entry was written with."""
    rows = PersonalDetail.objects.order_by("pk").values_list("entry", "changes", "salt", "entry__changes")
    for entry, changes, salt, told in rows.iterator(chunk_size=_CHUNK):
        if any(told.get(name) != [veil(salt, value) for value in pair] for name, pair in changes.items()):
            yield _("personal details of entry %(entry)s are altered") % {"entry": entry}


def holds_up_to(head: str) -> bool:
    """Whether the link of a digest that somebody kept is still in the chain. Says nothing about the chain itself."""
    return Link.objects.filter(digest=head).exists()


def _twice(find: Callable[[], Iterable[str]]) -> list[str]:
    found = list(find())
    again = set(find()) if found else set()
    return [one for one in found if one in again]


def _contents() -> Iterator[str]:
    links, entries = _ByAct(_links()), _ByAct(_entries())
    for act, *told in Act.objects.order_by("pk").values_list("pk", *_ACT).iterator(chunk_size=_CHUNK):
        yield from _without_act(links, entries, act)
        yield from _faults(act, told, links.of(act), entries.of(act))
    yield from _without_act(links, entries, None)


def _without_act(links: "_ByAct", entries: "_ByAct", until: int | None) -> Iterator[str]:
    for act in links.before(until):
        yield _("links of act %(act)s, which is missing") % {"act": act}
    for act in entries.before(until):
        yield _("entries of act %(act)s, which is missing") % {"act": act}


def _faults(act: int, told: Sequence[Any], links: Iterator[Any], entries: Iterator[Any]) -> Iterator[str]:
    """Of one act: its links in order, each with as many entries as it says."""
    first = next(links, None)
    if first is None or first[1]:
        yield _("act %(act)s is not chained") % {"act": act}
        links = chain([first] if first else [], links)
    elif first[2] != act_content(told):
        yield _("act %(act)s is altered") % {"act": act}
    for _of, number, content in links:
        found = EntriesContent()
        for _act, kind, key, label, school, changes in islice(entries, number):
            found.add(kind, key, label, school, canonical(changes))
        if found.number < number:
            missing = number - found.number
            yield _("of act %(act)s entries are missing: %(number)s") % {"act": act, "number": missing}
        elif found.digest() != content:
            yield _("entries of act %(act)s are altered") % {"act": act}
    if extra := sum(1 for _row in entries):
        yield _("of act %(act)s entries are not chained: %(number)s") % {"act": act, "number": extra}


def _chain() -> Iterator[str]:
    ends = set(LooseEnd.objects.values_list("pk", flat=True))
    before = ""
    loose: dict[int, str] = {}
    names = ("pk", "act", "number", "content", "digest", "is_loose", "ties")
    for key, act, number, content, digest, is_loose, ties in (
        Link.objects.order_by("pk").values_list(*names).iterator(chunk_size=_CHUNK)
    ):
        tied = [loose.pop(one, "none") for one in ties]
        if digest != link_digest("" if is_loose else before, tied, act, number, content):
            yield _("link %(link)s (act %(act)s) does not follow from the one before") % {"link": key, "act": act}
        if is_loose:
            loose[key] = digest
        else:
            before = digest
    ends |= set(LooseEnd.objects.values_list("pk", flat=True))
    yield from (_("link %(link)s was never tied") % {"link": key} for key in loose if key not in ends)


class _ByAct:
    """Rows in the order of their act, which stands first in each: handed out act by act."""

    def __init__(self, rows: Iterator[Any]) -> None:
        self.rows = rows
        self.next = next(rows, None)

    def of(self, act: int) -> Iterator[Any]:
        while self.next and self.next[0] == act:
            row, self.next = self.next, next(self.rows, None)
            yield row

    def before(self, act: int | None) -> Iterator[int]:
        """Acts that come before ``act`` (``None``: all that are left); their rows are passed over."""
        while self.next and (act is None or self.next[0] < act):
            one = self.next[0]
            deque(self.of(one), maxlen=0)
            yield one


def _links() -> Iterator[Any]:
    rows = Link.objects.order_by("act", "pk").values_list("act", "number", "content")
    return rows.iterator(chunk_size=_CHUNK)


def _entries() -> Iterator[Any]:
    rows: Iterator[Any] = Entry.objects.order_by("act", "pk").values_list(*_ENTRY).iterator(chunk_size=_CHUNK)
    return rows
