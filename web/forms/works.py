"""Forms for construction projects: what they are about, their milestones and rooms."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from funding.models import Financing
from rollout.enums import PHASES, ProjectStatus
from rollout.models import ConstructionProject
from rollout.progress import MilestoneOnDay
from rollout.schedule import MilestoneFact
from schools.access import Right, has_right
from schools.enums import Trade
from schools.models import Building, Room, School, Site
from web.changes import FIELDS, VersionedForm, day_field
from web.forms.choices import PLEASE_CHOOSE
from web.forms.money import EuroField

_DATES = ("planned_on", "forecast_on")


class DetailFields(forms.Form):
    """What has no history of its own. Amounts only for those who may see them."""

    title = forms.CharField(label=gettext_lazy("Title"), required=False, max_length=200)
    contractor = forms.CharField(label=gettext_lazy("Contractor"), required=False, max_length=150)
    contract_sum = EuroField(
        label=gettext_lazy("Contract sum in € (gross)"), required=False, min_value=0, max_digits=12
    )
    financing = forms.ModelChoiceField(
        label=gettext_lazy("Financing"), queryset=Financing.objects.none(), required=False
    )
    bandwidth_before = forms.IntegerField(
        label=gettext_lazy("Bandwidth before in Mbit/s"), required=False, min_value=0, max_value=1_000_000
    )
    bandwidth_after = forms.IntegerField(
        label=gettext_lazy("Bandwidth after in Mbit/s"), required=False, min_value=0, max_value=1_000_000
    )
    warranty_years = forms.IntegerField(
        label=gettext_lazy("Warranty in years"),
        required=False,
        min_value=1,
        max_value=30,
        help_text=gettext_lazy("After acceptance: 4 by VOB/B, 5 by BGB."),
    )

    def limit_to(self, user: Any) -> None:
        financing: Any = self.fields["financing"]
        financing.queryset = Financing.objects.visible_to(user)
        if not has_right(user, Right.MONEY):
            del self.fields["contract_sum"]


DETAILS = tuple(DetailFields.base_fields)


class ProjectCreateForm(DetailFields):
    """A new project at a site of one school, or in one of its buildings."""

    error_fields = {**FIELDS, "no_reason": "blocked_by", "no_template": "begins_on"}

    place = forms.ChoiceField(label=gettext_lazy("Place"))
    trade = forms.ChoiceField(label=gettext_lazy("Trade"), choices=[("", PLEASE_CHOOSE), *Trade.choices])
    status = forms.ChoiceField(label=gettext_lazy("Status"), choices=ProjectStatus.choices)
    on = day_field(label=gettext_lazy("Since"))
    blocked_by = forms.CharField(
        label=gettext_lazy("What blocks the works"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Needed when the works are blocked."),
    )
    begins_on = day_field(
        label=gettext_lazy("Plan milestones from this day"),
        required=False,
        help_text=gettext_lazy("By the usual durations of the trade. Leave it empty to plan by hand."),
    )

    def __init__(self, data: Any = None, *, user: Any, school: School, today: date, **options: Any) -> None:
        super().__init__(data, initial={"on": today, "status": ProjectStatus.PLANNED}, **options)
        self.limit_to(user)
        self.places = _places(user, school)
        place: Any = self.fields["place"]
        place.choices = [
            (site.name, [(key, _label(*where)) for key, where in self.places.items() if where[0] == site])
            for site in dict.fromkeys(site for site, _building in self.places.values())
        ]
        self.fields["on"].widget.attrs["max"] = today.isoformat()

    @property
    def project(self) -> dict[str, Any]:
        """What ``add_project`` takes beside the site."""
        given = self.cleaned_data
        names = ("trade", "status", "on", "blocked_by", "title")
        details = {name: given[name] for name in DETAILS if name in given and name != "title"}
        return {name: given[name] for name in names} | {"building": self._place[1], "details": details}

    @property
    def site(self) -> Site:
        return self._place[0]

    @property
    def _place(self) -> tuple[Site, Building | None]:
        return self.places[self.cleaned_data["place"]]


class ProjectEditForm(DetailFields, VersionedForm):
    """``changes``: only what differs from what was shown."""

    reason = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=500)

    def __init__(self, data: Any = None, *, user: Any, project: ConstructionProject, **options: Any) -> None:
        super().__init__(data, initial={name: getattr(project, name) for name in DETAILS}, **options)
        self.limit_to(user)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and not self.changes:
            raise ValidationError(_("Nothing is different from what is already recorded."), "unchanged")
        return cleaned

    @property
    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.changed_data if name != "reason"}


class MilestonesForm(VersionedForm):
    """Plan and forecast of all phases, as ``<phase>-planned_on`` and ``<phase>-forecast_on``; one reason for all."""

    told_as = {"planned_on": "reason", "forecast_on": "reason"}

    on = day_field(label=gettext_lazy("Known since"))
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Needed when a planned day or a forecast moves."),
    )

    def __init__(
        self, data: Any = None, *, milestones: Mapping[str, MilestoneOnDay], today: date, **options: Any
    ) -> None:
        self.milestones = milestones
        initial: dict[str, Any] = {"on": today}
        for phase, known in milestones.items():
            initial |= {f"{phase}-{name}": getattr(known, name) for name in _DATES}
        super().__init__(data, initial=initial, **options)
        for phase in PHASES:
            for name, label in zip(_DATES, (_("planned"), _("forecast")), strict=True):
                self.fields[f"{phase}-{name}"] = day_field(label=f"{phase.label}: {label}", required=False)
        self.fields["on"].widget.attrs["max"] = today.isoformat()

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [self._row(phase, self.milestones.get(phase)) for phase in PHASES]

    def _row(self, phase: ProjectStatus, known: MilestoneOnDay | None) -> dict[str, Any]:
        return {
            "phase": phase.value,
            "label": phase.label,
            "is_planned": known and (known.planned_on or known.forecast_on),
            "actual_on": known and known.actual_on,
            "planned": self[f"{phase}-planned_on"],
            "forecast": self[f"{phase}-forecast_on"],
        }

    def facts(self, project: ConstructionProject) -> list[MilestoneFact]:
        """Of the phases that differ from what was shown."""
        given = self.cleaned_data
        changed = {name.rpartition("-")[0] for name in self.changed_data if "-" in name}
        facts = []
        for phase in PHASES:
            if phase in changed:
                planned_on, forecast_on = (given[f"{phase}-{name}"] for name in _DATES)
                fact = MilestoneFact(project.pk, phase.value, given["on"], planned_on, forecast_on, given["reason"])
                facts.append(fact)
        return facts


class PlanForm(forms.Form):
    """The usual durations of the trade, counted from a day."""

    error_fields = {"no_template": "begins_on"}

    begins_on = day_field(label=gettext_lazy("Begin"))
    on = day_field(label=gettext_lazy("Known since"))
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Needed when a planned day or a forecast moves."),
    )

    def __init__(self, data: Any = None, *, today: date, **options: Any) -> None:
        super().__init__(data, initial={"begins_on": today, "on": today}, **options)
        self.fields["on"].widget.attrs["max"] = today.isoformat()


class RoomsForm(VersionedForm):
    """Rooms to tick: those that the works cover, or those of them that are done."""

    told_as = {"is_done": "rooms"}

    on = day_field()
    rooms = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Rooms"), queryset=Room.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=500)

    def __init__(self, data: Any = None, *, rooms: Any, ticked: Collection[int], today: date, **options: Any) -> None:
        """``rooms``: a queryset of what can be ticked; ``ticked``: keys of what is now."""
        super().__init__(data, initial={"on": today, "rooms": list(ticked)}, **options)
        self.ticked = set(ticked)
        field: Any = self.fields["rooms"]
        field.queryset = rooms
        self.fields["on"].widget.attrs["max"] = today.isoformat()

    @property
    def chosen(self) -> set[int]:
        """Keys of the rooms with a tick, as sent or as recorded."""
        return {int(key) for key in self["rooms"].value() or [] if str(key).isdecimal()}

    @property
    def added(self) -> list[Room]:
        return [room for room in self.cleaned_data["rooms"] if room.pk not in self.ticked]

    @property
    def removed(self) -> list[Room]:
        chosen = {room.pk for room in self.cleaned_data["rooms"]}
        field: Any = self.fields["rooms"]
        return [room for room in field.queryset if room.pk in self.ticked - chosen]


def _places(user: Any, school: School) -> dict[str, tuple[Site, Building | None]]:
    """Key in the form → site and building; first each site as a whole."""
    places: dict[str, tuple[Site, Building | None]] = {}
    for site in Site.objects.visible_to(user).filter(schools=school).prefetch_related("buildings"):
        places[f"site-{site.pk}"] = (site, None)
        places |= {f"building-{building.pk}": (site, building) for building in site.buildings.all()}
    return places


def _label(site: Site, building: Building | None) -> str:
    return building.name if building else _("whole site: %(site)s") % {"site": site.name}
