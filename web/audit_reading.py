"""What the pages of the audit trail show: acts a page at a time, and the entries of one."""

from collections.abc import Collection
from typing import Any, NamedTuple

from django import forms
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest
from django.urls import reverse

from audit.models import Act, Entry
from inventory.models import Device
from inventory.services import may_be_undone
from reports.trail import Change, changes_of, kind_text
from reports.trail_reader import reader_for
from reports.verbs import VERBS, verb_text
from rollout.models import ConstructionProject
from schools.access import Right, has_right, has_right_everywhere, sees_everything
from schools.audit_filters import EntryFilter
from schools.models import School
from web.lists import PER_PAGE, chips_of, filters_of


class Line(NamedTuple):
    """One act in the list. ``number``: of its entries that the person sees; ``label``: of the only one."""

    act: Act
    verb: str
    who: str
    place: str
    subject: str
    reason: str
    number: int
    label: str


class Told(NamedTuple):
    """One entry, readable; ``url``: the page of its record where the person sees one."""

    entry: Entry
    kind: str
    url: str
    changes: list[Change]


def list_context(request: HttpRequest) -> dict[str, Any]:
    """``?before=``/``?after=`` name the act at which a page begins or ends: new acts do not shift the pages."""
    found = entry_filter(request)
    lines, newer, older = _page(found.acts(), request)
    return {
        "filter_form": _dressed(found.form),
        "chips": chips_of(found.form, _without_place(request)),
        "filters": filters_of(_without_place(request)),
        "lines": _lines(request, lines, found),
        "newer": newer,
        "older": older,
        "sees_people": sees_everything(request.user),
        "may_export": has_right(request.user, Right.EXPORT),
    }


def act_context(request: HttpRequest, act: Act) -> dict[str, Any]:
    """The act and its entries, narrowed by the filters of the list."""
    reader, entries = reader_for(request.user), entry_filter(request).qs.filter(act=act)
    named = entries.select_related("act", "school", "details").order_by("pk")
    page = Paginator(named, PER_PAGE).get_page(request.GET.get("page"))
    return {
        "act": act,
        "verb": verb_text(act.verb, act.channel),
        "who": reader.who(act),
        "place": reader.place(act),
        "subject": reader.subject(act),
        "reason": reader.reason(act),
        "sees_people": reader.sees_people,
        "page_obj": page,
        "told": told_entries(request.user, list(page)),
        "filters": filters_of(request.GET),
        "is_undoable": sees_everything(request.user) and may_be_undone(act),
        "undone_by": Act.objects.visible_to(request.user).filter(undoes=act).first(),
    }


def entry_filter(request: HttpRequest) -> EntryFilter:
    return EntryFilter(request.GET, Entry.objects.visible_to(request.user), request=request)


def told_entries(user: Any, entries: list[Entry]) -> list[Told]:
    reader = reader_for(user)
    names, urls = reader.names(entries), _urls(user, entries)
    return [
        Told(one, kind_text(one), urls.get((one.kind, one.object_id), ""), changes_of(one, reader, names))
        for one in entries
    ]


def _page(acts: QuerySet[Act], request: HttpRequest) -> tuple[list[Act], int | None, int | None]:
    """A page of acts, newest first, and the keys to go on with: to newer ones and to older ones."""
    before, after = _key(request, "before"), _key(request, "after")
    if after is not None:
        found = list(acts.filter(pk__gt=after).order_by("pk")[: PER_PAGE + 1])
        page, has_newer = found[:PER_PAGE][::-1], len(found) > PER_PAGE
        return page, page[0].pk if page and has_newer else None, page[-1].pk if page else None
    found = list((acts.filter(pk__lt=before) if before is not None else acts)[: PER_PAGE + 1])
    page = found[:PER_PAGE]
    is_first = before is None or not page
    return page, None if is_first else page[0].pk, page[-1].pk if len(found) > PER_PAGE else None


def _key(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _without_place(request: HttpRequest) -> Any:
    query = request.GET.copy()
    for name in ("before", "after"):
        query.pop(name, None)
    return query


def _dressed(form: forms.Form) -> forms.Form:
    form.fields["q"].widget.input_type = "search"
    form.fields["record"].widget = forms.HiddenInput()
    form.fields["act"].widget = forms.HiddenInput()
    words = sorted(((verb, str(text)) for verb, text in VERBS.items()), key=lambda pair: pair[1])
    form.fields["verb"].widget = forms.Select(choices=[("", "–"), *words])
    setattr(form.fields["verb"], "choices", words)  # noqa: B010  # a text field has none; the chip reads them
    return form


def _lines(request: HttpRequest, acts: list[Act], found: EntryFilter) -> list[Line]:
    """With the number of entries per act: of those who see all from the chain, else counted."""
    if has_right_everywhere(request.user, Right.AUDIT) and not found.asks_for_entries():
        numbers = dict(Act.objects.visible_to(request.user).filter(pk__in=_keys(acts)).order_by().values_list("pk")
                       .annotate(number=Sum("links__number")))  # fmt: skip
    else:
        numbers = dict(found.qs.filter(act__in=_keys(acts)).order_by().values_list("act").annotate(n=Count("pk")))
    reader = reader_for(request.user)
    single = [key for key, number in numbers.items() if number == 1]
    labels = dict(found.qs.filter(act__in=single).order_by().values_list("act", "label"))
    return [
        Line(
            act,
            verb_text(act.verb, act.channel),
            reader.who(act),
            reader.place(act),
            reader.subject(act),
            reader.reason(act),
            numbers.get(act.pk) or 0,
            labels.get(act.pk, ""),
        )
        for act in acts
    ]


def _keys(acts: Collection[Act]) -> list[int]:
    return [act.pk for act in acts]


def _urls(user: Any, entries: Collection[Entry]) -> dict[tuple[str, int], str]:
    """Pages of the records, where there are any that the person may open."""
    urls: dict[tuple[str, int], str] = {}
    for model, page, name in (
        (Device, "web:device_detail", "pk"),
        (ConstructionProject, "web:project_detail", "pk"),
        (School, "web:school_detail", "number"),
    ):
        kind = model._meta.label_lower
        keys = {entry.object_id for entry in entries if entry.kind == kind}
        if keys:
            seen = model.objects.visible_to(user).filter(pk__in=keys).order_by().values_list("pk", name)
            urls |= {(kind, pk): reverse(page, args=[value]) for pk, value in seen}
    return urls
