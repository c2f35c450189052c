from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from audit.querysets import see_by
from schools.audit_scope import entries_seen_by


class SchoolsConfig(AppConfig):
    name = "schools"
    verbose_name = _("Schools")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        see_by(entries_seen_by)
