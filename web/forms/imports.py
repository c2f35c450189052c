"""Forms of the import: a workbook with what is known about it, and what unknown values mean."""

from dataclasses import replace
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from imports.enums import Blank, KindName, Mode
from imports.options import Options
from inventory.enums import DeviceStatus
from web.changes import day_field
from web.uploads import too_large

#: Excel has no more rows.
MAX_ROW = 1_048_576
ACCEPTED = ".xlsx,.xlsb,.xls,.ods,.csv,.tsv,.txt"


class OptionsForm(forms.Form):
    """How a workbook is to be read; every answer has a sensible default."""

    kind = forms.ChoiceField(
        label=_("What is in it?"), required=False, choices=[("", _("Recognise by the headings")), *KindName.choices]
    )
    mode = forms.ChoiceField(
        label=_("If some rows cannot be taken"),
        required=False,
        choices=[(Mode.ALL, _("take nothing until all are right")), (Mode.VALID, _("take the good rows"))],
    )
    authority = forms.CharField(
        label=_("School authority"),
        help_text=_("For school lists: take schools of this authority number only."),
        required=False,
        max_length=10,
    )
    on = day_field(
        label=_("Day of the facts"),
        help_text=_("For rows without a date of their own; otherwise today."),
        required=False,
    )
    status = forms.ChoiceField(
        label=_("Status of new devices"),
        help_text=_("For device lists without a status column."),
        required=False,
        choices=[("", _("as in the list")), *DeviceStatus.choices],
    )

    def clean_on(self) -> Any:
        day = self.cleaned_data["on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError(_("Only what has happened can be recorded: choose a day up to today."))
        return day

    def options(self, before: Options | None = None) -> Options:
        """What was chosen, on top of what was chosen elsewhere ``before``."""
        data = {name: self.cleaned_data.get(name, "") for name in ("authority", "on", "status", "sheet")}
        data["header_row"] = self.cleaned_data.get("header_row") or 0
        data["blank"] = self.cleaned_data.get("blank") or Blank.KEEP.value
        return replace(before or Options(), mode=self.cleaned_data["mode"] or Mode.ALL, **data)


class UploadForm(OptionsForm):
    """``max_bytes`` is said beside the field and checked by the browser; the server asks ``web.uploads``."""

    # An empty file is the engine's to refuse: its sentence says how to go on.
    file = forms.FileField(label=_("Workbook"), max_length=250, allow_empty_file=True)

    sender = forms.CharField(
        label=_("Sender"), help_text=_("Who made the list, such as the supplier."), max_length=100, required=False
    )

    field_order = ("file", "kind", "sender", "mode", "authority", "on", "status")

    def __init__(self, *args: Any, max_bytes: int, **options: Any) -> None:
        super().__init__(*args, **options)
        megabytes = max_bytes // (1024 * 1024)
        field = self.fields["file"]
        field.help_text = format_lazy(_("Excel, LibreOffice or CSV, up to {limit} MB."), limit=megabytes)
        field.widget.attrs |= {
            "accept": ACCEPTED,
            "data-max-bytes": max_bytes,
            "data-too-large": too_large(megabytes),
        }


class RereadForm(OptionsForm):
    """The same questions with the file at hand: its sheets can be chosen among."""

    sheet = forms.ChoiceField(label=_("Sheet"), required=False)
    header_row = forms.IntegerField(
        label=_("Row with the headings"),
        help_text=_("As Excel numbers it; left blank it is the one that fits best."),
        required=False,
        min_value=1,
        max_value=MAX_ROW,
    )
    blank = forms.ChoiceField(label=_("A blank cell says"), required=False, choices=Blank.choices)

    field_order = ("kind", "sheet", "header_row", "mode", "blank", "authority", "on", "status")

    def __init__(self, *args: Any, sheets: list[str], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["sheet"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("all that fit")), *((name, name) for name in sheets)]
        if len(sheets) < 2:
            del self.fields["sheet"]
