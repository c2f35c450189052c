"""A figure of one's own: a name, a measure, and the filters of its list."""

from typing import Any
from urllib.parse import parse_qs, urlencode

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reports.custom_figures import may_publish, may_share
from reports.enums import FigureMeasure
from reports.figures.subjects import SUBJECTS
from reports.models import CustomFigure
from schools.access import Right, has_right_everywhere
from web.changes import VersionedForm

_FILTER, _PART = "filter", "part"


class CustomFigureForm(VersionedForm):
    """``filter_form`` and ``part_form`` are the filters of the list, each with a prefix of its own."""

    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("As it stands in reports. No names of people."))
    measure = forms.ChoiceField(label=_("What is shown"), widget=forms.RadioSelect)
    is_shared = forms.BooleanField(
        label=_("Share with everybody"),
        required=False,
        help_text=_("Everybody sees it with their own rights, and it can be chosen for committee reports."),
    )

    is_public = forms.BooleanField(
        label=_("May be shown to the public"),
        required=False,
        help_text=_(
            "It can be chosen for the public page then, if it is shared, is no amount of money and searches for no "
            "words. What changes its name, measure or filters takes it off that page until it is chosen anew."
        ),
    )

    def __init__(self, data: Any = None, *, figure: CustomFigure, user: Any, **options: Any) -> None:
        names = ("name", "measure", "is_shared")
        initial = {name: getattr(figure, name) for name in names} | {"is_public": figure.public_at is not None}
        super().__init__(data, initial=initial, **options)
        self.subject = SUBJECTS[figure.subject]
        self.fields["measure"].choices = self._measures(user)  # type: ignore[attr-defined]
        if not may_share(user):
            del self.fields["is_shared"]
        if not may_publish(user):
            del self.fields["is_public"]
        self.filter_form = self._filters(_FILTER, figure.query, user)
        self.part_form = self._filters(_PART, figure.part_query, user)

    def clean(self) -> dict[str, Any]:
        if not (self.filter_form.is_valid() and self.part_form.is_valid()):
            self.add_error(None, _("One of the filters cannot be used: please look at them again."))
        return super().clean()

    @property
    def values(self) -> dict[str, Any]:
        is_share = self.cleaned_data["measure"] == FigureMeasure.SHARE
        return self.cleaned_data | {
            "query": self._query(_FILTER, self.filter_form),
            "part_query": self._query(_PART, self.part_form) if is_share else "",
        }

    @property
    def asks_for_part(self) -> bool:
        return self["measure"].value() == FigureMeasure.SHARE

    def _filters(self, prefix: str, kept: str, user: Any) -> forms.Form:
        stored = MultiValueDict({f"{prefix}-{name}": values for name, values in parse_qs(kept).items()})
        return self.subject.asked(self.data if self.is_bound else stored, user, prefix=prefix).form

    def _query(self, prefix: str, form: forms.Form) -> str:
        """The filters that were filled, as in the address of the list."""
        pairs = ((name, value) for name in form.fields for value in self.data.getlist(f"{prefix}-{name}"))  # type: ignore[attr-defined]
        return urlencode([(name, value) for name, value in pairs if value])

    def _measures(self, user: Any) -> list[tuple[str, str]]:
        """Those whose records ``user`` may see; in the words of what the figure is about."""
        sees_money = has_right_everywhere(user, Right.MONEY)
        shown = [one for one in self.subject.measures if sees_money or one not in self.subject.guarded]
        return [(one.value, self._told(one)) for one in shown]

    def _told(self, measure: FigureMeasure) -> str:
        if measure == FigureMeasure.SUM and self.subject.summed:
            return gettext("Sum: %(what)s") % {"what": self.subject.summed[0]}
        if measure == FigureMeasure.PLACES and self.subject.places:
            return gettext("Number of %(places)s with at least one") % {"places": self.subject.places[0]}
        if measure == FigureMeasure.SHARE:
            return gettext("Share in percent that meets a second filter")
        return gettext("Number: %(records)s") % {"records": self.subject.unit}
