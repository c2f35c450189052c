"""The catalogue that lists of devices refer to."""

import pytest

from tests.factories import make_model, make_room


@pytest.fixture(autouse=True)
def _catalogue(school, other_school):
    make_model("iPad 9")
    make_model("Board 75", manufacturer="Prowise", category="board")
    make_model("ThinkPad L13", manufacturer="Lenovo", category="laptop")
    make_room(school, "101")
