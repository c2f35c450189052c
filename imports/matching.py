"""Which record a text in a workbook means: from dictionaries loaded once, never a query per row."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q
from rapidfuzz import fuzz, process

from common.parsing import normalise_heading
from imports.preview import Choice
from inventory.models import Category
from schools.models import Room, School, SchoolAlias, Site, SiteUse

DEFAULT_BUILDING = "Hauptgebäude"
_SCHOOL_NUMBER = re.compile(r"(?<!\d)\d{6}(?!\d)")
_SIMILAR = 60  # of 100; below that a suggestion helps nobody
_NEAR = 85
_ROOM_WORD = re.compile(r"^(raum|room|zimmer|r)(?=\d)")


def similar(
    text: str, labels: Sequence[tuple[int, str]], names: Sequence[tuple[int, str]] = (), limit: int = 3
) -> list[Choice]:
    """The records whose label, or another of their ``names``, looks most like ``text``, each with its score."""
    rows = [*labels, *names]
    found = process.extract(
        normalise_heading(text),
        [name for _pk, name in rows],
        scorer=fuzz.WRatio,
        processor=normalise_heading,
        score_cutoff=_SIMILAR,
        limit=limit + len(names),
    )
    best: dict[int, int] = {}
    for _name, score, index in found:  # the most similar first
        best.setdefault(rows[index][0], int(score))
    label_of = dict(labels)
    return [Choice(pk, label_of[pk], score) for pk, score in list(best.items())[:limit]]


class Schools:
    """Schools by number, name, short name and alias, and where they are."""

    def __init__(self, user: Any = None) -> None:
        """``user``: only the schools that this one sees; ``None``: all of them."""
        self.all = list(School.objects.all() if user is None else School.objects.visible_to(user))
        self.by_pk = {school.pk: school for school in self.all}
        self.by_number = {school.number: school for school in self.all}
        self._by_key: dict[str, School | None] = {}
        for school in self.all:
            for text in {school.name, school.short_name, f"{school.name} {school.name_addition}", str(school)}:
                self._remember(normalise_heading(text), school)
        self._aliases: list[tuple[int, str]] = []
        self._near: dict[str, bool] = {}
        for key, text, pk in SchoolAlias.objects.values_list("key", "text", "school"):
            if pk in self.by_pk:
                self._by_key[key] = self.by_pk[pk]
                self._aliases.append((pk, text))

    def find(self, text: str) -> School | None:
        """The one school that ``text`` can mean; a name of two schools means neither."""
        if found := self._by_key.get(normalise_heading(text)):
            return found
        number = _SCHOOL_NUMBER.search(text)
        return self.by_number.get(number[0]) if number else None

    def is_near(self, text: str) -> bool:
        """Whether ``text`` looks so much like one of the schools that a person should say whether it is."""
        if text not in self._near:
            self._near[text] = any((choice.score or 0) >= _NEAR for choice in self.similar(text))
        return self._near[text]

    def similar(self, text: str) -> list[Choice]:
        """The schools that ``text`` may mean, by name, short name, number or alias."""
        names = [(s.pk, name) for s in self.all for name in (s.name, s.short_name, s.number) if name]
        return similar(text, [(s.pk, str(s)) for s in self.all], [*names, *self._aliases])

    def _remember(self, key: str, school: School) -> None:
        if key:
            known = self._by_key.setdefault(key, school)
            if known is not school:
                self._by_key[key] = None


class Sites:
    """Sites by name and street, and which of them a school uses."""

    def __init__(self) -> None:
        self.by_pk = {site.pk: site for site in Site.objects.all()}
        self.main: dict[int, Site] = {}
        self._of_school: dict[int, list[Site]] = {}
        for school, site, is_main in SiteUse.objects.order_by("pk").values_list("school", "site", "is_main"):
            self._of_school.setdefault(school, []).append(self.by_pk[site])
            if is_main:
                self.main[school] = self.by_pk[site]

    def of(self, school: School) -> list[Site]:
        return self._of_school.get(school.pk, [])

    def home(self, school: School) -> Site | None:
        """The main site, or the only one."""
        sites = self.of(school)
        return self.main.get(school.pk) or (sites[0] if len(sites) == 1 else None)

    def find(self, text: str, school: School | None = None) -> Site | None:
        """The one site of that name or street, at ``school`` where one is given."""
        wanted = normalise_heading(text)
        among = self.of(school) if school else self.by_pk.values()
        found = [s for s in among if wanted in (normalise_heading(s.name), normalise_heading(s.street))]
        return found[0] if len(found) == 1 else None


class Rooms:
    """Rooms of the given schools, and of others at their sites, by name on the door.

    “101” and “R 101” may be two doors of one building; where only one of them exists, either name means it.
    """

    def __init__(self, schools: Iterable[int]) -> None:
        wanted = set(schools)
        rows = Room.objects.filter(Q(school__in=wanted) | Q(building__site__uses__school__in=wanted)).distinct()
        self.home: dict[int, int] = {}
        self.labels: dict[int, list[tuple[int, str]]] = {}
        self._buildings: dict[str, str] = {}
        self._exact: dict[tuple[str, int, str, str], list[int]] = {}
        self._loose: dict[tuple[str, int, str, str], list[int]] = {}
        for row in rows.values_list("pk", "school", "building__site", "building__name", "name"):
            self.add(*row)

    def add(self, pk: int, school: int, site: int, building: str, name: str) -> None:
        """Make a room known; rooms yet to be created have negative keys."""
        self.home[pk] = school
        self.labels.setdefault(school, []).append((pk, f"{building} · {name}"))
        if building not in self._buildings:
            self._buildings[building] = normalise_heading(building)
        place = self._buildings[building]
        for index, door in ((self._exact, normalise_heading(name)), (self._loose, room_key(name))):
            for key in {("site", site, place, door), ("school", school, place, door), ("school", school, "", door)}:
                index.setdefault(key, []).append(pk)

    def at(self, site: int, building: str, name: str) -> int | None:
        """The room behind that door, whichever school has it."""
        found = self._find("site", site, building, name)
        return found[0] if len(found) == 1 else None

    def exactly_at(self, site: int, building: str, name: str) -> int | None:
        """The room of just that name."""
        found = self._exact.get(("site", site, normalise_heading(building), normalise_heading(name)), [])
        return found[0] if found else None

    def find(self, school: int, building: str, name: str) -> list[int]:
        """All rooms that may be meant: one is a match, two are a question."""
        return self._find("school", school, building, name)

    def _find(self, owner: str, pk: int, building: str, name: str) -> list[int]:
        place = normalise_heading(building)
        exact = self._exact.get((owner, pk, place, normalise_heading(name)))
        return exact or self._loose.get((owner, pk, place, room_key(name)), [])

    def similar(self, school: int, text: str) -> list[Choice]:
        return similar(text, self.labels.get(school, []))


class Categories:
    """Categories by key and by their names in both languages."""

    SYNONYMS = {
        "board": "digitaltafel digitalboard digitaleboard smartboard interaktivetafel activpanel",
        "tablet": "tablets ipad ipads tabletpc",
        "laptop": "laptops notebook notebooks",
        "convertible": "convertibles 2in1",
        "desktop": "pc desktop desktops computer rechner",
        "projector": "beamer projektor projektoren",
        "document_camera": "dokumentenkamera visualizer",
        "access_point": "accesspoint ap wlanaccesspoint accesspoints",
        "switch": "switches netzwerkswitch",
        "server": "servers schulserver",
        "trolley": "ladewagen koffer tabletkoffer ladekoffer tabletwagen notebookwagen",
    }

    def __init__(self) -> None:
        self.all = list(Category.objects.all())
        self.by_pk = {category.pk: category for category in self.all}
        self._by_key: dict[str, Category] = {}
        for category in self.all:
            names = [category.key, category.name, category.name_en, *self.SYNONYMS.get(category.key, "").split()]
            for text in names:
                self._by_key.setdefault(normalise_heading(text), category)

    def find(self, text: str) -> Category | None:
        return self._by_key.get(normalise_heading(text))

    def similar(self, text: str) -> list[Choice]:
        return similar(text, [(category.pk, str(category)) for category in self.all])


def room_key(name: Any) -> str:
    """“Raum 101”, “R 101” and “101” are the same door."""
    return _ROOM_WORD.sub("", normalise_heading(str(name)))
