"""The end of devices on paper: why they were retired, how their data were erased, where they went."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit.models import Act
from common.files import StoredFile
from inventory import querysets_retirement as querysets
from inventory.enums import RETIREMENT_WAYS, RetirementStep, RetirementWay
from inventory.models.devices import Device


def _ways_of_steps() -> Q:
    found = Q()
    for step, ways in RETIREMENT_WAYS.items():
        found |= Q(step=str(step), way__in=[str(way) for way in ways])
    return found


class Retirement(models.Model):
    """One step of many devices at once, as a certificate or a note of acceptance lists them.

    ``party``: the company or office that erased the data or took the devices. ``reference``: the number of its paper.
    ``token``: of the form that recorded it, so that the same form records once.
    """

    step = models.CharField(_("step"), max_length=10, choices=RetirementStep.choices)
    way = models.CharField(_("reason or way"), max_length=20, choices=RetirementWay.choices)
    on = models.DateField(_("day"))
    party = models.CharField(_("company or office"), max_length=150, blank=True)
    reference = models.CharField(_("number of the paper"), max_length=60, blank=True)
    act = models.ForeignKey(Act, models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    token = models.CharField(_("token of the form"), max_length=36, blank=True)

    objects = querysets.RetirementQuerySet.as_manager()

    class Meta:
        verbose_name = _("retirement paper")
        verbose_name_plural = _("retirement papers")
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=_ways_of_steps(),
                name="inventory_retirement_way",
                violation_error_message=_("This is no reason or way of this step."),
            ),
            models.UniqueConstraint(
                fields=["token"],
                condition=~Q(token=""),
                name="inventory_retirement_token",
                violation_error_message=_("This form was recorded already."),
            ),
        ]

    def __str__(self) -> str:
        parts: list[Any] = [self.get_step_display(), self.on.strftime("%d.%m.%Y"), self.reference]
        return " · ".join(str(part) for part in parts if part)


class RetirementItem(models.Model):
    """A device on a paper. ``withdrawn_by``: the act that took it off again."""

    retirement = models.ForeignKey(Retirement, models.PROTECT, related_name="items", verbose_name=_("retirement paper"))
    device = models.ForeignKey(Device, models.PROTECT, related_name="retirements", verbose_name=_("device"))
    withdrawn_by = models.ForeignKey(
        Act, models.PROTECT, null=True, blank=True, db_index=False, related_name="+", verbose_name=_("withdrawn by")
    )

    objects = querysets.RetirementItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("device on a retirement paper")
        verbose_name_plural = _("devices on retirement papers")
        ordering = ["retirement", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["retirement", "device"],
                name="inventory_retirementitem_device",
                violation_error_message=_("The device is on this paper already."),
            )
        ]

    def __str__(self) -> str:
        return str(self.device)


class RetirementFile(StoredFile):
    """The paper itself: the certificate of erasure, the note of acceptance."""

    retirement = models.ForeignKey(Retirement, models.PROTECT, related_name="files", verbose_name=_("retirement paper"))

    objects = querysets.RetirementFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of a retirement paper")
        verbose_name_plural = _("files of retirement papers")
        ordering = ["pk"]
