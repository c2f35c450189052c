"""The only file that knows roles: who may do what, and which schools somebody sees."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.utils import timezone

from schools.enums import AUTHORITY_ROLES, Role


class Right(StrEnum):
    SEE = "see"
    BOOK = "book"  # status changes, deliveries
    CORRECT = "correct"  # supersede recorded facts
    IMPORT = "import"
    UNDO = "undo"  # take an import back
    EXPORT = "export"
    MONEY = "money"  # prices and amounts
    STANDARDS = "standards"
    PERSONAL = "personal"  # take columns with personal data in
    ADMINISTER = "administer"


#: role → rights. School roles have them for their schools only.
RIGHTS: dict[str, frozenset[Right]] = {
    Role.READER: frozenset({Right.SEE, Right.EXPORT}),
    Role.IT_STAFF: frozenset(
        {Right.SEE, Right.BOOK, Right.CORRECT, Right.IMPORT, Right.UNDO, Right.EXPORT, Right.MONEY}
    ),
    Role.MANAGER: frozenset(
        {Right.SEE, Right.BOOK, Right.CORRECT, Right.IMPORT, Right.UNDO, Right.EXPORT, Right.MONEY, Right.STANDARDS}
        | {Right.PERSONAL}
    ),
    Role.AUDITOR: frozenset({Right.SEE, Right.EXPORT, Right.MONEY}),
    Role.ADMINISTRATOR: frozenset(Right),
    Role.SCHOOL_READER: frozenset({Right.SEE}),
    Role.SCHOOL_REPORTER: frozenset({Right.SEE}),
    Role.SCHOOL_ADMIN: frozenset({Right.SEE, Right.EXPORT}),
}


def has_right(user: Any, right: Right) -> bool:
    """Whether one of the valid roles of ``user`` gives ``right``; superusers have all."""
    return _is_super(user) or any(right in RIGHTS[role] for role, _ in _roles(user))


def require(user: Any, right: Right) -> None:
    """Raise ``PermissionDenied`` without the right."""
    if not has_right(user, right):
        raise PermissionDenied


def sees_everything(user: Any) -> bool:
    """Whether ``user`` works for the whole authority."""
    return _is_super(user) or any(role in AUTHORITY_ROLES for role, _ in _roles(user))


def schools_with(user: Any, *rights: Right) -> frozenset[int] | None:
    """Schools in which ``user`` has one of ``rights``; ``None``: in all of them."""
    roles = [(role, school) for role, school in _roles(user) if not RIGHTS[role].isdisjoint(rights)]
    if _is_super(user) or any(role in AUTHORITY_ROLES for role, _ in roles):
        return None
    return frozenset(school for _, school in roles if school)


def visible_school_ids(user: Any) -> "QuerySet[Any]":
    """Schools by membership. For people of the authority ask ``sees_everything`` first."""
    membership = apps.get_model("schools", "Membership")
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return membership.objects.none().values("school")
    return membership.objects.filter(_valid_now(), user=user, school__isnull=False).values("school")


def visible_site_ids(user: Any) -> "QuerySet[Any]":
    """Sites used by one of the user's schools."""
    use = apps.get_model("schools", "SiteUse")
    return use.objects.filter(school__in=visible_school_ids(user)).values("site")


def only_school_of(user: Any) -> int | None:
    """Key of the one school of a school user with exactly one, else ``None``."""
    if sees_everything(user):
        return None
    schools = {school for _, school in _roles(user) if school}
    return schools.pop() if len(schools) == 1 else None


def _is_super(user: Any) -> bool:
    return bool(getattr(user, "is_active", False) and getattr(user, "is_superuser", False))


def _roles(user: Any) -> Iterable[tuple[str, int | None]]:
    """``(role, school id)`` valid today, read once per user object (one request, one object)."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return ()
    cached: tuple[tuple[str, int | None], ...] | None = getattr(user, "_roles_today", None)
    if cached is None:
        membership = apps.get_model("schools", "Membership")
        cached = tuple(membership.objects.filter(_valid_now(), user=user).values_list("role", "school"))
        user._roles_today = cached
    return cached


def _valid_now() -> Q:
    return Q(until__isnull=True) | Q(until__gt=timezone.localdate())
