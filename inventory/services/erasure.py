"""What held data is not disposed of without a proof that they were erased."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common.bulk import ids
from common.diff import Diff, RowsRefused, rejected
from inventory.enums import DeviceStatus, RetirementStep
from inventory.models import Device, RetirementItem


def refuse_unproven(devices: Iterable[int]) -> None:
    """Raise ``RowsRefused`` that names each of ``devices`` that holds data, is retired, and of which no erasure stands.

    GDPR Art. 5(1)(f), 17 and 32: what leaves the authority leaves without the data of those who used it.
    """
    wanted = list(devices)
    standing = RetirementItem.objects.standing().filter(retirement__step=RetirementStep.ERASED)
    proven = standing.filter(device__in=ids(wanted)).order_by().values("device")
    # only what is retired can be disposed of: of all else the workflow says so
    retired = Device.objects.existing().filter(pk__in=ids(wanted), status=DeviceStatus.RETIRED)
    holders = retired.filter(model__category__holds_data=True)
    text = _("There is no proof that its data were erased. Please record the erasure first.")
    error = ValidationError(text, "no_erasure")
    rows = [rejected(device.pk, str(device), error) for device in holders.exclude(pk__in=proven).order_by("pk")]
    if rows:
        raise RowsRefused(Diff(rows))
