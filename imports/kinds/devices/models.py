"""Model per row: of the catalogue, mapped, or to be created as decided."""

from typing import Any, NamedTuple

from imports.catalogue import Catalogue, obstacle_to_create
from imports.matching import Categories
from imports.preview import Plan
from imports.reader import Cells
from inventory.models import Category


class _Answer(NamedTuple):
    """``position`` in the catalogue, or what to ask about."""

    position: int | None
    kind: str = ""
    text: str = ""
    obstacle: str = ""


def resolve_models(plan: Plan, cells: Cells, catalogue: Catalogue) -> list[int | None]:
    """Position in the catalogue per row; ``None`` where none is named or it is unknown."""
    categories = Categories()
    pairs = list(zip(cells["manufacturer"], cells["model"], strict=True))
    hints: dict[tuple[Any, Any], str] = {}
    for pair, category in zip(pairs, cells["category"], strict=True):
        if category:
            hints.setdefault(pair, category)
    answers: dict[tuple[Any, Any], _Answer] = {}
    found: list[int | None] = []
    for i, pair in enumerate(pairs):
        if not pair[1]:
            found.append(None)
            continue
        answer = answers.get(pair)
        if answer is None:
            answer = answers[pair] = _answer(plan, pair[0] or "", pair[1], hints.get(pair, ""), catalogue, categories)
        found.append(answer.position)
        if answer.position is None:
            find = categories.similar if answer.kind == "category" else catalogue.similar
            plan.wonder(i, answer.kind, answer.kind, answer.text, find, answer.obstacle)
    return found


def _answer(
    plan: Plan, manufacturer: str, model: str, hint: str, catalogue: Catalogue, categories: Categories
) -> _Answer:
    position = catalogue.find(manufacturer, model)
    if position is not None:
        return _Answer(position)
    maker, name = catalogue.split(manufacturer, model)
    text = f"{maker} {name}".strip()
    decision = plan.context.decision("model", text)
    if decision and decision.action == "map" and decision.to is not None:
        return _Answer(catalogue.at(decision.to), "model", text)
    details = decision.details if decision else {}
    maker, name = str(details.get("manufacturer") or maker), str(details.get("model") or name)
    category = _category(plan, str(details.get("category") or hint), categories)
    if decision and decision.action == "create":
        if maker and category:
            return _Answer(catalogue.plan_new(maker, name, category))
        if maker and hint and not category:
            return _Answer(None, "category", hint)
    return _Answer(None, "model", text, obstacle_to_create(maker, category))


def _category(plan: Plan, text: str, categories: Categories) -> Category | None:
    if not text:
        return None
    decision = plan.context.decision("category", text)
    if decision and decision.action == "map" and decision.to is not None:
        return categories.by_pk.get(decision.to)
    return categories.find(text)
