"""Signing in as the page does it."""

from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator

from tests.factories import make_user


@pytest.fixture
def person(db):
    return make_user("petra.person", email="petra@stadt.example")


@pytest.fixture
def enter(client):
    """``enter(name, password)``: the answer of the sign-in page."""

    def posted(login, password="geheim", **more):
        return client.post("/login/", {"login": login, "password": password} | more)

    return posted


@pytest.fixture
def add_factor():
    """A second factor as the set-up would leave it."""

    def added(user, kind="totp"):
        return Authenticator.objects.create(user=user, type=kind, data={"secret": "", "name": kind})

    return added


@pytest.fixture
def told():
    """``told(groups, …)``: what a provider says about somebody, as allauth hands it on."""

    def made(groups, **claims):
        data = {"id_token": {"groups": groups, **claims}}
        return SimpleNamespace(account=SimpleNamespace(extra_data=data))

    return made
