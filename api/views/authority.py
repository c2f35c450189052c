"""What belongs to no single school is written by people of the authority."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from rest_framework.request import Request

from common.bulk import ids
from inventory.models import DeviceState
from schools.access import Right, has_right, has_right_everywhere, schools_with


def require_everywhere(user: Any, right: Right) -> None:
    """Raise ``PermissionDenied`` without the right in the whole authority."""
    if not has_right_everywhere(user, right):
        raise PermissionDenied


class AuthorityMixin:
    """The rights of the writing actions must hold in the whole authority: a token for one school has them not."""

    def check_permissions(self, request: Request) -> None:
        super().check_permissions(request)  # type: ignore[misc]
        view: Any = self
        right = getattr(view, "rights", {}).get(view.action)
        if right is not None:
            require_everywhere(request.user, right)


def check_money(user: Any, data: Any, name: str = "price") -> None:
    """Raise ``PermissionDenied`` where prices are written by somebody who may not even read them."""
    if name in data and not has_right(user, Right.MONEY):
        raise PermissionDenied


def require_here(user: Any, right: Right, devices: Iterable[int], day: date) -> None:
    """Raise ``PermissionDenied`` where a device was elsewhere on ``day``, for whom works for some schools only.

    A change from a past day on, and the trial of it, would reach into the history of another school.
    """
    schools = schools_with(user, right)
    if schools is None:
        return
    here = DeviceState.objects.visible_to(user).as_of(day).filter(school__in=schools)
    wanted = set(devices)
    if here.filter(device__in=ids(wanted)).values("device").distinct().count() < len(wanted):
        raise PermissionDenied


def check_target(user: Any, data: Any, right: Right) -> None:
    """The central store belongs to no school: who writes for some schools only leaves things within them."""
    if "school" in data and data["school"] is None:
        require_everywhere(user, right)
