"""How the works of the demo city were planned and expected, room by room, and what was found at their acceptance."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from imports.demo.city import City, SitePlan
from imports.demo.rooms import RoomPlan
from imports.demo.works import ProjectPlan, WorksPlan
from rollout.enums import ProjectStatus
from schools.enums import Trade

_P = ProjectStatus
#: Phases with a milestone, and which part of the whole slip they have.
_PHASES = ((_P.AWARDED, 0.2), (_P.UNDER_CONSTRUCTION, 0.5), (_P.ACCEPTED, 1.0), (_P.LIVE, 1.0))
#: Of some of these nobody says when they will be done.
_PREPARED = (_P.PLANNED, _P.SURVEYED, _P.DESIGNED, _P.TENDERED, _P.AWARDED)
#: Works that are done room by room.
_BY_ROOM = (Trade.LAN, Trade.WLAN)
_REASONS = (
    "Lieferverzug bei Netzwerkschränken",
    "Bieter hat Bindefrist nicht verlängert, neue Vergabe",
    "Bauarbeiten nur in den Ferien möglich",
    "Nachtrag: zusätzliche Brandschotts",
    "Personalengpass beim Auftragnehmer",
    "Hausanschlussraum erst nach Umbau zugänglich",
    "Abhängig von der Fertigstellung der Verkabelung",
)
_DEFECTS = (
    "Beschriftung der Datendosen fehlt",
    "Kabelkanal nicht verschlossen",
    "Messprotokoll nicht übergeben",
    "Access-Point nicht in Sollposition montiert",
    "Brandschott nicht gekennzeichnet",
    "Wandfläche nicht ausgebessert",
    "Netzwerkschrank ohne Schließung",
    "Steckdose ohne Funktion",
)
_NOTES = (
    "Baubesprechung: Arbeiten in den Fluren auf die Ferien gelegt.",
    "Mit der Schulleitung abgestimmt: Räume werden geschossweise geräumt.",
    "Begehung mit dem Brandschutzbeauftragten, keine Einwände.",
    "Baustrom verlegt, Zufahrt über den Lieferhof.",
    "Materiallieferung vollständig eingetroffen.",
)


class Milestone(NamedTuple):
    """What was said on a day of a phase."""

    project: ProjectPlan
    phase: ProjectStatus
    on: date
    planned_on: date
    forecast_on: date | None
    reason: str = ""


class RoomStep(NamedTuple):
    """The works cover a room from a day, or are done in it."""

    project: ProjectPlan
    school: str
    room: RoomPlan
    on: date
    is_done: bool


class Defect(NamedTuple):
    project: ProjectPlan
    text: str
    found_on: date
    due_on: date
    resolved_on: date | None


class Note(NamedTuple):
    project: ProjectPlan
    on: date
    text: str


@dataclass(slots=True)
class Progress:
    """``rounds``: in each a milestone is told of once. ``covered`` and ``done``: each room of a project once."""

    rounds: list[list[Milestone]]
    covered: list[RoomStep]
    done: list[RoomStep]
    defects: list[Defect]
    notes: list[Note]


def plan_progress(city: City, works: WorksPlan, seed: int, until: date) -> Progress:
    """Nothing in it was recorded after ``until``; plans and forecasts may lie later."""
    rng = Random(f"{seed}/progress")
    rounds: list[list[Milestone]] = [[], [], [], []]
    progress = Progress(rounds, [], [], [], [])
    rooms = _rooms(city)
    for n, project in enumerate(works.projects):
        _tell(project, n, rounds, rng, until)
        if project.trade in _BY_ROOM:
            covered = _cover(project, rooms.get(project.site, []), until)
            progress.covered += covered
            progress.done += _finish(project, covered, rng, until)
        progress.defects += _find_defects(project, rng, until)
        progress.notes += _note(project, rng, until)
    return progress


# --- milestones -------------------------------------------------------------------------------------------------------


def _tell(project: ProjectPlan, n: int, rounds: Sequence[list[Milestone]], rng: Random, until: date) -> None:
    """A plan at the beginning; forecasts that move up to three times until the works come to their day."""
    begun = project.course[0].on
    slip = rng.choice((0, 0, 0, 0, 14, 28, 45, 70, 100, 150))
    planned = _planned(project, slip, begun)
    is_expected = n % 2 == 0 or project.status_on(until) not in _PREPARED
    for phase, day in planned.items():
        rounds[0].append(Milestone(project, phase, begun, day, day if is_expected else None))
    if not slip or not is_expected:
        return
    end = project.reaches(_P.ACCEPTED) or begun
    parts = rng.randrange(1, 4)
    days = sorted({begun + (end - begun) * (k + 1) / (parts + 1) for k in range(parts)})
    if n % 4 == 1:
        # Nobody corrected the forecast once more: the works become overdue.
        days.pop()
    for told, (round_of, on) in enumerate(zip(rounds[1:], days, strict=False), 1):
        if on <= until and (project.halted_on is None or on <= project.halted_on):
            round_of += _moved(project, planned, slip * told / parts, on, rng.choice(_REASONS))


def _planned(project: ProjectPlan, slip: int, begun: date) -> dict[ProjectStatus, date]:
    """The days of the course without the slip, one after the other."""
    planned: dict[ProjectStatus, date] = {}
    earliest = begun + timedelta(20)
    for phase, part in _PHASES:
        day = project.reaches(phase)
        if day:
            earliest = planned[phase] = max(day - timedelta(round(slip * part)), earliest)
            earliest += timedelta(5)
    return planned


def _moved(
    project: ProjectPlan, planned: dict[ProjectStatus, date], days: float, on: date, reason: str
) -> Iterator[Milestone]:
    """All phases that have not been reached move together, into days to come."""
    earliest = on + timedelta(7)
    for phase, part in _PHASES:
        reached = project.reaches(phase)
        if reached and reached > on:
            forecast = max(planned[phase] + timedelta(round(days * part)), earliest)
            earliest = forecast + timedelta(3)
            yield Milestone(project, phase, on, planned[phase], forecast, reason)


# --- rooms, defects, diary --------------------------------------------------------------------------------------------


def _rooms(city: City) -> dict[SitePlan, list[tuple[str, RoomPlan]]]:
    rooms: dict[SitePlan, list[tuple[str, RoomPlan]]] = {}
    for school in city.schools:
        for room in school.teaching_rooms:
            rooms.setdefault(room.site, []).append((school.number, room))
    return rooms


def _cover(project: ProjectPlan, rooms: Sequence[tuple[str, RoomPlan]], until: date) -> list[RoomStep]:
    """Which rooms are meant is said when the works are awarded."""
    on = project.reaches(_P.AWARDED)
    if on is None or on > until:
        return []
    return [RoomStep(project, school, room, on, False) for school, room in rooms]


def _finish(project: ProjectPlan, covered: Sequence[RoomStep], rng: Random, until: date) -> Iterator[RoomStep]:
    """Room after room from the beginning of the works to a week before acceptance."""
    begin, end = project.reaches(_P.UNDER_CONSTRUCTION), project.reaches(_P.ACCEPTED)
    if begin is None or end is None:
        return
    last = min(until, project.halted_on or until)
    span = (end - begin).days - 7
    for n, step in enumerate(rng.sample(list(covered), len(covered)), 1):
        on = begin + timedelta(max(1, span * n // len(covered)))
        if on <= last:
            yield step._replace(on=on, is_done=True)


def _find_defects(project: ProjectPlan, rng: Random, until: date) -> Iterator[Defect]:
    """At every third acceptance one to three; most are resolved in time, some late."""
    accepted = project.since(_P.ACCEPTED)
    if accepted is None or rng.random() > 0.33:
        return
    for text in rng.sample(_DEFECTS, rng.randrange(1, 4)):
        due = accepted + timedelta(28)
        resolved = accepted + timedelta(rng.choice((10, 16, 21, 27, 27, 40, 75, 160, 420)))
        yield Defect(project, text, accepted, due, resolved if resolved <= until else None)


def _note(project: ProjectPlan, rng: Random, until: date) -> Iterator[Note]:
    begun = project.since(_P.UNDER_CONSTRUCTION)
    if begun and rng.random() < 0.3:
        on = begun + timedelta(rng.randrange(3, 30))
        if on <= until:
            yield Note(project, on, rng.choice(_NOTES))
