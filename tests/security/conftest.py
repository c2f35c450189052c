"""The world of the guards, here too."""

import pytest

from schools import access
from schools.access import Right
from schools.enums import Role
from tests.house.conftest import world as world
from tests.house.world import World


@pytest.fixture
def almighty(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """School admins have every right in their school: only the scope stands between them and the others."""
    monkeypatch.setitem(access.RIGHTS, Role.SCHOOL_ADMIN, frozenset(Right))
    return world
