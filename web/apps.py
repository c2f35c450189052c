from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    name = "web"
    verbose_name = _("Pages")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from web.sign_in import checks, trail  # noqa: PLC0415  they need the models, which are there only now

        register(checks.check_directory)
        trail.listen()
