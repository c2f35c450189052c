"""Figures of somebody's own and reports by mail in the world, and a scenario for each service about them."""

from collections.abc import Callable
from typing import Any

from django.test import override_settings
from django.utils import timezone

from audit.actor import Actor
from reports import custom_figures, subscriptions
from reports.enums import MailState
from reports.models import CustomFigure, Subscription, SubscriptionMail
from tests.factories import DAY
from tests.house.markers import marker
from tests.house.works_and_money import Things


def about_figures(side: str, by: Actor) -> Things:
    rhythm = "weekly" if side == "own" else "monthly"
    subscription = a_subscription(by, rhythm)
    SubscriptionMail.objects.create(subscription=subscription, due_on=DAY, at=timezone.now(), state=MailState.SENT)
    return {
        "own_figure": {"pk": a_figure(by, side).pk},
        "subscription": {"pk": subscription.pk},
        "mail_link": {"token": subscriptions.token_of(subscription)},
    }


def a_figure(by: Actor, side: str = "") -> CustomFigure:
    """That of the other side is for its owner alone."""
    name, is_shared = f"{marker('aut', 'customfigure_name')} {side}", side != "oth"
    return custom_figures.create_figure(
        by=by, name=name, subject="devices", measure="count", query="", is_shared=is_shared
    )


def a_subscription(by: Actor, rhythm: str = "weekly") -> Subscription:
    assert by.user
    by.user.email = by.user.email or "ina@stadt.example"
    with override_settings(EMAIL_HOST="mail.example"):
        return subscriptions.subscribe(
            by=by, on=DAY, address="https://schulen.example", language="de", subject="progress", rhythm=rhythm
        )


SCENARIOS: dict[str, Callable[[Actor], Any]] = {
    "create_figure": a_figure,
    "change_figure": lambda by: custom_figures.change_figure(a_figure(by), by=by, name="neu"),
    "delete_figure": lambda by: custom_figures.delete_figure(a_figure(by), by=by),
    "subscribe": a_subscription,
    "unsubscribe": lambda by: subscriptions.unsubscribe(a_subscription(by), by=by),
}
