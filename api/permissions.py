"""What beyond signing in an operation needs. Which rows somebody gets is decided by ``visible_to``."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from schools.access import has_right


class HasRight(BasePermission):
    """Views name the right per action: ``rights = {"transition": Right.BOOK}``."""

    def has_permission(self, request: Request, view: Any) -> bool:
        right = getattr(view, "rights", {}).get(getattr(view, "action", None))
        return right is None or has_right(request.user, right)
