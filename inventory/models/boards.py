"""What is known of the installation of a board or projector beside its states, and the protocols of its tests."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit.models import AuditedFact
from common.dated import period_constraints
from common.files import StoredFile
from inventory import querysets
from inventory.enums import Acceptor, MountKind, StepKind
from inventory.models.devices import Device


class InstallationStep(AuditedFact):
    """One step of an installation, done on ``valid_from``: it stays true, so it has no end.

    ``mount``: how a mounted device hangs. ``acceptor``: who accepted it, as a role and never as a name.
    ``participants`` of a training, as far as they were counted.
    """

    device = models.ForeignKey(Device, models.PROTECT, related_name="steps", verbose_name=_("device"))
    kind = models.CharField(_("step"), max_length=15, choices=StepKind.choices)
    mount = models.CharField(_("mount"), max_length=15, choices=MountKind.choices, blank=True)
    acceptor = models.CharField(_("accepted by"), max_length=15, choices=Acceptor.choices, blank=True)
    participants = models.PositiveSmallIntegerField(_("participants"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = querysets.InstallationStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of an installation")
        verbose_name_plural = _("steps of installations")
        ordering = ["valid_from", "pk"]
        constraints = [
            *period_constraints("inventory_installationstep"),
            models.UniqueConstraint(
                fields=["device", "kind", "valid_from"],
                condition=Q(superseded_at__isnull=True),
                name="inventory_installationstep_one_per_day",
                violation_error_message=_("This step of this day is already recorded."),
            ),
            models.CheckConstraint(
                condition=(Q(mount="") | Q(kind=StepKind.MOUNTED))
                & (Q(acceptor="") | Q(kind=StepKind.ACCEPTED))
                & (Q(participants__isnull=True) | Q(kind=StepKind.TRAINED)),
                name="inventory_installationstep_fits",
                violation_error_message=_("This does not belong to a step of this kind."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.device}: {self.get_kind_display()} {self.valid_from}"


class DeviceProtocol(StoredFile):
    """The protocol of the electrical test of ``tested_on``, also of one that was not passed."""

    device = models.ForeignKey(Device, models.PROTECT, related_name="protocols", verbose_name=_("device"))
    tested_on = models.DateField(_("tested on"))

    objects = querysets.DeviceProtocolQuerySet.as_manager()

    class Meta:
        verbose_name = _("protocol of an electrical test")
        verbose_name_plural = _("protocols of electrical tests")
        ordering = ["-tested_on", "pk"]
