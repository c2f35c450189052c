"""From a figure down to its records."""

from reports.figures.base import Figure
from reports.figures.basis import Behind
from reports.figures.declarations import declared
from reports.queries import Records


def figure_of(key: str, records: Records) -> Figure | None:
    """The declared figure of this key; ``None`` where there is none that the reader may see."""
    return next((figure for figure in declared(records) if figure.key == key), None)


def records_behind(figure_key: str, records: Records) -> Behind | None:
    """The records from which a figure comes, for the schools of ``records``."""
    figure = figure_of(figure_key, records)
    return figure.behind(records) if figure else None
