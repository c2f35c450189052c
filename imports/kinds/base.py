"""What the import knows about a kind of workbook."""

from collections.abc import Callable
from dataclasses import dataclass

from audit.models import Act
from common.columns import Column
from imports.enums import KindName
from imports.options import Context
from imports.preview import Plan
from imports.reader import Table


@dataclass(frozen=True, slots=True)
class Kind:
    """``needs``: of each group of columns at least one must be there, else it is another kind.

    ``marks``: the same where nobody said what kind it is and the headings must decide alone.
    ``plan`` only reads; ``write`` carries out the plan's rows that were not rejected.
    """

    name: KindName
    columns: tuple[Column, ...]
    needs: tuple[tuple[str, ...], ...]
    plan: Callable[[Table, Context], Plan]
    write: Callable[[Plan, Act], None]
    marks: tuple[tuple[str, ...], ...] = ()

    def missing(self, keys: set[str]) -> list[tuple[str, ...]]:
        return [group for group in self.needs if keys.isdisjoint(group)]
