"""Sending what was subscribed to: once for each due day, with the rights that its owner has at that moment."""

import logging
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from io import BytesIO
from smtplib import SMTPException
from typing import NamedTuple

from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from reports.enums import MailState, SubscriptionSubject
from reports.figure_files import write_workbook
from reports.figures import FigureValue
from reports.figures.behind import figure_of
from reports.models import Publication, Subscription, SubscriptionMail
from reports.publishing import files
from reports.queries import Records, schools_for
from reports.subscriptions import last_due, session_days, why_not
from reports.workbooks import write_progress

logger = logging.getLogger(__name__)
#: Nobody gets reports at night.
SENT_FROM = time(6)
#: From one due day to the next.
_LONGEST = timedelta(days=31)
#: What failed is tried again after the pause, up to so many days after it was due.
_PAUSE, _PATIENCE = timedelta(hours=1), timedelta(days=1)
PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Links(NamedTuple):
    """Addresses in a mail: ``page`` of what it brings, ``end`` gives the subscription up."""

    page: str
    end: str


class Letter(NamedTuple):
    """``file``: name, content and type of what is attached."""

    subject: str
    text: str
    file: tuple[str, bytes, str]


class NothingToSend(Exception):
    """Said instead of sent."""


def send_due(now: datetime, links: Callable[[Subscription], Links]) -> int:
    """Send what is due and was not begun before, or failed a while ago; returns how many mails went out."""
    here = timezone.localtime(now)
    if here.time() < SENT_FROM:
        return 0
    today, sessions = here.date(), session_days(here.date())
    recent = SubscriptionMail.objects.filter(due_on__gte=today - _LONGEST)
    again = _failed(now).filter(due_on__gte=today - _PATIENCE)
    begun = set(recent.exclude(pk__in=again).values_list("subscription", "due_on"))
    sent = 0
    for subscription in Subscription.objects.filter(begins_on__lte=today).select_related("owner"):
        due = last_due(subscription, today, sessions)
        if due and (subscription.pk, due) not in begun:
            sent += _send(subscription, due, now, links)
    return sent


def _send(subscription: Subscription, due: date, now: datetime, links: Callable[[Subscription], Links]) -> bool:
    """The row is there before the mail goes out: whatever happens then, it does not go out twice."""
    mail, is_new = SubscriptionMail.objects.get_or_create(
        subscription=subscription, due_on=due, defaults={"at": now, "state": MailState.BEGUN}
    )
    if not is_new and not _failed(now).filter(pk=mail.pk).update(state=MailState.BEGUN, at=now):
        return False
    with override(subscription.language):
        mail.state, mail.reason = _outcome(subscription, now, links)
    mail.save(update_fields=["state", "reason"])
    return mail.state == MailState.SENT


def _failed(now: datetime) -> QuerySet[SubscriptionMail]:
    return SubscriptionMail.objects.filter(state=MailState.FAILED, at__lte=now - _PAUSE)


def _outcome(subscription: Subscription, now: datetime, links: Callable[[Subscription], Links]) -> tuple[str, str]:
    if why := why_not(subscription, timezone.localdate(now)):
        return MailState.REFUSED, why
    try:
        _message(subscription, _letter(subscription, now), links(subscription)).send()
    except NothingToSend as reason:
        return MailState.REFUSED, str(reason)
    except (OSError, SMTPException):
        logger.exception("The mail server did not take the mail of subscription %s.", subscription.pk)
        return MailState.FAILED, _("The mail server did not take it. It is tried again every hour until tomorrow.")
    except Exception:
        logger.exception("The mail of subscription %s could not be sent.", subscription.pk)
        return MailState.FAILED, _("Something unexpected happened; it is in the server's log.")
    return MailState.SENT, ""


def _message(subscription: Subscription, letter: Letter, links: Links) -> EmailMessage:
    told = _("You get this mail %(rhythm)s, because you ordered it in Klassensatz. No more of it:")
    why = told % {"rhythm": subscription.get_rhythm_display()}
    body = f"{letter.text}\n\n{links.page}\n\n-- \n{why}\n{links.end}\n"
    headers = {"List-Unsubscribe": f"<{links.end}>"}
    message = EmailMessage(letter.subject, body, to=[subscription.owner.email], headers=headers)
    message.attach(*letter.file)
    return message


def _letter(subscription: Subscription, now: datetime) -> Letter:
    match subscription.subject:
        case SubscriptionSubject.REPORT:
            return _report(subscription, now)
        case SubscriptionSubject.FIGURE:
            return _figure(subscription, now)
    return _progress(subscription, now)


def _progress(subscription: Subscription, now: datetime) -> Letter:
    owner, today, file = subscription.owner, timezone.localdate(now), BytesIO()
    write_progress(file, as_of=today, now=now, schools=schools_for(owner), reader=owner)
    subject = _("Progress as of %(day)s") % {"day": _day(today)}
    text = _("The progress workbook as of %(day)s is attached.") % {"day": _day(today)}
    return Letter(subject, text, (_("progress-%(day)s.xlsx") % {"day": today}, file.getvalue(), XLSX))


def _figure(subscription: Subscription, now: datetime) -> Letter:
    owner, today, file = subscription.owner, timezone.localdate(now), BytesIO()
    records = Records(today, schools=schools_for(owner), reader=owner)
    figure = figure_of(subscription.figure, records)
    if figure is None:
        raise NothingToSend(_("There is no such figure any more."))
    answer, behind = figure.compute(records), figure.behind(records)
    value = FigureValue(figure, answer.value, answer.note)
    write_workbook(file, value, behind, now)
    subject = _("%(figure)s: %(value)s as of %(day)s") % {
        "figure": figure.label,
        "value": value.text,
        "day": _day(today),
    }
    sentence = behind.sentence(value.value, str(figure.unit)) if value.value is not None else ""
    lines = (f"{figure.label}: {value.text} {figure.unit}", sentence, value.note, str(figure.definition))
    return Letter(subject, "\n\n".join(filter(None, lines)), (f"{figure.key}-{today}.xlsx", file.getvalue(), XLSX))


def _report(subscription: Subscription, now: datetime) -> Letter:
    """The newest that is published: on the day before a session its own, where it is published by then."""
    owner = subscription.owner
    report = Publication.objects.visible_to(owner).before(date.max).first()
    if report is None:
        raise NothingToSend(_("No committee report is published yet."))
    content = files.pdf(report, reader=owner, now=now)
    told = {"title": report.title, "day": _day(report.session_on)}
    subject = _("%(title)s, session of %(day)s") % told
    text = _("The report “%(title)s” for the session of %(day)s is attached as it was published.") % told
    return Letter(subject, text, (files.file_name(report, "pdf"), content, PDF))


def _day(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")
