from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Channel(TextChoices):
    """The door through which an act came in."""

    PAGE = "page", _("page")
    API = "api", _("API")
    IMPORT = "import", _("import")
    DELIVERY = "delivery", _("delivery")
    COMMAND = "command", _("command")
    SETUP = "setup", _("set-up")
