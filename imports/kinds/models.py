"""The catalogue: models by manufacturer, with category and price."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from audit.models import Act
from common.parsing import normalise_heading
from common.round_trip import ROUND_TRIP
from imports.catalogue import Catalogue
from imports.enums import KindName, Outcome
from imports.kinds.base import Kind
from imports.matching import Categories
from imports.options import Context
from imports.own_rows import OwnRows
from imports.preview import Plan
from imports.reader import Cells, Table, read_cells
from imports.texts import as_read
from inventory.columns import MODEL_COLUMNS
from inventory.lists import model_cells
from inventory.models import Category, DeviceModel
from inventory.services import create_models, update_models
from inventory.services.reference import NewModel

_COLUMNS = (*MODEL_COLUMNS, *ROUND_TRIP)
#: What is taken as it stands.
_PLAIN = ("price", "warranty_months", "support_until")


@dataclass(slots=True)
class ModelWork:
    new: list[NewModel] = field(default_factory=list)
    changed: dict[int, dict[str, Any]] = field(default_factory=dict)


def plan_models(table: Table, context: Context) -> Plan:
    plan = Plan(table, context)
    cells = read_cells(plan, _COLUMNS)
    catalogue, categories = Catalogue(), Categories()
    plan.work = ModelWork()
    own = _merge(plan, cells, catalogue, categories)
    first_rows: dict[int, int] = {}
    for i, (maker, text) in enumerate(zip(cells["manufacturer"], cells["model"], strict=True)):
        if text is None and i not in own:
            if not plan.has_value(i, "model"):
                plan.reject(i, "model", "missing", _("Please fill in this cell."))
            continue
        category = _category(plan, i, cells, categories)
        position = catalogue.at(own[i].pk) if i in own else catalogue.find(maker or "", text)
        known = catalogue.entries[position] if position is not None else None
        label = str(known) if known else " ".join(catalogue.split(maker or "", text)).strip()
        by = plan.matched_by[i] or ("name" if known and known.pk else "")
        plan.matched(i, by, known.pk if known else None, label)
        if position in first_rows:
            message = _("The same model is in row %(row)d.") % {"row": table.numbers[first_rows[position]]}
            plan.reject(i, "model", "duplicate", message)
            continue
        if known is None:
            position = _create(plan, i, cells, catalogue, category)
        elif known:
            _update(plan, i, cells, known, category)
        if position is not None:
            first_rows[position] = i
    _tell_of_makers(plan, catalogue)
    return plan


def _tell_of_makers(plan: Plan, catalogue: Catalogue) -> None:
    """A manufacturer comes into being with its first model: said, as it may be a slip of the pen."""
    makers = {normalise_heading(new.manufacturer): new.manufacturer for new in plan.work.new}
    known = {key for key, maker in catalogue.manufacturers.items() if maker.pk}
    names = [name for key, name in makers.items() if key not in known]
    plan.tell_of_new(_("These manufacturers are not known yet and are created: %(names)s."), names)


def write_models(plan: Plan, act: Act) -> None:
    create_models(plan.work.new, act)
    if plan.work.changed:
        update_models(plan.work.changed, act)


def _merge(plan: Plan, cells: Cells, catalogue: Catalogue, categories: Categories) -> Mapping[int, DeviceModel]:
    """The model of each row of our own; in the cells stays only what was edited."""
    own: OwnRows[DeviceModel] = OwnRows(plan, cells, MODEL_COLUMNS, DeviceModel)
    own.find({model.pk: model for model in catalogue.entries})

    def named(category: Any) -> str:
        return str(categories.by_pk.get(category, category))

    for i, model in own.records.items():
        text = cells["category"][i]
        category = _meant(plan, text, categories) if text else None
        own.merge(
            i,
            model_cells(own.before(i, "category", *_PLAIN)),
            model_cells(model),
            fixed={"manufacturer": [model.manufacturer.name], "model": [model.name]},
            yours={"category": category.pk if category else text},
            shown={"category": named},
        )
    return own.records


def _meant(plan: Plan, text: str, categories: Categories) -> Category | None:
    decision = plan.context.decision("category", text)
    mapped = categories.by_pk.get(decision.to) if decision and decision.to is not None else None
    return mapped or categories.find(text)


def _category(plan: Plan, i: int, cells: Cells, categories: Categories) -> Category | None:
    text = cells["category"][i]
    if not text:
        return None
    category = _meant(plan, text, categories)
    if category is None:
        obstacle = _("Categories are set up by an administrator.")
        plan.wonder(i, "category", "category", text, categories.similar, obstacle)
    return category


def _create(plan: Plan, i: int, cells: Cells, catalogue: Catalogue, category: Category | None) -> int | None:
    maker, name = catalogue.split(cells["manufacturer"][i] or "", cells["model"][i])
    if not maker and not plan.has_value(i, "manufacturer"):
        plan.reject(i, "manufacturer", "missing", _("A new model needs its manufacturer."))
    if category is None and not plan.has_value(i, "category"):
        plan.reject(i, "category", "missing", _("A new model needs its category."))
    if not maker or category is None:
        return None
    values = {key: cells[key][i] for key in _PLAIN}
    if plan.is_open(i):
        plan.outcomes[i] = Outcome.NEW
        plan.work.new.append(NewModel(maker, name, category, **values))
    return catalogue.plan_new(maker, name, category, values["price"])


def _update(plan: Plan, i: int, cells: Cells, known: DeviceModel, category: Category | None) -> None:
    given = {"category": category, **{key: cells[key][i] for key in _PLAIN}}
    changes = {key: value for key, value in given.items() if value is not None and value != getattr(known, key)}
    changes = {key: value for key, value in changes.items() if not plan.is_skipped_column(key)}
    changes |= {key: None for key in _PLAIN if getattr(known, key) is not None and plan.clears(i, key)}
    if category and category.workflow != known.category.workflow and not plan.is_skipped_column("category"):
        message = _("The new category has other states than the old one, “%(old)s”.")
        plan.reject(i, "category", "other_workflow", message % {"old": known.category})
    if not plan.is_open(i):
        return
    plan.outcomes[i] = Outcome.CHANGED if changes else Outcome.UNCHANGED
    if changes:
        plan.work.changed[known.pk] = changes
    for key, value in changes.items():
        plan.change(i, key, as_read(getattr(known, key)), as_read(value))


MODELS = Kind(
    KindName.MODELS,
    _COLUMNS,
    (("model",), ("manufacturer", "category")),
    plan_models,
    write_models,
    counted=ngettext_lazy("%(n)s device model", "%(n)s device models", "count"),
    record=DeviceModel,
)
