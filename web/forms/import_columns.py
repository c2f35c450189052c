"""Forms of an import: what its headings mean, by which profile it is read, how a profile is called."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from imports.headings import HOW
from imports.kinds import KINDS
from imports.models import ImportBatch, ImportProfile


class ColumnRow(NamedTuple):
    """One heading of the file. ``field``: its select, ``None`` where nothing can be chosen any more."""

    heading: str
    values: list[str]
    label: str
    why: str
    field: forms.BoundField | None


class ColumnsForm(forms.Form):
    """What each heading of a file is taken for: one of the columns of its kind, or nothing."""

    def __init__(self, batch: ImportBatch, data: Any = None) -> None:
        super().__init__(data)
        self.batch = batch
        self.entries = _entries(batch.summary)
        columns = KINDS[batch.kind].columns if batch.kind in KINDS else ()
        self.labels = {column.key: column.heading() for column in columns if not column.is_hidden}
        for entry in self.entries:
            self.fields[_name(entry)] = forms.ChoiceField(
                label=_("“%(heading)s” is taken for") % {"heading": entry["heading"]},
                required=False,
                choices=self._choices(entry),
                initial=entry["key"] or "",
            )

    def rows(self) -> Iterator[ColumnRow]:
        persons = set(self.batch.summary.get("personal", ()))
        for entry in self.entries:
            label = self.labels.get(entry["key"] or "", "")
            why = _("left out: may name persons") if entry["heading"] in persons else self._why(entry)
            yield ColumnRow(entry["heading"], entry.get("values", []), label, why, self[_name(entry)])

    @property
    def used(self) -> int:
        return sum(bool(entry["key"]) for entry in self.entries)

    def unused(self) -> list[str]:
        return [entry["heading"] for entry in self.entries if not entry["key"]]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first: dict[str, str] = {}
        for entry in self.entries:
            key = data.get(_name(entry))
            if key and first.setdefault(key, entry["heading"]) != entry["heading"]:
                message = _("“%(column)s” is chosen for “%(heading)s” already.")
                params = {"column": self.labels[key], "heading": first[key]}
                self.add_error(_name(entry), message % params)
        return data

    def mapping(self) -> dict[str, str | None]:
        """Heading → key of all that was chosen by hand, now or before."""
        headings = {entry["heading"] for entry in self.entries}
        chosen = {heading: key for heading, key in self.batch.mapping.items() if heading in headings}
        for entry in self.entries:
            key = self.cleaned_data[_name(entry)] or None
            if key != entry["key"]:
                chosen[entry["heading"]] = key
        return chosen

    def _choices(self, entry: Mapping[str, Any]) -> list[Any]:
        guess = entry.get("guess")
        likely = [(_("Looks similar"), [(guess, self.labels[guess])])] if guess in self.labels else []
        others = [(key, label) for key, label in self.labels.items() if not likely or key != guess]
        return [("", _("not used")), *likely, *([(_("One of these"), others)] if likely else others)]

    def _why(self, entry: Mapping[str, Any]) -> str:
        how, confidence, guess = entry.get("how"), entry.get("confidence", 0), entry.get("guess")
        if entry["key"]:
            text = str(HOW.get(how or "", ""))
            return f"{text} ({confidence} %)" if how == "fuzzy" else text
        if guess not in self.labels:
            return str(HOW["hand"]) if how == "hand" else ""
        if how == "blank":
            return str(HOW[how])
        if how:
            return _("another heading is nearer to “%(column)s”") % {"column": self.labels[guess]}
        return _("perhaps “%(column)s” (%(confidence)d %%)") % {"column": self.labels[guess], "confidence": confidence}


class ProfileChoiceForm(forms.Form):
    """By which profile a file is read; left to its headings by default."""

    profile = forms.TypedChoiceField(label=gettext_lazy("Read with"), required=False, coerce=int, empty_value=None)

    def __init__(self, batch: ImportBatch, user: Any, data: Any = None) -> None:
        super().__init__(data, initial={"profile": batch.options.get("profile")})
        field = self.fields["profile"]
        assert isinstance(field, forms.ChoiceField)
        self.profiles = list(ImportProfile.objects.visible_to(user))
        field.choices = [
            ("", _("the profile that knows these headings")),
            (0, _("no profile")),
            *((profile.pk, str(profile)) for profile in self.profiles),
        ]


class ProfileForm(forms.ModelForm):
    class Meta:
        model = ImportProfile
        fields = ("name", "sender")
        help_texts = {
            "name": gettext_lazy("For example the supplier and what the list is about."),
            "sender": gettext_lazy("Who sends such lists."),
        }


def _entries(summary: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Of an import from before the columns were kept one by one: only what each heading was taken for."""
    mapping = summary.get("mapping", {})
    headings = summary.get("headings", list(mapping))
    return summary.get("columns") or [{"heading": heading, "key": mapping[heading]} for heading in headings]


def _name(entry: Mapping[str, Any]) -> str:
    """Names the heading itself, not its place: another preview may have others before it."""
    return "c" + hashlib.sha256(entry["heading"].encode()).hexdigest()[:16]
