"""The versioned equipment standard."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from inventory.enums import Use
from inventory.models import Category
from rollout import querysets
from rollout.enums import Head, Level, Measure
from schools.enums import RoomKind, SchoolType, Trade
from schools.models import School

#: Months; a longer grace period would be no requirement.
MAX_GRACE = 240


class Standard(models.Model):
    """A version of the equipment standard. In force: the latest ``valid_from`` up to the day.

    ``recorded_at``: since when we know that it begins on that day; ``None``: since ever.
    """

    name = models.CharField(_("name"), max_length=150)
    valid_from = models.DateField(_("valid from"))
    committee = models.CharField(_("committee"), max_length=150, blank=True)
    presented_on = models.DateField(_("presented on"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"), null=True, blank=True, editable=False)

    objects = querysets.StandardQuerySet.as_manager()

    class Meta:
        verbose_name = _("equipment standard")
        verbose_name_plural = _("equipment standards")
        ordering = ["-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["valid_from"],
                name="rollout_standard_valid_from",
                violation_error_message=_("Another version begins on this day."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def is_open(self, day: date) -> bool:
        """Whether its lines can be edited on ``day``: nothing was computed with it yet."""
        return self.valid_from > day


def check_room_kinds(kinds: Any) -> None:
    """Refuse anything but a list of known kinds of rooms."""
    if not isinstance(kinds, list) or not all(kind in RoomKind.values for kind in kinds):
        known = ", ".join(f'"{kind}"' for kind in RoomKind.values)
        raise ValidationError(
            _("Please write a list of kinds of rooms from these: %(known)s."), params={"known": known}
        )


def _parameters(name: str, measures: tuple[str, ...], given: Q, message: Any) -> models.CheckConstraint:
    """A line with one of these measures states what the measure computes with; a line that asks nothing need not."""
    return models.CheckConstraint(
        condition=Q(is_applicable=False) | ~Q(measure__in=measures) | given,
        name=f"rollout_requirement_{name}",
        violation_error_message=message,
    )


class Requirement(models.Model):
    """One line of a standard in one of three layers: for all, for a school type, for one school.

    The more special layer replaces the line of the same ``key``. Which parameters count depends on
    ``measure``: ``per`` heads or ``quantity`` devices; ``percent`` of ``of_key``; ``amount`` as minimum,
    raised to ``amount_per_class`` times the classes where that is more. ``grace_months``: so long after it is first
    asked for, not meeting it costs nothing.
    """

    standard = models.ForeignKey(Standard, models.CASCADE, related_name="requirements", verbose_name=_("standard"))
    key = models.SlugField(_("key"), max_length=40)
    school_type = models.CharField(_("school type"), max_length=2, choices=SchoolType.choices, blank=True)
    school = models.ForeignKey(
        School, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("school")
    )
    name = models.CharField(_("name (German)"), max_length=150)
    name_en = models.CharField(_("name (English)"), max_length=150, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    level = models.CharField(_("level"), max_length=10, choices=Level.choices, default=Level.BASIS)
    weight = models.DecimalField(_("weight"), max_digits=5, decimal_places=2, default=Decimal(1))
    is_applicable = models.BooleanField(_("applies"), default=True)
    grace_months = models.PositiveSmallIntegerField(_("grace period in months"), null=True, blank=True)
    measure = models.CharField(_("measure"), max_length=20, choices=Measure.choices)
    head = models.CharField(_("counted heads"), max_length=10, choices=Head.choices, blank=True)
    per = models.PositiveSmallIntegerField(_("one per … heads"), null=True, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"), null=True, blank=True)
    percent = models.DecimalField(_("percent"), max_digits=5, decimal_places=2, null=True, blank=True)
    of_key = models.SlugField(_("of the requirement"), max_length=40, blank=True)
    amount = models.DecimalField(_("minimum value"), max_digits=12, decimal_places=2, null=True, blank=True)
    amount_per_class = models.DecimalField(
        _("minimum value per class"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    trade = models.CharField(_("trade"), max_length=15, choices=Trade.choices, blank=True)
    room_kinds = models.JSONField(_("room kinds"), default=list, blank=True, validators=[check_room_kinds])
    use = models.CharField(_("use"), max_length=15, choices=Use.choices, blank=True)
    categories = models.ManyToManyField(
        Category, related_name="requirements", blank=True, verbose_name=_("categories that fulfil it")
    )

    objects = querysets.RequirementQuerySet.as_manager()

    class Meta:
        verbose_name = _("requirement")
        verbose_name_plural = _("requirements")
        ordering = ["standard", "position", "key"]
        constraints = [
            models.UniqueConstraint(
                fields=["standard", "key"],
                condition=Q(school_type="", school__isnull=True),
                name="rollout_requirement_base",
                violation_error_message=_("The standard already has this requirement for all schools."),
            ),
            models.UniqueConstraint(
                fields=["standard", "key", "school_type"],
                condition=~Q(school_type=""),
                name="rollout_requirement_type",
                violation_error_message=_("The standard already has this requirement for the school type."),
            ),
            models.UniqueConstraint(
                fields=["standard", "key", "school"],
                condition=Q(school__isnull=False),
                name="rollout_requirement_school",
                violation_error_message=_("The standard already has this requirement for the school."),
            ),
            models.CheckConstraint(
                condition=Q(school_type="") | Q(school__isnull=True),
                name="rollout_requirement_one_layer",
                violation_error_message=_("A requirement is for a school type or for one school, not for both."),
            ),
            models.CheckConstraint(
                condition=Q(per__isnull=True) | Q(per__gt=0),
                name="rollout_requirement_per",
                violation_error_message=_("“One per n heads” needs at least 1."),
            ),
            models.CheckConstraint(
                condition=Q(percent__isnull=True) | Q(percent__gt=0, percent__lte=100),
                name="rollout_requirement_percent",
                violation_error_message=_("A share lies between 0 and 100 percent."),
            ),
            models.CheckConstraint(
                condition=Q(grace_months__isnull=True) | Q(grace_months__gt=0, grace_months__lte=MAX_GRACE),
                name="rollout_requirement_grace",
                violation_error_message=_("A grace period lasts between 1 and 240 months."),
            ),
            models.CheckConstraint(
                condition=Q(weight__gt=0),
                name="rollout_requirement_weight",
                violation_error_message=_("A weight is greater than 0."),
            ),
            _parameters(
                "heads_given",
                (Measure.DEVICES_PER_HEAD,),
                ~Q(head="") & Q(per__isnull=False),
                _("“Devices per pupil, teacher or class” needs the counted heads and “one per … heads”."),
            ),
            _parameters(
                "quantity_given",
                (Measure.DEVICES_PER_ROOM, Measure.DEVICES_FLAT),
                Q(quantity__isnull=False),
                _("Devices per room or per school need a quantity."),
            ),
            _parameters(
                "whole_given",
                (Measure.SHARE,),
                ~Q(of_key="") & Q(percent__isnull=False),
                _("A share of another requirement needs that requirement and a percentage."),
            ),
            _parameters(
                "percent_given",
                (Measure.MANAGED, Measure.TESTED),
                Q(percent__isnull=False),
                _("A share of the devices needs a percentage."),
            ),
            _parameters(
                "trade_given",
                (Measure.TRADE_LIVE, Measure.TRADE_ACCEPTED),
                ~Q(trade=""),
                _("“Trade live” and “trade accepted” need a trade."),
            ),
            _parameters(
                "amount_given",
                (Measure.MINIMUM,),
                Q(amount__isnull=False) | Q(amount_per_class__isnull=False),
                _("A minimum value needs an amount, or an amount per class."),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name
