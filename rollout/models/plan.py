"""The wider programme of the city: programme → objective → project (here: initiative) → progress entry."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit.models import Act
from rollout import querysets_plan as querysets
from rollout.entry_periods import period_text
from rollout.enums import EntryState, Precision

#: So long may a text of several sentences be.
LONG = 2000


class FrozenFigure(models.Model):
    """A declared figure as it stood when it was taken over; it never changes by itself.

    ``figure_value``: yes is 1, no is 0. ``figure_text``: the value as it is worded. ``since``: begin of the period of
    a flow. ``known_at``: as known at this instant.
    """

    figure_key = models.SlugField(_("figure"), max_length=60, blank=True, db_index=False)
    figure_value = models.DecimalField(_("value of the figure"), max_digits=16, decimal_places=2, null=True, blank=True)
    figure_text = models.CharField(_("wording of the figure"), max_length=100, blank=True)
    since = models.DateField(_("since"), null=True, blank=True)
    as_of = models.DateField(_("as-of date"), null=True, blank=True)
    known_at = models.DateTimeField(_("as known at"), null=True, blank=True)

    class Meta:
        abstract = True


class Published(models.Model):
    """What is written first and published afterwards. ``changed_at``: of the last change that readers notice."""

    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    changed_at = models.DateTimeField(_("changed at"))

    class Meta:
        abstract = True


class MasterPlan(models.Model):
    """Programm: what the city has set out to do."""

    title = models.CharField(_("title"), max_length=150)
    description = models.TextField(_("description"), max_length=LONG, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = querysets.MasterPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("master plan")
        verbose_name_plural = _("master plans")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["title"],
                name="rollout_masterplan_title",
                violation_error_message=_("There is already a programme with this title."),
            )
        ]

    def __str__(self) -> str:
        return self.title


class Objective(models.Model):
    """Ziel: what is to be reached (``goal``), and by what (``measures``)."""

    plan = models.ForeignKey(MasterPlan, models.PROTECT, related_name="objectives", verbose_name=_("master plan"))
    title = models.CharField(_("title"), max_length=150)
    goal = models.TextField(_("goal"), max_length=LONG, blank=True)
    measures = models.TextField(_("what we do"), max_length=LONG, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = querysets.ObjectiveQuerySet.as_manager()

    class Meta:
        verbose_name = _("objective")
        verbose_name_plural = _("objectives")
        ordering = ["plan", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "title"],
                name="rollout_objective_title",
                violation_error_message=_("The programme already has an objective with this title."),
            )
        ]

    def __str__(self) -> str:
        return self.title


class Initiative(Published):
    """Vorhaben: a project of the programme. ``contact``: the address of an office, never of a person."""

    objective = models.ForeignKey(Objective, models.PROTECT, related_name="initiatives", verbose_name=_("objective"))
    title = models.CharField(_("title"), max_length=150)
    description = models.TextField(_("description"), max_length=LONG, blank=True)
    is_focus = models.BooleanField(_("focus project"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    unit = models.CharField(_("unit responsible"), max_length=150, blank=True)
    contact = models.EmailField(_("contact"), blank=True)

    objects = querysets.InitiativeQuerySet.as_manager()

    class Meta:
        verbose_name = _("project of the programme")
        verbose_name_plural = _("projects of the programme")
        ordering = ["objective", "-is_focus", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["objective", "title"],
                condition=Q(withdrawn_at__isnull=True),
                name="rollout_initiative_title",
                violation_error_message=_("The objective already has a project with this title."),
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="rollout_initiative_withdrawn",
                violation_error_message=_("What is withdrawn cannot be published."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ProgressEntry(FrozenFigure, Published):
    """What was reached, is under way or is planned; one fact may serve several projects.

    ``on``: first day of the period that ``precision`` names.
    """

    initiatives = models.ManyToManyField(
        Initiative, related_name="entries", verbose_name=_("projects of the programme")
    )
    text = models.CharField(_("text"), max_length=500)
    on = models.DateField(_("day"))
    precision = models.CharField(_("precision"), max_length=10, choices=Precision.choices, default=Precision.DAY)
    state = models.CharField(_("state"), max_length=10, choices=EntryState.choices)
    act = models.ForeignKey(Act, models.PROTECT, related_name="+", verbose_name=_("recorded by"))

    objects = querysets.ProgressEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("progress entry")
        verbose_name_plural = _("progress entries")
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="rollout_progressentry_withdrawn",
                violation_error_message=_("What is withdrawn cannot be published."),
            ),
            models.CheckConstraint(
                condition=Q(figure_key="", figure_text="", figure_value=None, as_of=None, known_at=None)
                | ~Q(figure_key="") & ~Q(figure_text="") & Q(as_of__isnull=False, known_at__isnull=False),
                name="rollout_progressentry_figure",
                violation_error_message=_("A figure is kept with its wording, its as-of date and when it was known."),
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def period(self) -> str:
        """When, as exactly as it is known, in words."""
        return period_text(self.on, self.precision)


class PublicFigure(FrozenFigure):
    """A figure that was chosen for the public page, with the value it had then."""

    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = querysets.PublicFigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("public figure")
        verbose_name_plural = _("public figures")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["figure_key"],
                name="rollout_publicfigure_key",
                violation_error_message=_("This figure is chosen already."),
            ),
            models.CheckConstraint(
                condition=~Q(figure_key="") & ~Q(figure_text="") & Q(as_of__isnull=False, known_at__isnull=False),
                name="rollout_publicfigure_whole",
                violation_error_message=_("A figure is kept with its wording, its as-of date and when it was known."),
            ),
        ]

    def __str__(self) -> str:
        return self.figure_key
