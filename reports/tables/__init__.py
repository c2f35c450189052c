"""Every list as people look at it: columns to choose from, order, groups; on the page and as a file alike.

``reports.lists`` has those that go out and come back by import; here they all are, with one way to show them.
"""

from collections.abc import Mapping

from reports.tables.holdings import HOLDINGS
from reports.tables.records import RECORDS
from reports.tables.table import Table, group_sizes, ordered, write_table, write_table_csv

TABLES: dict[str, Table] = HOLDINGS | RECORDS


def add_tables(tables: Mapping[str, Table]) -> None:
    """Lists of what is known further up alone; said once, when the application starts."""
    TABLES.update(tables)


__all__ = ["TABLES", "Table", "add_tables", "group_sizes", "ordered", "write_table", "write_table_csv"]
