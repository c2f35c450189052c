"""Write the progress workbook."""

from argparse import ArgumentParser
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from common.sheets.reader import SheetError
from reports.management.base import ReportCommand, read_day, read_instant, refuse, save
from reports.template_fields import fill_template
from reports.workbooks import write_progress
from reports.workbooks.progress import read_progress
from reports.workbooks.sheet import Progress


class Command(ReportCommand):
    help = "Write the progress workbook as of a day. Exit 0; 2 where it cannot be written."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("out", type=Path, metavar="OUT.xlsx")
        self.add_days(parser)
        parser.add_argument("--compare-with", metavar="DAY", help="an earlier day to compare with")
        parser.add_argument("--template", type=Path, metavar="FILE.xlsx", help="a workbook of your own that is filled")
        parser.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES], help="default: German")

    def handle(self, *args: Any, **options: Any) -> None:
        day = read_day(options["as_of"], "--as-of")
        compared = read_day(options["compare_with"], "--compare-with") if options["compare_with"] else None
        known_at = read_instant(options["known_at"])
        chosen: dict[str, Any] = {"known_at": known_at, "compare_with": compared}
        book = BytesIO()
        with translation.override(options["language"] or settings.LANGUAGE_CODE):
            if options["template"]:
                self._fill(options["template"], book, read_progress(day, timezone.now(), **chosen))
            else:
                write_progress(book, as_of=day, now=timezone.now(), **chosen)
        save(options["out"], book)

    def _fill(self, template: Path, target: BytesIO, progress: Progress) -> None:
        """What is not filled is named on the error stream."""
        with TemporaryDirectory() as folder:
            out = Path(folder) / "out.xlsx"
            try:
                filling = fill_template(template, out, progress, name=template.name)
            except SheetError as error:
                raise refuse(error.message) from error
            target.write(out.read_bytes())
        for left in filling.left:
            self.stderr.write(_("Not filled: %(name)s (%(where)s)") % left._asdict())
