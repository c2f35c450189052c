"""Turning the texts of reference columns into records; what nothing answers to is listed once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from audit.models import Act
from common.parsing import normalise_heading
from imports.matching import DEFAULT_BUILDING, Rooms, Schools, Sites
from imports.preview import Plan
from imports.reader import Cells
from schools.enums import RoomKind
from schools.models import Building, Room, School, SchoolAlias, Site
from schools.services import NewRoom, create_rooms, remember_alias

OnUnknown = Callable[[int, str], None]


def resolve_schools(plan: Plan, cells: Cells, schools: Schools, on_unknown: OnUnknown) -> list[School | None]:
    """School per row by number or name; ``None`` where the row names none or an unknown one."""
    answers: dict[tuple[Any, Any], tuple[School | None, School | None]] = {}
    found: list[School | None] = []
    for i, pair in enumerate(zip(cells["school_number"], cells["school"], strict=True)):
        if pair not in answers:
            answers[pair] = _schools_of(pair, schools)
        by_number, by_name = answers[pair]
        school = by_number if pair[0] else by_name
        if school is None and any(pair):
            text = str(pair[0] or pair[1])
            school = _mapped_school(plan, schools, text)
            if school is None:
                on_unknown(i, text)
        elif by_number and by_name and by_number is not by_name:
            message = _("The number belongs to %(number)s, the name to %(name)s.")
            plan.reject(i, "school", "contradiction", message % {"number": by_number, "name": by_name})
        if school:
            plan.touches(i, school.pk)
        found.append(school)
    return found


def ask_for_school(plan: Plan, schools: Schools) -> OnUnknown:
    """Unknown schools wait for a decision; they are created from a list of schools only."""
    obstacle = _("A school is created from a list of schools with number, name and type.")
    key = "school_number" if "school_number" in plan.table.index else "school"

    def ask(i: int, text: str) -> None:
        plan.wonder(i, key, "school", text, schools.similar, obstacle)

    return ask


def mapped_aliases(plan: Plan, schools: Schools) -> dict[str, School]:
    """Names that somebody said stand for a school: worth remembering for the next file."""
    found = {text: plan.context.decision("school", text) for text in plan.context.decisions.get("school", ())}
    return {
        text: schools.by_pk[decision.to]
        for text, decision in found.items()
        if decision and decision.action == "map" and decision.to in schools.by_pk and not text.isdigit()
    }


def remember_aliases(aliases: dict[str, School], act: Act) -> None:
    known = set(SchoolAlias.objects.values_list("key", flat=True))
    for text, school in aliases.items():
        if normalise_heading(text) not in known:
            remember_alias(school, text, act)


@dataclass(slots=True)
class Places:
    """Where a room is or would be: building and site by the name of the building."""

    sites: Sites
    buildings: dict[int, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def load(cls) -> "Places":
        places = cls(Sites())
        for site, name in Building.objects.values_list("site", "name"):
            places.buildings.setdefault(site, {})[normalise_heading(name)] = name
        return places

    def find(self, school: School, building: str, site: Site | None = None) -> tuple[Site, str] | None:
        """Site and building; the building may not exist yet. ``None`` without any site."""
        among = [site] if site else self.sites.of(school)
        wanted = normalise_heading(building)
        known = [(s, key, name) for s in among for key, name in self.buildings.get(s.pk, {}).items()]
        if wanted:
            known = [place for place in known if place[1] == wanted]
        if len(known) == 1:
            return known[0][0], known[0][2]
        home = site or self.sites.home(school)
        if home is None:
            return None
        name = building or DEFAULT_BUILDING
        return home, self.buildings.get(home.pk, {}).get(normalise_heading(name), name)


@dataclass(slots=True)
class RoomFinder:
    """Rooms named in other lists; those that were decided to be created get negative keys."""

    plan: Plan
    schools: Schools
    rooms: Rooms
    places: Places
    new: dict[int, NewRoom] = field(default_factory=dict)
    _answers: dict[tuple[int, str, str], int | str] = field(default_factory=dict)

    def find(self, i: int, school: int, building: str, name: str) -> int | None:
        """Key of the room, or ``None`` when row ``i`` has a problem with it."""
        key = (school, building, name)
        if key not in self._answers:
            self._answers[key] = self._answer(*key)
        answer = self._answers[key]
        if isinstance(answer, int):
            return answer
        if answer == "ambiguous":
            message = _("The school has several rooms of this name: please add the building.")
            self.plan.reject(i, "room", "ambiguous_room", message)
            return None
        has_place = self.places.find(self.schools.by_pk[school], building) is not None
        obstacle = "" if has_place else _("The school has no site yet in which it could be created.")
        self.plan.wonder(i, "room", "room", answer, lambda text: self.rooms.similar(school, name), obstacle)
        return None

    def _answer(self, school: int, building: str, name: str) -> int | str:
        found = self.rooms.find(school, building, name)
        if found:
            return found[0] if len(found) == 1 else "ambiguous"
        text = " · ".join(filter(None, [self.schools.by_pk[school].number, building, name]))
        decision = self.plan.context.decision("room", text)
        if decision and decision.action == "map" and decision.to in self.rooms.home:
            return decision.to
        place = self.places.find(self.schools.by_pk[school], building)
        if decision and decision.action == "create" and place:
            return self.rooms.at(place[0].pk, place[1], name) or self._plan_new(school, place, name)
        return text

    def _plan_new(self, school: int, place: tuple[Site, str], name: str) -> int:
        pk = -1 - len(self.new)
        self.new[pk] = NewRoom(self.schools.by_pk[school], place[0], place[1], name, RoomKind.OTHER)
        self.rooms.add(pk, school, place[0].pk, place[1], name)
        return pk

    def create(self, used: set[int], act: Act) -> dict[int, int]:
        """Write the planned rooms that are used; planned key → key."""
        wanted = sorted(pk for pk in used if pk in self.new)
        created: list[Room] = create_rooms([self.new[pk] for pk in wanted], act) if wanted else []
        return {pk: room.pk for pk, room in zip(wanted, created, strict=True)}


def _schools_of(pair: tuple[Any, Any], schools: Schools) -> tuple[School | None, School | None]:
    number, name = pair
    return schools.by_number.get(number) if number else None, schools.find(str(name)) if name else None


def _mapped_school(plan: Plan, schools: Schools, text: str) -> School | None:
    decision = plan.context.decision("school", text)
    return schools.by_pk.get(decision.to) if decision and decision.action == "map" and decision.to else None
