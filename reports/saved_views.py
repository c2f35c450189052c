"""Keeping views of lists: made, changed, deleted, and taken as the one with which a list begins."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.actor import Actor
from audit.editing import edit_record, insert_record, locked
from audit.services import Record, log_records, open_act
from reports.models import DefaultView, SavedView
from reports.models.saved_views import LONGEST
from reports.tables import TABLES

_TOLD = ("list_name", "name", "query", "is_shared")


def save_view(*, by: Actor, list_name: str, name: str, query: str, is_shared: bool = False) -> SavedView:
    """A view of a list for its owner. Raises ``ValidationError`` by field, such as for a name that was used before."""
    with transaction.atomic():
        act = open_act(by, "view.save", subject=name.strip())
        view = SavedView(owner=by.user, list_name=list_name, name=name.strip(), is_shared=is_shared)
        view.query = known_query(list_name, query)
        return insert_record(view, act, _TOLD, places=_AT_NAME)


def change_view(view: SavedView, *, by: Actor, **values: Any) -> SavedView:
    """``name``, ``query``, ``is_shared``; by the owner alone."""
    with transaction.atomic():
        current = _own(view, by)
        if "query" in values:
            values["query"] = known_query(current.list_name, values["query"])
        act = open_act(by, "view.change", subject=current.name)
        edit_record(current, values, act, places=_AT_NAME)
        return current


def delete_view(view: SavedView, *, by: Actor) -> None:
    """Delete it for good, by the owner alone; for whoever began with it the list begins as usual again."""
    with transaction.atomic():
        current = _own(view, by)
        act = open_act(by, "view.delete", subject=current.name)
        gone = {name: [getattr(current, name), None] for name in _TOLD}
        log_records(act, SavedView, [Record(current.pk, str(current), None, gone)])
        current.delete()


def begin_with(view: SavedView, *, by: Actor, is_default: bool = True) -> None:
    """Let the list begin with ``view`` for the person who asks for it, or no longer."""
    with transaction.atomic():
        current = locked(view)
        act = open_act(by, "view.begin", subject=current.name)
        before = DefaultView.objects.filter(user=by.user, list_name=current.list_name)
        former = before.values_list("view", flat=True).first()
        if is_default:
            DefaultView.objects.update_or_create(user=by.user, list_name=current.list_name, defaults={"view": current})
        else:
            before.filter(view=current).delete()
        change = {"default": [former, current.pk if is_default else None]}
        log_records(act, SavedView, [Record(current.pk, str(current), None, change)])


def known_query(list_name: str, query: str) -> str:
    """What of an address says how its list is shown: filters, columns, order, group and day; nothing else is kept."""
    table = TABLES[list_name]
    names = {*table.filters.base_filters, "columns", "group", "ordering"} | ({"as_of"} if table.is_dated else set())
    kept = urlencode([(name, value) for name, value in parse_qsl(query) if name in names])
    if len(kept) > LONGEST:
        raise ValidationError({"query": _("This view asks for too much to be kept.")})
    return kept


_AT_NAME = {"reports_savedview_name": "name"}


def _own(view: SavedView, by: Actor) -> SavedView:
    current = locked(view)
    if current.owner_id != getattr(by.user, "pk", None):
        raise PermissionDenied
    return current
