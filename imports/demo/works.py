"""Construction projects of the demo city, planned so that two published figures come out of them.

On 31.01.2023 in the full city: 13 schools are finished (every work on their sites accepted), on 20
sites works are under construction (one project each), and all fibre works of the first programme are
accepted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from imports.demo.city import City, CitySize, SchoolPlan, SitePlan
from rollout.enums import ProjectStatus
from schools.enums import Trade

#: The day of the published figures.
REPORT_DAY = date(2023, 1, 31)
_P = ProjectStatus
_FINISHED_SCHOOLS, _RUNNING_SITES = 13, 20
#: Days from a step to the beginning of the works, most steps of the preparation counted backwards.
_PREPARATION = ((_P.PLANNED, 420), (_P.SURVEYED, 300), (_P.DESIGNED, 230), (_P.TENDERED, 140), (_P.AWARDED, 60))
_TITLES = {
    Trade.FIBRE: "Glasfaseranschluss",
    Trade.LAN: "Strukturierte Verkabelung",
    Trade.WLAN: "WLAN-Ausleuchtung und Montage",
    Trade.PRESENTATION: "Präsentationstechnik",
    Trade.ELECTRICAL: "Elektroinstallation und Unterverteilung",
    Trade.BUILDING: "Hochbau: Technikraum und Trassen",
}
_OBSTACLES = (
    "Schadstofffund in der Zwischendecke, Gutachten beauftragt",
    "Statik der Kabeltrasse ungeklärt",
    "Lieferverzug bei Netzwerkschränken",
    "Brandschutzkonzept muss angepasst werden",
    "Kein Angebot auf die Ausschreibung eingegangen",
)
_UNLIT = "Hausübergabepunkt vom Netzbetreiber nicht freigegeben"


class Step(NamedTuple):
    on: date
    status: ProjectStatus
    reason: str = ""


@dataclass(slots=True)
class ProjectPlan:
    site: SitePlan
    school: SchoolPlan
    trade: Trade
    steps: list[Step] = field(default_factory=list)
    #: All steps as they would follow each other, also after the last day; ``steps`` end there.
    course: tuple[Step, ...] = ()

    @property
    def title(self) -> str:
        return _TITLES[self.trade]

    def status_on(self, day: date) -> ProjectStatus | None:
        """``None`` before the project was known."""
        past = [step.status for step in self.steps if step.on <= day]
        return past[-1] if past else None

    def since(self, *statuses: ProjectStatus) -> date | None:
        return next((step.on for step in self.steps if step.status in statuses), None)

    def reaches(self, *statuses: ProjectStatus) -> date | None:
        """The day in the whole course, also one that has not come yet."""
        return next((step.on for step in self.course if step.status in statuses), None)

    @property
    def halted_on(self) -> date | None:
        """Since when the works are blocked, and still are."""
        last = self.steps[-1]
        return last.on if last.status == _P.BLOCKED else None


class _Window(NamedTuple):
    """Works begin between these two days and last between so many days."""

    first: date
    last: date
    shortest: int = 45
    longest: int = 120


#: Groups of sites: works that are done, under way, or not begun on the day of the figures.
_DONE = {
    Trade.ELECTRICAL: _Window(date(2020, 9, 1), date(2021, 3, 1)),
    Trade.LAN: _Window(date(2021, 3, 15), date(2022, 3, 1)),
    Trade.WLAN: _Window(date(2021, 11, 1), date(2022, 8, 15)),
    Trade.PRESENTATION: _Window(date(2022, 1, 10), date(2022, 9, 1), 14, 40),
}
_UNDER_WAY = {
    Trade.ELECTRICAL: _Window(date(2021, 9, 1), date(2022, 5, 1)),
    Trade.LAN: _Window(date(2022, 3, 1), date(2022, 8, 1)),
    Trade.WLAN: _Window(date(2022, 11, 2), date(2023, 1, 20), 90, 200),
    Trade.PRESENTATION: _Window(date(2023, 5, 15), date(2027, 6, 1), 30, 95),
}
_LATER = {
    Trade.BUILDING: _Window(date(2023, 5, 1), date(2024, 9, 1), 150, 330),
    Trade.ELECTRICAL: _Window(date(2023, 6, 1), date(2024, 9, 1)),
    Trade.LAN: _Window(date(2023, 9, 1), date(2027, 2, 1), 140, 330),
    Trade.WLAN: _Window(date(2024, 6, 1), date(2027, 10, 1), 140, 330),
    Trade.PRESENTATION: _Window(date(2024, 9, 1), date(2027, 12, 1), 30, 95),
}
#: Building works in time for the others, at so many of the sites that are done or under way.
_EARLY_BUILDING = _Window(date(2020, 8, 17), date(2021, 11, 15), 120, 240)
_EARLY_BUILDING_CHANCE = 0.4
_FIBRE = _Window(date(2020, 9, 15), date(2022, 10, 15), 40, 100)
_LATE_FIBRE = _Window(date(2025, 3, 1), date(2026, 12, 1), 60, 120)
#: Not every site needs these; the others are needed everywhere.
_CHANCE = {Trade.ELECTRICAL: 0.45, Trade.PRESENTATION: 0.5, Trade.BUILDING: 0.6}


@dataclass(slots=True)
class WorksPlan:
    """``finished`` and ``running``: what has to come out as of ``REPORT_DAY``."""

    projects: list[ProjectPlan]
    finished: list[SchoolPlan]
    running: list[SitePlan]

    def of(self, school: SchoolPlan, trade: Trade) -> list[ProjectPlan]:
        return [p for p in self.projects if p.site in school.sites and p.trade == trade]


def plan_works(city: City, size: CitySize, seed: int, until: date) -> WorksPlan:
    """All projects with their steps up to ``until``."""
    rng = Random(f"{seed}/works")
    finished = _choose_finished(city, size, rng)
    done = {site for school in finished for site in school.sites}
    rest = [site for site in city.sites if site not in done and site.opened_on is None]
    rng.shuffle(rest)
    running = rest[: min(size.part(_RUNNING_SITES), len(rest))]
    projects = []
    for site in city.sites:
        school = next(s for s in city.schools if site in s.sites)
        windows = _DONE if site in done else _UNDER_WAY if site in running else _LATER
        for trade, window in {Trade.FIBRE: _fibre(site), **windows}.items():
            if rng.random() < _CHANCE.get(trade, 1.0):
                projects.append(ProjectPlan(site, school, trade, _steps(window, trade, site in running, rng)))
    projects += _early_building(city, done | set(running), Random(f"{seed}/building"))
    _leave_some_unlit([p for p in projects if p.trade == Trade.FIBRE and p.site not in done])
    for project in projects:
        project.course = tuple(project.steps)
    _block_some([p for p in projects if p.trade != Trade.FIBRE], until)
    for project in projects:
        project.steps = [step for step in project.steps if step.on <= until]
    return WorksPlan([p for p in projects if p.steps], finished, running)


def _choose_finished(city: City, size: CitySize, rng: Random) -> list[SchoolPlan]:
    """Schools with all sites to themselves; the annexes that opened lately are not finished."""
    shared = city.shared
    possible = [s for s in city.schools if s not in shared and not any(site.opened_on for site in s.sites)]
    return rng.sample(possible, min(size.part(_FINISHED_SCHOOLS), len(possible)))


def _fibre(site: SitePlan) -> _Window:
    return _LATE_FIBRE if site.opened_on else _FIBRE


def _early_building(city: City, sites: set[SitePlan], rng: Random) -> list[ProjectPlan]:
    chosen = [site for site in city.sites if site in sites and rng.random() < _EARLY_BUILDING_CHANCE]
    schools = {site: next(s for s in city.schools if site in s.sites) for site in chosen}
    return [
        ProjectPlan(site, schools[site], Trade.BUILDING, _steps(_EARLY_BUILDING, Trade.BUILDING, False, rng))
        for site in chosen
    ]


def _steps(window: _Window, trade: Trade, is_running: bool, rng: Random) -> list[Step]:
    begin = window.first + timedelta(rng.randrange((window.last - window.first).days))
    steps = [
        Step(begin - timedelta(days + rng.randrange(-20, 20)), status)
        for status, days in _PREPARATION
        if status in (_P.PLANNED, _P.AWARDED) or rng.random() < 0.8
    ]
    if trade in (Trade.LAN, Trade.WLAN):
        # The programme of 2022 named every site: since then these works are at least planned.
        steps[0] = Step(min(steps[0].on, date(2022, 1, 10) + timedelta(rng.randrange(300))), _P.PLANNED)
    steps.append(Step(begin, _P.UNDER_CONSTRUCTION))
    end = begin + timedelta(rng.randrange(window.shortest, window.longest))
    if is_running and trade == Trade.WLAN:
        # These are the works that the published figure counts: not accepted before that day.
        end = max(end, REPORT_DAY + timedelta(rng.randrange(20, 90)))
    elif window.longest >= 100 and rng.random() < 0.15 and trade != Trade.FIBRE:
        steps += _interruption(begin, end, rng)
    steps.append(Step(end, _P.ACCEPTED))
    steps.append(Step(end + timedelta(rng.randrange(8, 70)), _P.LIVE))
    return sorted(steps)


def _interruption(begin: date, end: date, rng: Random) -> list[Step]:
    """Blocked in the middle of the works, and on again."""
    third = (end - begin) / 3
    return [
        Step(begin + third, _P.BLOCKED, rng.choice(_OBSTACLES)),
        Step(begin + 2 * third, _P.UNDER_CONSTRUCTION),
    ]


def _leave_some_unlit(fibre: Sequence[ProjectPlan]) -> None:
    """Fibre laid is not fibre lit: some lines were accepted and never went live."""
    for n, project in enumerate(fibre[4::9]):
        accepted = next(step for step in project.steps if step.status == _P.ACCEPTED)
        project.steps = [step for step in project.steps if step.status != _P.LIVE]
        if n % 2 == 0:
            project.steps.append(Step(accepted.on + timedelta(900), _P.BLOCKED, _UNLIT))


def _block_some(projects: Sequence[ProjectPlan], until: date) -> None:
    """Some of the works that are being prepared or built on the last day are blocked."""
    coming = [
        p for p in projects if p.status_on(until) in (_P.DESIGNED, _P.TENDERED, _P.AWARDED, _P.UNDER_CONSTRUCTION)
    ]
    for n, project in enumerate(coming[::5]):
        project.steps = [step for step in project.steps if step.on <= until]
        on = max(until - timedelta(30 + 17 * n), project.steps[-1].on + timedelta(1))
        if on <= until:
            project.steps.append(Step(on, _P.BLOCKED, _OBSTACLES[n % len(_OBSTACLES)]))
