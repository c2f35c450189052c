"""What belongs to a construction project: milestones, rooms, defects, journal, files; and the rules of the trades."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit.models import Act, AuditedFact
from common.dated import timeline_constraints
from common.files import StoredFile
from inventory.querysets import OpenQuerySet
from rollout import querysets
from rollout.enums import PHASES
from rollout.models.projects import ConstructionProject
from schools.enums import Trade
from schools.models import Room

_PHASE_CHOICES = [(phase.value, phase.label) for phase in PHASES]


class MilestoneDates(models.Model):
    """Plan and forecast of a phase: the values of a dated state, and of today. The actual day is the status's."""

    planned_on = models.DateField(_("planned on"), null=True, blank=True)
    forecast_on = models.DateField(_("forecast"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        abstract = True


class Milestone(MilestoneDates):
    """The day on which a project reaches a phase."""

    project = models.ForeignKey(
        ConstructionProject, models.PROTECT, related_name="milestones", verbose_name=_("construction project")
    )
    phase = models.CharField(_("phase"), max_length=20, choices=_PHASE_CHOICES)

    objects = querysets.MilestoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["project", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "phase"],
                name="rollout_milestone_phase",
                violation_error_message=_("The project already has a milestone of this phase."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.project}: {self.get_phase_display()}"


class MilestoneState(MilestoneDates, AuditedFact):
    """What plan and forecast were in a valid period: each change of a forecast with its reason."""

    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="states", verbose_name=_("milestone"))

    objects = querysets.MilestoneStateQuerySet.as_manager()

    class Meta:
        verbose_name = _("state of a milestone")
        verbose_name_plural = _("states of milestones")
        ordering = ["valid_from", "pk"]
        constraints = [
            *timeline_constraints("rollout_milestonestate", "milestone"),
            models.CheckConstraint(
                condition=Q(planned_on__isnull=False) | Q(forecast_on__isnull=False),
                name="rollout_milestonestate_not_empty",
                violation_error_message=_("A milestone has a planned day or a forecast."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.milestone} {self.valid_from}"


class ProjectRoom(models.Model):
    """A room that the works cover. ``is_done``: today's copy, e.g. its access point is mounted."""

    project = models.ForeignKey(
        ConstructionProject, models.PROTECT, related_name="rooms", verbose_name=_("construction project")
    )
    room = models.ForeignKey(Room, models.PROTECT, related_name="works", verbose_name=_("room"))
    is_done = models.BooleanField(_("done"), default=False)

    objects = querysets.ProjectRoomQuerySet.as_manager()

    class Meta:
        verbose_name = _("room of a project")
        verbose_name_plural = _("rooms of projects")
        ordering = ["project", "room__building__name", "room__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "room"],
                name="rollout_projectroom_once",
                violation_error_message=_("The project already covers this room."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.project}: {self.room}"


class ProjectRoomState(AuditedFact):
    """Whether a room was done in a valid period; covered since its first row, no longer covered where rows end."""

    covered = models.ForeignKey(ProjectRoom, models.PROTECT, related_name="states", verbose_name=_("room of a project"))
    is_done = models.BooleanField(_("done"))

    objects = querysets.ProjectRoomStateQuerySet.as_manager()

    class Meta:
        verbose_name = _("state of a room of a project")
        verbose_name_plural = _("states of rooms of projects")
        ordering = ["valid_from", "pk"]
        constraints = timeline_constraints("rollout_projectroomstate", "covered")

    def __str__(self) -> str:
        return f"{self.covered} {self.valid_from}"


class WorksDefect(models.Model):
    """Mangel: found at or after acceptance, to be resolved by the contractor until a day."""

    project = models.ForeignKey(
        ConstructionProject, models.PROTECT, related_name="defects", verbose_name=_("construction project")
    )
    room = models.ForeignKey(Room, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("room"))
    text = models.CharField(_("defect"), max_length=500)
    found_on = models.DateField(_("found on"))
    due_on = models.DateField(_("to be resolved by"), null=True, blank=True)
    resolved_on = models.DateField(_("resolved on"), null=True, blank=True)

    objects = querysets.ProjectPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("defect of the works")
        verbose_name_plural = _("defects of the works")
        ordering = ["found_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_on__isnull=True) | Q(due_on__gte=F("found_on")),
                name="rollout_worksdefect_due",
                violation_error_message=_("The deadline lies before the day on which the defect was found."),
            ),
            models.CheckConstraint(
                condition=Q(resolved_on__isnull=True) | Q(resolved_on__gte=F("found_on")),
                name="rollout_worksdefect_resolved",
                violation_error_message=_("A defect is resolved after it was found."),
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]


class JournalEntry(models.Model):
    """A line of a project's diary: a meeting, an agreement, an obstacle.

    ``corrected_by``: what changed it last. Without a text it was withdrawn; the trail keeps what stood there.
    """

    project = models.ForeignKey(
        ConstructionProject, models.PROTECT, related_name="journal", verbose_name=_("construction project")
    )
    on = models.DateField(_("day"))
    text = models.CharField(_("text"), max_length=1000, blank=True)
    act = models.ForeignKey(Act, models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    corrected_by = models.ForeignKey(
        Act, models.PROTECT, null=True, blank=True, db_index=False, related_name="+", verbose_name=_("corrected by")
    )

    objects = querysets.JournalQuerySet.as_manager()

    class Meta:
        verbose_name = _("journal entry")
        verbose_name_plural = _("journal entries")
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text="") | Q(corrected_by__isnull=False),
                name="rollout_journalentry_text",
                violation_error_code="blank",
                violation_error_message=_("Please write what happened."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.on}: {self.text[:60]}"

    @property
    def is_withdrawn(self) -> bool:
        return not self.text


class ProjectFile(StoredFile):
    """A document of a project or a photo of a defect."""

    project = models.ForeignKey(
        ConstructionProject, models.PROTECT, related_name="files", verbose_name=_("construction project")
    )
    defect = models.ForeignKey(
        WorksDefect, models.PROTECT, null=True, blank=True, related_name="photos", verbose_name=_("defect")
    )

    objects = querysets.ProjectFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of a project")
        verbose_name_plural = _("files of projects")
        ordering = ["pk"]


class TemplateStep(models.Model):
    """Usual duration of a phase of a trade: ``days`` after the phase before. Reference data."""

    trade = models.CharField(_("trade"), max_length=15, choices=Trade.choices)
    phase = models.CharField(_("phase"), max_length=20, choices=_PHASE_CHOICES)
    days = models.PositiveSmallIntegerField(_("days after the phase before"))

    objects = OpenQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of a project template")
        verbose_name_plural = _("steps of project templates")
        constraints = [
            models.UniqueConstraint(
                fields=["trade", "phase"],
                name="rollout_templatestep_once",
                violation_error_message=_("The template already has this phase."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_trade_display()}: {self.get_phase_display()}"


class TradeOrder(models.Model):
    """``trade`` begins only after ``needs`` is accepted on the same site. Reference data."""

    trade = models.CharField(_("trade"), max_length=15, choices=Trade.choices)
    needs = models.CharField(_("needs"), max_length=15, choices=Trade.choices)

    objects = OpenQuerySet.as_manager()

    class Meta:
        verbose_name = _("order of trades")
        verbose_name_plural = _("orders of trades")
        constraints = [
            models.UniqueConstraint(
                fields=["trade", "needs"],
                name="rollout_tradeorder_once",
                violation_error_message=_("This order is already stated."),
            ),
            models.CheckConstraint(
                condition=~Q(trade=F("needs")),
                name="rollout_tradeorder_other",
                violation_error_message=_("A trade does not wait for itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_trade_display()} ← {self.get_needs_display()}"
