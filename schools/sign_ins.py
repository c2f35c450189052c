"""Signing in: what the audit trail keeps of it, roles that groups of the directory give, second factors."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple, cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Field
from django.utils import timezone

from accounts.models import User
from audit.actor import Actor
from audit.enums import Channel, Retention
from audit.models import Act, Entry
from audit.services import Record, log_records, open_act
from schools.access import roles_of
from schools.enums import SCHOOL_ROLES, MembershipSource, Role
from schools.models import Membership, School
from schools.people import changed_names, end_sessions, log_new_person, refuse_erased, write_names
from schools.roles import KEEPERS, membership_label, person_label, refuse_oneself, require_another_keeper

#: What counts as a second factor; recovery codes alone do not.
SECOND_FACTORS = ("totp", "webauthn")
_KEPT = "The last administrator stays one, though no group says so"


class DirectoryRole(NamedTuple):
    """A role that a group gives: in the school with this number, or (``None``) in the whole authority."""

    role: str
    number: str | None


# --- the trail --------------------------------------------------------------------------------------------------------


def record_sign_in(
    user: User | None, verb: str, *, by: Actor, seen: Mapping[str, str] | None = None, **changes: list[Any]
) -> Act:
    """One act about the account of ``user``; ``None``: nobody of that name. ``changes``: ``field=[old, new]``.

    ``seen``: from where and with what program; personal data, kept apart and not for long. What people type into the
    name field is never kept: sometimes it is a password. Nobody's account gets an entry like anybody's (record 0), so
    that the time it takes does not tell them apart.
    """
    key, label = (user.pk, person_label(user)) if user else (0, "")
    personal = {key: {name: [None, value] for name, value in seen.items()}} if seen else None
    with transaction.atomic():
        act = open_act(by, verb, subject=label)
        records = [Record(key, label, None, changes)]
        log_records(act, User, records, personal=personal, retention=Retention.SIGN_IN)
        return act


def change_password(user: User, password: str, *, by: Actor) -> None:
    """Another password. What was open with the old one is so no longer: Django ties sessions to it.

    Raises ``ValidationError`` for somebody whose data were deleted.
    """
    refuse_erased(user)
    with transaction.atomic():
        user.set_password(password)
        user.save(update_fields=["password"])
        record_sign_in(user, "password.change", by=by)


# --- people and roles from the directory ------------------------------------------------------------------------------


def directory_roles(groups: Iterable[str], table: Mapping[str, str]) -> frozenset[DirectoryRole]:
    """What the groups give by the table ``{group: role[@school number]}``; groups without a line give nothing.

    ``{number}`` in a group stands for the six digits of a school: ``schule-{number}-admin``.
    """
    found = set()
    for pattern, value in table.items():
        role, _at, number = value.partition("@")
        rule = re.escape(pattern).replace(re.escape("{number}"), r"(?P<number>\d{6})", 1)
        for group in groups:
            if match := re.fullmatch(rule, group):
                found.add(DirectoryRole(role, match.groupdict().get("number") or number or None))
    return frozenset(found)


def table_errors(table: Mapping[str, str]) -> list[str]:
    """Lines of the table that name no role, or a school where none belongs, or none where one does."""
    errors = []
    for pattern, value in table.items():
        role, _at, number = value.partition("@")
        has_school = bool(re.fullmatch(r"\d{6}", number)) or ("{number}" in pattern and not number)
        if role not in Role.values or has_school != (role in SCHOOL_ROLES):
            errors.append(f"{pattern} -> {value}")
    return errors


def set_directory_roles(user: User, roles: Collection[DirectoryRole], *, by: Actor) -> bool:
    """Make the memberships from the directory exactly ``roles``; says whether any role is valid afterwards.

    Memberships given here stay as they are, and so does the role of the last administrator, whatever the directory
    says: nobody could give one to somebody else. That and schools that do not exist are named in the act.
    """
    schools = {school.number: school for school in School.objects.filter(number__in={r.number for r in roles})}
    unknown = sorted({r.number for r in roles if r.number and r.number not in schools})
    wanted = {
        (r.role, schools[r.number].pk if r.number else None) for r in roles if not r.number or r.number in schools
    }
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        rows = {(m.role, m.school_id): m for m in Membership.objects.filter(user=user)}
        kept = {key for key, m in rows.items() if key not in wanted and _is_last_keeper(m)}
        ending = [m for key, m in rows.items() if key not in kept and _ends(m, key in wanted)]
        held = {key for key, m in rows.items() if m not in ending}
        starting = [
            Membership(user=user, role=role, school_id=school, source=MembershipSource.DIRECTORY)
            for role, school in sorted(wanted - held, key=str)
        ]
        remarks = [f"No school with the number {', '.join(unknown)}"] * bool(unknown) + [_KEPT] * bool(kept)
        if ending or starting or remarks:
            act = open_act(by, "membership.directory", subject=person_label(user), reason="; ".join(remarks)[:500])
            if starting and not Entry.objects.filter(kind=User._meta.label_lower, object_id=user.pk).exists():
                log_new_person(user, act)
            _replace(ending, starting, act)
    user.__dict__.pop("_roles_today", None)
    return bool(roles_of(user))


def admit_from_directory(
    username: str, told: Mapping[str, str], roles: Collection[DirectoryRole], *, via: str
) -> User | None:
    """Whom a directory has let in under ``username``, with the roles of their groups; ``None`` for who has no role.

    ``told``: ``{field: text}``, name and address as the directory has them; what does not fit the field is left out.
    The account here with that user name is theirs; whoever has none gets one along with the first role, or not at all.
    """
    fitting = {name: text for name, text in told.items() if _fits(name, text)}
    with transaction.atomic():
        user = User.objects.select_for_update().filter(username__iexact=username).first()
        is_new = user is None
        if user is None:
            user = User.objects.create_user(username.lower(), **fitting)
        by = Actor(user, Channel.PAGE, via)
        if not is_new and (changed := changed_names(user, fitting)):
            write_names(user, changed, open_act(by, "person.directory", subject=person_label(user)))
        has_role = set_directory_roles(user, roles, by=by)
        transaction.set_rollback(is_new and not has_role)
    return user if has_role else None


def _fits(name: str, text: str) -> bool:
    field = cast("Field[str, str]", User._meta.get_field(name))
    try:
        field.clean(text, None)
    except ValidationError:
        return False
    return True


def _ends(membership: Membership, is_wanted: bool) -> bool:
    """What the directory gave and does not give any more; and what ended here in the way of a role that it gives."""
    if is_wanted:
        return membership.until is not None and (
            membership.source == MembershipSource.DIRECTORY or membership.until <= timezone.localdate()
        )
    return membership.source == MembershipSource.DIRECTORY


def _is_last_keeper(membership: Membership) -> bool:
    """Whether nobody would be left who looks after people, were this role from the directory over."""
    if membership.source != MembershipSource.DIRECTORY or membership.role not in KEEPERS:
        return False
    if not membership.is_valid_on(timezone.localdate()):
        return False
    try:
        require_another_keeper(membership.user, on=timezone.localdate())
    except ValidationError:
        return True
    return False


def _replace(ending: list[Membership], starting: list[Membership], act: Act) -> None:
    gone = [Record(m.pk, membership_label(m), m.school_id, {"role": [m.role, None]}) for m in ending]
    Membership.objects.filter(pk__in=[m.pk for m in ending]).delete()
    for membership in starting:
        membership.save()
    log_records(act, Membership, gone)
    log_records(
        act, Membership, [Record(m.pk, membership_label(m), m.school_id, {"role": [None, m.role]}) for m in starting]
    )


# --- second factor ----------------------------------------------------------------------------------------------------


def lacks_second_factor(user: Any) -> bool:
    """Whether a role of ``user`` asks for a second factor that is not set up yet."""
    if not {role for role, _school in roles_of(user)}.intersection(settings.MFA_REQUIRED_ROLES):
        return False
    return not user.authenticator_set.filter(type__in=SECOND_FACTORS).exists()


def reset_second_factors(user: User, *, by: Actor) -> int:
    """Forget all second factors of somebody who has lost them, and end their sessions; returns how many there were.

    Raises ``ValidationError`` for oneself: one's own factors are removed where the password is asked for once more.
    """
    refuse_oneself(user, by)
    with transaction.atomic():
        factors: Any = user.authenticator_set  # type: ignore[attr-defined]  # the relation of allauth.mfa
        kinds = sorted(factors.values_list("type", flat=True))
        factors.all().delete()
        end_sessions(user)
        record_sign_in(user, "mfa.reset", by=by, second_factor=[", ".join(kinds), None])
    return len(kinds)
