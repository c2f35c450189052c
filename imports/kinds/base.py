"""What the import knows about a kind of workbook."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import ngettext_lazy

from audit.models import Act
from common.columns import Column
from imports.enums import KindName
from imports.models import ImportBatch
from imports.options import Context
from imports.preview import Plan
from imports.reader import Table
from schools.access import Right

_ROWS = ngettext_lazy("%(n)s row", "%(n)s rows", "count")


@dataclass(frozen=True, slots=True)
class Kind:
    """``needs``: of each group of columns at least one must be there, else it is another kind.

    ``marks``: the same where nobody said what kind it is and the headings must decide alone.
    ``foreign``: of these columns of other kinds none may be there then.
    ``counted``: how many records of it, by ``count`` and the formatted number ``n``.
    ``plan`` only reads; ``write`` carries out the plan's rows that were not rejected.
    ``record``: whose keys the plan names as the record of each row.
    ``right``: what its rows need in the whole authority, instead of the rights in the schools that they touch.
    ``conclude``: afterwards, in the same transaction, what the batch itself keeps of it.
    """

    name: KindName
    columns: tuple[Column, ...]
    needs: tuple[tuple[str, ...], ...]
    plan: Callable[[Table, Context], Plan]
    write: Callable[[Plan, Act], None]
    marks: tuple[tuple[str, ...], ...] = ()
    foreign: tuple[Column, ...] = ()
    counted: Promise = _ROWS
    record: type[Model] | None = None
    right: Right | None = None
    conclude: Callable[[Plan, ImportBatch], None] | None = None

    def missing(self, keys: set[str]) -> list[tuple[str, ...]]:
        return [group for group in self.needs if keys.isdisjoint(group)]
