"""Records behind a figure: a table that can be counted, added up, paged and written out.

Rows come from a query, or from what was computed in memory. A row is its key (for links) and then its cells.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias

from django.db.models import Count, Exists, OuterRef, QuerySet, Sum
from django.utils.functional import Promise, cached_property

from common.bulk import ids
from common.sheets.writer import Kind, Value
from costs.sums import in_cents

Row: TypeAlias = tuple[Any, ...]


class Column(NamedTuple):
    """``path``: where a row keeps the value. ``words``: stored value → what people read."""

    heading: Promise | str
    path: str
    kind: Kind = "text"
    words: Mapping[Any, Any] | None = None

    def cell(self, value: Any) -> Value:
        return str(self.words.get(value, "")) if self.words is not None else value


class QueryRows:
    """Rows of a query in its order. ``identity``: path of what makes a row the same one on another day."""

    def __init__(self, queryset: QuerySet[Any], key: str, columns: Sequence[Column], identity: str) -> None:
        self.queryset = queryset
        self.key = key
        self.columns = columns
        self.identity = identity

    @cached_property
    def number(self) -> int:
        return int(self.queryset.count())

    def __len__(self) -> int:
        return self.number

    def __getitem__(self, part: slice) -> list[Row]:
        return [self._row(values) for values in self._values()[part]]

    def __iter__(self) -> Iterator[Row]:
        return (self._row(values) for values in self._values().iterator(chunk_size=5000))

    def without(self, others: "QueryRows") -> "QueryRows":
        """Those that are not among ``others``."""
        same = others.queryset.order_by().filter(**{self.identity: OuterRef(self.identity)})
        return self._chosen(self.queryset.filter(~Exists(same)))

    def only(self, identities: Iterable[int]) -> "QueryRows":
        return self._chosen(self.queryset.filter(**{f"{self.identity}__in": ids(identities)}))

    def identities(self) -> list[Any]:
        """Of each row, in the order of the rows."""
        return list(self.queryset.values_list(self.identity, flat=True))

    def measured(self, path: str) -> dict[Any, Any]:
        """``{identity: value}``."""
        return dict(self.queryset.order_by().values_list(self.identity, path))

    def total(self, path: str) -> int | Decimal:
        return _exact(self.queryset.order_by().aggregate(total=Sum(path))["total"])

    def distinct(self, path: str) -> int:
        return int(self.queryset.order_by().aggregate(number=Count(path, distinct=True))["number"])

    def values_of(self, path: str) -> list[tuple[Any, int]]:
        """Each value that occurs, and how often."""
        return list(self.queryset.order_by().values_list(path).annotate(number=Count("pk")))

    def sums_of(self, path: str, measure: str) -> list[tuple[Any, int | Decimal]]:
        rows = self.queryset.order_by().values_list(path).annotate(total=Sum(measure))
        return [(value, _exact(total)) for value, total in rows]

    def _chosen(self, queryset: QuerySet[Any]) -> "QueryRows":
        return QueryRows(queryset, self.key, self.columns, self.identity)

    def _values(self) -> Any:
        return self.queryset.values_list(self.key, *(column.path for column in self.columns))

    def _row(self, values: Row) -> Row:
        return (values[0], *(c.cell(value) for c, value in zip(self.columns, values[1:], strict=True)))


class ListRows:
    """Rows from memory, each ``{path: value}``; ``key``: path of their key, by which they are also told apart."""

    def __init__(self, rows: Sequence[Mapping[str, Any]], key: str, columns: Sequence[Column]) -> None:
        self.rows = rows
        self.key = key
        self.columns = columns

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, part: slice) -> list[Row]:
        return [self._row(row) for row in self.rows[part]]

    def __iter__(self) -> Iterator[Row]:
        return map(self._row, self.rows)

    def without(self, others: "ListRows") -> "ListRows":
        known = {row[self.key] for row in others.rows}
        return ListRows([row for row in self.rows if row[self.key] not in known], self.key, self.columns)

    def only(self, identities: Iterable[Any]) -> "ListRows":
        wanted = set(identities)
        return ListRows([row for row in self.rows if row[self.key] in wanted], self.key, self.columns)

    def identities(self) -> list[Any]:
        return [row[self.key] for row in self.rows]

    def measured(self, path: str) -> dict[Any, Any]:
        return {row[self.key]: row[path] for row in self.rows}

    def total(self, path: str) -> int | Decimal:
        return sum((row[path] for row in self.rows if row[path] is not None), 0)

    def distinct(self, path: str) -> int:
        return len({row[path] for row in self.rows})

    def values_of(self, path: str) -> list[tuple[Any, int]]:
        return list(Counter(row[path] for row in self.rows).items())

    def sums_of(self, path: str, measure: str) -> list[tuple[Any, int | Decimal]]:
        found: dict[Any, int | Decimal] = {}
        for row in self.rows:
            found[row[path]] = found.get(row[path], 0) + (row[measure] or 0)
        return list(found.items())

    def _row(self, row: Mapping[str, Any]) -> Row:
        return (row[self.key], *(column.cell(row[column.path]) for column in self.columns))


def _exact(total: Any) -> int | Decimal:
    """SQLite adds amounts with floating point."""
    return in_cents(total) if isinstance(total, Decimal) else total or 0
