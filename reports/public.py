"""What the public page tells: the programme, the figures chosen for it, and how far the schools are connected.

Only what is published; nothing about people, devices, money that nobody chose, or why works are held up.
"""

from datetime import date
from typing import Any, NamedTuple

from reports.connections import Line, lines_of, places
from reports.enums import FigureKind
from reports.figures import FIGURES, Figure
from reports.figures.custom import figures_for_the_public
from rollout.models import Initiative, MasterPlan, ProgressEntry, PublicFigure
from rollout.plan_reading import programmes

#: So many entries stand in the feed.
NEWEST = 50
_BY_KEY = {figure.key: figure for figure in FIGURES}


class Told(NamedTuple):
    """A chosen figure: what it means now, and its value as it was chosen."""

    figure: Figure
    row: PublicFigure

    @property
    def unit(self) -> str:
        """Behind the value; euro stand in it already."""
        is_bare = self.figure.is_money or self.figure.kind == FigureKind.MILESTONE
        return "" if is_bare else str(self.figure.unit)


def public_keys() -> set[str]:
    """Of the figures that can be chosen: those of single categories come and go with their devices."""
    return {*_BY_KEY, *(figure.key for figure, _since in figures_for_the_public())}


def public_figures() -> list[Told]:
    """In the order in which they were chosen.

    One that is no longer declared is left out, and so is somebody's own that means something else since its value
    was taken.
    """
    own = {figure.key: (figure, since) for figure, since in figures_for_the_public()}
    told = []
    for row in PublicFigure.objects.all():
        figure, since = own.get(row.figure_key, (_BY_KEY.get(row.figure_key), None))
        if figure and not (since and row.known_at and row.known_at < since):
            told.append(Told(figure, row))
    return told


def newest_entries() -> list[ProgressEntry]:
    """Published entries, the latest published first, with the published projects that each serves."""
    rows = ProgressEntry.objects.published().order_by("-published_at", "-pk").prefetch_related("initiatives")
    return list(rows[:NEWEST])


def progress_data(today: date) -> dict[str, Any]:
    """All of the page for programs, ready for JSON."""
    found = places(today)
    return {
        "as_of": today.isoformat(),
        "programmes": [_plan_data(plan) for plan in programmes()],
        "figures": [_figure_data(one) for one in public_figures()],
        "sites": [
            {
                "school_number": place.school_number,
                "school": place.school,
                "site": place.site,
                "easting": place.easting,
                "northing": place.northing,
                "state": place.state.value,
            }
            for place in found
        ],
        "connections": [connection_data(line) for line in lines_of(found)],
    }


def connection_data(line: Line) -> dict[str, str]:
    """Words of ours stay as keys: they are the same in every language."""
    return {
        "school_number": line.school_number,
        "school": line.school,
        "site": line.site,
        "building": line.building,
        "trade": line.trade,
        "status": line.status,
        "date": line.since.isoformat(),
    }


def _plan_data(plan: MasterPlan) -> dict[str, Any]:
    return {
        "title": plan.title,
        "description": plan.description,
        "objectives": [
            {
                "title": objective.title,
                "goal": objective.goal,
                "measures": objective.measures,
                "projects": [_initiative_data(one) for one in objective.shown_initiatives],
            }
            for objective in plan.shown_objectives  # type: ignore[attr-defined]
        ],
    }


def _initiative_data(initiative: Initiative) -> dict[str, Any]:
    return {
        "id": initiative.pk,
        "title": initiative.title,
        "description": initiative.description,
        "is_focus": initiative.is_focus,
        "unit": initiative.unit,
        "contact": initiative.contact,
        "entries": [_entry_data(entry) for entry in initiative.shown_entries],  # type: ignore[attr-defined]
    }


def _entry_data(entry: ProgressEntry) -> dict[str, Any]:
    assert entry.published_at
    return {
        "id": entry.pk,
        "text": entry.text,
        "date": entry.on.isoformat(),
        "precision": entry.precision,
        "state": entry.state,
        "figure": _frozen_data(entry) if entry.figure_key else None,
        "published_at": entry.published_at.isoformat(timespec="seconds"),
        "changed_at": entry.changed_at.isoformat(timespec="seconds"),
    }


def _figure_data(told: Told) -> dict[str, Any]:
    return _frozen_data(told.row) | {
        "label": str(told.figure.label),
        "unit": str(told.figure.unit),
        "definition": str(told.figure.definition),
    }


def _frozen_data(row: ProgressEntry | PublicFigure) -> dict[str, Any]:
    assert row.as_of
    return {
        "key": row.figure_key,
        "value": None if row.figure_value is None else float(row.figure_value),
        "text": row.figure_text,
        "since": row.since.isoformat() if row.since else None,
        "as_of": row.as_of.isoformat(),
    }
