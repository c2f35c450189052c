"""Which rows are about which device: of the inventory, or of each other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from common.bulk import codes
from imports.enums import Outcome
from imports.preview import Plan
from imports.reader import Cells, other_rows
from inventory.models import Device


class Known(NamedTuple):
    """A device of the inventory. ``maker``: key of its manufacturer; others are keys of rows."""

    pk: int
    maker: str
    serial: str
    asset_tag: str
    model: int
    school: int | None
    purchased_on: date | None
    price: Decimal | None
    note: str
    workflow: str
    test_interval: int | None


@dataclass(slots=True, eq=False)
class Owner:
    """A device as the file has it: its rows, and the device of the inventory if there is one."""

    known: Known | None
    serial: str = ""
    asset_tag: str = ""
    rows: list[int] = field(default_factory=list)


_FIELDS = (
    "pk",
    "manufacturer__key",
    "serial",
    "asset_tag",
    "model",
    "school",
    "purchased_on",
    "price",
    "note",
    "model__category__workflow",
    "model__category__test_interval_months",
)


class Register:
    """The devices of the inventory that the file may mean, by serial and by asset tag."""

    def __init__(self, cells: Cells) -> None:
        self.by_serial: dict[str, list[Known]] = {}
        self.by_tag: dict[str, Known] = {}
        self._seen: set[int] = set()
        for known in self._load("serial", cells["serial"]):
            self._add(known)
        for known in self._load("asset_tag", cells["asset_tag"]):
            self._add(known)

    def _load(self, name: str, numbers: Sequence[Any]) -> Iterator[Known]:
        wanted = set(filter(None, numbers))
        if wanted:
            rows = Device.objects.filter(**{f"{name}__in": codes(wanted)}).order_by().values_list(*_FIELDS)
            yield from (Known(*row) for row in rows.iterator(chunk_size=5000))

    def _add(self, known: Known) -> None:
        if known.pk in self._seen:
            return
        self._seen.add(known.pk)
        if known.serial:
            self.by_serial.setdefault(known.serial, []).append(known)
        if known.asset_tag:
            self.by_tag[known.asset_tag] = known


def match_rows(plan: Plan, cells: Cells, makers: Sequence[str], register: Register) -> list[Owner]:
    """Group rows by device. ``makers``: key of the manufacturer per row, empty where not told."""
    groups = _Groups(plan, cells, makers)
    for i, (serial, tag) in enumerate(zip(cells["serial"], cells["asset_tag"], strict=True)):
        if plan.outcomes[i] is Outcome.SKIPPED:
            continue
        if not serial and not tag:
            if not (plan.has_value(i, "serial") or plan.has_value(i, "asset_tag")):
                plan.reject(i, None, "no_number", _("A device needs a serial number or an asset tag."))
            continue
        known, is_clear = _known(plan, i, serial or "", tag or "", makers[i], register)
        if is_clear:
            groups.add(i, serial or "", tag or "", known)
    return groups.owners


def _known(plan: Plan, i: int, serial: str, tag: str, maker: str, register: Register) -> tuple[Known | None, bool]:
    """The device of the inventory that a row means, and whether that is clear."""
    hits = [known for known in register.by_serial.get(serial, ()) if not maker or known.maker == maker]
    by_tag = register.by_tag.get(tag)
    if len(hits) > 1:
        plan.reject(i, "serial", "ambiguous", _("Several manufacturers have this serial number: please name one."))
        return None, False
    if hits and by_tag and hits[0] is not by_tag:
        message = _(
            "The serial number belongs to one device (asset tag %(tag)s), the asset tag to another (%(serial)s)."
        )
        plan.reject(
            i, "serial", "ambiguous", message % {"tag": hits[0].asset_tag or "–", "serial": by_tag.serial or "–"}
        )
        return None, False
    if hits or not by_tag:
        return (hits[0] if hits else None), True
    if (serial and by_tag.serial and by_tag.serial != serial) or (maker and by_tag.maker != maker):
        message = _("The asset tag belongs to another device here (serial number %(serial)s).")
        plan.reject(i, "asset_tag", "ambiguous", message % {"serial": by_tag.serial or "–"})
        return None, False
    return by_tag, True


class _Groups:
    """Rows of the file that name the same number are about the same device."""

    def __init__(self, plan: Plan, cells: Cells, makers: Sequence[str]) -> None:
        self.plan = plan
        self.owners: list[Owner] = []
        self._makers = makers
        self._by_serial: dict[tuple[str, str], Owner] = {}
        self._by_tag: dict[str, Owner] = {}
        self._by_known: dict[int, Owner] = {}
        self._shared = _serials_of_several(cells["serial"], makers)

    def add(self, i: int, serial: str, tag: str, known: Known | None) -> None:
        key = (serial, self._makers[i] if serial in self._shared else "")
        by_serial = self._by_serial.get(key) if serial else None
        by_tag = self._by_tag.get(tag) if tag else None
        owner = by_serial or by_tag or (self._by_known.get(known.pk) if known else None)
        if owner is None:
            owner = Owner(known, serial, tag)
            self.owners.append(owner)
        elif self._is_contradiction(owner, by_tag, serial, tag):
            other = by_tag if by_tag and by_tag is not by_serial else owner
            self._reject_both(i, other, "asset_tag" if other is by_tag else "serial")
            return
        owner.serial, owner.asset_tag = owner.serial or serial, owner.asset_tag or tag
        owner.known = owner.known or known
        owner.rows.append(i)
        if serial:
            self._by_serial[key] = owner
        if tag:
            self._by_tag[tag] = owner
        if known:
            self._by_known[known.pk] = owner

    def _is_contradiction(self, owner: Owner, by_tag: Owner | None, serial: str, tag: str) -> bool:
        if by_tag and by_tag is not owner:
            return True
        other_serial = serial and owner.serial and serial != owner.serial
        other_tag = tag and owner.asset_tag and tag != owner.asset_tag
        return bool(other_serial or other_tag)

    def _reject_both(self, i: int, owner: Owner, key: str) -> None:
        first = owner.rows[0]
        for row, other in ((i, first), (first, i)):
            reject_duplicate(self.plan, row, key, [other])


def reject_duplicate(plan: Plan, i: int, key: str, others: Sequence[int]) -> None:
    """Row ``i`` repeats a number of the rows ``others``, among which it may be itself."""
    rows = other_rows(plan, i, others)
    if key == "serial":
        message = _("The same serial number is in row %(rows)s.") % {"rows": rows}
    else:
        message = _("The same asset tag is in row %(rows)s.") % {"rows": rows}
    plan.reject(i, key, f"duplicate_{key}", message)


def _serials_of_several(serials: Sequence[Any], makers: Sequence[str]) -> set[str]:
    """Serials that the file has from more than one manufacturer."""
    first: dict[str, str] = {}
    return {
        serial
        for serial, maker in zip(serials, makers, strict=True)
        if serial and maker and first.setdefault(serial, maker) != maker
    }
