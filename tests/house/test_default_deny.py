"""Nothing is open by being forgotten: neither a model nor an address."""

import pytest
from django.apps import apps
from django.conf import settings
from django.shortcuts import resolve_url
from django.urls import get_resolver, reverse

from tests.house.test_urls import addresses, methods_of
from tests.house.tree import PACKAGES
from tests.house.url_table import GET
from tests.house.world import World

pytestmark = pytest.mark.django_db

#: Models without ``visible_to``, and why nobody needs it.
BY_ANOTHER_WAY = {
    "accounts.user": "people are asked for by schools.people.people_visible_to",
    "audit.link": "the chain that verify looks at; no page shows it",
    "audit.looseend": "the chain that verify looks at; no page shows it",
    "inventory.holding": "numbers of schools, read for those that School.visible_to leaves",
}
#: Addresses that answer somebody who has not signed in with more than the way to the sign-in, and why.
PUBLIC = {
    "set_language": "the language of the sign-in page can be chosen, too",
    "web:accessibility": "the law wants the statement to be public",
    "web:public_progress": "the public page; 404 unless it is switched on",
    "web:public_data": "the same as data",
    "web:public_connections": "the same as data",
    "web:public_feed": "the same as a feed",
    "web:scan_worker": "a script, as static files are",
    "web:security_txt": "for people who found a weakness",
    "web:theme_change": "light or dark on the sign-in page, too",
    "web:invitation_accept": "who has the link has no account yet",
    "web:subscription_end_by_link": "who has the mail may end it without signing in",
    "api-problem": "what a problem means, also that of having not signed in",
    "api-not-there": "404 whoever asks",
}
#: Begin of the names of the sign-in itself, which has tests of its own.
SIGN_IN = ("account_", "mfa_", "socialaccount_", "openid_connect_", "usersessions_")


def test_every_model_says_who_may_see_it() -> None:
    ours = [model for model in apps.get_models() if model.__module__.split(".")[0] in PACKAGES]
    bare = {model._meta.label_lower for model in ours if not hasattr(model._default_manager.all(), "visible_to")}
    assert bare == set(BY_ANOTHER_WAY)


@pytest.mark.parametrize("name", [name for name in GET if name not in PUBLIC and not name.startswith(SIGN_IN)])
def test_strangers_are_sent_to_the_sign_in(name: str, world: World) -> None:
    views = dict(addresses(get_resolver().url_patterns))
    url = reverse(name, kwargs=world.things[GET[name][0]])
    for method in ("GET", *sorted(methods_of(views[name]))):
        answer = world.client("anonymous").generic(method, url)
        is_sent = answer.status_code == 302 and answer.headers["Location"].startswith(resolve_url(settings.LOGIN_URL))
        assert is_sent or answer.status_code == 401, (method, answer.status_code)


def test_what_is_public_is_still_there() -> None:
    assert PUBLIC.keys() - GET.keys() == set()
