"""What happens to devices of the demo city after their hand-out: repairs, losses, moves, retirement, tests."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from imports.demo import catalogue
from imports.demo.city import City, SchoolPlan
from imports.demo.devices import DevicePlan, State
from imports.demo.programmes import FUNDED_ORDERS
from inventory.enums import DeviceStatus

_S = DeviceStatus
#: The published figures are about this day: nothing happens to boards before.
_BOARDS_STAY_UNTIL = date(2023, 2, 10)
_BURGLARY = date(2022, 11, 21)
_STOLEN = 14
#: Tests of portable devices come once a year, of fixed ones every four years.
_ROUNDS = (2021, 2022, 2025, 2026)
#: Of so many portable devices one is being repaired on the last day.
_ONE_IN_REPAIR_OF = 300


def live(devices: Sequence[DevicePlan], city: City, seed: int, until: date) -> None:
    """Add states and tests to ``devices``; whatever lies after ``until`` has not happened."""
    rng = Random(f"{seed}/lives")
    worn = {school.number: rng.choice((0.0, 0.15, 0.3, 0.55)) for school in city.schools}
    for device in devices:
        if device.in_service_on:
            _incident(device, city, rng, until)
            _retire(device, worn, rng)
    _burgle(devices, city, rng)
    _test(devices, city, rng, until)
    for device in devices:
        device.states = [state for state in device.states if state.on <= until]
        device.tests = [day for day in device.tests if day <= until]


def _incident(device: DevicePlan, city: City, rng: Random, until: date) -> None:
    """What happens to a device while it is in use, if anything."""
    state = device.states[-1]
    if device.model.category in ("board", "projector"):
        _break_down(device, rng)
    elif device.model.category in ("tablet", "convertible", "laptop"):
        recently = until - timedelta(rng.randrange(2, 50))
        if rng.randrange(_ONE_IN_REPAIR_OF) == 0 and state.on < recently:
            device.states.append(State(recently, _S.IN_REPAIR))
        else:
            on = state.on + timedelta(rng.randrange(60, 1200))
            later, chance = on + timedelta(rng.randrange(20, 120)), rng.random()
            device.states += _accident(on, later, chance, device.order in FUNDED_ORDERS, city, rng)


def _break_down(device: DevicePlan, rng: Random) -> None:
    chance = rng.random()
    if chance < 0.03:
        on = max(device.states[-1].on, _BOARDS_STAY_UNTIL) + timedelta(rng.randrange(60, 900))
        device.states.append(State(on, _S.DEFECTIVE))
        if chance < 0.02:
            device.states.append(State(on + timedelta(rng.randrange(14, 60)), _S.IN_SERVICE))


def _accident(on: date, later: date, chance: float, is_funded: bool, city: City, rng: Random) -> list[State]:
    """Repaired, lost (and perhaps found), given back, moved to another school, or mostly nothing.

    What a programme paid is bound: it is not retired, whatever the repair costs.
    """
    if chance < 0.04:
        is_repaired = chance < 0.036 or is_funded
        return [State(on, _S.IN_REPAIR), State(later, _S.IN_SERVICE if is_repaired else _S.RETIRED)]
    if chance < 0.042:
        return [State(on, _S.LOST), State(later, _S.IN_STOCK)]
    if chance < 0.048:
        return [State(on, _S.LOST)]
    if chance < 0.06:
        return [State(on, _S.RETURNED), State(later, _S.IN_SERVICE)]
    if chance < 0.064:
        return [State(on, _S.IN_SERVICE, rng.choice(city.schools))]
    return []


def _retire(device: DevicePlan, worn: dict[str, float], rng: Random) -> None:
    """The laptops of 2016 are gone; of the first tablets some schools retired more, some fewer."""
    state = device.states[-1]
    if state.status != _S.IN_SERVICE or state.school is None:
        return
    if device.model == catalogue.OLD_LAPTOP:
        on = date(2022, 7, 1) + timedelta(rng.randrange(800))
    elif device.model == catalogue.IPAD_8 and rng.random() < worn[state.school.number]:
        on = date(2025, 9, 1) + timedelta(rng.randrange(330))
    else:
        return
    if on > state.on:
        device.states.append(State(on, _S.RETIRED))
        if rng.random() < 0.6:
            device.states.append(State(on + timedelta(rng.randrange(30, 150)), _S.DISPOSED))


def _burgle(devices: Sequence[DevicePlan], city: City, rng: Random) -> None:
    school = rng.choice(city.schools)
    taken = [d for d in devices if d.model.category == "tablet" and _was_at(d, school, _BURGLARY)][:_STOLEN]
    for device in taken:
        device.states = [state for state in device.states if state.on < _BURGLARY]
        device.states.append(State(_BURGLARY, _S.STOLEN))


def _was_at(device: DevicePlan, school: SchoolPlan, day: date) -> bool:
    """In service at the school on ``day`` and for the day before."""
    state = device.state_on(day - timedelta(1))
    return state is not None and state.status == _S.IN_SERVICE and state.school is school


def _test(devices: Sequence[DevicePlan], city: City, rng: Random, until: date) -> None:
    """Rounds through the schools; not every school had one lately, and a few devices are missed."""
    rounds: dict[str, list[date]] = {}
    for school in city.schools:
        days = [date(year, 1, 15) + timedelta(rng.randrange(290)) for year in _ROUNDS]
        rounds[school.number] = days if rng.random() < 0.7 else days[: rng.randrange(2, 4)]
    missed = {school.number: rng.choice((0.0, 0.0, 0.0, 0.04, 0.12)) for school in city.schools}
    for device in devices:
        begin = device.in_service_on
        if not device.model.is_tested or begin is None:
            continue
        state = next(state for state in device.states if state.status == _S.IN_SERVICE)
        if state.school is None:
            continue
        device.tests.append(begin)
        if rng.random() >= missed[state.school.number]:
            device.tests += [
                day for day in rounds[state.school.number] if begin < day <= until and _is_there(device, day)
            ]


def _is_there(device: DevicePlan, day: date) -> bool:
    state = device.state_on(day)
    return state is not None and state.status == _S.IN_SERVICE
