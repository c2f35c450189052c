"""The field into which people scan or paste the numbers of devices."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from inventory.codes import find_devices, split_codes

#: One act never has more; protects the page from a pasted workbook.
MOST_CODES = 2000
#: So many unusable codes are named.
MOST_NAMED = 10


class DeviceCodesField(forms.CharField):
    """Cleans to the list of the devices that are meant. The form sets ``devices``, those that the person may see.

    What is unknown or not unambiguous is named, and nothing guessed.
    """

    devices: Any = None

    def __init__(self, **options: Any) -> None:
        attributes = {"rows": 6, "class": "mono", "spellcheck": "false", "autocomplete": "off"}
        super().__init__(
            label=gettext_lazy("Scanned or pasted numbers"),
            widget=forms.Textarea(attrs=attributes),
            help_text=gettext_lazy("Asset tags or serial numbers, one a line."),
            max_length=200_000,
            **options,
        )

    def clean(self, value: Any) -> Any:
        codes = list(dict.fromkeys(split_codes(super().clean(value))))
        if len(codes) > MOST_CODES:
            raise ValidationError(_("At most %(most)d numbers at once.") % {"most": MOST_CODES}, "too_many")
        found = find_devices(codes, self.devices) if codes else []
        unusable = [one.code for one in found if one.device is None]
        if unusable:
            names = ", ".join(unusable[:MOST_NAMED]) + (" …" if len(unusable) > MOST_NAMED else "")
            text = ngettext(
                "%(n)d number is not that of one device: %(names)s",
                "%(n)d numbers are not those of one device: %(names)s",
                len(unusable),
            )
            raise ValidationError(text % {"n": len(unusable), "names": names}, "unknown")
        return list({one.device.pk: one.device for one in found}.values())
