"""What a list is that people look at, and the one way to order, group and write it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import IO, Any, NamedTuple

from django.db.models import Count, F, QuerySet
from django.db.models.expressions import OrderBy

from common.columns import Column
from common.filters import ListFilter
from common.sheets.text import write_rows_csv
from common.sheets.writer import LARGE, BookWriter, Field, Value
from reports.enums import ListName
from reports.lists import in_order

#: Key of the record (``None``: the reader may not open it), and its values in the order of the columns.
Rows = Iterator[tuple[int | None, list[Value]]]


class Table(NamedTuple):
    """``records`` of a day that somebody sees, in their usual order; ``rows`` of some of them, in the order given.

    ``paths``: where the records keep a column by which they can be ordered; ``groups``: those that make groups.
    ``usual``: the columns that are shown until others are chosen. ``money``: columns that need the right to see money.
    ``most``: no file has more rows than these (``None``: however many there are).
    """

    columns: tuple[Column, ...]
    records: Callable[[Any, date], QuerySet[Any]]
    rows: Callable[[QuerySet[Any], Sequence[Column], Any, date], Rows]
    filters: type[ListFilter]
    paths: Mapping[str, str]
    groups: tuple[str, ...]
    usual: tuple[str, ...]
    is_dated: bool = False
    money: frozenset[str] = frozenset()
    most: int | None = None

    def columns_for(self, *, with_prices: bool) -> list[Column]:
        return [c for c in self.columns if with_prices or (c.kind != "money" and c.key not in self.money)]


def ordered(table: Table, records: QuerySet[Any], ordering: str, group: str) -> QuerySet[Any]:
    """``records`` by group first, then by a column (``-key``: downwards), then as usual. No value stands last.

    With a group each record has its ``group_value``.
    """
    by_group = [F(table.paths[group]).asc(nulls_last=True)] if group else []
    by_column = [_order(F(table.paths[ordering.removeprefix("-")]), ordering)] if ordering else []
    usual = records.query.order_by or records.model._meta.ordering
    sorted_records = records.order_by(*by_group, *by_column, *usual, "pk")
    return sorted_records.annotate(group_value=F(table.paths[group])) if group else sorted_records


def group_sizes(table: Table, records: QuerySet[Any], group: str) -> dict[Any, int]:
    """Number of all ``records`` by what ``table.paths`` holds of the group."""
    plain = records.model._default_manager.filter(pk__in=records.order_by().values("pk")).order_by()
    return dict(plain.values_list(table.paths[group]).annotate(number=Count("pk")))


def write_table(
    target: IO[bytes],
    name: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Value]],
    *,
    number: int,
    now: datetime,
) -> None:
    """The chosen columns as a workbook; ``number`` of rows."""
    title = str(ListName(name).label)
    fields = [Field(column.heading(), column.width, column.kind) for column in columns]
    with BookWriter(target, title=title, created=now, large=number > LARGE) as book:
        book.sheet(title).table(0, fields, rows, frozen=1)


def write_table_csv(target: IO[bytes], columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> None:
    write_rows_csv(target, [column.heading() for column in columns], rows)


def celled(cells: Callable[[Any], Mapping[str, Any]]) -> Callable[..., Rows]:
    """Rows of records that carry all that their cells need."""

    def rows(records: QuerySet[Any], columns: Sequence[Column], _viewer: Any, _day: date) -> Rows:
        return in_order(((one.pk, cells(one)) for one in records), columns)

    return rows


def _order(field: F, ordering: str) -> OrderBy:
    return field.desc(nulls_last=True) if ordering.startswith("-") else field.asc(nulls_last=True)
