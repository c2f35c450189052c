"""Invitations: whoever has the link gets one role. The link is shown once; only its digest is stored."""

import logging
import secrets
from collections.abc import Callable
from datetime import date, datetime, timedelta
from smtplib import SMTPException

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from audit.actor import Actor
from audit.enums import Channel
from audit.models import Act
from audit.services import Record, log_records, open_act
from schools.models import Invitation, School
from schools.people import log_new_person
from schools.roles import give_role, person_label
from schools.tokens import token_digest

LASTS = timedelta(days=14)
_log = logging.getLogger("schools.invitations")
_CLOSED = gettext_lazy("This invitation is no longer valid. Ask for a new one.")


def invite(
    email: str,
    role: str,
    *,
    by: Actor,
    school: School | None = None,
    until: date | None = None,
    link: Callable[[str], str] | None = None,
) -> tuple[Invitation, str]:
    """An invitation and the secret part of its link: only now can it be read.

    ``until``: first day without the role. ``link`` makes the address of the secret; where the installation has mail,
    it is sent there. Raises ``ValidationError``: a wrong address, a role without its school, a day that is not ahead,
    and the address of somebody who is deactivated.
    """
    plain = secrets.token_urlsafe(32)
    with transaction.atomic():
        act = open_act(by, "invitation.create")
        if until is not None and until <= timezone.localdate(act.at):
            raise ValidationError({"until": ValidationError(_("The end of a role lies ahead."), "past")})
        if _people_at(email).filter(is_active=False).exists():
            text = _("This person is deactivated. Let them sign in again instead of inviting them.")
            raise ValidationError({"email": ValidationError(text, "inactive_user")})
        invitation = Invitation(
            email=email.strip(),
            role=role,
            school=school,
            until=until,
            digest=token_digest(plain),
            created_at=act.at,
            created_by=by.user,
            expires_at=act.at + LASTS,
        )
        invitation.full_clean()
        invitation.save()
        _note(invitation, act, {"role": [None, role], "until": [None, until]}, {"email": [None, invitation.email]})
        if link and is_mail_set_up():
            transaction.on_commit(lambda: _send(invitation, link(plain)))
    return invitation, plain


def open_invitation(plain: str, now: datetime) -> Invitation | None:
    """The invitation with this secret, as long as it is open; ``None`` whatever the reason."""
    found = Invitation.objects.open(now).filter(digest=token_digest(plain))
    return found.select_related("school").first()


def accept_as_new(
    invitation: Invitation, *, username: str, password: str, first_name: str = "", last_name: str = ""
) -> User:
    """A new person with the invited role. Raises ``ValidationError``: a taken name, a weak password, a closed door.

    Whoever has an account at that address already signs in first and then takes the role.
    """
    with transaction.atomic():
        found = _locked(invitation)
        if _people_at(found.email).exists():
            raise ValidationError(_("There is an account already: sign in, then open the link again."), "has_account")
        person = User(username=username.strip(), email=found.email)
        person.first_name, person.last_name = first_name.strip(), last_name.strip()
        person.full_clean(exclude=["password"])
        _check_password(password, person)
        person.set_password(password)
        person.save()
        act = open_act(Actor(person, Channel.PAGE), "invitation.accept", subject=person_label(person))
        log_new_person(person, act)
        _take(found, person, act)
    return person


def _check_password(password: str, person: User) -> None:
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise ValidationError({"password": error}) from error


def accept_as(invitation: Invitation, person: User) -> None:
    """Add the invited role to somebody who is signed in. Raises ``ValidationError`` if it is for another address."""
    with transaction.atomic():
        found = _locked(invitation)
        if not is_for(found, person):
            raise ValidationError(_("This invitation is for another address than that of your account."), "not_yours")
        act = open_act(Actor(person, Channel.PAGE), "invitation.accept", subject=person_label(person))
        _take(found, person, act)


def is_for(invitation: Invitation, person: User) -> bool:
    return bool(person.email) and person.email.casefold() == invitation.email.casefold()


def withdraw_invitation(invitation: Invitation, *, by: Actor) -> None:
    """Delete an invitation: the link leads nowhere from now on."""
    with transaction.atomic():
        act = open_act(by, "invitation.withdraw")
        _note(invitation, act, {"role": [invitation.role, None]})
        invitation.delete()


def is_mail_set_up() -> bool:
    """Whether this installation sends mail to people outside of it."""
    return bool(settings.EMAIL_HOST)


def _take(invitation: Invitation, person: User, act: Act) -> None:
    give_role(person, invitation.role, act=act, school=invitation.school, until=invitation.until)
    invitation.accepted_by = person
    invitation.save(update_fields=["accepted_by"])
    _note(invitation, act, {"accepted_by": [None, person.pk]})


def _locked(invitation: Invitation) -> Invitation:
    """The invitation as it is now, if it is still open: two who click at once are one."""
    rows = Invitation.objects.open(timezone.now()).select_for_update(of=("self",))
    found = rows.select_related("school").filter(pk=invitation.pk).first()
    if found is None:
        raise ValidationError(_CLOSED, "closed")
    return found


def _people_at(email: str) -> "QuerySet[User]":
    return User.objects.filter(email__iexact=email.strip())


def _note(
    invitation: Invitation, act: Act, changes: dict[str, list[object]], personal: dict[str, list[object]] | None = None
) -> None:
    record = Record(invitation.pk, f"#{invitation.pk}", invitation.school_id, changes)
    log_records(act, Invitation, [record], personal={invitation.pk: personal} if personal else None)


def _send(invitation: Invitation, address: str) -> None:
    """The link is shown on the page as well, so that a mail that fails is no loss."""
    body = _(
        "You are invited to Klassensatz as %(role)s. Choose your user name and your password here:\n\n%(address)s\n\n"
        "The link is for you alone and ends on %(day)s."
    )
    values = {
        "role": invitation.get_role_display(),
        "address": address,
        "day": date_format(timezone.localdate(invitation.expires_at), "SHORT_DATE_FORMAT"),
    }
    try:
        send_mail(_("Your invitation to Klassensatz"), body % values, None, [invitation.email])
    except (OSError, SMTPException):
        _log.warning("The mail of invitation %s could not be sent.", invitation.pk)
