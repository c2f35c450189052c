"""Prove that the data keeps what it promises."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.chain import head
from reports.management.base import ReportCommand
from reports.verification import CHECKS, verify


class Command(ReportCommand):
    help = "Check every invariant of the data. Exit 0: all hold; 1: a list of those that are broken."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--head", metavar="DIGEST", help="end of the audit trail as noted earlier: is it still part of it?"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        broken = verify(options["head"] or "")
        for check, number, examples in broken:
            named = ", ".join(examples) + (" …" if number > len(examples) else "")
            counted = ngettext("broken by %(number)s record", "broken by %(number)s records", number)
            rule = str(check.promise).rstrip(".")
            told = f"{check.key}: {rule}: {counted % {'number': number}}: {named}"
            self.stdout.write(f"{told}. {check.mend}" if check.mend else told)
        if broken:
            sentence = _("%(broken)s of %(all)s promises of the data are broken.")
            raise CommandError(sentence % {"broken": len(broken), "all": len(CHECKS)}, returncode=1)
        self.stdout.write(_("All %(all)s promises of the data hold.") % {"all": len(CHECKS)})
        self.stdout.write(_("End of the audit trail, to be noted elsewhere: %(head)s") % {"head": head() or "–"})
