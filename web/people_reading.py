"""What the pages about people show."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.apps import apps
from django.core.paginator import Paginator
from django.db.models import DateField, DateTimeField, Model, Prefetch
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from audit.models import Entry
from reports.trail import Change, changes_of, label_of
from reports.trail_reader import reader_for
from reports.verbs import verb_text
from schools.access import RIGHTS, Right
from schools.enums import AUTHORITY_ROLES, SCHOOL_ROLES, Role
from schools.filters import PersonFilter
from schools.models import ApiToken, Membership, School
from schools.people import entries_about_person, people_visible_to
from web.lists import PER_PAGE, chips_of, filters_of

#: So many entries of the audit trail stand on the page of a person.
LATEST = 20
#: Tables and columns of packages that have no name for them which people would understand.
_TITLES = {
    "account.EmailAddress": gettext_lazy("E-mail addresses"),
    "admin.LogEntry": gettext_lazy("Changes of reference tables"),
    "mfa.Authenticator": gettext_lazy("Second factors"),
    "socialaccount.SocialAccount": gettext_lazy("Accounts of the directory"),
    "usersessions.UserSession": gettext_lazy("Sessions"),
}
_LABELS = {
    "imports.ImportBatch": {
        "act": gettext_lazy("number of the act"),
        "undo_act": gettext_lazy("number of the act that took it back"),
        "sha256": gettext_lazy("checksum of the file"),
    },
    "imports.ImportProfile": {"fingerprint": gettext_lazy("checksum of the headings")},
    "mfa.Authenticator": {
        "type": gettext_lazy("kind"),
        "created_at": gettext_lazy("created"),
        "last_used_at": gettext_lazy("last used"),
    },
    "socialaccount.SocialAccount": {
        "provider": gettext_lazy("directory"),
        "uid": gettext_lazy("name there"),
        "date_joined": gettext_lazy("connected"),
    },
    "usersessions.UserSession": {
        "created_at": gettext_lazy("signed in"),
        "last_seen_at": gettext_lazy("last seen"),
        "ip": gettext_lazy("network address"),
        "user_agent": gettext_lazy("browser"),
    },
}


class RoleRow(NamedTuple):
    """One membership; ``rights``: what it allows, in words."""

    membership: Membership
    is_valid: bool
    rights: list[Any]


class Deed(NamedTuple):
    entry: Entry
    verb: str
    changes: list[Change]


def list_context(request: HttpRequest) -> dict[str, Any]:
    roles = Membership.objects.visible_to(request.user).valid().select_related("school").order_by("role", "pk")
    people = people_visible_to(request.user).order_by("last_name", "first_name", "username")
    shown = people.prefetch_related(Prefetch("memberships", roles, to_attr="roles_today"))
    found = PersonFilter(request.GET, shown, request=request)
    found.form.fields["q"].widget.input_type = "search"
    page = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    return {
        "filter_form": found.form,
        "page_obj": page,
        "chips": chips_of(found.form, request.GET),
        "filters": filters_of(request.GET),
    }


def person_context(request: HttpRequest, person: User) -> dict[str, Any]:
    """Roles, tokens, and what was done about somebody."""
    tokens = ApiToken.objects.visible_to(request.user).filter(user=person).select_related("school")
    return {
        "person": person,
        "roles": roles_of_person(request, person),
        "tokens": tokens.order_by("name", "pk"),
        "deeds": _deeds(request, entries_about_person(person)[:LATEST]),
        "now": timezone.now(),
        "is_oneself": person.pk == request.user.pk,
    }


def roles_of_person(request: HttpRequest, person: User) -> list[RoleRow]:
    """Valid ones first, then those that are over."""
    rows = Membership.objects.visible_to(request.user).filter(user=person).select_related("school")
    today = timezone.localdate()
    told = [RoleRow(row, row.is_valid_on(today), rights_in_words(row.role)) for row in rows.order_by("pk")]
    return sorted(told, key=lambda one: not one.is_valid)


def rights_in_words(role: str) -> list[Any]:
    return [right.label for right in Right if right in RIGHTS[role]]


def role_table() -> dict[str, Any]:
    """Who may do what: one line per right, one column per role."""
    return {
        "groups": [{"roles": list(AUTHORITY_ROLES)}, {"roles": list(SCHOOL_ROLES)}],
        "roles": list(Role),
        "lines": [{"right": right, "cells": [(role, right in RIGHTS[role]) for role in Role]} for right in Right],
    }


def told_data(request: HttpRequest, data: dict[str, Any]) -> dict[str, Any]:
    """``schools.privacy.data_about`` as a page shows it; of long lists the newest rows."""
    schools = {school.pk: str(school) for school in School.objects.visible_to(request.user)}
    return {
        "facts": _facts(User, data["person"], schools),
        "own": [_section(name, rows, schools) for name, rows in data["own"].items()],
        "deeds": [_section(name, rows, schools) for name, rows in data["deeds"].items()],
        "trail": [_detail(one) for one in reversed(data["trail"][-LATEST:])],
    }


def _detail(one: dict[str, Any]) -> tuple[str, str, list[str]]:
    """When, what, and the values that were written then."""
    values = [f"{label_of(User, name)}: {new or old or '–'}" for name, (old, new) in one["changes"].items()]
    return _moment(one["at"]), verb_text(one["verb"]), values


def _moment(value: str) -> str:
    moment = parse_datetime(value)
    return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT") if moment else value


def _section(name: str, rows: list[dict[str, Any]], schools: dict[int, str]) -> dict[str, Any]:
    """``name``: ``app.Model.field``."""
    label, _dot, field = name.rpartition(".")
    model = apps.get_model(label)
    return {
        "title": _TITLES.get(label) or model._meta.verbose_name_plural,
        "role": "" if field == "user" else _field(model, field).verbose_name,
        "number": len(rows),
        "rows": [_facts(model, row, schools) for row in reversed(rows[-LATEST:])],
    }


def _facts(model: type[Model], row: dict[str, Any], schools: dict[int, str]) -> list[tuple[Any, str]]:
    """``(label, value)`` of what is filled in."""
    fields = {name: _field(model, name) for name, value in row.items() if value not in (None, "")}
    labels = _LABELS.get(model._meta.label, {})
    return [
        (labels.get(name) or field.verbose_name, _value(field, row[name], schools)) for name, field in fields.items()
    ]


def _field(model: type[Model], name: str) -> Any:
    return model._meta.get_field(name)


def _value(field: Any, value: Any, schools: dict[int, str]) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field.name == "verb":
        return verb_text(value)
    if isinstance(field, DateTimeField):
        return _moment(value)
    if isinstance(field, DateField) and (day := parse_date(value)):
        return date_format(day, "SHORT_DATE_FORMAT")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if field.is_relation and field.related_model is School:
        return schools.get(value, f"#{value}")
    return f"#{value}" if field.is_relation else str(value)


def _deeds(request: HttpRequest, entries: Iterable[Entry]) -> list[Deed]:
    """Entries about a person, readable: whose account it is, the page says; with what browser, that of the act."""
    found, reader = list(entries), reader_for(request.user)
    reader = reader._replace(hidden={*reader.hidden, "user", "program"})
    names = reader.names(found)
    return [Deed(one, verb_text(one.act.verb, one.act.channel), changes_of(one, reader, names)) for one in found]
