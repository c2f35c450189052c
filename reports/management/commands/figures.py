"""Print the declared figures as of a day."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from reports.enums import FigureKind
from reports.figures import FigureValue, figure_values
from reports.management.base import ReportCommand, notes_on, read_day, read_instant, read_school, refuse
from reports.queries import Records


class Command(ReportCommand):
    help = "Print the declared figures as of a day. Exit 0; 2 where the question cannot be answered."

    def add_arguments(self, parser: ArgumentParser) -> None:
        self.add_days(parser)
        parser.add_argument("--since", metavar="DAY", help="first day of the window of flows")
        self.add_school(parser)
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        day = read_day(options["as_of"], "--as-of")
        since = read_day(options["since"], "--since") if options["since"] else None
        if since and since > day:
            raise refuse(_("--since lies after --as-of."))
        known_at = read_instant(options["known_at"])
        values = figure_values(Records(day, known_at, since, read_school(options["school"])))
        if not options["json"]:
            self._print(values, day)
            return
        self.write_json(
            {
                "as_of": day.isoformat(),
                "known_at": known_at.isoformat() if known_at else None,
                "since": since.isoformat() if since else None,
                "school": options["school"],
                "notes": notes_on(day),
                "figures": [value.as_data() for value in values],
            }
        )

    def _print(self, values: list[FigureValue], day: date) -> None:
        self.stdout.write(_("Figures as of %(day)s") % {"day": date_format(day, "SHORT_DATE_FORMAT")})
        for value in values:
            figure = value.figure
            unit = "" if figure.kind == FigureKind.MILESTONE else str(figure.unit)
            line = f"{figure.ref or '':<4} {figure.label!s:<42} {value.text:>14} {unit:<10} {value.note}"
            self.stdout.write(line.rstrip())
