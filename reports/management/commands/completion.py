"""Print the completion of schools against the standard as of a day."""

from argparse import ArgumentParser
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from reports.figures import shown
from reports.management.base import ReportCommand, notes_on, read_day, read_instant, read_school
from reports.queries import completion_data
from rollout.completion import CompletionReport, completion


class Command(ReportCommand):
    help = "Print required, actual and gap per school and requirement. Exit 0; 2 where nothing can be answered."

    def add_arguments(self, parser: ArgumentParser) -> None:
        self.add_days(parser)
        self.add_school(parser)
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        day = read_day(options["as_of"], "--as-of")
        report = completion(day, read_instant(options["known_at"]), read_school(options["school"]))
        if options["json"]:
            self.write_json(completion_data(report) | {"notes": notes_on(day)})
        else:
            self._print(report)

    def _print(self, report: CompletionReport) -> None:
        self.stdout.write(_("Completion as of %(day)s") % {"day": date_format(report.day, "SHORT_DATE_FORMAT")})
        for one in report.schools:
            self.stdout.write(f"{one.school.number} {one.school.name}: {shown(one.grade)}")
            for gap in one.gaps:
                self.stdout.write(f"    {gap.label}: {gap.explanation()}")
