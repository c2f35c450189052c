"""Reports by mail: ordered and given up, when they are due, and whether their owner may still have them."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.actor import Actor
from audit.editing import insert_record, locked
from audit.services import Record, log_records, open_act
from reports.enums import Rhythm, SubscriptionSubject
from reports.figures.behind import figure_of
from reports.models import Publication, Subscription
from reports.queries import Records, schools_for
from schools.access import Right, has_right, has_right_everywhere
from schools.invitations import is_mail_set_up

_SALT = "subscription"
_TOLD = ("subject", "figure", "rhythm", "language", "begins_on")


def subscribe(*, by: Actor, on: date, address: str, **values: Any) -> Subscription:
    """``subject``, ``rhythm``, ``language`` and, for a figure, its key. Due for the first time on ``on`` or later.

    ``address``: of this installation, such as ``https://schulen.example``. Raises ``ValidationError`` by field, and
    (code ``refused``) for what its owner could not get today.
    """
    with transaction.atomic():
        new = Subscription(owner=by.user, address=address, begins_on=on, **values)
        act = open_act(by, "subscription.create", subject=str(new))
        if why := why_not(new, on):
            raise ValidationError(why, "refused")
        return insert_record(new, act, _TOLD)


def unsubscribe(subscription: Subscription, *, by: Actor) -> None:
    """Give it up, with the list of what was sent."""
    with transaction.atomic():
        current = locked(subscription)
        act = open_act(by, "subscription.delete", subject=str(current))
        gone = {name: [str(getattr(current, name)), None] for name in _TOLD}
        log_records(act, Subscription, [Record(current.pk, str(current), None, gone)])
        current.delete()


def why_not(subscription: Subscription, day: date) -> str:
    """Why the owner, with the rights of now, cannot get it; empty where nothing is in the way."""
    owner = subscription.owner
    if not is_mail_set_up():
        return str(_("This installation sends no mail."))
    if not owner.is_active:
        return str(_("The account is deactivated."))
    if not owner.email:
        return str(_("There is no e-mail address in the account."))
    if not _may_have(subscription, day):
        return str(_("The rights for it are missing."))
    return ""


def _may_have(subscription: Subscription, day: date) -> bool:
    owner = subscription.owner
    match subscription.subject:
        case SubscriptionSubject.REPORT:
            return has_right_everywhere(owner, Right.EXPORT)
        case SubscriptionSubject.FIGURE:
            records = Records(day, schools=schools_for(owner), reader=owner)
            return has_right(owner, Right.EXPORT) and figure_of(subscription.figure, records) is not None
    return has_right(owner, Right.EXPORT)


def last_due(subscription: Subscription, today: date, sessions: Collection[date]) -> date | None:
    """The latest day up to ``today`` on which it is due; ``None`` where none was yet.

    ``sessions``: days of sessions. What was due yesterday for a session of today still goes out.
    """
    match subscription.rhythm:
        case Rhythm.WEEKLY:
            due = today - timedelta(today.weekday())
        case Rhythm.MONTHLY:
            due = today.replace(day=1)
        case _session:
            near = [day - timedelta(1) for day in sessions if today <= day <= today + timedelta(1)]
            due = max(near, default=date.min)
    return due if due >= subscription.begins_on else None


def session_days(today: date) -> list[date]:
    """Of sessions that are near: a draft tells its session as well as what is published."""
    near = Publication.objects.filter(session_on__range=(today, today + timedelta(1)))
    return sorted(set(near.values_list("session_on", flat=True)))


def token_of(subscription: Subscription) -> str:
    """What the link in a mail gives it up with."""
    return signing.dumps(subscription.pk, salt=_SALT)


def of_token(token: str) -> Subscription | None:
    try:
        pk = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    found: Subscription | None = Subscription.objects.filter(pk=pk).select_related("owner").first()
    return found
