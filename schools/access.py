"""The only file that knows roles: who may do what, and which schools somebody sees."""

from typing import Any, NamedTuple

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet, TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from schools.enums import Role


class Right(TextChoices):
    SEE = "see", _("see schools, devices and works")
    EXPORT = "export", _("take lists and reports away as files")
    REPORT = "report", _("report defects of devices")
    MONEY = "money", _("see prices and amounts")
    BOOK = "book", _("book changes of status and deliveries")
    CORRECT = "correct", _("correct what was recorded")
    EDIT = "edit", _("edit master data: schools, rooms, models, details of a device")
    IMPORT = "import", _("import workbooks")
    UNDO = "undo", _("take an import back")
    FUND = "fund", _("look after programmes, costs and binding periods")
    STANDARDS = "standards", _("say what a school must have, and whether it is met")
    PUBLISH = "publish", _("publish reports for the committee and the public")
    PERSONAL = "personal", _("decide on columns with personal data")
    AUDIT = "audit", _("read the whole audit trail")
    USERS = "users", _("look after people, roles and invitations")
    CONNECT = "connect", _("connect other programs by webhooks")


_READ = frozenset({Right.SEE, Right.EXPORT})
_WORK = _READ | {Right.REPORT, Right.MONEY, Right.BOOK, Right.CORRECT, Right.EDIT, Right.IMPORT, Right.UNDO}
_LEAD = _WORK | {Right.FUND, Right.STANDARDS, Right.PUBLISH, Right.PERSONAL, Right.AUDIT}

#: role → rights. School roles have them for their schools only.
RIGHTS: dict[str, frozenset[Right]] = {
    Role.READER: _READ,
    Role.IT_STAFF: _WORK,
    Role.MANAGER: _LEAD,
    Role.AUDITOR: _READ | {Right.MONEY, Right.AUDIT},
    Role.ADMINISTRATOR: frozenset(Right),
    Role.SCHOOL_READER: frozenset({Right.SEE}),
    Role.SCHOOL_REPORTER: frozenset({Right.SEE, Right.REPORT}),
    Role.SCHOOL_ADMIN: _READ | {Right.REPORT},
}
#: What is left of a role to somebody who came with a token for reading.
READING = frozenset({Right.SEE, Right.EXPORT, Right.MONEY, Right.AUDIT})
#: What belongs to no single school: a token for one school leaves nothing of it.
WIDE = frozenset(
    {
        Right.IMPORT,
        Right.UNDO,
        Right.FUND,
        Right.STANDARDS,
        Right.PUBLISH,
        Right.PERSONAL,
        Right.AUDIT,
        Right.USERS,
        Right.CONNECT,
    }
)


class Limit(NamedTuple):
    """What a token leaves of its user's rights; hangs at ``user.limit`` for the time of a request."""

    is_reading: bool
    school_id: int | None


class _Server:
    """Who a report is made for that belongs to nobody in particular: sees everything, is nobody."""

    is_authenticated = is_active = True
    pk = None
    _roles_today = ((Role.ADMINISTRATOR.value, None),)


SERVER = _Server()


class Grant(NamedTuple):
    """Rights in one school, or (``None``) in the whole authority."""

    rights: frozenset[Right]
    school_id: int | None


def has_right(user: Any, right: Right) -> bool:
    """Whether one of the valid roles of ``user`` gives ``right``; superusers are administrators."""
    return any(right in grant.rights for grant in _grants(user))


def require(user: Any, right: Right) -> None:
    """Raise ``PermissionDenied`` without the right."""
    if not has_right(user, right):
        raise PermissionDenied


def has_right_everywhere(user: Any, right: Right) -> bool:
    """Whether ``user`` has ``right`` in the whole authority, not in some schools only."""
    return schools_with(user, right) is None


def sees_everything(user: Any) -> bool:
    """Whether ``user`` works for the whole authority."""
    return any(grant.school_id is None for grant in _grants(user))


def schools_with(user: Any, *rights: Right) -> frozenset[int] | None:
    """Schools in which ``user`` has one of ``rights``; ``None``: in all of them."""
    schools = {grant.school_id for grant in _grants(user) if not grant.rights.isdisjoint(rights)}
    return None if None in schools else frozenset(school for school in schools if school is not None)


def has_right_at(user: Any, right: Right, school: int | None) -> bool:
    """Whether ``user`` has ``right`` in that school (``None``: the central store, which belongs to no school)."""
    schools = schools_with(user, right)
    return schools is None or school in schools


def visible_school_ids(user: Any) -> frozenset[int]:
    """Schools by membership: keys, because a comparison with keys costs less than a subquery in every list.

    For people of the authority ask ``sees_everything`` first.
    """
    return frozenset(grant.school_id for grant in _grants(user) if grant.school_id is not None)


def visible_site_ids(user: Any) -> "QuerySet[Any]":
    """Sites used by one of the user's schools."""
    use = apps.get_model("schools", "SiteUse")
    return use.objects.filter(school__in=visible_school_ids(user)).values("site")


def only_school_of(user: Any) -> int | None:
    """Key of the one school of a school user with exactly one, else ``None``."""
    if sees_everything(user):
        return None
    schools = {grant.school_id for grant in _grants(user)}
    return schools.pop() if len(schools) == 1 else None


def is_limited(user: Any) -> bool:
    """Whether ``user`` came with a token for one school."""
    limit = _limit(user)
    return limit is not None and limit.school_id is not None


def roles_of(user: Any) -> tuple[tuple[str, int | None], ...]:
    """``(role, school id)`` valid today, read once per user object (one request, one object)."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return ()
    cached: tuple[tuple[str, int | None], ...] | None = getattr(user, "_roles_today", None)
    if cached is None:
        membership = apps.get_model("schools", "Membership")
        cached = tuple(membership.objects.filter(_valid_now(), user=user).values_list("role", "school"))
        if user.is_superuser:
            cached = (*cached, (Role.ADMINISTRATOR.value, None))
        user._roles_today = cached
    return cached


def _grants(user: Any) -> tuple[Grant, ...]:
    grants = (Grant(RIGHTS[role], school) for role, school in roles_of(user))
    limit = _limit(user)
    return tuple(grants) if limit is None else tuple(_limited(grant, limit) for grant in grants if _fits(grant, limit))


def _fits(grant: Grant, limit: Limit) -> bool:
    return None in (grant.school_id, limit.school_id) or grant.school_id == limit.school_id


def _limited(grant: Grant, limit: Limit) -> Grant:
    rights = grant.rights & READING if limit.is_reading else grant.rights
    return Grant(rights, grant.school_id) if limit.school_id is None else Grant(rights - WIDE, limit.school_id)


def _limit(user: Any) -> Limit | None:
    return getattr(user, "limit", None)


def _valid_now() -> Q:
    return Q(until__isnull=True) | Q(until__gt=timezone.localdate())
