"""The equipment standard: versions and their requirements in three layers."""

from django.contrib import admin

from rollout.models import Requirement, Standard


@admin.register(Standard)
class StandardAdmin(admin.ModelAdmin):
    list_display = ("name", "valid_from", "committee", "presented_on")


@admin.register(Requirement)
class RequirementAdmin(admin.ModelAdmin):
    list_display = ("name", "key", "standard", "school_type", "school", "level", "measure", "weight")
    list_filter = ("standard", "measure", "school_type")
    filter_horizontal = ("categories",)
