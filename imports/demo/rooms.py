"""Rooms of a school in the demo city: classrooms floor by floor, specialist rooms, the others."""

from collections.abc import Sequence
from random import Random
from typing import Any, NamedTuple

from schools.enums import TEACHING_ROOMS, RoomKind

MAIN_BUILDING = "Hauptgebäude"
_ANNEX = "Erweiterungsbau"
_BRANCH = "Nebenstelle"
_NEIGHBOUR = "Haus B"
_PER_FLOOR = 9
#: A vocational college teaches most classes on two days a week: they share rooms.
_MOST_CLASSROOMS = 42
_SPECIALIST = (
    "Musik", "Kunst", "Werkraum", "NW 1", "Informatik 1", "Physik 1", "Chemie 1", "Biologie 1", "NW 2",
    "Informatik 2", "Physik 2", "Chemie 2", "Technik 1", "Hauswirtschaft", "Biologie 2", "Musik 2", "Technik 2",
    "Labor 1", "Labor 2", "Selbstlernzentrum",
)  # fmt: skip
_OTHERS = (
    ("Lehrerzimmer", RoomKind.STAFF),
    ("Sekretariat", RoomKind.ADMINISTRATION),
    ("Schulleitung", RoomKind.ADMINISTRATION),
    ("Lager", RoomKind.STORE),
    ("Serverraum", RoomKind.OTHER),
)


class RoomPlan(NamedTuple):
    """``site``: a site plan of the school."""

    site: Any
    building: str
    name: str
    kind: RoomKind

    @property
    def is_teaching(self) -> bool:
        return self.kind in TEACHING_ROOMS


def plan_rooms(
    classes: int, specialist: int, sites: Sequence[Any], is_second_school: bool, rng: Random
) -> list[RoomPlan]:
    """Rooms for so many classes. The second school of a site has a building of its own there."""
    classrooms = min(classes, _MOST_CLASSROOMS) + rng.randrange(0, 3)
    main = _NEIGHBOUR if is_second_school else MAIN_BUILDING
    places = [(sites[0], main)]
    if len(sites) > 1:
        places.append((sites[1], _BRANCH))
    elif classrooms > 20 or rng.random() < 0.2:
        places.append((sites[0], f"{_ANNEX} B" if is_second_school else _ANNEX))
    away = round(classrooms * 0.28) if len(places) > 1 else 0
    rooms = _floors(*places[0], classrooms - away)
    for name in _SPECIALIST[: max(1, specialist + rng.randrange(-1, 2))]:
        rooms.append(RoomPlan(*places[0], name, RoomKind.SPECIALIST))
    for name, kind in _OTHERS:
        rooms.append(RoomPlan(*places[0], name, kind))
    if away:
        rooms += _floors(*places[1], away)
        rooms.append(RoomPlan(*places[1], "Lager", RoomKind.STORE))
    return rooms


def _floors(site: Any, building: str, number: int) -> list[RoomPlan]:
    """Door numbers as they are on doors: 001 … 009, 101 …"""
    return [
        RoomPlan(site, building, f"{n // _PER_FLOOR}{n % _PER_FLOOR + 1:02}", RoomKind.CLASSROOM) for n in range(number)
    ]
