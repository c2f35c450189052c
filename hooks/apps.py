from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HooksConfig(AppConfig):
    name = "hooks"
    verbose_name = _("Webhooks")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hooks.tables import TABLES  # noqa: PLC0415  they need the models, which are there only now
        from reports.tables import add_tables  # noqa: PLC0415

        add_tables(TABLES)
