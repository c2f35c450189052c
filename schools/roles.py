"""Roles of people: giving them, ending them. Nobody changes their own, and one administrator always stays."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit.actor import Actor
from audit.models import Act
from audit.services import Record, log_records, open_act
from schools.access import RIGHTS, Right
from schools.enums import MembershipSource
from schools.models import Membership, School

#: Roles whose holders look after people.
KEEPERS = tuple(role for role, rights in RIGHTS.items() if Right.USERS in rights)


def grant_role(
    user: User, role: str, *, by: Actor, school: School | None = None, until: date | None = None
) -> Membership:
    """Give ``user`` a role, for one school or for the authority; ``until`` is the first day without it.

    Raises ``ValidationError``: a role of oneself, one that is held already, a day that is not ahead.
    """
    with transaction.atomic():
        refuse_oneself(user, by)
        act = open_act(by, "membership.grant", subject=person_label(user))
        return give_role(user, role, act=act, school=school, until=until)


def give_role(
    user: User,
    role: str,
    *,
    act: Act,
    school: School | None = None,
    until: date | None = None,
    source: str = MembershipSource.MANUAL,
) -> Membership:
    """``grant_role`` as a part of another act: an accepted invitation, a sign-in with groups."""
    if not user.is_active:
        raise ValidationError(_("This person is deactivated. Let them sign in again first."), "inactive_user")
    _require_ahead(until, act)
    held = Membership.objects.select_for_update(of=("self",)).filter(user=user, role=role, school=school).first()
    membership = held if held and not held.is_valid_on(_day(act)) else Membership(user=user, role=role, school=school)
    old = membership.until
    membership.until, membership.source = until, source
    membership.full_clean()
    membership.save()
    changes = {"until": [old, until]} if membership is held else {"until": [None, until]}
    _log(membership, act, {"user": [None, user.pk], "role": [None, membership.role], **changes})
    _forget_cache(user)
    return membership


def end_role(membership: Membership, *, by: Actor) -> Membership:
    """The role is over at once. Raises ``ValidationError`` as ``change_role_end`` does."""
    with transaction.atomic():
        act = open_act(by, "membership.end", subject=person_label(membership.user))
        return _set_end(membership, _day(act), by, act)


def change_role_end(membership: Membership, *, until: date | None, by: Actor) -> Membership:
    """Another first day without the role; ``None``: it has no end.

    Raises ``ValidationError``: a role of oneself or of the directory, one that is over, a day that is not ahead,
    and where nobody would be left who looks after people.
    """
    with transaction.atomic():
        act = open_act(by, "membership.change", subject=person_label(membership.user))
        _require_ahead(until, act)
        return _set_end(membership, until, by, act)


def end_roles_of(user: User, *, act: Act) -> None:
    """All roles that are not over yet are over, as a part of another act."""
    day = _day(act)
    rows = Membership.objects.select_for_update(of=("self",)).filter(user=user)
    for membership in rows.filter(Q(until__isnull=True) | Q(until__gt=day)).order_by("pk"):
        _log(membership, act, {"until": [membership.until, day]})
        membership.until = day
        membership.save(update_fields=["until"])
    _forget_cache(user)


def refuse_oneself(user: User, by: Actor) -> None:
    """Raise ``ValidationError`` where somebody would change what they may do themselves."""
    if by.user is not None and by.user.pk == user.pk:
        text = _("Nobody changes their own roles or their own access: ask another administrator to do it.")
        raise ValidationError(text, "oneself")


def require_another_keeper(user: User, *, on: date) -> None:
    """Raise ``ValidationError`` unless somebody else looks after people on the day ``on`` and after it."""
    keepers = Membership.objects.filter(role__in=KEEPERS)
    # Two administrators who end each other's role at the same time: one of them waits here.
    list(keepers.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    lasting = keepers.filter(Q(until__isnull=True) | Q(until__gt=on), user__is_active=True)
    others = User.objects.filter(is_superuser=True, is_active=True)
    if not lasting.exclude(user=user).exists() and not others.exclude(pk=user.pk).exists():
        text = _("This is the last administrator. Make somebody else an administrator first.")
        raise ValidationError(text, "last_administrator")


def person_label(user: Any) -> str:
    """A person in the audit trail: by number, so that a deleted name is nowhere left behind."""
    return f"#{user.pk}"


def membership_label(membership: Membership) -> str:
    return f"{person_label(membership.user)}: {membership.role}"


def _set_end(membership: Membership, until: date | None, by: Actor, act: Act) -> Membership:
    found = Membership.objects.select_for_update(of=("self",)).select_related("user").get(pk=membership.pk)
    refuse_oneself(found.user, by)
    if found.source == MembershipSource.DIRECTORY:
        text = _("This role comes from a group of the directory. Change it there.")
        raise ValidationError(text, "from_directory")
    if not found.is_valid_on(_day(act)):
        raise ValidationError(_("This role is over already. Grant it anew."), "ended")
    if found.role in KEEPERS and until is not None:
        require_another_keeper(found.user, on=until)
    _log(found, act, {"until": [found.until, until]})
    found.until = until
    found.save(update_fields=["until"])
    _forget_cache(found.user)
    return found


def _require_ahead(until: date | None, act: Act) -> None:
    if until is not None and until <= _day(act):
        raise ValidationError({"until": ValidationError(_("The end of a role lies ahead."), "past")})


def _day(act: Act) -> date:
    return timezone.localdate(act.at)


def _log(membership: Membership, act: Act, changes: dict[str, list[Any]]) -> None:
    log_records(act, Membership, [Record(membership.pk, membership_label(membership), membership.school_id, changes)])


def _forget_cache(user: Any) -> None:
    """Roles are read once per user object: this one is to be asked again."""
    user.__dict__.pop("_roles_today", None)
