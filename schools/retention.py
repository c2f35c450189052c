"""For how long which personal data are kept, and why: the table of the page and of docs/privacy."""

from typing import Any, NamedTuple

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from audit.enums import Retention
from audit.retention import PERIODS


class Kept(NamedTuple):
    """One class of data: what it is, for how long it is kept, and why so long."""

    key: str
    what: Any
    how_long: Any
    reason: Any


#: A number of days in ``how_long`` is filled in by ``retention``.
_CLASSES = (
    Kept(
        "account",
        _("Account: user name, name, e-mail address, roles, last sign-in"),
        _("until an administrator deletes the person, at the latest when the role is no longer needed"),
        _("needed to sign in and to say who may do what (Art. 6(1)(e) GDPR)"),
    ),
    Kept(
        "sign_in",
        _("Sessions, second factors, links to the directory"),
        _("until the person ends or removes them, or is deleted; a session ends after some hours by itself"),
        _("security of processing (Art. 32 GDPR)"),
    ),
    Kept(
        "invitation",
        _("Invitations: e-mail address and role"),
        _("open for 14 days, deleted 30 days after their end"),
        _("needed to give access (Art. 6(1)(e) GDPR)"),
    ),
    Kept(
        "token",
        _("Access tokens: name, digest, last use"),
        _("until they are withdrawn, or 30 days after they ran out"),
        _("security of processing (Art. 32 GDPR)"),
    ),
    Kept(
        "sign_in_details",
        _("From where and with what program somebody signed in, failed attempts too"),
        _("%(days)d days"),
        _("security of processing: to notice and trace misuse (Art. 32 GDPR)"),
    ),
    Kept(
        "trail_details",
        _("Audit trail: former names and e-mail addresses, kept apart from it"),
        _("%(days)d days, or until the person is deleted"),
        _("to trace who got which rights (Art. 5(2) and 32 GDPR)"),
    ),
    Kept(
        "trail",
        _("Audit trail: who did what, when and why"),
        _("as long as the records it tells of; the name goes with the person, the deed stays"),
        _("accountability (Art. 5(2) GDPR) and proof of how public money was used"),
    ),
    Kept(
        "import_file",
        _("Uploaded files with all that their senders wrote into them"),
        _("%(days)d days after the upload; a discarded file goes at once"),
        _("needed to trace and to repeat an import (Art. 5(1)(e) GDPR)"),
    ),
    Kept(
        "answer",
        _("Answers to repeated requests of other programs"),
        _("24 hours"),
        _("needed so that nothing is done twice"),
    ),
    Kept(
        "webhook_log",
        _("Log of what was sent to other programs"),
        _("90 days"),
        _("to find out why something did not arrive (Art. 32 GDPR)"),
    ),
    Kept(
        "task_result",
        _("What became of background tasks, such as imports"),
        _("30 days"),
        _("to find out why something failed (Art. 32 GDPR)"),
    ),
)
_NO_PERIOD = _("until the import is discarded: no period is set (IMPORT_FILE_DAYS)")


def retention() -> list[Kept]:
    days = {
        "sign_in_details": PERIODS[Retention.SIGN_IN].days,
        "trail_details": PERIODS[Retention.ACCOUNT].days,
        "import_file": settings.IMPORT_FILE_DAYS,
    }
    return [_filled(kept, days[kept.key]) if kept.key in days else kept for kept in _CLASSES]


def _filled(kept: Kept, days: int) -> Kept:
    return kept._replace(how_long=kept.how_long % {"days": days} if days else _NO_PERIOD)
