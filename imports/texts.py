"""Values as people read them, for what an import changes."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Choices
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from imports.reader import cut


def as_read(value: Any) -> str | None:
    """The value in the active language; ``None`` for a blank one. Choices are given as their members."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return date_format(value, "SHORT_DATE_FORMAT")
    if isinstance(value, Decimal | int):
        return str(number_format(value, use_l10n=True, force_grouping=True))
    return cut(str(value.label if isinstance(value, Choices) else value))
