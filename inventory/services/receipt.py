"""Goods receipt, code by code: what each scanned code is, before anything is booked."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from common.bulk import codes, ids
from common.parsing import ParseError, normalise_code
from inventory.codes import LONGEST, find_devices
from inventory.models import Device, Order, OrderLine

#: Devices by key of the manufacturer and serial.
Known = Mapping[tuple[int, str], Device]


class Announced(NamedTuple):
    """A device on the supplier's list. ``line``: key of the order line of its model, 0 where the order has none.

    ``None``: the list does not say a model that is known here.
    """

    line: int | None = None
    model: str = ""


class Code(NamedTuple):
    """One scanned or typed serial, for one order line. ``damage``: what is wrong with the device, if anything."""

    line: OrderLine
    serial: str
    asset_tag: str = ""
    damage: str = ""


class CheckedCode(NamedTuple):
    """``problem`` is empty for a new serial; else ``twice``, ``in_stock``, ``wrong_model``, ``too_many``, ``unusable``.

    ``known``: the device that has the serial. ``told``: of a wrong model, what the device is. ``alike``: devices whose
    number is the same or easily misread, for a person to decide.
    """

    line: OrderLine
    serial: str
    problem: str = ""
    known: Device | None = None
    asset_tag: str = ""
    damage: str = ""
    told: str = ""
    alike: tuple[Device, ...] = ()


MESSAGES = {
    "twice": _("%(serial)s was scanned twice."),
    "in_stock": _("%(serial)s is already in stock."),
    "wrong_model": _("%(serial)s is another model than position %(position)s."),
    "too_many": _("%(serial)s is more than was ordered in position %(position)s."),
    "unusable": _("“%(serial)s” is not a serial number."),
}


def check_codes(
    order: Order, scanned: Sequence[Code], announced: Mapping[str, Announced] | None = None
) -> list[CheckedCode]:
    """Say for each code, in order, whether it can be booked: the live check of the goods receipt.

    ``announced``: by serial, what the supplier's list says. A constant number of queries.
    """
    checked = list(checked_codes(scanned, known_devices(scanned), backlogs([order.pk]), set(), announced or {}))
    good = {code.serial for code in checked if not code.problem}
    devices = Device.objects.existing().select_related("school", "model__manufacturer")
    alike = {one.code: (*one.devices, *one.alike) for one in find_devices(good, devices)} if good else {}
    return [code._replace(alike=alike.get(code.serial, ())) if not code.problem else code for code in checked]


def checked_codes(
    scanned: Sequence[Code],
    known: Known,
    rest: Counter[int],
    seen: set[tuple[int, str]],
    announced: Mapping[str, Announced],
) -> Iterator[CheckedCode]:
    """Judge codes one after the other; each good one takes its share of the ``rest`` of its line."""
    for code in scanned:
        key = pair_of(code)
        device, listed = known.get(key), announced.get(key[1])
        problem = _problem(key, seen, _other_problem(code, device, listed), rest[code.line.pk])
        if not problem:
            rest[code.line.pk] -= 1
        seen.add(key)
        told = str(device.model) if device else listed.model if listed else ""
        yield CheckedCode(code.line, key[1], problem, device, code.asset_tag, code.damage, told)


def known_devices(scanned: Iterable[Code], *, is_locked: bool = False) -> Known:
    serials = {pair_of(code)[1] for code in scanned} - {""}
    devices = Device.objects.existing().filter(serial__in=codes(serials))
    devices = devices.select_related("school", "model__manufacturer", "delivery").order_by("pk")
    if is_locked:
        devices = devices.select_for_update(of=("self",))
    return {(d.manufacturer_id, d.serial): d for d in devices}


def backlogs(orders: Iterable[int]) -> Counter[int]:
    """Ordered minus delivered per line key of these orders."""
    return Counter(dict(OrderLine.objects.filter(order__in=ids(orders)).with_delivered().values_list("pk", "backlog")))


def pair_of(code: Code) -> tuple[int, str]:
    """Manufacturer and serial as it would be stored; what cannot be one stays as it came."""
    try:
        serial = normalise_code(code.serial) or ""
    except ParseError:
        serial = code.serial.strip()
    return code.line.model.manufacturer_id, serial


def is_usable(serial: str) -> bool:
    """Whether it can be stored as it is; a number that a workbook has rounded cannot."""
    try:
        return 0 < len(serial) <= LONGEST and normalise_code(serial) == serial
    except ParseError:
        return False


def _problem(key: tuple[int, str], seen: set[tuple[int, str]], other: str, rest: int) -> str:
    if not is_usable(key[1]):
        return "unusable"
    if key in seen:
        return "twice"
    return other or ("" if rest > 0 else "too_many")


def _other_problem(code: Code, device: Device | None, listed: Announced | None) -> str:
    if device is not None:
        return "in_stock" if device.model_id == code.line.model.pk else "wrong_model"
    is_other = listed is not None and listed.line is not None and listed.line != code.line.pk
    return "wrong_model" if is_other else ""


def message_of(code: CheckedCode) -> Any:
    """The problem of a code in words."""
    return MESSAGES[code.problem] % {"serial": code.serial, "position": code.line.position}
