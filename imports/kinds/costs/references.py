"""What the cells of a cost name: category or trade, site, order and construction project."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from common.bulk import codes, ids
from common.parsing import normalise_heading
from costs.lists import project_name
from imports.kinds.sites import one_site, sites_called
from imports.matching import Categories, Sites, similar
from imports.preview import Choice, Plan
from imports.reader import Cells
from inventory.models import Category, Order
from rollout.columns import parse_trade
from rollout.models import ConstructionProject
from schools.enums import Trade
from schools.models import School, Site


class References:
    """What rows name, by dictionaries. ``schools``: per row, once they are known."""

    def __init__(self, plan: Plan, cells: Cells) -> None:
        self.plan, self.cells = plan, cells
        self.schools: Sequence[School | None] = [None] * len(plan.outcomes)
        self.categories, self.sites = Categories(), Sites()
        self._orders = _orders(plan, set(filter(None, cells["order"])))
        self._projects = _Projects() if any(cells["project"]) else None

    def of(self, i: int) -> dict[str, Any]:
        """Fields of ``NewPart`` that row ``i`` says, by name; what cannot be resolved is told or asked."""
        said = {"trade": self.cells["trade"][i], "school": self.schools[i]}
        said |= self._category(i) | {"site": self._site(i), "order": self._order(i)}
        said["project"] = self._project(i, said)
        said = {name: value for name, value in said.items() if value}
        for one, other, blank in (("trade", "category", None), ("category", "trade", ""), ("order", "project", None)):
            if one in said and other not in said:
                said[other] = blank
        if "project" in said and "order" not in self.plan.table.index:
            said.setdefault("order", None)
        return said

    def is_called(self, project: ConstructionProject, text: str) -> bool:
        """Whether ``text`` means the project, among others maybe."""
        return self._projects is not None and project in self._projects.called(text)

    def _category(self, i: int) -> dict[str, Any]:
        """A category; a column that mixes both may name a trade, too."""
        text = self.cells["category"][i]
        if not text:
            return {}
        if category := self.categories.find(text) or self._decided(text):
            return {"category": category}
        trade = parse_trade.words.get(normalise_heading(text))
        if trade and self.cells["trade"][i] in (None, trade):
            return {"trade": trade}
        obstacle = _("Categories of equipment are part of the reference data.")
        self.plan.wonder(i, "category", "category", text, self.categories.similar, obstacle)
        return {}

    def _decided(self, text: str) -> Category | None:
        decision = self.plan.context.decision("category", text)
        return self.categories.by_pk.get(decision.to or 0) if decision and decision.action == "map" else None

    def _site(self, i: int) -> Site | None:
        text = self.cells["site"][i]
        if not text:
            return None
        found = sites_called(self.sites, text, self.schools[i])
        if not found:
            self.plan.reject(i, "site", "unknown_site", _("There is no site of this name or street."))
        return one_site(self.plan, i, found, text)

    def _order(self, i: int) -> Order | None:
        text = self.cells["order"][i]
        if not text:
            return None
        found = self._orders.get(text)
        if found is None:
            obstacle = _("An order is created from a list of orders.")
            self.plan.wonder(i, "order", "order", text, _similar_orders, obstacle)
        return found

    def _project(self, i: int, said: dict[str, Any]) -> ConstructionProject | None:
        text = self.cells["project"][i]
        if not text or self._projects is None:
            return None
        places = {said["site"].pk} if said["site"] else None
        school = self.schools[i]
        if places is None and school:
            places = {site.pk for site in self.sites.of(school)}
        found = [
            project
            for project in self._projects.called(text)
            if (places is None or project.site_id in places) and said.get("trade") in (None, project.trade)
        ]
        if not found:
            message = _("There is no such construction project here.")
            self.plan.reject(i, "project", "unknown_project", message)
        if len(found) < 2:
            return found[0] if found else None
        message = _("There are several construction projects that “%(text)s” may mean.") % {"text": text}
        answer = self.plan.ambiguous(i, "project", [Choice(project.pk, str(project)) for project in found], message)
        return next((project for project in found if answer and project.pk == answer.to), None)


class _Projects:
    """Projects by trade, by title, and by the trade with the site or building, in either language."""

    def __init__(self) -> None:
        self._by_name: dict[str, list[ConstructionProject]] = {}
        self._by_trade: dict[str, list[ConstructionProject]] = {}
        for project in ConstructionProject.objects.existing().select_related("site", "building"):
            self._by_trade.setdefault(project.trade, []).append(project)
        for language in ("de", "en"):
            with translation.override(language):
                for project in (project for of_trade in self._by_trade.values() for project in of_trade):
                    for name in set(map(normalise_heading, _names(project))):
                        self._by_name.setdefault(name, []).append(project)

    def called(self, text: str) -> list[ConstructionProject]:
        """The projects of that name; a word for a trade means all of that trade."""
        key = normalise_heading(text)
        found = self._by_name.get(key, []) + self._by_trade.get(parse_trade.words.get(key, ""), [])
        return list({project.pk: project for project in found}.values())


def _names(project: ConstructionProject) -> Iterator[str]:
    yield project.title or str(project)
    yield str(project)
    yield project_name(project)
    yield f"{Trade(project.trade).label} {project.building or project.site.name}"
    yield f"{Trade(project.trade).label} {project.site.street}"


def _orders(plan: Plan, numbers: set[str]) -> dict[str, Order]:
    """Orders by number, and by the texts that somebody said mean one."""
    decided = {text: decision.to for text in numbers if (decision := plan.context.decision("order", text))}
    found = Order.objects.filter(Q(number__in=codes(numbers)) | Q(pk__in=ids(filter(None, decided.values()))))
    orders = {order.pk: order for order in found} if numbers else {}
    by_text = {text: orders[pk] for text, pk in decided.items() if pk in orders}
    return by_text | {order.number: order for order in orders.values()}


def _similar_orders(text: str) -> list[Choice]:
    return similar(text, list(Order.objects.values_list("pk", "number")))
