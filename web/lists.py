"""What list pages share: the table alone for htmx, chips of active filters, which rows were chosen."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from common.filters import told_value

PER_PAGE = 50
#: Parameters of a list's address that say how it is shown or what was chosen, not what is in it.
NO_FILTERS = ("page", "ordering", "as_of", "scope")


class Chip(NamedTuple):
    """One active filter; ``query`` is the address without it."""

    label: str
    value: str
    query: str


def wants_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page. Going back in the browser asks for all of it."""
    htmx: Any = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.history_restore_request


def render_list(request: HttpRequest, page: str, fragment: str, context: dict[str, Any]) -> HttpResponse:
    is_fragment = wants_fragment(request)
    response = render(request, fragment if is_fragment else page, {**context, "is_fragment": is_fragment})
    patch_vary_headers(response, ["HX-Request"])
    return response


def dressed(form: forms.Form, ticked: str = "status") -> forms.Form:
    """The filter form as pages show it: a search field, and several states (``ticked``) as boxes to tick."""
    form.fields["q"].widget.input_type = "search"
    form.fields["q"].widget.attrs["autocomplete"] = "off"
    field = form.fields[ticked]
    assert isinstance(field, forms.MultipleChoiceField)
    field.widget = forms.CheckboxSelectMultiple()
    field.widget.choices = field.choices
    return form


def chips_of(form: forms.Form, query: QueryDict, leave_out: Collection[str] = ()) -> list[Chip]:
    """The filters that narrow the list now, in the order of the form."""
    if not form.is_valid():
        return []
    shown = [name for name in form.fields if name not in ("ordering", *leave_out) and form.cleaned_data.get(name)]
    return [chip for name in shown for chip in _chips(form, name, query)]


def _chips(form: forms.Form, name: str, query: QueryDict) -> Iterator[Chip]:
    label, value = str(form[name].label), form.cleaned_data[name]
    for one in value if isinstance(value, list) else [value]:
        rest = query.copy()
        rest.pop("page", None)
        rest.setlist(name, [text for text in query.getlist(name) if isinstance(value, list) and text != one])
        yield Chip(label, told_value(form.fields[name], one), f"?{rest.urlencode()}")


def filters_of(query: QueryDict, *leave_out: str) -> QueryDict:
    """The parameters that say which rows are in the list."""
    kept = query.copy()
    for name in (*NO_FILTERS, *leave_out):
        kept.pop(name, None)
    for name in [name for name, values in kept.lists() if not any(values)]:
        del kept[name]
    return kept


def keys_of(values: Iterable[str]) -> list[int]:
    """Keys of the ticked rows; whatever is no key is left out."""
    return [int(value) for value in values if value.isdecimal() and len(value) < 19]
