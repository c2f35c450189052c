"""A draft and a published report of the world, and a scenario for each service about them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from audit.actor import Actor
from reports import publishing
from reports.models import Publication
from tests.factories import DAY
from tests.house.markers import marker
from tests.house.works_and_money import Things


def about_publications(by: Actor) -> Things:
    return {"draft": {"pk": a_draft(by).pk}, "publication": {"pk": a_report(by).pk}}


def a_draft(by: Actor) -> Publication:
    return publishing.create_publication(
        by=by,
        title=marker("aut", "publication_title"),
        committee="Ausschuss",
        session_on=DAY + timedelta(30),
        as_of=DAY,
        blocks=["Lage\nGut."],
        choices=["devices_in_service:exact"],
    )


def a_report(by: Actor) -> Publication:
    return publishing.publish(a_draft(by), by=by)


SCENARIOS: dict[str, Callable[[Actor], Any]] = {
    "create_publication": a_draft,
    "change_publication": lambda by: publishing.change_publication(a_draft(by), by=by, title="neu"),
    "delete_publication": lambda by: publishing.delete_publication(a_draft(by), by=by),
    "publish": a_report,
    "correct_publication": lambda by: publishing.correct_publication(a_report(by), by=by, correction="Nachmeldung"),
}
