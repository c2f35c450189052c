"""What beyond signing in an operation needs. Which rows somebody gets is decided by ``visible_to``."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from schools.access import has_right
from schools.enums import TokenScope
from schools.sign_ins import lacks_second_factor


class HasRight(BasePermission):
    """Views name the right per action: ``rights = {"create": Right.EDIT}``; ``None``: whoever has signed in.

    A writing action that names nothing is refused.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        action = getattr(view, "action", None)
        rights = getattr(view, "rights", {})
        if request.method not in SAFE_METHODS and action is not None:
            if getattr(request.auth, "scope", TokenScope.WRITE) == TokenScope.READ:
                self.message = _("This token is for reading only.")
                return False
            if action not in rights:
                return False
        right = rights.get(action)
        return right is None or has_right(request.user, right)


class HasSecondFactor(BasePermission):
    """A session of somebody whose role asks for a second factor needs one. Tokens are not asked."""

    message = _("Your role needs a second factor. Set it up on the page “Security”.")

    def has_permission(self, request: Request, view: Any) -> bool:
        return request.auth is not None or not lacks_second_factor(request.user)
