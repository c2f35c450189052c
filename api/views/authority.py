"""What belongs to no single school is written by people of the authority."""

from typing import Any

from django.core.exceptions import PermissionDenied
from rest_framework.request import Request

from schools.access import Right, has_right, has_right_everywhere


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


def check_target(user: Any, data: Any, right: Right) -> None:
    """The central store belongs to no school: who writes for some schools only leaves things within them."""
    if "school" in data and data["school"] is None:
        require_everywhere(user, right)
