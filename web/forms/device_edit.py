"""The form for details of a device that have no history of their own: numbers, model, price, note."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.parsing import normalise_code
from inventory.models import Device, DeviceModel
from schools.access import Right, has_right
from web.changes import VersionedForm, day_field
from web.forms.choices import PLEASE_CHOOSE


class DeviceEditForm(VersionedForm):
    """``changes``: only what differs from what was shown, so that nobody writes an old value over a new one."""

    asset_tag = forms.CharField(label=gettext_lazy("Asset tag"), required=False, max_length=40)
    serial = forms.CharField(label=gettext_lazy("Serial number"), required=False, max_length=60)
    model = forms.ModelChoiceField(
        label=gettext_lazy("Device model"), queryset=DeviceModel.objects.none(), empty_label=PLEASE_CHOOSE
    )
    mdm_id = forms.CharField(label=gettext_lazy("MDM id"), required=False, max_length=60)
    purchased_on = day_field(label=gettext_lazy("Purchased"), required=False)
    price = forms.DecimalField(
        label=gettext_lazy("Price in €"), required=False, min_value=0, max_digits=10, decimal_places=2, localize=True
    )
    note = forms.CharField(
        label=gettext_lazy("Note"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=500)

    def __init__(self, data: Any = None, *, user: Any, device: Device, **options: Any) -> None:
        names = [name for name in self.base_fields if name != "reason"]
        initial = {name: getattr(device, name) for name in names}
        super().__init__(data, initial=initial, **options)
        models: Any = self.fields["model"]
        models.queryset = DeviceModel.objects.visible_to(user).select_related("manufacturer", "category")
        if not has_right(user, Right.MONEY):
            del self.fields["price"]

    def clean_asset_tag(self) -> str:
        return normalise_code(self.cleaned_data["asset_tag"]) or ""

    def clean_serial(self) -> str:
        return normalise_code(self.cleaned_data["serial"]) or ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and not self.changes:
            raise ValidationError(_("Nothing is different from what is already recorded."), "unchanged")
        return cleaned

    @property
    def changes(self) -> dict[str, Any]:
        names = [name for name in self.changed_data if name != "reason"]
        return {name: self.cleaned_data[name] for name in names}
