"""Reference data. Devices and their states are written by services only."""

from django.contrib import admin

from inventory.models import Category


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin):
    list_display = ("name", "key", "workflow", "default_use", "lifetime_years", "test_interval_months", "holds_data")
    ordering = ("position",)

    def has_delete_permission(self, request: object, obj: object = None) -> bool:
        """Categories are referred to by standards and histories."""
        return False
