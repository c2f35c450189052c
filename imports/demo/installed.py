"""Devices of the demo city that hang in rooms: boards, projectors, access points, and what feeds them.

In the full city exactly 100 boards are in service on 31.01.2023; most of the others came in 2023.
"""

import math
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

from imports.demo import catalogue
from imports.demo.catalogue import ModelPlan, shared_out
from imports.demo.city import City, CitySize, SchoolPlan
from imports.demo.devices import DevicePlan, Numbers, State
from imports.demo.rooms import RoomPlan
from imports.demo.works import WorksPlan
from inventory.enums import DeviceStatus, Use
from rollout.enums import FINISHED
from schools.enums import RoomKind, SchoolType, Trade

_S = DeviceStatus
#: Days from a step to the day in service.
_BOARD_STEPS = (
    (_S.DELIVERED, 60), (_S.ROOM_PREPARED, 24), (_S.MOUNTED, 12), (_S.TESTED, 6), (_S.ACCEPTED, 2), (_S.IN_SERVICE, 0),
)  # fmt: skip
#: Boards per period: how many, and between which days they went into service.
_BOARD_WAVES = (
    (100, date(2021, 3, 1), date(2023, 1, 25), catalogue.BOARD_75),
    (146, date(2023, 3, 1), date(2023, 12, 8), catalogue.BOARD_86),
    (16, date(2026, 10, 5), date(2027, 1, 20), catalogue.BOARD_86),
)
#: The last boards came on two days, by an order of which some are still missing.
BOARD_ORDER = "B-2026-007"
_LAST_DELIVERIES = (date(2026, 7, 13), date(2026, 8, 3))
_TROLLEYS, _CAMERAS, _NEW_PROJECTORS = 150, 110, 420


def plan_installed(city: City, works: WorksPlan, size: CitySize, seed: int, numbers: Numbers) -> list[DevicePlan]:
    rng = Random(f"{seed}/installed")
    order = [*works.finished, *rng.sample([s for s in city.schools if s not in works.finished], k=_rest(city, works))]
    boards = _boards(order, size, numbers, rng)
    taken = {(d.states[-1].school.number, d.states[-1].room) for d in boards if d.states[-1].school}
    devices = [
        *boards,
        *_projectors(order, taken, size, numbers, rng),
        *(d for school in city.schools for d in _network(school, works, numbers, rng)),
        *_movable(city, size, numbers, rng),
    ]
    return devices


def _rest(city: City, works: WorksPlan) -> int:
    return len(city.schools) - len(works.finished)


def _boards(order: Sequence[SchoolPlan], size: CitySize, numbers: Numbers, rng: Random) -> list[DevicePlan]:
    """School by school: enough for the standard in each, as far as the boards go."""
    places = [(school, room) for school in order for room in _board_rooms(school, rng)]
    devices = []
    for number, first, last, model in _BOARD_WAVES:
        here, places = places[: size.scaled(number)], places[size.scaled(number) :]
        for school, room in here:
            on = first + timedelta(rng.randrange((last - first).days))
            states = [State(on - timedelta(days), status, school) for status, days in _BOARD_STEPS]
            states = [s._replace(room=room) if s.status != _S.DELIVERED else s for s in states]
            if first.year == 2026:
                states[0] = states[0]._replace(on=rng.choice(_LAST_DELIVERIES))
            devices.append(_device(numbers, model, states, BOARD_ORDER if first.year == 2026 else ""))
    return devices


def _board_rooms(school: SchoolPlan, rng: Random) -> list[RoomPlan]:
    share = 0.52 if school.school_type in (SchoolType.PRIMARY, SchoolType.SPECIAL_NEEDS) else 0.32
    share *= rng.choice((1.0, 1.0, 1.0, 0.6))
    rooms = list(school.teaching_rooms)
    rng.shuffle(rooms)
    return rooms[: math.ceil(len(rooms) * share)]


def _projectors(
    order: Sequence[SchoolPlan],
    taken: set[tuple[str, RoomPlan | None]],
    size: CitySize,
    numbers: Numbers,
    rng: Random,
) -> Iterator[DevicePlan]:
    """In rooms without a board: new ones at the first schools of the order, old ones elsewhere."""
    new = size.scaled(_NEW_PROJECTORS)
    for school in order:
        coverage = rng.choice((1.0, 1.0, 0.8, 0.6, 0.3))
        for room in school.teaching_rooms:
            if (school.number, room) in taken or rng.random() >= coverage:
                continue
            if new:
                new -= 1
                on = date(2021, 2, 1) + timedelta(rng.randrange(690))
                steps = ((_S.MOUNTED, 9), (_S.TESTED, 5), (_S.ACCEPTED, 3), (_S.IN_SERVICE, 0))
                states = [State(on - timedelta(days), status, school, room) for status, days in steps]
                yield _device(numbers, catalogue.PROJECTOR, states)
            else:
                on = date(2015, 8, 1) + timedelta(rng.randrange(1500))
                yield _device(numbers, catalogue.OLD_PROJECTOR, [State(on, _S.IN_SERVICE, school, room)])


def _network(school: SchoolPlan, works: WorksPlan, numbers: Numbers, rng: Random) -> Iterator[DevicePlan]:
    """Access points come with the WLAN of their site, switches with its cabling."""
    wlan = {p.site: p.since(*FINISHED) for p in works.of(school, Trade.WLAN)}
    lan = {p.site: p.since(*FINISHED) for p in works.of(school, Trade.LAN)}
    coverage = rng.choice((1.0, 1.0, 1.0, 0.9, 0.75))
    for room in school.teaching_rooms:
        on = wlan.get(room.site)
        if on and rng.random() < coverage:
            model = catalogue.ACCESS_POINT if on.year < 2024 else catalogue.ACCESS_POINT_7
            yield _device(numbers, model, _mounted(on, 4, school, room))
    for room in [room for room in school.rooms if room.kind == RoomKind.OTHER]:
        on = lan.get(room.site)
        if on:
            for _ in range(math.ceil(len(school.teaching_rooms) / 14)):
                yield _device(numbers, catalogue.SWITCH, _mounted(on, 1, school, room))
        if school.school_type not in (SchoolType.PRIMARY, SchoolType.SPECIAL_NEEDS):
            bought = date(2018, 7, 1) + timedelta(rng.randrange(400))
            yield _device(numbers, catalogue.SERVER, [State(bought, _S.IN_SERVICE, school, room)])


def _mounted(accepted: date, days: int, school: SchoolPlan, room: RoomPlan) -> list[State]:
    """In service so many days after the acceptance."""
    steps = ((_S.MOUNTED, -12), (_S.ACCEPTED, 0), (_S.IN_SERVICE, days))
    return [State(accepted + timedelta(after), status, school, room) for status, after in steps]


def _movable(city: City, size: CitySize, numbers: Numbers, rng: Random) -> Iterator[DevicePlan]:
    """Trolleys stand in the store room; document cameras wander."""
    pupils = [school.latest.pupils for school in city.schools]
    for model, number in ((catalogue.TROLLEY, _TROLLEYS), (catalogue.CAMERA, _CAMERAS)):
        for school, part in zip(city.schools, shared_out(size.scaled(number), pupils), strict=True):
            store = next(room for room in school.rooms if room.kind == RoomKind.STORE)
            for _ in range(part):
                on = date(2020, 9, 1) + timedelta(rng.randrange(800))
                states = [State(on, _S.DELIVERED, school, use=Use.ROOM)]
                states.append(State(on + timedelta(7), _S.IN_SERVICE, school, store))
                yield _device(numbers, model, states)


def _device(numbers: Numbers, model: ModelPlan, states: list[State], order: str = "") -> DevicePlan:
    device = numbers.new_device(model, states[0].on - timedelta(50), order)
    device.states = states
    return device
