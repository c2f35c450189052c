from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Channel(TextChoices):
    """The door through which an act came in."""

    PAGE = "page", _("page")
    API = "api", _("API")
    IMPORT = "import", _("import")
    DELIVERY = "delivery", _("delivery")
    SCAN = "scan", _("scan")
    COMMAND = "command", _("command")
    SETUP = "setup", _("set-up")


class Retention(TextChoices):
    """What personal details are kept for; how long stands in ``audit.retention``."""

    SIGN_IN = "sign_in", _("sign-ins: addresses and programs used")
    ACCOUNT = "account", _("accounts: names and e-mail addresses")
