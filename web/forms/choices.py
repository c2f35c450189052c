"""What the empty line of a list says where the person has to choose."""

from django.utils.translation import gettext_lazy as _

PLEASE_CHOOSE = _("Please choose")
