from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = _("Installation")
    default_auto_field = "django.db.models.BigAutoField"


class ReadOnlyAdminConfig(AdminConfig):
    default_site = "web.admin.ReadOnlySite"
