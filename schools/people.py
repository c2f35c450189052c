"""People: who sees whom, who may sign in, what was done about somebody."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit.actor import Actor
from audit.models import Act, Entry
from audit.services import Record, log_records, open_act
from schools.access import Right, has_right_everywhere, roles_of
from schools.models import ApiToken, Membership, School
from schools.roles import KEEPERS, give_role, person_label, refuse_oneself, require_another_keeper


def people_visible_to(user: Any) -> "QuerySet[User]":
    """Everybody for those who look after people in the whole authority; everyone else sees only themselves."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return User.objects.none()
    if has_right_everywhere(user, Right.USERS):
        return User.objects.all()
    return User.objects.filter(pk=user.pk)


def entries_about_person(person: User) -> "QuerySet[Entry]":
    """What was done about somebody: to their account, roles and tokens, newest first."""
    tokens = Q(changes__user__1=person.pk) | Q(changes__user__0=person.pk)
    memberships = Membership.objects.filter(user=person).values("pk")
    found = Entry.objects.filter(
        Q(kind=User._meta.label_lower, object_id=person.pk)
        | Q(kind=Membership._meta.label_lower, object_id__in=memberships)
        | Q(tokens, kind=ApiToken._meta.label_lower)
    )
    return found.select_related("act__user", "school", "details").order_by("-act__at", "-pk")


def create_person(
    username: str, role: str, *, password: str, by: Actor, email: str = "", school: School | None = None
) -> User:
    """Somebody new with a role. Raises ``ValidationError`` for a role without its school."""
    with transaction.atomic():
        person = User.objects.create_user(username, email, password)
        act = open_act(by, "membership.grant", subject=person_label(person))
        log_new_person(person, act)
        give_role(person, role, act=act, school=school)
    return person


def log_new_person(person: User, act: Act) -> None:
    """That there is an account from now on; who it is stands apart and can be deleted."""
    given = ((name, getattr(person, name)) for name in ("username", "first_name", "last_name", "email"))
    names = {name: [None, value] for name, value in given if value}
    created = Record(person.pk, person_label(person), None, {"is_active": [None, True]})
    log_records(act, User, [created], personal={person.pk: names})


def deactivate_person(person: User, *, by: Actor) -> User:
    """Nobody signs in as ``person`` any more, neither with a password nor with a session or token that is left.

    Raises ``ValidationError`` for oneself and for the last administrator.
    """
    with transaction.atomic():
        act = open_act(by, "person.deactivate", subject=person_label(person))
        found = locked_person(person)
        refuse_loss(found, by)
        if found.is_active:
            found.is_active = False
            found.save(update_fields=["is_active"])
            end_sessions(found)
            log_records(act, User, [Record(found.pk, person_label(found), None, {"is_active": [True, False]})])
    return found


def reactivate_person(person: User, *, by: Actor) -> User:
    """``person`` may sign in again, with the roles that are not over. Raises ``ValidationError`` once deleted."""
    with transaction.atomic():
        act = open_act(by, "person.reactivate", subject=person_label(person))
        found = locked_person(person)
        refuse_oneself(found, by)
        if found.erased_at:
            raise ValidationError(_("The data of this person were deleted: invite them anew."), "erased")
        if not found.is_active:
            found.is_active = True
            found.save(update_fields=["is_active"])
            log_records(act, User, [Record(found.pk, person_label(found), None, {"is_active": [False, True]})])
    return found


def rename_person(person: User, *, first_name: str, last_name: str, by: Actor) -> User:
    """Correct the name. The audit trail keeps the old one apart, for some time."""
    with transaction.atomic():
        act = open_act(by, "person.rename", subject=person_label(person))
        found = locked_person(person)
        if found.erased_at:
            raise ValidationError(_("The data of this person were deleted: invite them anew."), "erased")
        given = {"first_name": first_name.strip(), "last_name": last_name.strip()}
        old = {name: getattr(found, name) for name in given}
        changed = {name: [old[name], text] for name, text in given.items() if old[name] != text}
        for name in changed:
            setattr(found, name, given[name])
        found.full_clean(exclude=["password"])
        if changed:
            found.save(update_fields=changed)
            log_records(act, User, [Record(found.pk, person_label(found), None, {})], personal={found.pk: changed})
    return found


def end_sessions(person: User) -> None:
    """Whoever is signed in as ``person`` is so no longer; without it a session would revive with the account."""
    for session in person.usersession_set.all():  # type: ignore[attr-defined]  # the relation of allauth.usersessions
        session.end()


def locked_person(person: User) -> User:
    """The person as they are now, locked until the transaction ends."""
    return User.objects.select_for_update().get(pk=person.pk)


def refuse_loss(person: User, by: Actor) -> None:
    """Raise ``ValidationError`` for oneself, and for the last one who looks after people."""
    refuse_oneself(person, by)
    if any(role in KEEPERS for role, _school in roles_of(person)):
        require_another_keeper(person, on=timezone.localdate())
