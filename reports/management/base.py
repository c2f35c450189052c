"""What the commands of the reports have in common: days, schools, and refusals in one sentence."""

import json
import sys
from argparse import ArgumentParser
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from schools.models import School
from schools.querysets import SchoolQuerySet

REFUSED = 2


class ReportCommand(BaseCommand):
    """Says a refusal as one sentence on the error stream and ends with 2."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            return super().execute(*args, **options)
        except CommandError as error:
            if not self._called_from_command_line:  # type: ignore[attr-defined]  # Django sets it, its stubs lack it
                raise
            self.stderr.write(str(error))
            sys.exit(error.returncode)

    def add_days(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as-of", required=True, metavar="DAY", help="day that is reported, e.g. 2023-01-31")
        parser.add_argument("--known-at", metavar="INSTANT", help="as known at this day or instant (default: now)")

    def add_school(self, parser: ArgumentParser) -> None:
        parser.add_argument("--school", metavar="NUMBER", help="only this school, by its number")

    def write_json(self, data: Any) -> None:
        self.stdout.write(json.dumps(data, ensure_ascii=False, indent=1))


def refuse(sentence: str) -> CommandError:
    return CommandError(sentence, returncode=REFUSED)


def read_day(text: str | None, option: str) -> date:
    """A day as ``2023-01-31`` or ``31.01.2023``."""
    parts = (text or "").strip().split(".")
    iso = f"{parts[2]}-{parts[1]:0>2}-{parts[0]:0>2}" if len(parts) == 3 and all(parts) else (text or "").strip()
    try:
        return date.fromisoformat(iso)
    except ValueError as error:
        sentence = _("%(option)s: “%(text)s” is not a day. Please write it like 2023-01-31.")
        raise refuse(sentence % {"option": option, "text": text}) from error


def read_instant(text: str | None) -> datetime | None:
    """An instant in local time; a day alone means its end."""
    if not text:
        return None
    try:
        instant = datetime.fromisoformat(text.strip())
    except ValueError:
        day = read_day(text, "--known-at")
        instant = datetime.combine(day, time())
    if instant.time() == time() and "T" not in text and ":" not in text:
        instant += timedelta(days=1, microseconds=-1)
    return instant if timezone.is_aware(instant) else timezone.make_aware(instant)


def read_school(number: str | None) -> SchoolQuerySet | None:
    """The school as a set of one; ``None`` where none is named."""
    if not number:
        return None
    schools = School.objects.filter(number=number.strip())
    if not schools.exists():
        raise refuse(_("There is no school with the number %(number)s.") % {"number": number})
    return schools


def notes_on(day: date) -> list[str]:
    """What a reader of a report for ``day`` has to know."""
    if day <= timezone.localdate():
        return []
    return [_("The as-of date lies in the future: shown is what is known now.")]


def save(path: Path, book: BytesIO) -> None:
    """Write a finished workbook; a file that cannot be written is refused before anything of it is there."""
    try:
        path.write_bytes(book.getvalue())
    except OSError as error:
        sentence = _("The workbook cannot be written to %(path)s: %(reason)s")
        raise refuse(sentence % {"path": path, "reason": error.strerror or error}) from error
