"""Reports of the demo city to its committee: published ones for past sessions, a draft for the next."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from audit.actor import Actor
from reports.enums import CompletionTable, FigureKind, Wording
from reports.figures import figure_values
from reports.figures.wording import possible_wordings
from reports.models import Publication
from reports.publishing import create_publication, publish
from reports.queries import Records

COMMITTEE = "Ausschuss für Schule und Weiterbildung"
_SINCE = date(2020, 7, 1)
#: Figure → wordings, the first that is true of its value.
_FIGURES: dict[str, tuple[str, ...]] = {
    "schools": (Wording.EXACT,),
    "pupils": (Wording.EXACT,),
    "tablets_ordered": (Wording.ABOUT, Wording.EXACT),
    "tablets_delivered": (Wording.ALREADY, Wording.EXACT),
    "put_into_service": (Wording.ABOUT, Wording.EXACT),
    "boards_in_service": (Wording.ABOUT, Wording.EXACT),
    "schools_finished": (Wording.EXACT,),
    "sites_under_construction": (Wording.EXACT,),
    "fibre_finished": (Wording.EXACT,),
    "works_paid": (Wording.MORE_THAN, Wording.EXACT),
}
_OUTLOOK = """In den nächsten Monaten stehen an:

- WLAN an den Standorten, an denen Glasfaser und Verkabelung abgenommen sind
- Montage der bestellten digitalen Tafeln in den Ferien
- Ersatz der ersten Tablets, deren Zweckbindung ausläuft"""


class _Session(NamedTuple):
    """A session, and the as-of date of the report laid before it."""

    on: date
    as_of: date
    occasion: str


def publish_demo_reports(by: Actor, *, today: date) -> list[Publication]:
    """Raises ``ValidationError`` where a report cannot be published."""
    made = []
    for session in _sessions(today):
        draft = _draft(session, by)
        made.append(publish(draft, by=by) if session.on <= today else draft)
    return made


def _sessions(today: date) -> Iterator[_Session]:
    regular = "Der Ausschuss lässt sich regelmäßig über die Ausstattung der Schulen berichten."
    yield _Session(date(2022, 6, 15), date(2022, 5, 31), "Der Ausschuss hat um einen ersten Sachstand gebeten.")
    yield _Session(date(2022, 11, 23), date(2022, 10, 31), regular)
    yield _Session(date(2023, 2, 15), date(2023, 1, 31), regular)
    last = today.replace(day=1) - timedelta(1)
    yield _Session(last, last.replace(day=1) - timedelta(1), regular)
    yield _Session(today + timedelta(14), last, regular)


def _draft(session: _Session, by: Actor) -> Publication:
    return create_publication(
        by=by,
        title="Digitale Schule: Sachstandsbericht",
        committee=COMMITTEE,
        session_on=session.on,
        as_of=session.as_of,
        since=_SINCE,
        completion=CompletionTable.BY_TYPE,
        blocks=[
            f"Anlass\n{session.occasion} Dieser Bericht fasst den Stand der Geräte, der digitalen Tafeln und der "
            "Baumaßnahmen zusammen.",
            "Lage\nDie Arbeiten laufen an mehreren Standorten gleichzeitig. Im Mittelpunkt stehen:\n\n"
            "- der Anschluss aller Standorte an das Glasfasernetz\n"
            "- WLAN in allen Unterrichtsräumen\n"
            "- mobile Geräte für Schülerinnen und Schüler und für Lehrkräfte",
        ],
        choices=_choices(session.as_of),
        outlook=_OUTLOOK,
    )


def _choices(as_of: date) -> Sequence[str]:
    values = {value.figure.key: value for value in figure_values(Records(as_of, since=_SINCE))}
    chosen = []
    for key, wordings in _FIGURES.items():
        value = values[key]
        unit = "" if value.figure.kind == FigureKind.MILESTONE else str(value.figure.unit)
        possible = possible_wordings(value.value, unit=unit)
        chosen.append(f"{key}:{next((w for w in wordings if w in possible), Wording.EXACT)}")
    return chosen
