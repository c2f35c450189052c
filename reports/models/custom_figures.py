"""Figures that somebody makes of a list's filters and a measure."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reports.enums import FigureMeasure, FigureSubject
from reports.querysets import CustomFigureQuerySet

#: So begin the keys of these figures among those of the catalogue.
PREFIX = "custom_"
QUERY = 2000


class CustomFigure(models.Model):
    """``query``: what the list is asked for, as in an address; ``part_query``: what a share is the share of in it.

    ``public_at``: since when it may be chosen for the public page with this meaning; ``None``: it may not.

    It holds no record: the rights of each reader decide. ``reports.figures.custom`` says what it comes to.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("owner"))
    name = models.CharField(_("name"), max_length=100)
    subject = models.CharField(_("about"), max_length=10, choices=FigureSubject.choices)
    measure = models.CharField(_("measure"), max_length=10, choices=FigureMeasure.choices)
    query = models.CharField(_("filter"), max_length=QUERY, blank=True)
    part_query = models.CharField(_("filter of the part"), max_length=QUERY, blank=True)
    is_shared = models.BooleanField(_("shared with everybody who may see its records"), default=False)
    public_at = models.DateTimeField(_("may be shown to the public since"), null=True, blank=True)

    objects = CustomFigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("figure of one's own")
        verbose_name_plural = _("figures of one's own")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"],
                name="reports_customfigure_name",
                violation_error_message=_("You have a figure with this name already."),
            ),
            models.CheckConstraint(
                condition=(Q(measure=FigureMeasure.SHARE) & ~Q(part_query=""))
                | (~Q(measure=FigureMeasure.SHARE) & Q(part_query="")),
                name="reports_customfigure_part",
                violation_error_message=_("A share, and nothing else, needs a second filter: the share of what?"),
            ),
            models.CheckConstraint(
                condition=~Q(subject=FigureSubject.SCHOOLS, measure=FigureMeasure.PLACES),
                name="reports_customfigure_places",
                violation_error_message=_("Schools are counted by their number."),
            ),
            models.CheckConstraint(
                condition=~Q(subject=FigureSubject.DELIVERIES, measure=FigureMeasure.SUM),
                name="reports_customfigure_sum",
                violation_error_message=_("Deliveries are counted; they have nothing that is added up."),
            ),
            models.CheckConstraint(
                condition=Q(public_at__isnull=True) | Q(is_shared=True),
                name="reports_customfigure_public",
                violation_error_message=_("Only a figure that is shared can be shown to the public."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """Its key in the catalogue of figures."""
        return f"{PREFIX}{self.pk}"
