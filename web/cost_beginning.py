"""What the form for a new cost begins with for somebody who comes from a programme, an order or a project."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from funding.models import Financing
from inventory.models import Order
from rollout.models import ConstructionProject
from web.forms.cost_picks import Picks

#: Programme (as the list of the form has it) and percent: ``None`` where one pays all, or nothing is known.
_Payers = Sequence[tuple[str, Decimal | None]]
_NOBODY: _Payers = [("", None)]


class Beginning(NamedTuple):
    """``document``: fields of the form; ``rows``: of its parts. What is not known is left out."""

    document: Mapping[str, Any] = {}
    rows: Sequence[dict[str, Any]] = ()


def begin(picks: Picks, wanted: Mapping[str, str]) -> Beginning:
    """``wanted``: ``order`` or ``project``, and ``programme``, with a key each; what is not there says nothing."""
    found = _of_paper(picks, wanted)
    programme = {"programme": wanted.get("programme", "")}
    if programme["programme"] not in picks.programmes:
        return found
    rows = [row if row.get("programme") else row | programme for row in found.rows]
    return found._replace(rows=rows or [programme])


def _of_paper(picks: Picks, wanted: Mapping[str, str]) -> Beginning:
    for text, told in picks.papers.items():
        order, project = told.get("order"), told.get("project")
        if order and str(order.pk) == wanted.get("order"):
            return Beginning({"payee": order.supplier}, _of_order(order, text))
        if project and str(project.pk) == wanted.get("project"):
            return Beginning({"payee": project.contractor}, _of_project(project, text, picks))
    return Beginning()


def _of_order(order: Order, text: str) -> list[dict[str, Any]]:
    """A row for each category and who pays for it; shares of one category only are shares of the document."""
    lines = order.lines.select_related("model", "financing").prefetch_related("financing__shares")
    found = {(line.model.category_id, line.financing_id): line.financing for line in lines.order_by("position")}
    rows = [
        {"paper": text, "purpose": f"c-{category}", "programme": programme, "percent": percent}
        for (category, _key), financing in found.items()
        for programme, percent in _payers(financing)
    ]
    if len(found) > 1:
        rows = [row | {"percent": None} for row in rows]
    return [dict(row) for row in dict.fromkeys(tuple(row.items()) for row in rows)]


def _of_project(project: ConstructionProject, text: str, picks: Picks) -> list[dict[str, Any]]:
    about = {"paper": text, "purpose": f"t-{project.trade}", "place": _place(project, picks)}
    return [about | {"programme": one, "percent": percent} for one, percent in _payers(project.financing)]


def _payers(financing: Financing | None) -> _Payers:
    shares = list(financing.shares.all()) if financing else []
    if len(shares) < 2:
        return [(str(share.programme_id), None) for share in shares] or _NOBODY
    return [(str(share.programme_id), share.percent) for share in shares]


def _place(project: ConstructionProject, picks: Picks) -> str:
    """The school that alone uses the site, else the site."""
    schools = list(project.site.uses.values_list("school", flat=True)[:2])
    keys = [f"s-{schools[0]}-{project.site_id}", f"s-{schools[0]}"] if len(schools) == 1 else []
    return next((key for key in (*keys, f"l-{project.site_id}") if key in picks.places), "")
