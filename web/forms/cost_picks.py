"""What a part of a cost can name: read once for all rows of the form, in a constant number of queries."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from costs.services import NewPart
from funding.models import Programme
from inventory.models import Category, Order
from rollout.models import ConstructionProject
from schools.enums import Trade
from schools.models import School, Site, SiteUse


class Picks:
    """``programmes``, ``purposes``, ``places``: value of a list → fields of ``NewPart``. ``papers``: by text."""

    def __init__(self, user: Any) -> None:
        found = Programme.objects.visible_to(user)
        self.programmes: dict[str, dict[str, Any]] = {str(one.pk): {"programme": one} for one in found}
        trades = {f"t-{trade.value}": {"trade": trade.value} for trade in Trade}
        categories = {f"c-{one.pk}": {"category": one} for one in Category.objects.visible_to(user)}
        self.purposes: dict[str, dict[str, Any]] = trades | categories
        self.places = _schools(user) | {f"l-{one.pk}": {"site": one} for one in Site.objects.visible_to(user)}
        self.papers = _papers(user)

    @property
    def programme_choices(self) -> list[tuple[str, str]]:
        return [("", _("Please choose")), *((key, str(told["programme"])) for key, told in self.programmes.items())]

    @property
    def purpose_choices(self) -> list[tuple[Any, Any]]:
        trades = [(f"t-{trade.value}", trade.label) for trade in Trade]
        categories = [(key, str(told["category"])) for key, told in self.purposes.items() if "category" in told]
        return [("", "–"), (_("Trade"), trades), (_("Category"), categories)]

    @property
    def place_choices(self) -> list[tuple[Any, Any]]:
        """A school; where it has several sites, each of them, too; or a site that no school stands for."""
        schools = [(key, _place(told)) for key, told in self.places.items() if "school" in told]
        sites = [(key, str(told["site"])) for key, told in self.places.items() if "school" not in told]
        return [("", "–"), (_("School"), schools), (_("Site"), sites)]

    def initial(self, part: NewPart) -> dict[str, Any]:
        """A part as the fields of its row show it; a place that is not in the list is added to it."""
        site = None if part.project and part.site and part.site.pk == part.project.site_id else part.site
        place = {name: one for name, one in (("school", part.school), ("site", site)) if one}
        if place and _place_key(place) not in self.places:
            self.places[_place_key(place)] = place
        return {
            "programme": str(part.programme.pk),
            "amount": part.amount,
            "purpose": f"t-{part.trade}" if part.trade else f"c-{part.category.pk}" if part.category else "",
            "place": _place_key(place),
            "paper": next((text for text, told in self.papers.items() if _is_of(told, part)), ""),
        }


def _schools(user: Any) -> dict[str, dict[str, Any]]:
    uses: dict[int, list[SiteUse]] = {}
    for use in SiteUse.objects.visible_to(user).select_related("site").order_by("site__sort_key"):
        uses.setdefault(use.school_id, []).append(use)
    found: dict[str, dict[str, Any]] = {}
    for school in School.objects.visible_to(user):
        found[f"s-{school.pk}"] = {"school": school}
        sites = uses.get(school.pk, [])
        for use in sites if len(sites) > 1 else ():
            found[f"s-{school.pk}-{use.site_id}"] = {"school": school, "site": use.site}
    return found


def _place_key(place: Mapping[str, Any]) -> str:
    school, site = place.get("school"), place.get("site")
    if school:
        return f"s-{school.pk}-{site.pk}" if site else f"s-{school.pk}"
    return f"l-{site.pk}" if site else ""


def _place(place: Mapping[str, Any]) -> str:
    site = place.get("site")
    return f"{place['school'].name}, {site}" if site else place["school"].name


def _papers(user: Any) -> dict[str, dict[str, Any]]:
    """Orders by their numbers, construction projects by what they are; with its key where two are called the same."""
    found: dict[str, dict[str, Any]] = {order.number: {"order": order} for order in Order.objects.visible_to(user)}
    for project in ConstructionProject.objects.visible_to(user).select_related("site", "building", "financing"):
        text = project_label(project)
        found[f"{text} ({project.pk})" if text in found else text] = {"project": project}
    return found


def project_label(project: ConstructionProject) -> str:
    return f"{project}, {project.building}" if project.building else str(project)


def _is_of(paper: Mapping[str, Any], part: NewPart) -> bool:
    return any(one and one.pk == getattr(getattr(part, name), "pk", None) for name, one in paper.items())
