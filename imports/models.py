"""An import batch: the file as it came, what was recognised, what was found, what became of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit.models import Act
from imports import querysets
from imports.enums import BatchStatus, FindingKind, FindingStatus, KindName, Outcome, Phase
from inventory.models import Device, DeviceModel


class ImportProfile(models.Model):
    """How the lists of one sender are read: recognised again by their headings.

    ``fingerprint``: SHA-256 of the normalised headings. ``mapping``: normalised heading → key of a
    column, or ``null`` where it is not used. ``options`` and ``decisions`` as of a batch.
    """

    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=20, choices=KindName.choices)
    sender = models.CharField(_("sender"), max_length=100, blank=True)
    fingerprint = models.CharField(max_length=64)
    mapping = models.JSONField(_("columns"), default=dict)
    options = models.JSONField(_("options"), default=dict)
    decisions = models.JSONField(_("decisions"), default=dict)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("created by")
    )
    created_at = models.DateTimeField(_("created at"))
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True)

    objects = querysets.ProfileQuerySet.as_manager()

    class Meta:
        verbose_name = _("import profile")
        verbose_name_plural = _("import profiles")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                name="imports_profile_name",
                violation_error_message=_("There is already a profile of this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class ImportBatch(models.Model):
    """One uploaded workbook on its way into the system.

    ``options``: what the uploader chose (sheet, mode, authority, day). ``decisions``: per kind of
    unknown value what to do with it. ``mapping``: heading → key of a column (or ``null``) where
    somebody chose it. ``corrections``: ``{sheet: {cell name: text}}`` typed in the browser instead of
    what the file says. ``summary``: the preview or the result as of the JSON of ``import_workbook``.
    ``act``: set once taken; the audit trail of everything it wrote. ``undo_act``: what took it back,
    ``undo``: with which result. ``replaces``: the batch whose corrected workbook this is.
    """

    kind = models.CharField(_("kind"), max_length=20, choices=KindName.choices, blank=True)
    file = models.FileField(_("file"), upload_to="imports/%Y/", max_length=250)
    name = models.CharField(_("file name"), max_length=250)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    status = models.CharField(_("status"), max_length=12, choices=BatchStatus.choices, default=BatchStatus.UPLOADED)
    options = models.JSONField(_("options"), default=dict)
    decisions = models.JSONField(_("decisions"), default=dict)
    mapping = models.JSONField(_("columns"), default=dict)
    corrections = models.JSONField(_("corrected cells"), default=dict)
    sender = models.CharField(_("sender"), max_length=100, blank=True)
    profile = models.ForeignKey(
        ImportProfile, models.SET_NULL, null=True, blank=True, related_name="batches", verbose_name=_("profile")
    )
    replaces = models.OneToOneField(
        "self", models.SET_NULL, null=True, blank=True, related_name="replaced_by", verbose_name=_("replaces")
    )
    phase = models.CharField(_("phase"), max_length=10, choices=Phase.choices, default=Phase.WAITING)
    done = models.PositiveIntegerField(_("rows done"), default=0)
    total = models.PositiveIntegerField(_("rows in total"), default=0)
    is_cancelled = models.BooleanField(_("to be cancelled"), default=False)
    summary = models.JSONField(_("summary"), default=dict)
    error = models.TextField(_("error"), blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("uploaded by")
    )
    created_at = models.DateTimeField(_("uploaded at"))
    act = models.OneToOneField(Act, models.PROTECT, null=True, blank=True, related_name="import_batch")
    undo_act = models.OneToOneField(Act, models.PROTECT, null=True, blank=True, related_name="undone_batch")
    undo = models.JSONField(_("what was undone"), default=dict)

    objects = querysets.BatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(act__isnull=False) | ~Q(status=BatchStatus.TAKEN),
                name="imports_batch_taken_act",
                violation_error_message=_("A taken import names the act that wrote it."),
            ),
            models.CheckConstraint(
                condition=Q(undo_act__isnull=False) | ~Q(status=BatchStatus.UNDONE),
                name="imports_batch_undone_act",
                violation_error_message=_("An undone import names the act that took it back."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} · {self.name}"


class ImportRow(models.Model):
    """What a batch does, or did, with one row of its file.

    ``position``: of the row among the records of the file. ``number``: Excel row in ``sheet``.
    ``matched_by``: the key by which the record was found (``serial``, ``asset_tag``, ``alias`` …).
    ``record``: key of that record. ``changes``: ``{column key: [old, new]}`` as texts.
    ``problems``: ``[{"column", "cell", "value", "code", "message", "severity"}]``.
    """

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="rows", verbose_name=_("import"))
    position = models.PositiveIntegerField(_("position"))
    sheet = models.CharField(_("sheet"), max_length=100)
    number = models.PositiveIntegerField(_("row"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    label = models.CharField(_("label"), max_length=200)
    matched_by = models.CharField(_("matched by"), max_length=30, blank=True)
    record = models.BigIntegerField(_("record"), null=True, blank=True)
    changes = models.JSONField(_("changes"), default=dict)
    problems = models.JSONField(_("problems"), default=list)

    objects = querysets.RowQuerySet.as_manager()

    class Meta:
        verbose_name = _("import row")
        verbose_name_plural = _("import rows")
        ordering = ["batch", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "position"],
                name="imports_row_position",
                violation_error_message=_("The import already has this row."),
            )
        ]
        indexes = [models.Index(fields=["batch", "outcome", "position"], name="imports_row_outcome")]

    def __str__(self) -> str:
        return f"{self.sheet} {self.number}"


class Finding(models.Model):
    """Something that a list of somebody else says other than our records; a person deals with it.

    ``device``: ours, where there is one. ``model``: what the list calls it, as far as the catalogue knows it.
    ``text``: what both say, in the language of the person who took the list.
    """

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="findings", verbose_name=_("import"))
    kind = models.CharField(_("finding"), max_length=20, choices=FindingKind.choices)
    device = models.ForeignKey(
        Device, models.SET_NULL, null=True, blank=True, related_name="findings", verbose_name=_("device")
    )
    model = models.ForeignKey(
        DeviceModel, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("device model")
    )
    serial = models.CharField(_("serial number"), max_length=60, blank=True)
    text = models.CharField(_("what was found"), max_length=300, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=FindingStatus.choices, default=FindingStatus.OPEN)
    note = models.CharField(_("note"), max_length=300, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("done by")
    )
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)

    objects = querysets.FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["batch", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status=FindingStatus.OPEN, done_at__isnull=True)
                | Q(status=FindingStatus.DONE, done_at__isnull=False),
                name="imports_finding_done",
                violation_error_message=_("Done is what somebody has done at some time."),
            )
        ]
        indexes = [models.Index(fields=["batch", "status", "kind"], name="imports_finding_open")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.serial or self.device}"
