"""Count the holdings of the schools anew, from the facts."""

from typing import Any

from django.utils.translation import ngettext

from inventory.services.holdings import count_anew
from reports.management.base import ReportCommand


class Command(ReportCommand):
    help = "Count the holdings of all schools anew from the entries of the devices: where “verify” finds them broken."

    def handle(self, *args: Any, **options: Any) -> None:
        number = count_anew()
        told = ngettext("%(number)s row of holdings counted anew.", "%(number)s rows of holdings counted anew.", number)
        self.stdout.write(told % {"number": number})
