"""Write the devices as a workbook that the import takes back unchanged."""

from argparse import ArgumentParser
from io import BytesIO
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inventory.enums import DeviceStatus
from reports.exports import write_devices
from reports.management.base import ReportCommand, read_day, read_school, refuse, save


class Command(ReportCommand):
    help = "Write devices with their state of a day. Exit 0; 2 where the list cannot be written."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("out", type=Path, metavar="OUT.xlsx")
        self.add_school(parser)
        parser.add_argument("--status", help="only devices in this state, e.g. in_service")
        parser.add_argument("--as-of", metavar="DAY", help="day of the states (default: today)")

    def handle(self, *args: Any, **options: Any) -> None:
        day = read_day(options["as_of"], "--as-of") if options["as_of"] else timezone.localdate()
        school = read_school(options["school"])
        status = options["status"] or ""
        if status and status not in DeviceStatus.values:
            sentence = _("“%(status)s” is not a state of a device. Possible are: %(states)s.")
            raise refuse(sentence % {"status": status, "states": ", ".join(DeviceStatus.values)})
        book = BytesIO()
        key = school.get().pk if school else None
        number = write_devices(book, as_of=day, school=key, status=status, created=timezone.now())
        save(options["out"], book)
        sentence = ngettext("%(number)s device written.", "%(number)s devices written.", number)
        self.stdout.write(sentence % {"number": number})
