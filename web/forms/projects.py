"""Forms for the status of construction projects."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rollout.enums import ProjectStatus
from rollout.models import ProjectState
from rollout.workflow import PROJECT
from web.changes import FIELDS, VersionedForm, day_field, sent_day

VALUES = ("status", "reason")
_REASON_HINT = gettext_lazy("Needed when the works are blocked.")


class ProjectChangeForm(VersionedForm):
    """A new status from a day on, today or in the past.

    Offered is what fits between the entries around the day; any other status is accepted here and
    refused by the service, with its reason.
    """

    on = day_field()
    status = forms.ChoiceField(label=gettext_lazy("New status"), choices=ProjectStatus.choices)
    reason = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=300, help_text=_REASON_HINT)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        states: Sequence[ProjectState],
        today: date,
        is_preview: bool = False,
        **options: Any,
    ) -> None:
        """``states``: what is believed, by day. ``is_preview``: fill in what fits ``data``, but judge nothing yet."""
        initial = {"on": today, **(data.dict() if data and is_preview else {})}
        super().__init__(None if is_preview else data, initial=initial, **options)
        self.is_preview = is_preview
        day = sent_day(data, today)
        before = next((s.status for s in reversed(states) if s.valid_from <= day), None)
        after = next((s.status for s in states if s.valid_from > day), None)
        offered = [s for s in fitting(before, after) if s != before or s == ProjectStatus.BLOCKED]
        self.fields["status"].widget.choices = _labelled(offered)
        self.fields["on"].widget.attrs.update(max=today.isoformat(), autofocus=True)

    @property
    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("on", "status", "reason")}


class ProjectBulkChangeForm(VersionedForm):
    """The same new status for many projects."""

    on = day_field()
    status = forms.ChoiceField(label=gettext_lazy("New status"))
    reason = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=300, help_text=_REASON_HINT)

    def __init__(self, data: Any = None, *, statuses: Iterable[str], today: date, **options: Any) -> None:
        """``statuses``: what the chosen projects are today; offered is what at least one of them may become."""
        super().__init__(data, initial={"on": today}, **options)
        statuses = set(statuses)
        possible = [s for s in PROJECT.states if any(s != old and PROJECT.allows(old, s) for old in statuses)]
        field = self.fields["status"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = _labelled(possible)
        self.fields["on"].widget.attrs["max"] = today.isoformat()

    @property
    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("on", "status", "reason")}


class ProjectStateCorrectForm(forms.Form):
    """Another status or another first day for an entry that was wrong from the beginning."""

    error_fields = {**FIELDS, "no_reason": "blocked_by"}

    on = day_field()
    status = forms.ChoiceField(label=gettext_lazy("Status"), choices=ProjectStatus.choices)
    blocked_by = forms.CharField(
        label=gettext_lazy("What blocks the works"), required=False, max_length=300, help_text=_REASON_HINT
    )
    reason = forms.CharField(label=gettext_lazy("Reason for the correction"), max_length=500)

    def __init__(
        self,
        data: Any = None,
        *,
        state: ProjectState,
        neighbours: tuple[str | None, str | None],
        today: date,
        is_preview: bool = False,
        **options: Any,
    ) -> None:
        """``is_preview``: fill in ``data``, but judge nothing yet."""
        initial = {"on": state.valid_from, "status": state.status, "blocked_by": state.reason}
        initial |= data.dict() if data and is_preview else {}
        super().__init__(None if is_preview else data, initial=initial, **options)
        self.is_preview = is_preview
        offered = fitting(*neighbours)
        kept = offered if state.status in offered else [state.status, *offered]
        self.fields["status"].widget.choices = _labelled(kept)
        self.fields["on"].widget.attrs["max"] = today.isoformat()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not {"on", "status", "blocked_by"} & set(self.changed_data):
            self.add_error(None, _("Nothing was changed. To take the entry back, withdraw it."))
        return cleaned

    @property
    def changes(self) -> dict[str, Any]:
        cleaned = dict(self.cleaned_data)
        return {**cleaned, "on": cleaned["on"] if "on" in self.changed_data else None}


def fitting(before: str | None, after: str | None) -> list[str]:
    """States that may stand between two others."""
    return [s for s in PROJECT.states if PROJECT.allows(before, s) and (after is None or PROJECT.allows(s, after))]


def _labelled(states: Iterable[str]) -> list[tuple[str, str]]:
    return [(state, PROJECT.label(state)) for state in states]
