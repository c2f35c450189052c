"""Forms of lists whose columns can be chosen, and of the views of them that somebody keeps."""

from collections.abc import Sequence

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from common.columns import Column
from reports.models import SavedView


class LookForm(forms.Form):
    """Which of the columns are shown, and by which of them rows are put together.

    ``shown``, ``group``: their keys. What is not there for the reader is passed over.
    """

    def __init__(
        self, data: QueryDict, *, columns: Sequence[Column], usual: Sequence[str], groups: Sequence[str]
    ) -> None:
        headings = {column.key: column.heading() for column in columns}
        chosen = data.getlist("columns")
        self.shown = [key for key in headings if key in chosen] or [key for key in headings if key in usual]
        self.group = next((key for key in groups if key == data.get("group")), "")
        super().__init__({"columns": self.shown, "group": self.group})
        self.fields["columns"] = forms.MultipleChoiceField(
            label=_("Columns"), choices=list(headings.items()), required=False
        )
        choices = [("", _("not at all")), *((key, headings[key]) for key in groups)]
        self.fields["group"] = forms.ChoiceField(label=_("Group by"), choices=choices, required=False)


class SavedViewForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=SavedView._meta.get_field("name").max_length)
    is_shared = forms.BooleanField(label=_("Share with everybody who may see this list"), required=False)
    is_default = forms.BooleanField(label=_("Let this list begin with it for me"), required=False)
