"""People: who sees whom, who may sign in, what was done about somebody."""

from collections.abc import Mapping
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


def create_person(person: User, role: str, *, password: str, by: Actor, school: School | None = None) -> User:
    """Save somebody new, with a role. Raises ``ValidationError``: a taken name, a role without its school."""
    with transaction.atomic():
        _save_new(person, password)
        act = open_act(by, "membership.grant", subject=person_label(person))
        log_new_person(person, act)
        give_role(person, role, act=act, school=school)
    return person


def create_superuser(person: User, *, password: str | None, by: Actor) -> User:
    """Save somebody new who is an administrator whatever becomes of roles; ``None``: a password is set later.

    Raises ``ValidationError`` for a taken name.
    """
    person.is_staff = person.is_superuser = True
    with transaction.atomic():
        _save_new(person, password)
        log_new_person(person, open_act(by, "person.create", subject=person_label(person)))
    return person


def log_new_person(person: User, act: Act) -> None:
    """That there is an account from now on; who it is stands apart and can be deleted."""
    given = ((name, getattr(person, name)) for name in ("username", "first_name", "last_name", "email"))
    names = {name: [None, value] for name, value in given if value}
    rights = {name: [None, True] for name in ("is_active", "is_superuser") if getattr(person, name)}
    log_records(act, User, [Record(person.pk, person_label(person), None, rights)], personal={person.pk: names})


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
        refuse_erased(found)
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
        refuse_erased(found)
        given = {"first_name": first_name.strip(), "last_name": last_name.strip()}
        write_names(found, changed_names(found, given), act)
    return found


def changed_names(person: User, given: Mapping[str, str]) -> dict[str, list[str]]:
    """``{field: [old, new]}`` of what is not as ``given``."""
    old = {name: getattr(person, name) for name in given}
    return {name: [old[name], text] for name, text in given.items() if old[name] != text}


def write_names(person: User, changed: Mapping[str, list[str]], act: Act) -> None:
    """Another name or address as a part of an act; nothing where ``changed`` is empty."""
    if changed:
        for name, (_old, text) in changed.items():
            setattr(person, name, text)
        person.clean_fields(exclude={field.name for field in User._meta.get_fields()} - changed.keys())
        person.save(update_fields=changed)
        log_records(act, User, [Record(person.pk, person_label(person), None, {})], personal={person.pk: changed})


def end_sessions(person: User) -> None:
    """Whoever is signed in as ``person`` is so no longer; without it a session would revive with the account."""
    for session in person.usersession_set.all():  # type: ignore[attr-defined]  # the relation of allauth.usersessions
        session.end()


def locked_person(person: User) -> User:
    """The person as they are now, locked until the transaction ends."""
    return User.objects.select_for_update().get(pk=person.pk)


def refuse_erased(person: User) -> None:
    """Raise ``ValidationError`` for somebody whose data were deleted."""
    if person.erased_at:
        raise ValidationError(_("The data of this person were deleted: invite them anew."), "erased")


def refuse_loss(person: User, by: Actor) -> None:
    """Raise ``ValidationError`` for oneself, and for the last one who looks after people."""
    refuse_oneself(person, by)
    if any(role in KEEPERS for role, _school in roles_of(person)):
        require_another_keeper(person, on=timezone.localdate())


def _save_new(person: User, password: str | None) -> None:
    person.username = User.normalize_username(person.username)
    person.set_password(password)
    person.full_clean()
    person.save()
