"""Where the money comes from: programmes, their grant notices, drawdowns and rules; how something is financed."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit.models import AuditedFact
from common.dated import period_constraints
from funding import querysets
from funding.enums import BindingStart, ProgrammeKind
from schools.enums import Trade
from schools.models import School

_HUNDRED = Decimal(100)


def check_trades(trades: Any) -> None:
    """Refuse anything but a list of known trades."""
    if not isinstance(trades, list) or not all(trade in Trade.values for trade in trades):
        known = ", ".join(f'"{trade}"' for trade in Trade.values)
        raise ValidationError(_("Please write a list of trades from these: %(known)s."), params={"known": known})


class Programme(models.Model):
    """A source of money: a funding programme, or own money.

    ``rate``: share of the eligible costs in percent that the funder bears; the rest is the own share. ``begins_on`` …
    ``ends_on``: implementation period, both days included. ``trades``: the eligible ones; empty: all. ``is_tied``: the
    money is tied to the schools listed. ``cap_per_device``: gross, in euro.
    """

    key = models.SlugField(_("key"), max_length=40)
    name = models.CharField(_("name"), max_length=150)
    kind = models.CharField(_("kind"), max_length=10, choices=ProgrammeKind.choices, default=ProgrammeKind.GRANT)
    funder = models.CharField(_("funder"), max_length=150, blank=True)
    rate = models.DecimalField(_("rate in percent"), max_digits=5, decimal_places=2, default=_HUNDRED)
    begins_on = models.DateField(_("begins on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    proof_due_on = models.DateField(_("proof of use due on"), null=True, blank=True)
    binding_start = models.CharField(
        _("bound from"), max_length=15, choices=BindingStart.choices, default=BindingStart.NONE
    )
    binding_years = models.PositiveSmallIntegerField(_("binding period in years"), null=True, blank=True)
    binding_until = models.DateField(_("bound until"), null=True, blank=True)
    trades = models.JSONField(_("eligible trades"), default=list, blank=True, validators=[check_trades])
    is_tied = models.BooleanField(_("tied to the schools listed"), default=False)
    cap_per_device = models.DecimalField(
        _("cap per device in euro"), max_digits=10, decimal_places=2, null=True, blank=True
    )
    contact = models.CharField(_("contact"), max_length=200, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)

    objects = querysets.AuthorityQuerySet.as_manager()

    class Meta:
        verbose_name = _("funding programme")
        verbose_name_plural = _("funding programmes")
        ordering = ["kind", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                name="funding_programme_key",
                violation_error_message=_("There is already a programme with this key."),
            ),
            models.CheckConstraint(
                condition=Q(rate__gt=0, rate__lte=100),
                name="funding_programme_rate",
                violation_error_message=_("A rate lies between 0 and 100 percent."),
            ),
            models.CheckConstraint(
                condition=Q(begins_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=F("begins_on")),
                name="funding_programme_period",
                violation_error_message=_("The programme ends before it begins."),
            ),
            models.CheckConstraint(
                condition=~Q(binding_start__in=(BindingStart.END_OF_PERIOD, BindingStart.PURCHASE))
                | Q(binding_years__isnull=False, binding_years__gt=0),
                name="funding_programme_binding_years",
                violation_error_message=_("This binding period needs a number of years."),
            ),
            models.CheckConstraint(
                condition=~Q(binding_start=BindingStart.END_OF_PERIOD) | Q(ends_on__isnull=False),
                name="funding_programme_binding_end",
                violation_error_message=_("A binding period from the end of the implementation period needs that end."),
            ),
            models.CheckConstraint(
                condition=~Q(binding_start=BindingStart.FIXED) | Q(binding_until__isnull=False),
                name="funding_programme_binding_until",
                violation_error_message=_("“Bound until a fixed day” needs that day."),
            ),
            models.CheckConstraint(
                condition=Q(cap_per_device__isnull=True) | Q(cap_per_device__gt=0),
                name="funding_programme_cap",
                violation_error_message=_("A cap is greater than 0."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ProgrammeSchool(models.Model):
    """A school on the list of a programme. ``cap``: eligible costs of this school at most, in euro."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="schools", verbose_name=_("programme"))
    school = models.ForeignKey(School, models.PROTECT, related_name="+", verbose_name=_("school"))
    cap = models.DecimalField(_("cap in euro"), max_digits=12, decimal_places=2, null=True, blank=True)

    objects = querysets.AuthorityQuerySet.as_manager()

    class Meta:
        verbose_name = _("school of a programme")
        verbose_name_plural = _("schools of programmes")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "school"],
                name="funding_programmeschool_once",
                violation_error_message=_("The school is already on the list of the programme."),
            ),
            models.CheckConstraint(
                condition=Q(cap__isnull=True) | Q(cap__gt=0),
                name="funding_programmeschool_cap",
                violation_error_message=_("A cap is greater than 0."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme}: {self.school}"


class ProgrammeMilestone(models.Model):
    """A date that the funder set, e.g. the end of applications or the proof of use."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="milestones", verbose_name=_("programme"))
    name = models.CharField(_("name"), max_length=150)
    due_on = models.DateField(_("due on"))
    done_on = models.DateField(_("done on"), null=True, blank=True)

    objects = querysets.AuthorityQuerySet.as_manager()

    class Meta:
        verbose_name = _("milestone of a programme")
        verbose_name_plural = _("milestones of programmes")
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return f"{self.programme}: {self.name}"


class GrantNotice(AuditedFact):
    """Zuwendungsbescheid, valid from its date; an amending notice with a negative amount takes some of it back.

    ``amount``: granted, in euro; of own money: the budget decided.
    """

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="notices", verbose_name=_("programme"))
    number = models.CharField(_("number"), max_length=60)
    amount = models.DecimalField(_("amount in euro"), max_digits=14, decimal_places=2)
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = querysets.DatedMoneyQuerySet.as_manager()

    class Meta:
        verbose_name = _("grant notice")
        verbose_name_plural = _("grant notices")
        ordering = ["valid_from", "pk"]
        constraints = [
            *period_constraints("funding_grantnotice"),
            models.UniqueConstraint(
                fields=["programme", "number"],
                condition=Q(superseded_at__isnull=True),
                name="funding_grantnotice_number",
                violation_error_message=_("The programme already has a notice with this number."),
            ),
            models.CheckConstraint(
                condition=~Q(amount=0),
                name="funding_grantnotice_amount",
                violation_error_message=_("An amount of 0 says nothing."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme}: {self.number}"


class Drawdown(AuditedFact):
    """Mittelabruf, valid from the day on which the money was called. ``amount``: in euro."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="drawdowns", verbose_name=_("programme"))
    number = models.CharField(_("number"), max_length=60, blank=True)
    amount = models.DecimalField(_("amount in euro"), max_digits=14, decimal_places=2)
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = querysets.DatedMoneyQuerySet.as_manager()

    class Meta:
        verbose_name = _("drawdown")
        verbose_name_plural = _("drawdowns")
        ordering = ["valid_from", "pk"]
        constraints = [
            *period_constraints("funding_drawdown"),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="funding_drawdown_amount",
                violation_error_message=_("An amount must be greater than 0."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme}: {self.valid_from}"


class Financing(models.Model):
    """How something is paid: from one programme, or from several by fixed shares that sum up to 100 percent."""

    name = models.CharField(_("name"), max_length=150)

    objects = querysets.AuthorityQuerySet.as_manager()

    class Meta:
        verbose_name = _("financing")
        verbose_name_plural = _("financings")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                name="funding_financing_name",
                violation_error_message=_("There is already a financing of this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class FinancingShare(models.Model):
    financing = models.ForeignKey(Financing, models.CASCADE, related_name="shares", verbose_name=_("financing"))
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="shares", verbose_name=_("programme"))
    percent = models.DecimalField(_("percent"), max_digits=5, decimal_places=2)

    objects = querysets.AuthorityQuerySet.as_manager()

    class Meta:
        verbose_name = _("share of a financing")
        verbose_name_plural = _("shares of financings")
        ordering = ["-percent", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["financing", "programme"],
                name="funding_financingshare_once",
                violation_error_message=_("The financing already names this programme."),
            ),
            models.CheckConstraint(
                condition=Q(percent__gt=0, percent__lte=100),
                name="funding_financingshare_percent",
                violation_error_message=_("A share lies between 0 and 100 percent."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.percent} %"
