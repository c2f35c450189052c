"""Which rows are about which device: of the inventory, or of each other."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from common.bulk import codes, ids
from common.round_trip import ID
from imports.conflicts import origins_of
from imports.enums import Outcome
from imports.preview import Choice, Plan
from imports.reader import Cells, other_rows
from inventory.models import Device


class Known(NamedTuple):
    """A device of the inventory. ``maker``: key of its manufacturer; others are keys of rows."""

    pk: int
    maker: str
    serial: str
    asset_tag: str
    mdm_id: str
    model: int
    model_name: str
    school: int | None
    purchased_on: date | None
    price: Decimal | None
    financing: int | None
    note: str
    workflow: str
    test_interval: int | None

    @property
    def number(self) -> str:
        return self.asset_tag or self.serial

    @property
    def choice(self) -> Choice:
        """The device among several that a row may mean."""
        numbers = " / ".join(filter(None, (self.asset_tag, self.serial)))
        return Choice(self.pk, f"{numbers} · {self.model_name}")


@dataclass(slots=True, eq=False)
class Owner:
    """A device as the file has it: its rows, and the device of the inventory if there is one."""

    known: Known | None
    serial: str = ""
    asset_tag: str = ""
    mdm_id: str = ""
    rows: list[int] = field(default_factory=list)

    def take(self, i: int, numbers: "_Numbers", known: Known | None) -> None:
        """Row ``i`` is about the device, too."""
        self.serial = self.serial or numbers.serial
        self.asset_tag = self.asset_tag or numbers.asset_tag
        self.mdm_id = self.mdm_id or numbers.mdm_id
        self.known = self.known or known
        self.rows.append(i)


class _Numbers(NamedTuple):
    serial: str
    asset_tag: str
    mdm_id: str


class _Hits(NamedTuple):
    """The devices of the inventory that each key of a row leads to; the surest key comes first."""

    serial: Sequence[Known]
    asset_tag: Known | None
    mdm_id: Known | None

    @property
    def all(self) -> dict[int, Known]:
        """Each once, by its key."""
        found = [*self.serial, *filter(None, (self.asset_tag, self.mdm_id))]
        return {known.pk: known for known in found}

    def own(self, known: Known | None, serial: str, tag: str, mdm_id: str) -> _Numbers:
        """The numbers of a row without those that belong to another device than ``known``."""
        is_mine = known in self.serial or not self.serial
        is_my_tag, is_my_id = self.asset_tag in (None, known), self.mdm_id in (None, known)
        return _Numbers(serial if is_mine else "", tag if is_my_tag else "", mdm_id if is_my_id else "")


class _Named(NamedTuple):
    """Serial and key of the manufacturer as a row has them, empty where it does not."""

    serial: str
    maker: str

    def is_other(self, known: Known) -> bool:
        is_other_serial = bool(self.serial and known.serial and self.serial != known.serial)
        return is_other_serial or bool(self.maker and known.maker != self.maker)


_FIELDS = (
    "pk",
    "manufacturer__key",
    "serial",
    "asset_tag",
    "mdm_id",
    "model",
    "model__name",
    "school",
    "purchased_on",
    "price",
    "financing",
    "note",
    "model__category__workflow",
    "model__category__test_interval_months",
)


class Register:
    """The devices of the inventory that the file may mean: by record, serial, asset tag and MDM id."""

    def __init__(self, cells: Cells) -> None:
        self.origins = origins_of(cells)
        self.by_pk: dict[int, Known] = {}
        self.by_serial: dict[str, list[Known]] = {}
        self.by_tag: dict[str, Known] = {}
        self.by_mdm_id: dict[str, Known] = {}
        self._load("pk__in", ids({origin.record for origin in self.origins.values()}), bool(self.origins))
        for name, index in (("serial", self.by_serial), ("asset_tag", self.by_tag), ("mdm_id", self.by_mdm_id)):
            wanted = set(filter(None, cells[name])) - index.keys()  # most rows of our own lists are known by now
            self._load(f"{name}__in", codes(wanted), bool(wanted))

    def hits(self, serial: str, tag: str, mdm_id: str, maker: str) -> _Hits:
        """``maker``: key of the manufacturer, empty where the row does not tell it."""
        by_serial = [known for known in self.by_serial.get(serial, ()) if not maker or known.maker == maker]
        return _Hits(by_serial, self.by_tag.get(tag), self.by_mdm_id.get(mdm_id))

    def _load(self, lookup: str, values: Any, is_wanted: bool) -> None:
        if not is_wanted:
            return
        rows = Device.objects.existing().filter(**{lookup: values}).order_by().values_list(*_FIELDS)
        for known in map(Known._make, rows.iterator(chunk_size=5000)):
            if known.pk in self.by_pk:
                continue
            self.by_pk[known.pk] = known
            if known.serial:
                self.by_serial.setdefault(known.serial, []).append(known)
            if known.asset_tag:
                self.by_tag[known.asset_tag] = known
            if known.mdm_id:
                self.by_mdm_id[known.mdm_id] = known


def match_rows(plan: Plan, cells: Cells, makers: Sequence[str], register: Register) -> list[Owner]:
    """Group rows by device. ``makers``: key of the manufacturer per row, empty where not told."""
    groups = _Groups(plan, cells, makers)
    for i, numbers in enumerate(zip(cells["serial"], cells["asset_tag"], cells["mdm_id"], strict=True)):
        if plan.outcomes[i] is Outcome.SKIPPED:
            continue
        serial, tag, mdm_id = (number or "" for number in numbers)
        plan.labels[i] = tag or serial or mdm_id
        if not serial and not tag and not mdm_id and i not in register.origins:
            if not any(plan.has_value(i, key) for key in ("serial", "asset_tag", "mdm_id")):
                plan.reject(i, "serial", "no_number", _("A device needs a serial number or an asset tag."))
            continue
        hits = register.hits(serial, tag, mdm_id, makers[i])
        known, is_clear = _known(plan, i, hits, register, _Named(serial, makers[i]))
        if not known and is_clear and not serial and not tag:
            plan.reject(i, "serial", "no_number", _("A device needs a serial number or an asset tag."))
        elif is_clear:
            groups.add(i, hits.own(known, serial, tag, mdm_id), known)
    return groups.owners


def _known(plan: Plan, i: int, hits: _Hits, register: Register, named: _Named) -> tuple[Known | None, bool]:
    """The device of the inventory that a row means, and whether that is clear."""
    if i in register.origins:
        return _by_record(plan, i, hits, register)
    found = hits.all
    if not found:
        return None, True
    doubt = _doubt(hits, named)
    if doubt:
        answer = plan.ambiguous(i, doubt[0], [known.choice for known in found.values()], doubt[1])
        known = found.get(answer.to) if answer and answer.to else None
        if known:
            plan.matched(i, "decided", known.pk, known.number)
        return known, known is not None
    known = next(iter(found.values()))
    by = "serial" if hits.serial else "asset_tag" if hits.asset_tag else "mdm_id"
    plan.matched(i, by, known.pk, known.number)
    return known, True


def _by_record(plan: Plan, i: int, hits: _Hits, register: Register) -> tuple[Known | None, bool]:
    """The device that the row was exported for, unless its numbers say that the hidden column slipped."""
    known = register.by_pk.get(register.origins[i].record)
    if known is None:
        message = _("The device for which this row was exported does not exist any more.")
        plan.reject(i, ID.key, "no_record", message)
        return None, False
    plan.matched(i, "id", known.pk, known.number)
    others = [other for pk, other in hits.all.items() if pk != known.pk]
    if others:
        message = _("This row was exported for %(device)s, but its numbers belong to %(other)s: the rows got mixed up.")
        key = "serial" if others[0] in hits.serial else "asset_tag" if others[0] is hits.asset_tag else "mdm_id"
        labels = {"device": known.choice.label, "other": others[0].choice.label}
        plan.reject(i, key, "other_record", message % labels)
    return known, not others


def _doubt(hits: _Hits, named: _Named) -> tuple[str, str] | None:
    """Column and sentence where the keys of a row do not lead to one and the same device."""
    by_serial, by_tag, by_id = hits
    if len(by_serial) > 1:
        return "serial", _("Several manufacturers have this serial number: please name one.")
    if by_serial and by_tag and by_serial[0] is not by_tag:
        message = _(
            "The serial number belongs to one device (asset tag %(tag)s), the asset tag to another (%(serial)s)."
        )
        return "serial", message % {"tag": by_serial[0].asset_tag or "–", "serial": by_tag.serial or "–"}
    if by_tag and not by_serial and named.is_other(by_tag):
        message = _("The asset tag belongs to another device here (serial number %(serial)s).")
        return "asset_tag", message % {"serial": by_tag.serial or "–"}
    if by_id and (by_serial or by_tag) and by_id is not (by_serial[0] if by_serial else by_tag):
        message = _("The MDM id belongs to another device here (%(device)s).")
        return "mdm_id", message % {"device": by_id.number}
    if by_id and not by_serial and not by_tag and named.is_other(by_id):
        message = _("The MDM id belongs to another device here (%(device)s).")
        return "mdm_id", message % {"device": by_id.number}
    return None


class _Groups:
    """Rows of the file that name the same number are about the same device."""

    def __init__(self, plan: Plan, cells: Cells, makers: Sequence[str]) -> None:
        self.plan = plan
        self.owners: list[Owner] = []
        self._makers = makers
        self._by_serial: dict[tuple[str, str], Owner] = {}
        self._by_tag: dict[str, Owner] = {}
        self._by_mdm_id: dict[str, Owner] = {}
        self._by_known: dict[int, Owner] = {}
        self._shared = _serials_of_several(cells["serial"], makers)

    def add(self, i: int, numbers: _Numbers, known: Known | None) -> None:
        serial, tag, mdm_id = numbers
        key = (serial, self._makers[i] if serial in self._shared else "")
        owners = (
            self._by_serial.get(key) if serial else None,
            self._by_tag.get(tag) if tag else None,
            self._by_mdm_id.get(mdm_id) if mdm_id else None,
        )
        owner = next(filter(None, owners), None) or (self._by_known.get(known.pk) if known else None)
        if owner is None:
            owner = Owner(known, *numbers)
            self.owners.append(owner)
        elif other := _contradicting(owner, owners, numbers):
            self._reject_both(i, *other)
            return
        owner.take(i, numbers, known)
        if serial:
            self._by_serial[key] = owner
        if tag:
            self._by_tag[tag] = owner
        if mdm_id:
            self._by_mdm_id[mdm_id] = owner
        if known:
            self._by_known[known.pk] = owner

    def _reject_both(self, i: int, owner: Owner, key: str) -> None:
        first = owner.rows[0]
        for row, other in ((i, first), (first, i)):
            reject_duplicate(self.plan, row, key, [other])


def _contradicting(owner: Owner, owners: Sequence[Owner | None], numbers: _Numbers) -> tuple[Owner, str] | None:
    """The device of an earlier row with which the numbers of a row do not go together, and the column to blame.

    ``owners``: those to whom each of the numbers belongs so far.
    """
    for key, other in zip(("asset_tag", "mdm_id"), owners[1:], strict=True):
        if other and other is not owner:
            return other, key
    for key, new in numbers._asdict().items():
        known = getattr(owner, key)
        if new and known and new != known:
            return owner, next(
                (name for name, one in zip(numbers._fields, owners, strict=True) if one is owner), "serial"
            )
    return None


def reject_duplicate(plan: Plan, i: int, key: str, others: Sequence[int]) -> None:
    """Row ``i`` repeats a number of the rows ``others``, among which it may be itself."""
    rows = other_rows(plan, i, others)
    messages = {
        "serial": _("The same serial number is in row %(rows)s."),
        "asset_tag": _("The same asset tag is in row %(rows)s."),
        "mdm_id": _("The same MDM id is in row %(rows)s."),
    }
    plan.reject(i, key, f"duplicate_{key}", messages[key] % {"rows": rows})


def _serials_of_several(serials: Sequence[Any], makers: Sequence[str]) -> set[str]:
    """Serials that the file has from more than one manufacturer."""
    first: dict[str, str] = {}
    return {
        serial
        for serial, maker in zip(serials, makers, strict=True)
        if serial and maker and first.setdefault(serial, maker) != maker
    }
