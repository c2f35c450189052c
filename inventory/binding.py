"""Until when devices are bound to the programmes that paid for them, and what somebody should be told of it."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy, ngettext

from common.bulk import ids
from funding.binding import Binding, binding_ends, last_end, programmes_of_financings, tied_schools
from funding.models import Financing, Programme
from inventory.enums import RETIREMENT
from inventory.models import Device, FundedCategory
from schools.models import School


class DeviceBinding(NamedTuple):
    """``bindings``: one for each programme of the financing."""

    bought_on: date | None
    bindings: tuple[Binding, ...] = ()

    @property
    def until(self) -> date | None:
        """The last day of all; ``None``: not bound."""
        return last_end(self.bindings)


def bindings_of(devices: Iterable[Device | int]) -> dict[int, DeviceBinding]:
    """The bindings of devices (or of keys of devices), in two queries; of devices without financing there are none."""
    keys = ids(device if isinstance(device, int) else device.pk for device in devices)
    rows = Device.objects.existing().filter(pk__in=keys, financing__isnull=False).with_bought_on().order_by("pk")
    found = list(rows.values_list("pk", "financing", "bought_on"))
    programmes = programmes_of_financings({financing for _pk, financing, _day in found}) if found else {}
    return {pk: DeviceBinding(day, tuple(binding_ends(programmes[financing], day))) for pk, financing, day in found}


def bound_until(devices: Iterable[int]) -> dict[int, date]:
    """The last day of each device that is or was bound."""
    return {pk: binding.until for pk, binding in bindings_of(devices).items() if binding.until}


def binding_warnings(
    devices: QuerySet[Device] | Sequence[Device], school: Any = None, status: Any = None, day: date | None = None
) -> list[str]:
    """What somebody should know before these devices get this school or status on ``day``; empty: nothing.

    Anything but a ``School`` leaves the devices where they are, anything but a status in the state they have. Moving
    tied devices is allowed; to retire bound ones needs a reason and the right to it.
    """
    retires = status in RETIREMENT
    if day is None or not (retires or isinstance(school, School)):
        return []
    bindings = bindings_of(devices).values()
    texts = _retirement_warnings(bindings, day) if retires else []
    return texts + (_school_warnings(bindings, school, day) if isinstance(school, School) else [])


class Purchase(NamedTuple):
    """``price``: of one, gross, in euro; category and school are keys. ``None``: not known."""

    category: int
    price: Decimal | None
    on: date | None
    school: int | None
    number: int = 1


def financing_warnings(devices: QuerySet[Device] | Sequence[Device], financing: Financing) -> list[str]:
    """What speaks against paying for these devices like that: category, price, day of purchase, school."""
    found = (
        Device.objects.existing().filter(pk__in=ids(device.pk for device in devices)).with_bought_on().order_by("pk")
    )
    rows = found.values_list("model__category", "price", "bought_on", "school")
    return purchase_warnings([Purchase(*row) for row in rows], financing)


def purchase_warnings(purchases: Sequence[Purchase], financing: Financing) -> list[str]:
    """The same of what is not there yet."""
    programmes = programmes_of_financings([financing.pk]).get(financing.pk, ())
    caps, tied = caps_of(programmes), tied_schools(programmes)
    counted: Counter[tuple[Programme, str]] = Counter()
    for programme in programmes:
        of_one, listed = caps[programme.pk], tied.get(programme.pk)
        for one in purchases:
            for code in _objections(programme, of_one, listed, one):
                counted[programme, code] += one.number
    return [
        ngettext("%(count)d device: %(problem)s", "%(count)d devices: %(problem)s", number)
        % {"count": number, "problem": _OBJECTIONS[code] % {"programme": programme}}
        for (programme, code), number in counted.items()
    ]


_OBJECTIONS = {
    "category": gettext_lazy("%(programme)s does not pay for this category."),
    "price": gettext_lazy("The price is above the cap of %(programme)s."),
    "period": gettext_lazy("Bought outside the implementation period of %(programme)s."),
    "school": gettext_lazy("The money of %(programme)s is tied to other schools."),
}


def _objections(
    programme: Programme,
    caps: Mapping[int, Decimal | None],
    listed: Collection[int] | None,
    bought: Purchase,
) -> Iterator[str]:
    category, price, day, school, _number = bought
    if not pays_for(programme, caps, [category]):
        yield "category"
    cap = caps.get(category) or programme.cap_per_device
    if cap and price and price > cap:
        yield "price"
    if day and ((programme.begins_on and day < programme.begins_on) or (programme.ends_on and day > programme.ends_on)):
        yield "period"
    if listed is not None and school and school not in listed:
        yield "school"


def caps_of(programmes: Iterable[Programme]) -> dict[int, dict[int, Decimal | None]]:
    """``{programme: {eligible category: cap per device}}`` by keys; nothing for a programme that pays for all."""
    found: dict[int, dict[int, Decimal | None]] = {programme.pk: {} for programme in programmes}
    rows = FundedCategory.objects.filter(programme__in=ids(found))
    for programme, category, cap in rows.values_list("programme", "category", "cap"):
        found[programme][category] = cap
    return found


def pays_for(programme: Programme, caps: Mapping[int, Decimal | None], categories: Iterable[int]) -> bool:
    """Whether one of ``categories`` is eligible. A programme that names trades and no category pays for works alone."""
    return any(category in caps for category in categories) if caps else not programme.trades


def pays_for_trade(programme: Programme, caps: Mapping[int, Decimal | None], trade: str) -> bool:
    """The other way round: a programme that names categories and no trade pays for devices alone."""
    return trade in programme.trades if programme.trades else not caps


def _retirement_warnings(bindings: Iterable[DeviceBinding], day: date) -> list[str]:
    found = Counter(
        (binding.programme, binding.until)
        for of_one in bindings
        for binding in of_one.bindings
        if binding.until and binding.until >= day
    )
    return [
        ngettext(
            "%(count)d device is bound by %(programme)s until %(day)s: to retire it earlier needs a reason, "
            "and the right to look after binding periods.",
            "%(count)d devices are bound by %(programme)s until %(day)s: to retire them earlier needs a reason, "
            "and the right to look after binding periods.",
            number,
        )
        % {"count": number, "programme": programme, "day": date_format(until, "SHORT_DATE_FORMAT")}
        for (programme, until), number in found.items()
    ]


def _school_warnings(bindings: Iterable[DeviceBinding], school: School, day: date) -> list[str]:
    """Tied are the programmes with a list, as long as they bind; without a binding period for ever."""
    found = Counter(
        binding.programme
        for of_one in bindings
        for binding in of_one.bindings
        if binding.programme.is_tied and (binding.until is None or binding.until >= day)
    )
    tied = tied_schools(found)
    return [
        ngettext(
            "%(count)d device is tied to the schools of %(programme)s; %(school)s is none of them.",
            "%(count)d devices are tied to the schools of %(programme)s; %(school)s is none of them.",
            number,
        )
        % {"count": number, "programme": programme, "school": school}
        for programme, number in found.items()
        if school.pk not in tied[programme.pk]
    ]
