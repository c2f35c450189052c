"""Mobile devices of the demo city: lots as they were ordered, shared out among the schools.

Tablets and convertibles make two published figures: 13,000 were ordered and 9,600 delivered by
30.06.2022. Together with what ``installed`` plans, about 15,000 devices were put into service from
July 2020 to January 2023.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from imports.demo import catalogue
from imports.demo.catalogue import ModelPlan, shared_out
from imports.demo.city import City, CitySize, SchoolPlan
from imports.demo.rooms import RoomPlan
from inventory.enums import DeviceStatus, Use
from schools.enums import SchoolType

_S = DeviceStatus
_SECONDARY = (SchoolType.REALSCHULE, SchoolType.COMPREHENSIVE, SchoolType.GYMNASIUM, SchoolType.VOCATIONAL)
_ALPHABET = "0123456789ABCDFGHJKLMNPRSTVWXYZ"
#: Of so many devices for pupils one waits in the central store as a spare.
_ONE_SPARE_OF = 90
_ONE_DAY = timedelta(1)


class State(NamedTuple):
    on: date
    status: DeviceStatus
    school: SchoolPlan | None = None
    room: RoomPlan | None = None
    use: str = ""
    is_managed: bool | None = None


@dataclass(slots=True, eq=False)
class DevicePlan:
    """A device with its states in order, and the days on which it passed an electrical test.

    ``order``: number of the order by which it came, where that is known.
    """

    model: ModelPlan
    serial: str
    asset_tag: str
    purchased_on: date
    order: str = ""
    states: list[State] = field(default_factory=list)
    tests: list[date] = field(default_factory=list)

    def state_on(self, day: date) -> State | None:
        """``None`` before the device was known."""
        past = [state for state in self.states if state.on <= day]
        return past[-1] if past else None

    @property
    def in_service_on(self) -> date | None:
        """First day in service."""
        return next((state.on for state in self.states if state.status == _S.IN_SERVICE), None)


class Lot(NamedTuple):
    """So many devices of one order, delivered between two days and handed out some weeks later."""

    order: str
    model: ModelPlan
    quantity: int
    ordered_on: date
    first: date
    last: date
    use: Use = Use.PUPILS
    types: Sequence[SchoolType] = ()
    weeks: tuple[int, int] = (2, 9)
    is_tracked: bool = True
    is_listed_at_order: bool = False


LOTS = (
    Lot("", catalogue.OLD_LAPTOP, 160, date(2016, 5, 2), date(2016, 8, 15), date(2018, 9, 30), types=_SECONDARY),
    Lot(
        "B-2020-014", catalogue.IPAD_8, 2400, date(2020, 6, 22), date(2020, 8, 10), date(2020, 11, 20),
        is_tracked=False,
    ),
    Lot("B-2021-002", catalogue.IPAD_8, 1000, date(2021, 1, 11), date(2021, 3, 1), date(2021, 5, 14), Use.TEACHERS),
    Lot(
        "B-2021-002", catalogue.TEACHER_LAPTOP, 800, date(2021, 1, 11), date(2021, 3, 15), date(2021, 6, 25),
        Use.TEACHERS,
    ),
    Lot(
        "B-2021-009", catalogue.IPAD_8, 2700, date(2021, 3, 8), date(2021, 5, 3), date(2021, 10, 29),
        is_tracked=False,
    ),
    Lot(
        "B-2021-027", catalogue.CONVERTIBLE, 1400, date(2021, 10, 4), date(2022, 1, 10), date(2022, 4, 8),
        types=_SECONDARY,
    ),
    Lot("B-2022-003", catalogue.IPAD_9, 2100, date(2022, 1, 17), date(2022, 3, 14), date(2022, 6, 24)),
    Lot(
        "B-2022-018", catalogue.IPAD_9, 3400, date(2022, 5, 16), date(2022, 8, 8), date(2022, 11, 25),
        weeks=(2, 8), is_listed_at_order=True,
    ),
    Lot("B-2023-011", catalogue.IPAD_10, 260, date(2023, 6, 5), date(2023, 8, 21), date(2023, 9, 29)),
    Lot("B-2024-008", catalogue.NEW_LAPTOP, 180, date(2024, 5, 13), date(2024, 8, 5), date(2024, 9, 20), Use.TEACHERS),
    Lot("B-2025-012", catalogue.IPAD_11, 420, date(2025, 5, 19), date(2025, 8, 4), date(2025, 10, 17)),
    Lot("B-2026-010", catalogue.IPAD_11, 240, date(2026, 6, 8), date(2026, 8, 24), date(2026, 10, 30), weeks=(2, 12)),
)  # fmt: skip


class Numbers:
    """Serial numbers and asset tags, each given once."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._serials: set[str] = set()
        self._count = 0

    def new_device(self, model: ModelPlan, purchased_on: date, order: str = "") -> DevicePlan:
        self._count += 1
        tag = f"LF{purchased_on:%y}-{self._count:05}"
        return DevicePlan(model, self.serial(model), tag, purchased_on, order)

    def serial(self, model: ModelPlan) -> str:
        while True:
            serial = model.prefix + "".join(self._rng.choices(_ALPHABET, k=8))
            if serial not in self._serials:
                self._serials.add(serial)
                return serial


def plan_mobile(city: City, size: CitySize, seed: int, numbers: Numbers) -> list[DevicePlan]:
    """All lots up to their hand-out; what happens afterwards is told by ``lives``."""
    rng = Random(f"{seed}/mobile")
    weights = {
        Use.PUPILS: {s.number: _ambition(s, rng) * s.latest.pupils for s in city.schools},
        Use.TEACHERS: {s.number: rng.choice((0.7, 0.95, 1.0, 1.15)) * s.latest.teachers for s in city.schools},
    }
    discipline = {s.number: rng.choices((1.0, 0.96, 0.85, None), (56, 22, 16, 6))[0] for s in city.schools}
    devices: list[DevicePlan] = []
    for lot in LOTS:
        span = (lot.last - lot.first).days
        days = [lot.first + timedelta(rng.randrange(span)) for _ in range(3)] + [lot.last]
        schools = [s for s in city.schools if not lot.types or s.school_type in lot.types] or city.schools
        parts = shared_out(size.scaled(lot.quantity), [weights[lot.use][s.number] for s in schools])
        for school, number in zip(schools, parts, strict=True):
            devices += _hand_out(lot, days, school, number, discipline[school.number], numbers, rng)
    return devices


def _ambition(school: SchoolPlan, rng: Random) -> float:
    """Devices per pupil that the school got, from hardly any to one for each."""
    if school.school_type == SchoolType.VOCATIONAL:
        return rng.uniform(0.13, 0.34)
    if school.school_type in _SECONDARY:
        lowest, highest = rng.choices(((0.5, 0.9), (0.3, 0.45), (0.19, 0.27)), (40, 40, 20))[0]
    else:
        lowest, highest = rng.choices(((1.3, 1.4), (0.45, 0.8), (0.28, 0.42), (0.14, 0.24)), (8, 45, 30, 17))[0]
    return rng.uniform(lowest, highest)


def _hand_out(
    lot: Lot,
    days: Sequence[date],
    school: SchoolPlan,
    number: int,
    discipline: float | None,
    numbers: Numbers,
    rng: Random,
) -> Iterator[DevicePlan]:
    """The school's part of a lot comes in one to three deliveries; each is handed out as one."""
    rest = number
    while rest:
        part = rest if rest < 12 else rng.randrange(rest // 3, rest + 1)
        rest -= part
        delivered = rng.choice(days)
        configured = delivered + timedelta(rng.randrange(4, 11))
        in_service = max(delivered + timedelta(7 * rng.randrange(*lot.weeks) + rng.randrange(5)), configured + _ONE_DAY)
        for _ in range(part):
            device = numbers.new_device(lot.model, lot.ordered_on, lot.order)
            is_managed = None if discipline is None else rng.random() < discipline
            if lot.is_listed_at_order:
                device.states.append(State(lot.ordered_on, _S.ORDERED, use=lot.use))
            device.states.append(State(delivered, _S.DELIVERED, use=lot.use))
            if lot.use == Use.PUPILS and rng.randrange(_ONE_SPARE_OF) == 0:
                device.states.append(State(in_service, _S.IN_STOCK, is_managed=is_managed))
            else:
                if lot.is_tracked:
                    device.states.append(State(configured, _S.CONFIGURED))
                device.states.append(State(in_service, _S.IN_SERVICE, school, is_managed=is_managed))
            yield device
