"""What retired devices still lack: a reason, a proof that their data were erased, a disposal."""

from django.db.models import Exists, OuterRef, Q

from inventory.enums import RETIREMENT, DeviceStatus, RetirementGap, RetirementStep
from inventory.models import RetirementItem


def gap_q(gap: str, device: str = "pk", category: str = "model__category") -> Q:
    """Condition "still lacks it" for rows of devices, as the papers are known today.

    ``device`` and ``category``: paths to the key of the device and to its category.
    """
    if gap == RetirementGap.DISPOSAL:
        return Q(status=DeviceStatus.RETIRED)
    standing = RetirementItem.objects.standing().filter(device=OuterRef(device))
    if gap == RetirementGap.REASON:
        return Q(~Exists(standing.filter(retirement__step=RetirementStep.RETIRED)), status__in=RETIREMENT)
    proof = standing.filter(retirement__step=RetirementStep.ERASED)
    return Q(~Exists(proof), status__in=RETIREMENT, **{f"{category}__holds_data": True})
