"""Views of lists of the world, and a scenario for each service about them."""

from collections.abc import Callable
from typing import Any

from audit.actor import Actor
from reports import saved_views
from reports.enums import ListName
from reports.models import SavedView
from tests.house.markers import marker
from tests.house.works_and_money import Things


def about_views(side: str, by: Actor) -> Things:
    """A view that its owner begins with, of a list that no other address of the table leads to; one is shared."""
    is_own = side == "own"
    view = a_view(by, ListName.HEADCOUNTS if is_own else ListName.ROOMS, is_shared=is_own)
    saved_views.begin_with(view, by=by)
    return {"view": {"pk": view.pk}}


def a_view(by: Actor, list_name: str = ListName.SCHOOLS, *, is_shared: bool = True) -> SavedView:
    name = marker("aut", "savedview_name")
    return saved_views.save_view(by=by, list_name=list_name, name=name, query="", is_shared=is_shared)


SCENARIOS: dict[str, Callable[[Actor], Any]] = {
    "save_view": a_view,
    "change_view": lambda by: saved_views.change_view(a_view(by), by=by, name="neu"),
    "delete_view": lambda by: saved_views.delete_view(a_view(by), by=by),
    "begin_with": lambda by: saved_views.begin_with(a_view(by), by=by),
}
