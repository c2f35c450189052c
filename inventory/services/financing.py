"""How devices and order lines are paid, for what a programme may pay, and what is planned to be handed over."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from audit.actor import Actor
from audit.editing import edit_record, insert_record, locked
from audit.facts import believed, correct_fact, day_errors, withdraw_fact
from audit.models import Act
from audit.services import Record, log_records, open_act
from common.bulk import ids, insert_rows, next_ids
from common.diff import Diff, told
from funding.models import Financing, Programme
from inventory.models import Category, Device, DeviceModel, FundedCategory, OrderLine, PlannedHandOver
from inventory.services.devices import update_details
from inventory.services.locking import refuse_revoked
from schools.models import School

_PLAN = ("category", "model", "quantity", "due_from", "due_until", "school", "programme", "order_line", "note")


class NewHandOver(NamedTuple):
    """So many devices are planned for hand-over in ``due_from`` … ``due_until`` (half-open), decided on ``on``.

    Without a school they are not distributed yet.
    """

    category: Category
    quantity: int
    due_from: date
    due_until: date
    on: date
    model: DeviceModel | None = None
    school: School | None = None
    programme: Programme | None = None
    order_line: OrderLine | None = None
    note: str = ""

    @property
    def label(self) -> str:
        return f"{self.quantity} × {self.category}"


def finance_devices(
    devices: QuerySet[Device] | Sequence[Device], financing: Financing | None, *, by: Actor, reason: str = ""
) -> Diff:
    """Say how these devices were paid; ``None``: not known. Returns what it does to each device."""
    with transaction.atomic():
        wanted = [device.pk for device in devices]
        found = Device.objects.existing().filter(pk__in=ids(wanted)).select_for_update(of=("self",)).order_by("pk")
        current = {device.pk: device for device in found}
        refuse_revoked(wanted, current)
        act = open_act(by, "device.finance", subject=str(financing or ""), reason=reason)
        new = financing.pk if financing else None
        update_details({pk: {"financing": new} for pk in wanted}, act)
        pairs = {pk: [current[pk].financing_id, new] for pk in wanted}
        return Diff(
            [
                told(pk, str(current[pk]), {"financing": pair} if pair[0] != pair[1] else {})
                for pk, pair in pairs.items()
            ]
        )


def finance_line(line: OrderLine, financing: Financing | None, *, by: Actor, reason: str = "") -> OrderLine:
    """Say how an order line is paid; its devices follow, see ``follow_lines``."""
    with transaction.atomic():
        current = locked(line)
        act = open_act(by, "order.finance", subject=str(current), reason=reason)
        before = current.financing_id
        if edit_record(current, {"financing": financing}, act):
            follow_lines({current.pk: (before, financing.pk if financing else None)}, act)
        return current


def follow_lines(lines: Mapping[int, Sequence[int | None]], act: Act) -> int:
    """Let devices follow their order lines, ``{line: (old, new financing)}`` by keys; returns how many did.

    A device that is paid in another way than its line was has a financing of its own, and keeps it.
    """
    devices = Device.objects.existing().filter(order_line__in=ids(lines)).order_by("pk")
    rows = devices.values_list("pk", "order_line", "financing")
    alike = {pk: {"financing": lines[line][1]} for pk, line, financing in rows if financing == lines[line][0]}
    return update_details(alike, act)


def set_eligible_categories(
    programme: Programme, caps: Mapping[Category, Decimal | None], *, by: Actor, reason: str = ""
) -> None:
    """Set all categories that a programme may pay for, each with its cap per device in euro; none: it pays for all."""
    with transaction.atomic():
        current = locked(programme)
        act = open_act(by, "programme.categories", subject=current.name, reason=reason)
        old = {row.category_id: row for row in current.categories.select_related("category", "programme")}
        wanted = {category.pk: (category, cap) for category, cap in caps.items()}
        for pk, row in old.items():
            if pk not in wanted:
                _take_off(row, act)
        places = {"inventory_fundedcategory_cap": "categories"}
        for pk, (category, cap) in wanted.items():
            if pk in old:
                edit_record(old[pk], {"cap": cap}, act, places=places)
            else:
                new = FundedCategory(programme=current, category=category, cap=cap)
                insert_record(new, act, ("programme", "category", "cap"), places=places)


def plan_hand_overs(rows: Sequence[NewHandOver], *, by: Actor, reason: str = "") -> list[PlannedHandOver]:
    """Record what is planned to be handed over, all or none.

    Raises ``ValidationError``; what is wrong with row 0 stands at ``rows-0-<field of NewHandOver>``.
    """
    with transaction.atomic():
        return record_hand_overs(rows, open_act(by, "hand_over.plan", reason=reason))


def record_hand_overs(rows: Sequence[NewHandOver], act: Act) -> list[PlannedHandOver]:
    """The same within another act."""
    errors = {f"rows-{i}-{name}": said for i, row in enumerate(rows) for name, said in _faults(row, act).items()}
    if errors:
        raise ValidationError(errors)
    keys = list(next_ids(PlannedHandOver, len(rows)))
    pairs = list(zip(keys, rows, strict=True))
    names = ("id", "valid_from", "recorded_at", "act", *_PLAN)
    insert_rows(PlannedHandOver, names, ((pk, row.on, act.at, act.pk, *_values(row)) for pk, row in pairs))
    log_records(act, PlannedHandOver, (_planned(pk, row) for pk, row in pairs))
    return list(PlannedHandOver.objects.filter(pk__in=keys).order_by("pk"))


def withdraw_hand_over(plan: PlannedHandOver, *, by: Actor, on: date | None = None, reason: str = "") -> None:
    """Give up a plan from ``on``; without a day it should never have been made."""
    with transaction.atomic():
        current = believed(plan)
        act = open_act(by, "hand_over.withdraw", subject=str(current), reason=reason)
        if on is None:
            withdraw_fact(current, act, _PLAN, school=current.school_id)
            return
        errors = day_errors(on, act)
        if on <= current.valid_from or current.valid_until:
            errors = {"on": [ValidationError(_("The end must be after the beginning."), "ended")]}
        if errors:
            raise ValidationError(errors)
        correct_fact(current, {"valid_until": on}, act, _PLAN, school=current.school_id)


def _take_off(row: FundedCategory, act: Act) -> None:
    gone: dict[str, list[Any]] = {
        "programme": [row.programme_id, None],
        "category": [row.category_id, None],
        "cap": [row.cap, None],
    }
    log_records(act, FundedCategory, [Record(row.pk, str(row), None, gone)])
    row.delete()


def _faults(row: NewHandOver, act: Act) -> dict[str, Any]:
    faults = day_errors(row.on, act)
    for name, text, code in _said(row):
        faults.setdefault(name, []).append(ValidationError(text, code))
    if len(row.note) > 300:
        faults["note"] = [ValidationError(_("Please write 300 characters at most."), "max_length")]
    return faults


def _said(row: NewHandOver) -> Iterator[tuple[str, Any, str]]:
    if row.quantity < 1:
        yield "quantity", _("The quantity must be at least 1."), "quantity"
    if row.due_until <= row.due_from:
        yield "due_until", _("The end must be after the beginning."), "due"
    if row.model and row.model.category_id != row.category.pk:
        yield "model", _("The device model is of another category."), "other_category"


def _values(row: NewHandOver) -> tuple[Any, ...]:
    return tuple(getattr(value, "pk", value) for value in (getattr(row, name) for name in _PLAN))


def _planned(pk: int, row: NewHandOver) -> Record:
    changes: dict[str, list[Any]] = {
        name: [None, value] for name, value in zip(_PLAN, _values(row), strict=True) if value
    }
    return Record(pk, row.label, row.school.pk if row.school else None, changes | {"valid_from": [None, row.on]})
