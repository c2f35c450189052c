"""Writing thousands of rows in a constant number of statements, derived from the model.

``bulk_create`` builds one object and one placeholder list per row and costs about ten times the
driver's own ``executemany`` (SQLite) or ``COPY`` (PostgreSQL); see docs/decisions. Callers hold the
transaction. Values are given as the database stores them after ``get_db_prep_save``; dates,
instants, decimals and JSON are adapted here per column.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import Any

from django.db import connection, models
from django.db.models import Field
from django.db.models.expressions import RawSQL

Row = Sequence[Any]
_CHUNK = 1000
_EMPTY: dict[type, str] = {dict: "{}", list: "[]"}
_encode = json.JSONEncoder(ensure_ascii=False).encode
_NATIVE = (
    models.CharField,
    models.TextField,
    models.IntegerField,
    models.BooleanField,
    models.ForeignKey,
    models.AutoField,
)


def ids(values: Iterable[int]) -> RawSQL:
    """``pk__in=ids(values)``: any number of keys as one parameter of one statement."""
    numbers = list(values)
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", (numbers,))
    return RawSQL("SELECT value FROM json_each(%s)", (json.dumps(numbers),))


def codes(values: Iterable[str]) -> RawSQL:
    """The same for texts."""
    texts = list(values)
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::text[])", (texts,))
    return RawSQL("SELECT value FROM json_each(%s)", (json.dumps(texts),))


def next_ids(model: type[models.Model], count: int) -> range | list[int]:
    """Reserve ``count`` primary keys. On SQLite the open write transaction keeps them ours."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
        start = (row[0] if row else 0) + 1
        return range(start, start + count)


def insert_rows(model: type[models.Model], names: Sequence[str], rows: Iterable[Row]) -> None:
    """Insert ``rows`` whose cells follow the field ``names`` (``"id"`` included where reserved)."""
    fields = [_field(model, name) for name in names]
    columns = ", ".join(_quote(field.column) for field in fields)
    table = _quote(model._meta.db_table)
    prepared = _prepared(fields, rows)
    with connection.wrap_database_errors, connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in prepared:
                    copy.write_row(row)
            return
        marks = ", ".join(["?"] * len(fields))
        # The raw cursor takes "?" marks: Django's wrapper would rewrite the statement for each call.
        cursor.connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", prepared)


def update_rows(model: type[models.Model], names: Sequence[str], rows: Iterable[Row]) -> None:
    """Set the fields ``names`` of rows given as ``(pk, value, …)``."""
    fields = [_field(model, name) for name in names]
    prepared = _prepared([model._meta.pk, *fields], rows)
    table = _quote(model._meta.db_table)
    with connection.wrap_database_errors, connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _update_by_copy(cursor, table, fields, prepared)
            return
        sets = ", ".join(f"{_quote(field.column)} = ?" for field in fields)
        reordered = ((*row[1:], row[0]) for row in prepared)
        cursor.connection.executemany(f"UPDATE {table} SET {sets} WHERE id = ?", reordered)


def delete_rows(model: type[models.Model], keys: Iterable[int]) -> None:
    """Delete rows by key in one statement; the caller knows that no row refers to them."""
    chosen = ids(keys)
    with connection.wrap_database_errors, connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {_quote(model._meta.db_table)} WHERE id IN ({chosen.sql})", chosen.params)


def in_chunks(rows: Iterable[Any], size: int) -> Iterable[list[Any]]:
    iterator = iter(rows)
    while chunk := list(islice(iterator, size)):
        yield chunk


def _update_by_copy(cursor: Any, table: str, fields: list[Field], rows: Iterable[Row]) -> None:
    columns = ", ".join(_quote(field.column) for field in fields)
    cursor.execute(f"CREATE TEMPORARY TABLE _update ON COMMIT DROP AS SELECT id, {columns} FROM {table} WITH NO DATA")
    with cursor.copy(f"COPY _update (id, {columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    sets = ", ".join(f"{_quote(field.column)} = _update.{_quote(field.column)}" for field in fields)
    cursor.execute(f"UPDATE {table} SET {sets} FROM _update WHERE {table}.id = _update.id")
    cursor.execute("DROP TABLE _update")


def _field(model: type[models.Model], name: str) -> Field:
    field = model._meta.get_field(name)
    if not isinstance(field, Field):
        raise TypeError(f"{model.__name__}.{name} is not a column")
    return field


def _quote(name: str | None) -> str:
    return connection.ops.quote_name(name or "")


def _prepared(fields: Sequence[Any], rows: Iterable[Row]) -> Iterable[Row]:
    """Adapt only the columns whose type the driver does not take as it is, a column at a time."""
    special = [(i, _adapter(f)) for i, f in enumerate(fields) if not _is_native(f)]
    if not special:
        yield from rows
        return
    for chunk in in_chunks(rows, _CHUNK):
        columns: list[Any] = list(zip(*chunk, strict=True))
        for index, adapt in special:
            columns[index] = map(adapt, columns[index])
        yield from zip(*columns, strict=True)


def _is_native(field: Any) -> bool:
    if connection.vendor == "postgresql":
        return not isinstance(field, models.JSONField)
    return isinstance(field, _NATIVE)


def _as_json(value: Any) -> str | None:
    """Most values of a column of JSON are empty, and those repeat."""
    if value is None or isinstance(value, str):
        return value
    return _encode(value) if value or type(value) not in _EMPTY else _EMPTY[type(value)]


def _adapter(field: Any) -> Callable[[Any], Any]:
    """How a value of one column becomes what the driver takes; days and instants repeat."""
    if isinstance(field, models.JSONField):
        return _as_json
    if isinstance(field, models.DateTimeField):
        return lru_cache(1000)(connection.ops.adapt_datetimefield_value)
    if isinstance(field, models.DateField):
        return lru_cache(5000)(lambda day: None if day is None else date.isoformat(day))
    return lru_cache(1000)(lambda value: None if value is None else field.get_db_prep_save(value, connection))
