"""Forms for the wider programme. What may be changed when is for the services to say."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from reports.enums import Wording
from rollout.enums import EntryState, Precision
from rollout.models import Initiative, ProgressEntry
from web.changes import VersionedForm, day_field

_LONG: dict[str, Any] = {"max_length": 2000, "required": False}


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class PlanPartForm(VersionedForm):
    """What programmes, objectives and projects have in common. ``record``: whose values stand there at first."""

    reason = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=500)

    def __init__(self, data: Any = None, *, record: Any = None, **options: Any) -> None:
        names = [name for name in self.base_fields if name != "reason"]
        initial = {name: getattr(record, name) for name in names} if record else {}
        super().__init__(data, initial=initial, **options)
        if record is None:
            del self.fields["reason"]
        else:
            self.fields["reason"].required = getattr(record, "published_at", None) is not None

    @property
    def values(self) -> dict[str, Any]:
        """All that a new record says."""
        return {name: value for name, value in self.cleaned_data.items() if name != "reason"}

    @property
    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.changed_data if name != "reason"}


class _Placed(forms.Form):
    position = forms.IntegerField(
        label=gettext_lazy("Position"),
        required=False,
        min_value=0,
        max_value=999,
        help_text=gettext_lazy("Small numbers stand first."),
    )

    def clean_position(self) -> int | None:
        found: int | None = self.cleaned_data["position"]
        return self.initial.get("position") if found is None else found


class PlanForm(_Placed, PlanPartForm):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=150)
    description = forms.CharField(label=gettext_lazy("Description"), widget=_area(4), **_LONG)
    field_order = ["title", "description", "position", "reason"]


class ObjectiveForm(_Placed, PlanPartForm):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=150)
    goal = forms.CharField(label=gettext_lazy("Goal"), widget=_area(3), **_LONG)
    measures = forms.CharField(label=gettext_lazy("What we do"), widget=_area(4), **_LONG)
    field_order = ["title", "goal", "measures", "position", "reason"]


class InitiativeForm(_Placed, PlanPartForm):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=150)
    description = forms.CharField(label=gettext_lazy("Description"), widget=_area(5), **_LONG)
    is_focus = forms.BooleanField(label=gettext_lazy("Focus project"), required=False)
    unit = forms.CharField(label=gettext_lazy("Unit responsible"), required=False, max_length=150)
    contact = forms.EmailField(
        label=gettext_lazy("Contact"),
        required=False,
        help_text=gettext_lazy("The address of an office, not of a person: it is public."),
    )
    field_order = ["title", "description", "is_focus", "unit", "contact", "position", "reason"]


class InitiativesField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Initiative) -> str:
        return obj.title


class EntryForm(VersionedForm):
    """A progress entry, new or to be changed."""

    text = forms.CharField(label=gettext_lazy("Text"), max_length=500, widget=_area(3))
    state = forms.ChoiceField(label=gettext_lazy("State"), choices=EntryState.choices)
    on = day_field(label=gettext_lazy("Day"))
    precision = forms.ChoiceField(
        label=gettext_lazy("Precision"),
        choices=Precision.choices,
        help_text=gettext_lazy("How exactly the day is known."),
    )
    initiatives = InitiativesField(label=gettext_lazy("Projects"), queryset=Initiative.objects.none())
    drops_figure = forms.BooleanField(label=gettext_lazy("Bind the entry to no figure any more"), required=False)
    reason = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=500)

    def __init__(self, data: Any = None, *, user: Any, entry: ProgressEntry | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        chosen: Any = self.fields["initiatives"]
        chosen.queryset = Initiative.objects.visible_to(user).order_by("-is_focus", "title")
        if entry is None:
            del self.fields["reason"]
        else:
            self.fields["reason"].required = entry.published_at is not None
        if not (entry and entry.figure_key):
            del self.fields["drops_figure"]

    @property
    def values(self) -> dict[str, Any]:
        """What the entry says, as the services take it."""
        return {name: self.cleaned_data[name] for name in ("text", "state", "on", "precision")}


class FigureDayForm(forms.Form):
    """As of which day figures are asked for, and how they are worded.

    ``known_at`` is sent along with a value that was shown, so that it is the same when it is kept.
    """

    as_of = day_field(label=gettext_lazy("As of"))
    since = day_field(label=gettext_lazy("Periods since"), required=False)
    wording = forms.ChoiceField(label=gettext_lazy("Wording"), choices=Wording.choices, required=False)
    known_at = forms.DateTimeField(
        required=False, input_formats=["%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%dT%H:%M:%S%z"], widget=forms.HiddenInput
    )

    def __init__(self, data: Any = None, *, today: date, **options: Any) -> None:
        given = {name: data.get(name) for name in self.base_fields if name in data} if data else {}
        super().__init__({"as_of": today, "wording": Wording.EXACT} | given, **options)
        self.today = today

    def clean_as_of(self) -> date:
        day: date = self.cleaned_data["as_of"]
        if day > self.today:
            raise forms.ValidationError(gettext_lazy("Figures of days to come cannot be published."), "future_day")
        return day


class FigureForm(FigureDayForm):
    """Which value of which figure an entry is bound to."""

    figure = forms.SlugField(max_length=60)


class PublicFiguresForm(forms.Form):
    """Which figures the public page shows. ``choices``: key and label of those that have a value."""

    figures = forms.MultipleChoiceField(label=gettext_lazy("Figures"), required=False)

    def __init__(self, data: Any = None, *, choices: list[tuple[str, str]]) -> None:
        super().__init__(data)
        chosen: Any = self.fields["figures"]
        chosen.choices = choices
