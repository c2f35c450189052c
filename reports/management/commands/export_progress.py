"""Write the progress workbook."""

from argparse import ArgumentParser
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone, translation

from reports.management.base import ReportCommand, read_day, read_instant, save
from reports.workbooks import write_progress


class Command(ReportCommand):
    help = "Write the progress workbook as of a day. Exit 0; 2 where it cannot be written."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("out", type=Path, metavar="OUT.xlsx")
        self.add_days(parser)
        parser.add_argument("--compare-with", metavar="DAY", help="an earlier day to compare with")
        parser.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES], help="default: German")

    def handle(self, *args: Any, **options: Any) -> None:
        day = read_day(options["as_of"], "--as-of")
        compared = read_day(options["compare_with"], "--compare-with") if options["compare_with"] else None
        known_at = read_instant(options["known_at"])
        book = BytesIO()
        with translation.override(options["language"] or settings.LANGUAGE_CODE):
            write_progress(book, as_of=day, now=timezone.now(), known_at=known_at, compare_with=compared)
        save(options["out"], book)
