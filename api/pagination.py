"""Lists come in pages that follow a cursor: ``{"next", "previous", "results"}``.

A cursor holds the values by which the last row of a page was sorted. Rows that come or go meanwhile shift nothing:
every row that was there all the time is given exactly once.
"""

import operator
from collections.abc import Sequence
from functools import reduce
from typing import Any, NamedTuple
from urllib.parse import urlencode
from zlib import crc32

from django.core import signing
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

_SALT = "api.cursor"


class Term(NamedTuple):
    """One value by which rows are sorted, annotated as ``name``. Rows without a value always stand last."""

    name: str
    expression: Any
    is_descending: bool
    may_be_null: bool

    def order(self, is_reversed: bool) -> OrderBy:
        by = F(self.name)
        if not self.may_be_null:
            return by.desc() if self.is_descending != is_reversed else by.asc()
        nulls = {"nulls_first": True} if is_reversed else {"nulls_last": True}
        return by.desc(**nulls) if self.is_descending != is_reversed else by.asc(**nulls)

    def equals(self, value: Any) -> Q:
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})

    def beyond(self, value: Any, is_reversed: bool) -> Q | None:
        """Rows that stand after ``value`` (or before, when reversed); ``None``: there are none."""
        if value is None:
            return Q(**{f"{self.name}__isnull": False}) if is_reversed else None
        lookup = "lt" if self.is_descending != is_reversed else "gt"
        after = Q(**{f"{self.name}__{lookup}": value})
        return after | Q(**{f"{self.name}__isnull": True}) if self.may_be_null and not is_reversed else after


class Cursor(NamedTuple):
    values: list[Any]
    is_reversed: bool


class Pages(BasePagination):
    """``?page_size=500&cursor=…``; ``?count=1`` also gives the number of all rows."""

    page_size = 100
    max_page_size = 1000
    parameters = ("cursor", "page_size", "count")

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.address = request.build_absolute_uri(request.path)
        self.query = request.query_params
        self.size = self._size()
        self.total = queryset.count() if self._wants_count() else None
        self.terms = _terms(queryset)
        cursor = self._cursor()
        backwards = cursor is not None and cursor.is_reversed
        rows = queryset.annotate(**{term.name: term.expression for term in self.terms})
        if cursor:
            rows = rows.filter(_beyond(self.terms, cursor))
        page = list(rows.order_by(*(term.order(backwards) for term in self.terms))[: self.size + 1])
        has_more = len(page) > self.size
        page = page[: self.size]
        if backwards:
            page.reverse()
        self.next = self._link(page[-1], False) if page and (has_more or backwards) else None
        self.previous = self._link(page[0], True) if page and (has_more if backwards else cursor is not None) else None
        return page

    def get_paginated_response(self, data: Any) -> Response:
        count = {} if self.total is None else {"count": self.total}
        return Response({**count, "next": self.next, "previous": self.previous, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "count": {"type": "integer", "description": "number of all rows, if it was asked for"},
                "next": link,
                "previous": link,
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        most = {"type": "integer", "minimum": 1, "maximum": self.max_page_size, "default": self.page_size}
        return [
            _parameter("cursor", "where the page begins, from `next` or `previous`", {"type": "string"}),
            _parameter("page_size", "rows of a page", most),
            _parameter("count", "1: with the number of all rows", {"type": "string", "enum": ["0", "1"]}),
        ]

    def _size(self) -> int:
        """Raises ``ValidationError`` where another page size than the one asked for would be given."""
        given = self.query.get("page_size")
        if given is None:
            return self.page_size
        # isdecimal alone admits digits of other scripts, and a number of any length.
        if given.isascii() and given.isdecimal() and len(given) < 6 and 0 < int(given) <= self.max_page_size:
            return int(given)
        message = _("A page holds between 1 and %(most)s rows.") % {"most": self.max_page_size}
        raise ValidationError({"page_size": message}, "invalid")

    def _wants_count(self) -> bool:
        given = self.query.get("count", "0")
        if given not in ("0", "1"):
            raise ValidationError({"count": _("0 or 1 is possible here.")}, "invalid")
        return given == "1"

    def _cursor(self) -> Cursor | None:
        given = self.query.get("cursor")
        if given is None:
            return None
        try:
            check, is_reversed, values = signing.loads(given, salt=_SALT)
        except signing.BadSignature:
            check = None
        if check != self._check():
            raise ValidationError({"cursor": _("This cursor does not belong to this list and its sorting.")}, "invalid")
        return Cursor(values, is_reversed)

    def _link(self, row: Any, is_reversed: bool) -> str:
        values = [_plain(row[term.name] if isinstance(row, dict) else getattr(row, term.name)) for term in self.terms]
        cursor = signing.dumps([self._check(), is_reversed, values], salt=_SALT)
        kept = [(name, value) for name, given in self.query.lists() for value in given if name != "cursor"]
        return f"{self.address}?{urlencode([*kept, ('cursor', cursor)])}"

    def _check(self) -> int:
        """Ties a cursor to the list and its sorting."""
        sorting = [(getattr(term.expression, "name", ""), term.is_descending) for term in self.terms]
        return crc32(repr((self.address.partition("://")[2], sorting)).encode())


def _terms(queryset: QuerySet[Any]) -> list[Term]:
    """By what the rows are sorted, and in the end by their key."""
    query = queryset.query
    sorting: Sequence[Any] = query.order_by or (query.default_ordering and queryset.model._meta.ordering) or ()
    terms: list[Term] = []
    for given in (*sorting, "pk"):
        by = given if isinstance(given, OrderBy) else _order(given)
        path: str | None = getattr(by.expression, "name", None)
        may_be_null = path is None or _may_be_null(queryset, path)
        terms.append(Term(f"sorted_{len(terms)}", by.expression, by.descending, may_be_null))
        if path in ("pk", "id"):
            break
    return terms


def _order(given: Any) -> OrderBy:
    if isinstance(given, str):
        return F(given.removeprefix("-")).desc() if given.startswith("-") else F(given).asc()
    return OrderBy(given)


def _may_be_null(queryset: QuerySet[Any], path: str) -> bool:
    model: Any = queryset.model
    for name in path.split("__"):
        if name == "pk":
            return False
        if name in queryset.query.annotations:
            return True
        field = model._meta.get_field(name)
        if getattr(field, "null", True):
            return True
        model = field.related_model
    return False


def _beyond(terms: Sequence[Term], cursor: Cursor) -> Q:
    """Rows that stand beyond the cursor: equal in the first terms, beyond it in the next one."""
    ways: list[Q] = []
    for index, term in enumerate(terms):
        further = term.beyond(cursor.values[index], cursor.is_reversed)
        if further is not None:
            same = (one.equals(value) for one, value in zip(terms[:index], cursor.values, strict=False))
            ways.append(reduce(operator.and_, same, Q()) & further)
    return reduce(operator.or_, ways)


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def _parameter(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": schema}
