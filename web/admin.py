"""Django's administration, for looking only: a second door for writes would leave no line in the audit trail."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.shortcuts import redirect


class ReadOnly:
    def has_add_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False


class ReadOnlySite(admin.AdminSite):
    """Whatever is registered, by ourselves or by a library, can be looked at by superusers and not changed."""

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        base = admin_class or admin.ModelAdmin
        super().register(model_or_iterable, type(f"ReadOnly{base.__name__}", (ReadOnly, base), {}), **options)

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """The account has a page for that, which the trail knows of."""
        return redirect("account_change_password")
